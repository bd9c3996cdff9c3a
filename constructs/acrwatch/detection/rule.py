"""One detection with its settings becomes the plain values of one alert rule.

What the rule says of itself (tags and custom properties) is decided here; rehearsal, verification
and messages read it instead of names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from types import MappingProxyType
from typing import Generic, TypeVar

from acrwatch.alert_rule import AlertRule
from acrwatch.detection.model import Detection
from acrwatch.detection.query import deployed_query, threshold
from acrwatch.detection.tuning import DetectionSettings, Variant
from acrwatch.detection.tuning_checks import tuning_problems
from acrwatch.durations import parse_duration
from acrwatch.errors import Problem
from acrwatch.limits import RULE_CHECKS, check
from acrwatch.names import id_problems_of

T = TypeVar("T")
RuleResult = tuple[AlertRule | None, list[Problem]]


def alert_rule(
    detection: Detection,
    settings: Variant,
    *,
    variant: str | None = None,
    name_prefix: str = "acrwatch",
    runbook_base_url: str | None = None,
    tolerate_missing_tables: bool = True,
) -> RuleResult:
    """The rule that a detection becomes, and everything that is wrong with it.

    Args:
        detection: the content.
        settings: its tuning.
        variant: name of the variant, None for the base rule.
        name_prefix: first part of the Azure name, ahead of `-<id>`. Default: `acrwatch`.
        runbook_base_url: where the runbooks are; `/<id>` is added. Default: none.
        tolerate_missing_tables: let the query run before its table has a row. Default: true.

    Returns:
        The rule, or None when there are problems, and the problems.
    """
    rule, problems = _rule_of(
        # The settings may hold a list that is changed later, so they are compared as they are written.
        _Keyed(detection, id(detection)),
        _Keyed(settings, repr(settings)),
        variant,
        name_prefix,
        runbook_base_url,
        tolerate_missing_tables,
    )
    return rule, list(problems)


class _Keyed(Generic[T]):
    """A value for a cache, which tells it from others by its key."""

    def __init__(self, value: T, key: object) -> None:
        self.value = value
        self._key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


# A synth asks for each rule up to four times: when the file is checked, and when stack, watch and alert are made.
@lru_cache(maxsize=64)
def _rule_of(
    of: _Keyed[Detection],
    tuned_by: _Keyed[Variant],
    variant: str | None,
    name_prefix: str,
    runbook_base_url: str | None,
    tolerate_missing_tables: bool,
) -> RuleResult:
    detection, settings = of.value, tuned_by.value
    problems = tuning_problems(detection, settings)
    # What is wrong with the tuning keeps it out of the query, but hides nothing of the rest.
    tuned = Variant() if problems else settings
    if variant is not None:
        problems += id_problems_of(variant)
    frequency = detection.rule.frequency
    if isinstance(settings.frequency, str):
        try:
            frequency = parse_duration(settings.frequency)
        except ValueError as error:
            problems.append(Problem(path=("frequency",), message=str(error)))
    numbers = detection.rule
    rule = AlertRule(
        name=f"{name_prefix}-{rule_id(detection, variant)}",
        display_name=_title(detection, variant),
        description=detection.description,
        kind=detection.kind,
        severity=detection.severity if settings.severity is None else settings.severity,
        enabled=settings.enabled,
        frequency=frequency,
        window=numbers.window,
        look_back=numbers.look_back,
        bound=detection.bound(frequency),
        query=deployed_query(detection, tuned, tolerate_missing_tables=tolerate_missing_tables),
        aggregation=numbers.aggregation,
        measure=numbers.measure,
        operator=numbers.operator,
        threshold=threshold(detection, tuned),
        dimensions=detection.dimensions,
        auto_mitigation=numbers.auto_mitigation,
        mute=numbers.mute,
        # A rule is given to everybody who asks for it.
        tags=MappingProxyType(_identity(detection, variant)),
        custom_properties=MappingProxyType(_custom_properties(detection, variant, runbook_base_url)),
    )
    problems += check(RULE_CHECKS, rule)
    return (None if problems else rule), problems


def rules_of(settings: Variant) -> Iterator[tuple[str | None, Variant]]:
    """The base rule's settings under None, then each variant's under its name."""
    yield None, Variant(**{member.name: getattr(settings, member.name) for member in fields(Variant)})
    if isinstance(settings, DetectionSettings):
        yield from settings.variants.items()


def rule_id(detection: Detection, variant: str | None) -> str:
    """`<id>`, or `<id>.<variant>`: construct id and last part of the Azure name."""
    return detection.id if variant is None else f"{detection.id}.{variant}"


def _title(detection: Detection, variant: str | None) -> str:
    """What people read, also in messages: the payload of an alert has only the name of the Azure resource for sure."""
    return detection.title + (f" ({variant})" if variant is not None else "")


def _identity(detection: Detection, variant: str | None) -> dict[str, str]:
    named = {"acrwatch_variant": variant} if variant is not None else {}
    return {"acrwatch_detection": detection.id, **named, "acrwatch_kind": detection.kind.value}


def _custom_properties(detection: Detection, variant: str | None, runbook_base_url: str | None) -> Mapping[str, str]:
    primary = detection.attack[0]
    properties = {
        **_identity(detection, variant),
        "title": _title(detection, variant),
        "meaning": detection.description,
        "first_steps": "\n".join(f"{number}. {step}" for number, step in enumerate(detection.mitigation, 1)),
        "attack": f"{primary.tactic} / {primary.technique} (ATT&CK v{primary.version})",
        "attack_url": primary.url,
    }
    if runbook_base_url is not None:
        properties["runbook"] = f"{runbook_base_url.rstrip('/')}/{detection.id}"
    return properties
