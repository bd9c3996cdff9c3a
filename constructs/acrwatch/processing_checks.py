"""What is wrong with maintenance windows and extra groups.

Azure's rules are those of azurerm (monitor_alert_processing_rule_suppression) and of the API reference of
alertProcessingRules. What neither documents is refused where it could make a night silent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time

from acrwatch.azure_names import twin_problems
from acrwatch.errors import Problem, did_you_mean, one_of, shown
from acrwatch.limits import SEVERITIES
from acrwatch.names import id_problems_of
from acrwatch.processing_settings import ExtraGroups, MaintenanceWindow, Schedule, Weekday, WeeklyTime
from acrwatch.references import is_reference
from acrwatch.zones import windows_name

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?", re.ASCII)
_CLOCK = re.compile(r"\d{2}:\d{2}(?::\d{2})?", re.ASCII)


def moment_of(text: str) -> datetime | None:
    """The moment that a text such as `2026-01-31T22:00` names; None where it names none."""
    try:
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def clock_of(text: str) -> time | None:
    """The time of day that a text such as `22:00` names; None where it names none."""
    try:
        return time.fromisoformat(text) if _CLOCK.fullmatch(text) else None
    except ValueError:
        return None


def window_problems(
    windows: Mapping[str, MaintenanceWindow], rules: Mapping[str, bool], registries: Collection[str]
) -> Iterator[Problem]:
    """What is wrong with maintenance windows.

    Args:
        windows: name -> window.
        rules: id of each detection, and of its variants -> whether its alerts say of which registry they are.
        registries: names of the registries.
    """
    yield from twin_problems(windows, "maintenance_windows")
    for name, window in windows.items():
        path = ("maintenance_windows", name)
        yield from id_problems_of(name, *path)
        if not window.reason.strip():
            said = "it is empty, and people who ask why nobody was told read it"
            yield Problem(path=(*path, "reason"), message=said)
        yield from _named_problems(window.detections, rules, "detection", *path, "detections")
        yield from _named_problems(window.registries, registries, "registry", *path, "registries")
        if window.registries is not None:
            for position, rule in enumerate(window.detections or ()):
                if not rules.get(rule, True):
                    said = f"the alerts of {rule} do not say of which registry they are, so none would be muted"
                    way_out = "give it a window of its own, without registries"
                    yield Problem(path=(*path, "detections", position), message=said, way_out=way_out)
        yield from _schedule_problems(window, *path)
        if window.until is None and not window.daily and not window.weekly:
            said = "it has no end, so that alerts would tell nobody for good"
            yield Problem(path=path, message=said, way_out="write until, daily or weekly")


def extra_problems(extra: Mapping[str, ExtraGroups], rules: Collection[str]) -> Iterator[Problem]:
    """What is wrong with extra groups, but for the names of the groups.

    Args:
        extra: name -> groups and when.
        rules: ids of the detections, and of their variants.
    """
    yield from twin_problems(extra, "routing", "extra")
    for name, one in extra.items():
        path = ("routing", "extra", name)
        yield from id_problems_of(name, *path)
        yield from _named_problems(one.detections, rules, "detection", *path, "detections")
        yield from _severity_problems(one.severities, *path, "severities")
        yield from _schedule_problems(one, *path)
        if one.from_ is None and one.until is None and not one.daily and not one.weekly:
            said = "it has no time, so that its groups would be told always"
            way_out = "write daily, weekly, from or until, or name them under default or severity"
            yield Problem(path=path, message=said, way_out=way_out)


def _named_problems(
    names: Sequence[str] | None, known: Collection[str], what: str, *path: str | int
) -> Iterator[Problem]:
    if names is None:
        return
    if not names:
        yield Problem(path=path, message="there are none", way_out="leave it out, which means all")
    for position, name in enumerate(names):
        if name not in known:
            said = f"there is no {what} {shown(name)}; {did_you_mean(name, known)}"
            yield Problem(path=(*path, position), message=said)
    yield from _twice(names, *path)


def _severity_problems(severities: Sequence[int] | None, *path: str | int) -> Iterator[Problem]:
    if severities is None:
        return
    if not severities:
        yield Problem(path=path, message="there are none", way_out="leave it out, which means all")
    for position, severity in enumerate(severities):
        if severity not in SEVERITIES:
            said = f"{severity} is not a severity Azure has; {one_of(SEVERITIES)}"
            yield Problem(path=(*path, position), message=said)
    yield from _twice(severities, *path)


def _twice(values: Sequence[object], *path: str | int) -> Iterator[Problem]:
    for position, value in enumerate(values):
        if value in values[:position]:
            yield Problem(path=(*path, position), message=f"{shown(value)} stands here twice")


def _schedule_problems(schedule: Schedule, *path: str | int) -> Iterator[Problem]:
    for key, text in {"from": schedule.from_, "until": schedule.until}.items():
        if text is not None and not is_reference(text) and moment_of(text) is None:
            said = f"{shown(text)} is not a time like 2026-01-31T22:00, without an offset: the zone is time_zone"
            yield Problem(path=(*path, key), message=said)
    begins, ends = (None if text is None else moment_of(text) for text in (schedule.from_, schedule.until))
    if begins is not None and ends is not None and ends <= begins:
        yield Problem(path=(*path, "until"), message=f"{schedule.until} is not after {schedule.from_}")
    for position, daily in enumerate(schedule.daily):
        yield from _clock_problems(daily.from_, daily.until, *path, "daily", position)
    for position, weekly in enumerate(schedule.weekly):
        yield from _weekly_problems(weekly, *path, "weekly", position)
    if not is_reference(schedule.time_zone) and windows_name(schedule.time_zone) is None:
        said = f"{shown(schedule.time_zone)} is not a time zone that azurerm takes, nor one that keeps the clock of one"
        way_out = "write an IANA name such as Europe/Berlin, or a Windows name such as W. Europe Standard Time"
        yield Problem(path=(*path, "time_zone"), message=said, way_out=way_out)


def _weekly_problems(weekly: WeeklyTime, *path: str | int) -> Iterator[Problem]:
    if not weekly.days:
        yield Problem(path=(*path, "days"), message=f"there are none; {one_of(Weekday)}")
    for position, day in enumerate(weekly.days):
        if day not in list(Weekday):
            said = f"{shown(day)} is not a day; {did_you_mean(day, list(Weekday))}"
            yield Problem(path=(*path, "days", position), message=said)
    yield from _twice(weekly.days, *path, "days")
    if weekly.from_ is not None and weekly.until is not None:
        yield from _clock_problems(weekly.from_, weekly.until, *path)
    elif weekly.from_ is not None or weekly.until is not None:
        said = "from and until go together"
        yield Problem(path=path, message=said, way_out="write both, or none for whole days")


def _clock_problems(begins: str, ends: str, *path: str | int) -> Iterator[Problem]:
    for key, text in {"from": begins, "until": ends}.items():
        if not is_reference(text) and clock_of(text) is None:
            said = f"{shown(text)} is not a time of day like 22:00; 00:00 to 23:59:59 are allowed"
            yield Problem(path=(*path, key), message=said)
    if clock_of(begins) is not None and clock_of(begins) == clock_of(ends):
        said = f"it begins and ends at {begins}, and whether that is a whole day or nothing is not documented"
        way_out = "for whole days write weekly with days alone"
        yield Problem(path=path, message=said, way_out=way_out)
