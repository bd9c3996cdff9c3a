"""The order in which the actions of one level run."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from acrwatch.errors import Path
from acrwatch.workflow.failure import WorkflowError


def in_order(actions: Mapping[str, Mapping[str, Any]], path: Path) -> list[str]:
    """The names of the actions, each after those it waits for, and else as they are written.

    Args:
        actions: the actions of one level, which wait only for each other.
        path: where they are in the definition.

    Raises:
        WorkflowError: they wait for each other in a circle.
    """
    sorter = TopologicalSorter({name: action["runAfter"] for name, action in actions.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise WorkflowError(f"the actions wait for each other in a circle: {circle}", path) from None
    order: list[str] = []
    place = {name: number for number, name in enumerate(actions)}
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=place.__getitem__)
        order.extend(ready)
        sorter.done(*ready)
    return order


def before(actions: Mapping[str, Mapping[str, Any]], name: str) -> set[str]:
    """The actions of a level that have ended when an action runs: those it waits for, and those they wait for."""
    found: set[str] = set()
    todo = list(actions[name].get("runAfter", {}))
    while todo:
        one = todo.pop()
        if one not in found and one in actions:
            found.add(one)
            todo.extend(actions[one].get("runAfter", {}))
    return found
