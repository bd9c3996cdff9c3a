"""Who has the habits of a machine."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from acrwatch.live.backtest.machines import Habit, habits

START = datetime(2026, 1, 12, tzinfo=UTC)


def _rows(
    identity: str, days: Sequence[int], hours: Sequence[int], client: str, kind: str = "pull", requests: int = 10
) -> Iterator[Mapping[str, Any]]:
    for day in days:
        for hour in hours:
            moment = START + timedelta(days=day, hours=hour)
            yield {
                "Identity": identity,
                "Client": client,
                "Registry": "contosoprod",
                "Kind": kind,
                "Hour": f"{moment:%Y-%m-%dT%H:%M:%S}.0000000Z",
                "Requests": requests,
            }


WEEK = range(7)
BACKGROUND = [*_rows("somebody", WEEK, range(0, 24, 5), "x"), *_rows("somebody", WEEK, range(24), "y")]


def _habit(*rows: Iterator[Mapping[str, Any]]) -> Habit:
    """What is found of the identity `it`, among others."""
    found = habits([*BACKGROUND, *(row for part in rows for row in part)])
    return next(one for one in found if one.identity == "it" or "it" in one.identity.split("@"))


MACHINES = {
    "a cluster's kubelet": _habit(_rows("it", WEEK, range(0, 24, 2), "containerd")),
    "a pipeline": _habit(_rows("it", range(5), range(8, 17), "buildkit", "push")),
    "a clean-up task": _habit(_rows("it@example.com", WEEK, [0, 1], "acr-cli", "delete")),
    "a scanner or a mirror": _habit(_rows("it", WEEK, [3], "(unknown)")),
    "a machine that reads": _habit(_rows("it", [6], range(9), "skopeo")),
}
OTHERS = {
    "an intruder in a night": _habit(_rows("it", [6], [1, 2, 3, 4], "skopeo")),
    "two clients": _habit(_rows("it", WEEK, [1], "skopeo"), _rows("it", WEEK, [2], "python-requests")),
    "a person": _habit(_rows("it@example.com", WEEK, [8, 11, 15], "docker")),
    "one visit in a week": _habit(_rows("it", [0, 6], [1], "x")),
}


@pytest.mark.parametrize("kind", MACHINES)
def test_a_machine_is_known_by_its_habit(kind: str) -> None:
    """And called by what it does."""
    assert MACHINES[kind].machine
    assert MACHINES[kind].kind == kind


@pytest.mark.parametrize("case", OTHERS)
def test_who_has_no_habit_is_no_machine(case: str) -> None:
    """A client alone proves nothing, and a visit is no habit."""
    assert not OTHERS[case].machine


@pytest.mark.parametrize("identity", ["192.0.2.4", "2001:db8::1", "(unknown)"])
def test_a_caller_without_a_name_is_no_machine(identity: str) -> None:
    """Its address is somebody else's tomorrow, and a limit for it a hole."""
    (found,) = habits(_rows(identity, WEEK, range(24), "containerd"))
    assert not found.machine


def test_the_evidence_says_what_was_seen() -> None:
    """Days, hours, client and share, in words."""
    assert MACHINES["a clean-up task"].evidence == (
        "active on 7 of 7 days",
        "2 hours a day, between 00:00 and 02:00 UTC",
        "client acr-cli in 100% of its requests",
        "6.5% of all requests (140 deletes)",
    )


def test_a_job_over_midnight_has_its_hours() -> None:
    """The clock goes round."""
    found = _habit(_rows("it", WEEK, [0, 23], "x"))
    assert found.same_hours == (23, 0)
