"""Lengths of time as people write them (`5m`, `6h`, `1d`) and as Azure does (`PT5M`).

Which lengths Azure has for which field is decided in `limits`.
"""

from __future__ import annotations

import re
from datetime import timedelta

_SHORT = re.compile(r"(\d{1,6})(m|h|d)", re.ASCII)
_ISO = re.compile(r"P(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?)?", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_duration(text: str) -> timedelta:
    """Read `5m`, `6h`, `1d`, or the ISO form that azurerm uses (`PT5M`, `PT1H30M`, `P1D`).

    Raises:
        ValueError: the text is neither.
    """
    if short := _SHORT.fullmatch(text):
        return int(short[1]) * _UNITS[short[2]]
    iso = _ISO.fullmatch(text)
    if iso is None or not any(iso.groups()):
        raise ValueError(f"{text!r} is not a duration; write it like 5m, 6h or 1d")
    days, hours, minutes = (int(part or 0) for part in iso.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def short(duration: timedelta) -> str:
    """`5m`, `6h`, `1d`, or `1h30m` where one unit is not enough."""
    minutes = int(duration.total_seconds()) // 60
    if minutes and minutes % 1440 == 0:
        return f"{minutes // 1440}d"
    hours, rest = divmod(minutes, 60)
    return f"{hours}h" * bool(hours) + f"{rest}m" * bool(rest or not hours)


def iso8601(duration: timedelta) -> str:
    """The form Azure and azurerm take: `PT5M`, `PT6H`, `P1D`."""
    minutes = int(duration.total_seconds()) // 60
    if minutes and minutes % 1440 == 0:
        return f"P{minutes // 1440}D"
    hours, rest = divmod(minutes, 60)
    return "PT" + f"{hours}H" * bool(hours) + f"{rest}M" * bool(rest or not hours)
