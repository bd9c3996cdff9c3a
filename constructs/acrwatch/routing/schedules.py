"""Whether the schedule of a processing rule holds a moment.

Read by the clock of the schedule's zone: a window is open while that clock shows a time in it. So it is open twice in
an hour that comes twice when clocks are set back, and not at all in an hour that is left out. Azure documents the forms
of a schedule (API reference of alertProcessingRules), and not these edges: the end does not belong to a window, a
window that ends at or before its beginning ends on the next day, and the days of a recurrence are those on which it
begins.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from acrwatch.routing.verdict import Verdict
from acrwatch.synthesised import Every, Recurrence, Schedule
from acrwatch.zones import zone_named

_DAY = timedelta(days=1)


def in_force(schedule: Schedule | None, moment: datetime) -> Verdict:
    """Whether a schedule holds a moment.

    Args:
        schedule: the schedule; None for always.
        moment: a time with a zone.
    """
    if schedule is None:
        return Verdict(True, "it has no schedule")
    if schedule.unresolved:
        return Verdict(None, f"its schedule cannot be known: {schedule.unresolved[0]}")
    zone = zone_named(schedule.time_zone)
    if zone is None:
        return Verdict(None, f"its time zone {schedule.time_zone!r} is not known here")
    clock = moment.astimezone(zone).replace(tzinfo=None)
    shown = f"{clock:%a %Y-%m-%d %H:%M} {schedule.time_zone}"
    if schedule.effective_from is not None and clock < schedule.effective_from:
        return Verdict(False, f"{shown} is before {schedule.effective_from:%Y-%m-%d %H:%M}")
    if schedule.effective_until is not None and clock >= schedule.effective_until:
        return Verdict(False, f"{shown} is not before {schedule.effective_until:%Y-%m-%d %H:%M}")
    if not schedule.recurrences:
        return Verdict(True, f"{shown} is inside its window")
    for recurrence in schedule.recurrences:
        if _holds(recurrence, clock):
            return Verdict(True, f"{shown} is inside its {recurrence.every} window")
    return Verdict(False, f"{shown} is outside its windows")


def _holds(recurrence: Recurrence, clock: datetime) -> bool:
    start = recurrence.start or time.min
    for begun in (clock.date(), clock.date() - _DAY):
        opened = datetime.combine(begun, start)
        closed = datetime.combine(begun, recurrence.end) if recurrence.end is not None else None
        if closed is None:
            closed = datetime.combine(begun, time.min) + _DAY
        elif closed <= opened:
            closed += _DAY
        if opened <= clock < closed and _on(recurrence, opened):
            return True
    return False


def _on(recurrence: Recurrence, day: datetime) -> bool:
    if recurrence.every is Every.WEEK:
        return day.weekday() in recurrence.days_of_week
    if recurrence.every is Every.MONTH:
        return day.day in recurrence.days_of_month
    return True
