"""A deployed query with another limit: the very text that its settings would have made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from acrwatch.live.backtest.tuned import (
    THRESHOLD,
    Limit,
    limit_of,
    scope_of,
    with_exceptions,
    with_identity_limits,
    with_limit,
)
from acrwatch.synthesised import ScheduledQueryRule
from tests.rehearsal.rules import stack_with
from tests.rehearsal.watch import deployed

PULLED, DELETED = "excessive_images_pulled", "images_deleted_in_repository"


def _rule(detection: str, settings: Mapping[str, Any] | None = None) -> ScheduledQueryRule:
    stack = deployed(detections={detection: settings or {}})
    return next(rule for rule in stack.rules if rule.id == detection)


LIMITS = [{"identity": "ci-12*", "parameters": {"images_limit": 25}}]


@pytest.mark.parametrize(
    ("detection", "settings", "name", "value"),
    [
        (PULLED, {}, "images_limit", 30),
        (PULLED, {"limits": LIMITS}, "images_limit", 30),
        (PULLED, {"parameters": {"repositories_limit": 5}}, "images_limit", 30),
        (DELETED, {}, "min_images", 1),
    ],
)
def test_another_limit_makes_the_text_that_settings_make(
    detection: str, settings: Mapping[str, Any], name: str, value: int
) -> None:
    """With the threshold that follows, so that what was played is what would be deployed."""
    rule = _rule(detection, settings)
    limit = limit_of(rule)
    assert limit == Limit(name=name, value=value, per_identity=detection == PULLED)
    parameters = {**settings.get("parameters", {}), name: 77}
    wanted = _rule(detection, {**settings, "parameters": parameters})
    assert with_limit(rule, limit, 77).criteria == wanted.criteria


def test_a_limit_for_an_identity_stands_ahead_of_the_others() -> None:
    """The first that names the identity counts, as in the settings; the threshold is the lowest of all."""
    rule = _rule(PULLED)
    limit = limit_of(rule)
    assert limit is not None
    changed = with_identity_limits(rule, limit, {"kubelet (1)": 200, "other": 10})
    line = next(line for line in changed.criteria[0].query.splitlines() if line.startswith("let images_limit"))
    assert line == (
        "let images_limit = (identity: string) { case("
        'identity matches regex "(?is)^(?:kubelet \\\\(1\\\\))\\\\z", 200, '
        'identity matches regex "(?is)^(?:other)\\\\z", 10, 30) };'
    )
    assert changed.criteria[0].threshold == 10


def test_what_an_event_rule_folds_by_is_no_limit() -> None:
    """A higher `fold_over` gives more alerts, not fewer."""
    assert limit_of(_rule("forced_repository_deleted")) is None
    assert limit_of(_rule("image_vulnerability_scan_disabled")) is None


def test_a_rule_of_others_has_its_threshold() -> None:
    """And no limit where more means less."""
    (rule,) = stack_with({"threshold": 4}).rules
    limit = limit_of(rule)
    assert limit == Limit(name=THRESHOLD, value=4, per_identity=False)
    assert with_limit(rule, limit, 9).criteria == (replace(rule.criteria[0], threshold=9.0, threshold_written="9"),)
    (falling,) = stack_with({"operator": "LessThan"}).rules
    assert limit_of(falling) is None


def test_an_exception_takes_what_the_rule_is_in_scope_for() -> None:
    """Its fields are those of the rule, and what was excepted before stays so."""
    rule = _rule(DELETED, {"except": [{"identity": "a", "client": "b"}]})
    assert scope_of(rule) == ("registry", "repository", "identity", "client")
    assert scope_of(_rule("image_vulnerability_scan_disabled")) == ("identity",)
    assert scope_of(stack_with().rules[0]) == ()
    before = next(line for line in rule.criteria[0].query.splitlines() if line.startswith("let in_scope"))
    changed = with_exceptions(rule, [{"identity": "c", "client": "d*"}])
    after = next(line for line in changed.criteria[0].query.splitlines() if line.startswith("let in_scope"))
    kept = before.partition("{ ")[2].removesuffix(" };")
    assert f"{{ ({kept}) and not((identity matches regex" in after
    assert changed.criteria[0].threshold == rule.criteria[0].threshold
