"""When alerts are muted, and when they tell somebody more, as plain values.

The settings file and `RegistryWatch` fill in the same ones. What is wrong with them is decided in `processing_checks`,
what they become in `processing_plan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from acrwatch.from_yaml import FROM_YAML
from acrwatch.record import dataclass


class Weekday(StrEnum):
    """A day of the week, as azurerm spells it."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"


@dataclass(frozen=True, kw_only=True)
class DailyTime:
    """A part of every day.

    Args:
        from_: when it begins, such as `22:00`.
        until: when it ends; on the next day where that is earlier than the beginning. `00:00` is midnight.
    """

    from_: str
    until: str

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class WeeklyTime:
    """Some days of every week, or a part of each.

    Args:
        days: `Monday` to `Sunday`: the days on which it begins.
        from_: when it begins, such as `22:00`. Default: these whole days.
        until: when it ends; on the next day where that is earlier than the beginning. Default: these whole days.
    """

    days: Sequence[Weekday]
    from_: str | None = None
    until: str | None = None

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Times by the clock of a zone. Of several daily and weekly ones each counts, inside of `from` and `until`.

    Args:
        from_: from when on, such as `2026-01-31T22:00`. Default: at once.
        until: until when, such as `2026-02-01T04:00`. Default: no end.
        daily: parts of every day.
        weekly: days of the week, or parts of them.
        time_zone: the zone of all these times: an IANA name such as `Europe/Berlin`, or its Windows name, which is
            what Azure gets. Default: `UTC`.
    """

    from_: str | None = None
    until: str | None = None
    daily: Sequence[DailyTime] = ()
    weekly: Sequence[WeeklyTime] = ()
    time_zone: str = "UTC"

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class MaintenanceWindow(Schedule):
    """A time in which alerts tell nobody, whatever their groups are. They still fire, and Azure shows them.

    Args:
        reason: why; the description of what is deployed.
        detections: ids of detections, each with its variants, or of single variants (`<id>.<name>`). Default: all.
        registries: names under `registries`; only alerts that name one of these are muted. Default: all alerts.
    """

    reason: str
    detections: Sequence[str] | None = None
    registries: Sequence[str] | None = None

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class ExtraGroups(Schedule):
    """Action groups that alerts tell at some times, beside those they tell always.

    Args:
        action_groups: names of the groups.
        detections: ids of detections, each with its variants, or of single variants (`<id>.<name>`). Default: all.
        severities: severities (0 to 4) of the alerts. Default: all.
        reason: why; the description of what is deployed. Default: none.
    """

    action_groups: Sequence[str]
    detections: Sequence[str] | None = None
    severities: Sequence[int] | None = None
    reason: str | None = None

    __pydantic_config__ = FROM_YAML
