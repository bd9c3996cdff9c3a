"""The attack is in the day as the story tells it, and ordinary traffic stays under the limits however much there is."""

import re
from collections import defaultdict
from itertools import groupby

import pytest
import yaml

from acrwatch import load_settings
from acrwatch.recorded_day.clock import MINUTE
from acrwatch.recorded_day.estate import INTRUDER, PRODUCTION, PURGE, SCANNER
from acrwatch.recorded_day.events import Event
from acrwatch.recorded_day.expected import PULL_LIMIT, PUSH_LIMIT
from acrwatch.recorded_day.happening import attack, blocks
from acrwatch.recorded_day.images import NIL
from tests.cli.running import EXAMPLE
from tests.recorded_day.days import COMMITTED, written

STORY = (written() / "README.md").read_text(encoding="utf-8")
ATTACK = [arrived.event for arrived in attack(1).registry]


def _image(event: Event) -> tuple[str, str]:
    assert event.artifact is not None
    return event.artifact.repository, event.artifact.digest if event.artifact.digest != NIL else event.artifact.tag


def fullest(operation: str, teams: int, prefix: str = "") -> dict[str, int]:
    """identity -> its most distinct images in any 15 minutes that begin with five of the clock."""
    seen: dict[tuple[str, str, int], set[tuple[str, str]]] = defaultdict(set)
    for block in blocks(1, teams):
        for _, _, event, _ in block.registry:
            if event.artifact is None or event.operation.lower() != operation or event.status[0] != "2":
                continue
            if event.artifact.repository.startswith(prefix):
                who = event.caller.identity.lower()
                who = event.caller.address if who in (NIL, "-") else who
                for shift in range(3):
                    start = event.at // (5 * MINUTE) - shift
                    seen[event.registry, who, start].add(_image(event))
    most: dict[str, int] = defaultdict(int)
    for (_, who, _), images in seen.items():
        most[who] = max(most[who], len(images))
    return dict(most)


def test_the_day_expects_one_alert_of_each_detection() -> None:
    alerts = yaml.safe_load((COMMITTED / "expected.yaml").read_text(encoding="utf-8"))["alerts"]

    assert len(alerts) == 5
    assert len({alert["rule"] for alert in alerts}) == 5
    assert all(alert["rule"] in STORY for alert in alerts)


@pytest.mark.parametrize(("operation", "told"), [("Pull", r"reads (\d+) images"), ("Push", r"pushes (\d+) images")])
def test_the_numbers_of_the_story_are_those_of_the_rows(operation: str, told: str) -> None:
    """What it looks up before it deletes, by another client, is not counted there."""
    succeeded = [one for one in ATTACK if one.caller == INTRUDER and one.status[0] == "2"]
    images = {_image(one) for one in succeeded if one.operation == operation}

    found = re.search(told, STORY)
    assert found is not None
    assert len(images) == int(found[1])


def test_the_intruder_gets_nothing_of_payments() -> None:
    """So the example's variant for payments stays quiet."""
    about = [(one.artifact.repository, one.status) for one in ATTACK if one.artifact is not None]

    assert {status for repository, status in about if repository.startswith("payments/")} == {"403"}


def test_the_limits_that_are_told_are_those_of_the_example() -> None:
    detections = load_settings(EXAMPLE).detections

    assert detections["excessive_images_pulled"].parameters["images_limit"] == PULL_LIMIT
    assert "excessive_images_pushed" not in detections
    assert PUSH_LIMIT == 20


@pytest.mark.parametrize("teams", [6, 60])
def test_ordinary_pulls_come_near_the_limit_and_never_reach_it(teams: int) -> None:
    most = fullest("pull", teams)
    special = {who.identity: most.pop(who.identity) for who in (INTRUDER, PRODUCTION, SCANNER)}

    assert 28 <= max(most.values()) < PULL_LIMIT
    assert special[INTRUDER.identity] >= PULL_LIMIT
    assert PULL_LIMIT < special[PRODUCTION.identity] < 200
    assert PULL_LIMIT < special[SCANNER.identity] < 200


@pytest.mark.parametrize("teams", [6, 60])
def test_ordinary_pushes_come_near_the_limit_and_never_reach_it(teams: int) -> None:
    most = fullest("push", teams)

    assert most.pop(INTRUDER.identity) >= PUSH_LIMIT
    assert 15 <= max(most.values()) < PUSH_LIMIT


def test_payments_are_pulled_near_the_variants_limit() -> None:
    most = fullest("pull", 6, "payments/")

    assert 10 <= most.pop(SCANNER.identity) < 50
    assert 6 <= max(most.values()) < 10


def test_nobody_but_the_purge_and_the_intruder_deletes() -> None:
    deleting = {
        arrived.event.caller.identity
        for block in blocks(1, 20)
        for arrived in block.registry
        if arrived.event.operation in ("Delete", "Untag") and arrived.event.status[0] == "2"
    }

    assert deleting == {PURGE.identity, INTRUDER.identity}


def test_more_teams_are_more_identities_and_not_more_for_each() -> None:
    def counts(teams: int) -> dict[str, int]:
        events = sorted(one.event.caller.identity for block in blocks(1, teams) for one in block.registry)
        return {who: len(list(group)) for who, group in groupby(events)}

    few, many = counts(6), counts(12)

    assert {who: many[who] for who in few if who not in (NIL, "-")} == {
        who: count for who, count in few.items() if who not in (NIL, "-")
    }
    assert len(many) > 1.5 * len(few)
