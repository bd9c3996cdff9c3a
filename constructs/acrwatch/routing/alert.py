"""An alert as routing sees it: of which rule, and what of its payload a processing rule may look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from acrwatch.synthesised import ScheduledQueryRule


class MonitorCondition(StrEnum):
    """What a notification says of its alert, in the words of the common alert schema."""

    FIRED = "Fired"
    RESOLVED = "Resolved"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alert of a scheduled query rule.

    Args:
        rule: the rule it is of.
        condition: fired or resolved. Default: fired.
        dimensions: values of the rule's dimensions, as far as they are known. Default: none.
        context: the `alertContext` of the payload as text, where there is one. Default: what the rule and the
            dimensions tell of it.
        target: id or address of the resource it fired on. Default: the rule's scope, unless the rule takes it from
            its rows.
    """

    rule: ScheduledQueryRule
    condition: MonitorCondition = MonitorCondition.FIRED
    dimensions: Mapping[str, str] = field(default_factory=dict)
    context: str | None = None
    target: str | None = None

    @property
    def fired_on(self) -> str | None:
        """The resource it fired on; None where it comes from a row that is not known."""
        if self.target is not None:
            return self.target
        if any(criterion.resource_id_column for criterion in self.rule.criteria):
            return None
        return self.rule.scopes[0] if len(self.rule.scopes) == 1 else None

    @property
    def missing_dimensions(self) -> tuple[str, ...]:
        """Dimensions of the rule whose values are not given."""
        names = [dimension.name for criterion in self.rule.criteria for dimension in criterion.dimensions]
        return tuple(name for name in dict.fromkeys(names) if name not in self.dimensions)

    def parts_of_context(self) -> Iterator[tuple[str, str]]:
        """What the alert context holds for certain: (what it is, its text)."""
        if self.context is not None:
            yield "the alert context", self.context
            return
        for name, value in self.dimensions.items():
            yield f"the value of the dimension {name}", value
            yield f"the name of the dimension {name}", name
        for criterion in self.rule.criteria:
            yield "the query", criterion.query
            yield "the measured column", criterion.metric_measure_column or ""
            for dimension in criterion.dimensions:
                yield f"the name of the dimension {dimension.name}", dimension.name
        for name, value in self.rule.custom_properties.items():
            yield f"the custom property {name}", value
