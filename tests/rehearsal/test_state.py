"""When a violation becomes an alert, and when the alert is resolved."""

from datetime import timedelta

import pytest

from acrwatch.rehearsal.series import Observation
from acrwatch.rehearsal.state import (
    OPEN_LIMIT,
    STATEFUL_LIMIT,
    STATELESS_LIMIT,
    Limit,
    Stateful,
    Stateless,
    healthy_evaluations,
)
from tests.rehearsal.rules import at

FIVE = timedelta(minutes=5)


def violation(identity: str = "ci") -> Observation:
    """A combination of dimensions that violates."""
    return Observation(series=(("Identity", identity),), value=1.0, violates=True, rows=())


def fired(state: Stateful | Stateless, *evaluations: list[Observation]) -> list[int]:
    """How many alerts fire at each of some evaluations, five minutes apart."""
    return [len(state.step(at(5 * number), found).fired) for number, found in enumerate(evaluations)]


def test_a_stateful_rule_fires_once_while_the_condition_holds() -> None:
    """The second evaluation says nothing new."""
    assert fired(Stateful(FIVE), [violation()], [violation()], [violation()]) == [1, 0, 0]


def test_each_combination_of_dimensions_has_its_own_state() -> None:
    """Another identity is another alert."""
    assert fired(Stateful(FIVE), [violation("a")], [violation("a"), violation("b")]) == [1, 1]


def test_a_stateful_alert_is_resolved_after_three_healthy_evaluations_and_may_fire_again() -> None:
    """Every five minutes, three in a row."""
    state = Stateful(FIVE)
    steps = [state.step(at(5 * number), [violation()] if number in (0, 4) else []) for number in range(5)]

    assert [len(step.resolved) for step in steps] == [0, 0, 0, 1, 0]
    assert len(steps[4].fired) == 1


def test_healthy_evaluations_count_from_the_last_violation() -> None:
    """A violation in between begins the count anew."""
    state = Stateful(FIVE)
    steps = [state.step(at(5 * number), [violation()] if number in (0, 3) else []) for number in range(7)]

    assert [len(step.resolved) for step in steps] == [0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("minutes", "needed"), [(1, 10), (5, 3), (10, 3), (15, 3), (30, 2), (60, 2), (660, 2), (720, 1)]
)
def test_how_long_health_takes_depends_on_the_frequency(minutes: int, needed: int) -> None:
    """Azure Monitor documentation: alerts-create-log-alert-rule."""
    assert healthy_evaluations(timedelta(minutes=minutes)) == needed


def test_a_stateful_rule_fires_300_alerts_at_one_evaluation_and_the_rest_at_the_next() -> None:
    """The limit is told."""
    state = Stateful(FIVE)
    many = [violation(str(number)) for number in range(STATEFUL_LIMIT + 7)]

    first, second = state.step(at(0), many), state.step(at(5), many)

    assert (len(first.fired), first.limits) == (300, (Limit.STATEFUL,))
    assert (len(second.fired), second.limits) == (7, ())


def test_a_stateful_rule_has_5000_open_alerts_at_most() -> None:
    """What is over it does not fire."""
    state = Stateful(FIVE)
    many = [violation(str(number)) for number in range(OPEN_LIMIT + 1)]

    steps = [state.step(at(5 * number), many) for number in range(20)]

    assert sum(len(step.fired) for step in steps) == OPEN_LIMIT
    assert steps[-1].limits == (Limit.OPEN,)


def test_a_stateless_rule_fires_at_each_evaluation() -> None:
    """It has no memory."""
    assert fired(Stateless(None), [violation()], [violation()], []) == [1, 1, 0]


def test_a_stateless_rule_fires_6000_alerts_at_one_evaluation() -> None:
    """The limit is told."""
    step = Stateless(None).step(at(0), [violation(str(number)) for number in range(STATELESS_LIMIT + 1)])

    assert (len(step.fired), step.limits) == (STATELESS_LIMIT, (Limit.STATELESS,))


def test_a_mute_silences_the_same_combination_for_its_time() -> None:
    """The alert fires all the same; nobody is told."""
    state = Stateless(timedelta(minutes=10))
    steps = [
        state.step(at(5 * number), [violation("a"), *([violation("b")] if number == 1 else [])]) for number in range(3)
    ]

    assert [[firing.muted for firing in step.fired] for step in steps] == [[False], [True, False], [False]]
