"""Lines of a settings file that leave machines alone."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from acrwatch.detection.events import Event
from acrwatch.live.backtest.limits import Ground
from acrwatch.live.backtest.machines import Habit
from acrwatch.live.backtest.suggesting import Suggestion, settings_lines, suggestions, tuned, without
from acrwatch.rehearsal.clock import Clock
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.model import Alert
from acrwatch.synthesised import ScheduledQueryRule
from tests.rehearsal.logs import NOON
from tests.rehearsal.watch import deployed
from tests.synthesis import loaded, watch_settings

PULLED, DELETED = "excessive_images_pulled", "images_deleted_in_repository"


def _habit(identity: str, client: str = "acr-cli") -> Habit:
    return Habit(
        identity=identity,
        requests=10,
        share=0.5,
        pulls=10,
        pushes=0,
        deletes=0,
        client=client,
        client_share=1.0,
        days=3,
        of_days=3,
        hours=1,
        same_hours=(23, 0),
        registries=("contosoprod",),
    )


def _rule(id_: str) -> ScheduledQueryRule:
    variants = {"payments": {"only": [{"repository": "payments/*"}]}}
    stack = deployed(detections={PULLED: {"variants": variants}})
    return next(rule for rule in stack.rules if rule.id == id_)


def _limit(id_: str, identity: str) -> Suggestion:
    return Suggestion(rule=_rule(id_), habit=_habit(identity), alerts=1, limit=("images_limit", 46, 60))


@pytest.mark.parametrize(("identity", "client"), [("*", "x"), ("a", "*"), ("a", "x\x01"), ("a\nb", "x")])
def test_what_a_caller_writes_into_its_client_makes_no_hole(identity: str, client: str) -> None:
    """A wildcard would excuse others, and a control character has no place in a query."""
    rule = _rule(DELETED)
    series = (("Registry", "r"), ("Repository", "p/a"), ("Identity", identity), ("Hour", "x"))
    alert = Alert(
        rule=rule, series=series, value=1.0, fired=NOON, resolved=None, result=(), behind=None, notifications=()
    )
    with EventLog() as log:
        ground = Ground(log=log, clock=Clock(start=NOON, end=NOON), alerts=[alert])
        assert suggestions(rule, ground, None, [_habit(identity, client)]) == ()
        named = replace(alert, series=(("Identity", "a"),))
        assert suggestions(rule, replace(ground, alerts=[named]), None, [_habit("a", "x")])


EXCEPTION = {"identity": "purge@example.com", "client": "acr-cli*", "repository": "platform/*"}


def _exception() -> Suggestion:
    return Suggestion(rule=_rule(DELETED), habit=_habit("purge@example.com"), alerts=1, exception=EXCEPTION)


def test_lines_are_settings(tmp_path: Path) -> None:
    """Pasted into a settings file they are valid, for a detection, a variant and an exception."""
    proposed = [_limit(PULLED, "no"), _limit(f"{PULLED}.payments", "1234: #x"), _exception()]
    lines = yaml.safe_load(settings_lines(proposed))
    lines["detections"][PULLED]["variants"]["payments"]["only"] = [{"repository": "payments/*"}]
    settings = loaded(tmp_path, watch_settings(**lines))
    pulled = settings.detections[PULLED]
    assert [(one.identity, one.parameters) for one in pulled.limits] == [("no", {"images_limit": 60})]
    assert [one.identity for one in pulled.variants["payments"].limits] == ["1234: #x"]
    (excepted,) = settings.detections[DELETED].except_
    assert (excepted.identity, excepted.client, excepted.repository) == tuple(EXCEPTION.values())
    assert excepted.reason is not None
    assert excepted.reason.startswith(
        "looks like a machine that reads, active on 3 of 3 days; 1 hours a day, between 23"
    )


def test_a_tuned_rule_has_all_suggestions() -> None:
    """What was played is what the lines would deploy: the same limits, the same exception."""
    changed = tuned(_rule(PULLED), [_limit(PULLED, "a"), _limit(PULLED, "b")])
    wanted = deployed(
        detections={PULLED: {"limits": [{"identity": one, "parameters": {"images_limit": 60}} for one in "ab"]}}
    )
    limits = [line for line in changed.criteria[0].query.splitlines() if line.startswith("let images_limit")]
    expected = next(rule for rule in wanted.rules if rule.id == PULLED).criteria[0].query.splitlines()
    assert limits == [line for line in expected if line.startswith("let images_limit")]
    assert "^(?:acr-cli.*)" in tuned(_rule(DELETED), [_exception()]).criteria[0].query


@pytest.mark.parametrize(
    ("identity", "client", "repository", "left"),
    [
        ("purge@example.com", "acr-cli/0.19 x", "platform/a", False),
        ("purge@example.com", "ACR-CLI", "Platform/a/b", False),
        ("purge@example.com", "docker/1", "platform/a", True),
        ("purge@example.com", "acr-cli/0.19", "payments/a", True),
        ("other@example.com", "acr-cli/0.19", "platform/a", True),
        ("it's", "%", "_", True),
    ],
)
def test_events_without_what_is_excepted(identity: str, client: str, repository: str, left: bool) -> None:
    """As the query would leave them out: all that an entry names has to match, in any casing."""
    row = {"Identity": identity, "UserAgent": client, "Repository": repository}
    with EventLog.of([Event(table="ContainerRegistryRepositoryEvents", time=NOON, arrived=NOON, row=row)]) as log:
        made = '(SELECT *, "UserAgent" AS "Client" FROM log."ContainerRegistryRepositoryEvents")'
        found = log.connection.execute(f"SELECT count(*) FROM {without(made, [_exception()])}").fetchone()
    assert found == (int(left),)
