"""What maintenance windows and extra groups become: alert processing rules.

Each names the rules of the watch that it is for, five at most, since that is what a filter takes (Azure Monitor:
alerts-processing-rules); so one window may be several. Nothing is said of alerts that are not the watch's, though
others may fire on the same workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from acrwatch.azure_names import processing_rule_name
from acrwatch.processing_settings import ExtraGroups, MaintenanceWindow, Schedule
from acrwatch.record import Record

REGISTRY = "Registry"
"""The dimension with the name of the registry, in lower case, of each rule that knows it."""

FILTER_VALUES_MAX = 5
# Each is given in two spellings.
REGISTRIES_MAX = FILTER_VALUES_MAX // 2


class Target(Record):
    """A rule of the watch, as far as processing rules are concerned.

    Args:
        id: `<id>` or `<id>.<variant>`.
        detection: id of its detection.
        names_registry: whether its alerts say of which registry they are.
    """

    id: str
    detection: str
    names_registry: bool


class PlannedProcessing(Record):
    """One alert processing rule that the watch will have.

    Args:
        id: the construct's id.
        name: the Azure name.
        description: the reason, if there is one.
        schedule: when it is in force.
        alerts: ids of the rules whose alerts it is for.
        registries: names of the registries whose alerts it is for; none for any.
        severities: severities it is for; none for any.
        action_groups: names of the groups it adds; None for one that suppresses.
    """

    id: str
    name: str
    description: str | None
    schedule: Schedule
    alerts: tuple[str, ...]
    registries: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()
    action_groups: tuple[str, ...] | None = None


def plan_windows(
    windows: Mapping[str, MaintenanceWindow], targets: Sequence[Target], name: str
) -> Iterator[PlannedProcessing]:
    """The rules that maintenance windows become.

    Args:
        windows: name -> window.
        targets: the rules of the watch.
        name: first part of the Azure names.
    """
    for key, window in windows.items():
        able = [target for target in targets if window.registries is None or target.names_registry]
        parts = product(
            _parts(_chosen(window.detections, able), FILTER_VALUES_MAX),
            [()] if window.registries is None else _parts(tuple(window.registries), REGISTRIES_MAX),
        )
        for number, (rules, registries) in enumerate(parts, 1):
            yield PlannedProcessing(
                id=_id("maintenance", key, number),
                name=_name(name, "maintenance", key, number),
                description=window.reason,
                schedule=window,
                alerts=rules,
                registries=registries,
            )


def plan_extra(extra: Mapping[str, ExtraGroups], targets: Sequence[Target], name: str) -> Iterator[PlannedProcessing]:
    """The rules that extra groups become.

    Args:
        extra: name -> groups and when.
        targets: the rules of the watch.
        name: first part of the Azure names.
    """
    for key, one in extra.items():
        for number, rules in enumerate(_parts(_chosen(one.detections, targets), FILTER_VALUES_MAX), 1):
            yield PlannedProcessing(
                id=_id("extra", key, number),
                name=_name(name, "extra", key, number),
                description=one.reason,
                schedule=one,
                alerts=rules,
                severities=tuple(one.severities or ()),
                action_groups=tuple(one.action_groups),
            )


def _chosen(detections: Sequence[str] | None, targets: Sequence[Target]) -> tuple[str, ...]:
    return tuple(
        target.id
        for target in targets
        if detections is None or target.id in detections or target.detection in detections
    )


def _parts(values: tuple[str, ...], most: int) -> list[tuple[str, ...]]:
    return [values[start : start + most] for start in range(0, len(values), most)]


def _id(kind: str, key: str, number: int) -> str:
    # A key has no dot, so no two keys meet.
    return f"{kind}_{key}" if number == 1 else f"{kind}_{key}.{number}"


def _name(name: str, kind: str, key: str, number: int) -> str:
    return processing_rule_name(name, kind, key, *([] if number == 1 else [str(number)]))
