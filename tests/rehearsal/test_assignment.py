"""Whatever the order of a file and of the alerts, as many expectations are met as can be at once."""

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from acrwatch.rehearsal.difference import difference
from acrwatch.rehearsal.expectation import Expectation, ExpectedAlert, Span
from acrwatch.rehearsal.model import Rehearsal
from acrwatch.rehearsal.rehearse import rehearse
from tests.rehearsal.rules import at, pull, stack_with

FOUND = rehearse(stack_with(), [pull(8)], start=at(0), end=at(60))
NAMES = st.sampled_from("abc")
MINUTES = st.sampled_from((10, 20, 30))


@st.composite
def rehearsals(draw: st.DrawFn) -> Rehearsal:
    """One with a few alerts that are hard to tell apart."""
    (alert,) = FOUND.alerts
    some = draw(st.lists(st.tuples(NAMES, MINUTES), max_size=4))
    alerts = [replace(alert, series=(("Identity", name),), fired=at(minute)) for name, minute in some]
    return replace(FOUND, alerts=tuple(alerts))


@st.composite
def expected(draw: st.DrawFn) -> ExpectedAlert:
    """One that says much or little."""
    minute = draw(st.none() | MINUTES)
    name = draw(st.none() | NAMES)
    return ExpectedAlert(
        rule="pulls",
        at=None if minute is None else Span(since=at(minute - 10), until=at(minute), written=f"..{minute}m"),
        dimensions={} if name is None else {"Identity": name},
        times=draw(st.integers(0, 2)),
    )


@given(rehearsal=rehearsals(), wanted=st.lists(expected(), max_size=3))
def test_as_many_as_can_be_are_met(rehearsal: Rehearsal, wanted: list[ExpectedAlert]) -> None:
    """The most that any order of trying gives, counted by trying all of them."""
    slots = [one for one in wanted for _ in range(one.times)]
    alerts = [*rehearsal.alerts, *[None] * len(slots)]
    most = (
        max(
            sum(
                alert is not None and slot.is_met_by(alert, rehearsal.clock)
                for slot, alert in zip(slots, order, strict=True)
            )
            for order in permutations(alerts, len(slots))
        )
        if len(alerts) < 8
        else None
    )

    found = difference(Expectation(name="a", alerts=tuple(wanted)), rehearsal)

    met = sum(map(len, found.met))
    assert most is None or met == most
    assert (found.failure is None) == (met == len(slots) == len(rehearsal.alerts))
