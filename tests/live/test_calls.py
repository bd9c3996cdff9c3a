"""Many calls at once: in order, never more than set, waited for as Azure asks, and for none of them for ever."""

import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.live.calls import run_all
from acrwatch.live.patience import Patience, retry_after
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.testing.azure import AzureStandIn

LATE = Unknown(reason="x", way_out="y")


@given(st.lists(st.integers()), st.integers(1, 9))
def test_results_come_in_the_order_of_the_items(items: list[int], parallel: int) -> None:
    assert run_all(lambda item: item + 1, items, parallel=parallel, longest=5) == [item + 1 for item in items]


def test_a_call_that_fails_is_unknown_and_leaves_the_others() -> None:
    def half(item: int) -> int:
        if item % 2:
            raise CallFailed(LATE)
        return item

    assert run_all(half, range(4), parallel=2, longest=5) == [0, LATE, 2, LATE]


def test_a_mistake_of_ours_is_not_hidden() -> None:
    """It is no failure of Azure's, and must not be taken for one."""
    with pytest.raises(ZeroDivisionError):
        run_all(lambda item: 1 // item, [1, 0, 1], parallel=2, longest=5)


@pytest.mark.parametrize("parallel", [1, 3])
def test_calls_that_hang_are_given_up_and_the_rest_with_them(parallel: int) -> None:
    """Whatever number of threads they hold; and a thread that hangs makes room for no other one."""
    release = threading.Event()
    begun: list[int] = []

    def hang(item: int) -> int:
        begun.append(item)
        release.wait(20)
        return item

    start = time.monotonic()
    found = run_all(hang, range(6), parallel=parallel, longest=0.3)
    release.set()

    assert time.monotonic() - start < 3
    assert all(isinstance(one, Unknown) and "0.3 seconds" in one.reason for one in found)
    assert len(begun) == parallel


def test_progress_is_told_of_each() -> None:
    told: list[tuple[int, int]] = []

    run_all(lambda item: item, range(3), parallel=2, longest=5, progress=lambda done, of: told.append((done, of)))

    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("threads", [4, 32])
def test_never_more_calls_are_under_way_than_were_set(empty: AzureStandIn, threads: int) -> None:
    """However many threads want to call: the limit stands in the pipeline of the connection itself."""
    empty.resources.put("/subscriptions/x", {"subscriptionId": "x"})
    connection = empty.azure(parallel=4)
    empty.answer("GET", "*", delay=0.02)

    run_all(lambda _: connection.arm.get("/subscriptions/x", "1"), range(40), parallel=threads, longest=20)

    assert len(empty.record.requests) == 40
    assert 2 <= empty.record.most_in_flight <= 4


def test_all_calls_wait_where_azure_asks_one_to(empty: AzureStandIn) -> None:
    """A service that is asked too much is left in peace for as long as it says."""
    empty.resources.put("/subscriptions/x", {"subscriptionId": "x"})
    arm = empty.azure(patience=Patience(attempts=3, pause=0.01, waiting=10, longest=20)).arm
    empty.answer("GET", "*", times=1, status=429, headers={"Retry-After": "1"})
    start = time.monotonic()

    run_all(lambda _: arm.get("/subscriptions/x", "1"), range(2), parallel=1, longest=20)

    assert 1 <= time.monotonic() - start < 4
    assert len(empty.record.requests) == 3


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("7", lambda seconds: seconds == 7),
        (" 0 ", lambda seconds: seconds == 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", lambda seconds: seconds == 0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", lambda seconds: seconds > 1e9),
        *((text, lambda seconds: seconds is None) for text in ("soon", "", "-1", "1.5", "nan", "inf", "²", None)),
    ],
)
def test_retry_after_is_a_number_or_a_date_and_else_nothing(
    text: str | None, check: Callable[[float | None], bool]
) -> None:
    assert check(retry_after(text))


@given(st.text())
def test_retry_after_of_any_text_raises_nothing(text: str) -> None:
    assert (retry_after(text) or 0) >= 0
