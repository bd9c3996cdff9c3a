"""Which rules of a stack somebody means."""

from __future__ import annotations

from acrwatch.errors import InputError, did_you_mean
from acrwatch.synthesised import ScheduledQueryRule, SynthesisedStack


def rules_of(
    stack: SynthesisedStack,
    *,
    detection: str | None = None,
    rule: str | None = None,
    severity: int | None = None,
) -> tuple[ScheduledQueryRule, ...]:
    """The rules that are meant.

    Args:
        stack: the file that holds them.
        detection: `<id>` for a detection and its variants, `<id>.<variant>` for one of these. Default: all rules.
        rule: Terraform address, or name in Azure, of one rule. Default: all rules.
        severity: 0 to 4. Default: any.

    Raises:
        InputError: there is no such rule.
    """
    found = stack.rules
    if detection is not None:
        found = tuple(one for one in found if detection in (one.detection, one.id) and one.detection is not None)
        known = {name for one in stack.rules if one.detection is not None for name in (one.detection, one.id)}
        if not found:
            raise InputError(f"{stack.file} has no rule of the detection {detection!r}; {_near(detection, known)}")
    if rule is not None:
        named = tuple(one for one in found if rule in (one.address, one.name))
        if not named:
            known = {one.address for one in found} | {one.name for one in found}
            raise InputError(f"{stack.file} has no rule {rule!r}; {_near(rule, known)}")
        found = named
    if severity is not None:
        found = tuple(one for one in found if one.severity in (severity, None))
        if not found:
            raise InputError(f"none of the rules meant in {stack.file} has the severity {severity}")
    return found


def _near(name: str, known: set[str]) -> str:
    return did_you_mean(name, known) if known else "it has none"
