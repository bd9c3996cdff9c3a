"""What a detection is: the content of its `detection.yaml`, with its query.

How it is read from a folder is decided in `catalogue`, what a rule makes of it in `rule`.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from enum import StrEnum

from acrwatch.alert_rule import Aggregation, Kind, Operator
from acrwatch.limits import bound
from acrwatch.record import dataclass


class Status(StrEnum):
    """How far a detection can be trusted."""

    EXPERIMENTAL = "experimental"
    STABLE = "stable"


class ParameterType(StrEnum):
    """The types a parameter can have; each has one form in KQL (`query`)."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    STRING = "string"
    STRINGS = "strings"


class TuningField(StrEnum):
    """What an entry of `only` or `except` can name, in the order the query gets it."""

    REGISTRY = "registry"
    REPOSITORY = "repository"
    IDENTITY = "identity"
    CLIENT = "client"


ParameterValue = bool | int | float | str | tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One number or text that users may set, and that reaches the query as a `let`.

    Args:
        type: what values it takes.
        default: its value unless a user sets another; None only where it is `optional`.
        doc: unit and meaning, in one sentence.
        minimum: the least number, inclusive.
        maximum: the greatest number, inclusive.
        per_identity: whether `limits` may give it another value for some identities (integers).
        optional: whether None, which is no limit, is allowed (integers).
    """

    type: ParameterType
    default: ParameterValue
    doc: str
    minimum: float | None = None
    maximum: float | None = None
    per_identity: bool = False
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleNumbers:
    """The numbers of the rule that a detection becomes; those of the query are equal to them.

    Args:
        frequency: time between evaluations, unless a user sets another.
        window: what one evaluation may read.
        look_back: the query's literal `ago()`.
        bin: the clock bin of an event rule.
        interval: how long a burst is counted together, in a volume rule.
        hop: how far apart the intervals start, in a volume rule.
        measure: the measured column.
        threshold: a number, or names of parameters whose lowest value is the threshold.
        aggregation: how the measured column becomes one number.
        operator: how that number is compared with the threshold.
        auto_mitigation: whether Azure keeps state, fires once and resolves.
        mute: how long an alert silences the rule; only without `auto_mitigation`.
    """

    frequency: timedelta
    window: timedelta
    look_back: timedelta
    threshold: int | float | tuple[str, ...]
    measure: str | None = None
    bin: timedelta | None = None
    interval: timedelta | None = None
    hop: timedelta | None = None
    aggregation: Aggregation = Aggregation.MAXIMUM
    operator: Operator = Operator.GREATER_THAN_OR_EQUAL
    auto_mitigation: bool = True
    mute: timedelta | None = None

    @property
    def span(self) -> timedelta:
        """What is counted together: the bin or the interval."""
        return self.bin or self.interval or timedelta()


@dataclass(frozen=True, kw_only=True)
class AttackMapping:
    """One place in MITRE ATT&CK.

    Args:
        version: the major version of ATT&CK that the ids refer to.
        tactic: tactic id, such as TA0005.
        technique: technique id, such as T1578.
        reason: why a closer technique is named beside the primary one.
    """

    version: str
    tactic: str
    technique: str
    reason: str | None = None

    @property
    def url(self) -> str:
        """MITRE's page of the technique."""
        return f"https://attack.mitre.org/techniques/{self.technique.replace('.', '/')}/"


@dataclass(frozen=True, kw_only=True)
class DataNeeds:
    """What must reach the workspace.

    Args:
        tables: Log Analytics tables the query reads.
        categories: diagnostic log categories that fill them.
    """

    tables: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Detection:
    """One detection: what it is, the rule it becomes, its query and what may be tuned.

    Args:
        id: its one id: folder, construct id, docs anchor and CLI argument.
        version: of the content, as major.minor.patch.
        status: how far it can be trusted.
        title: its name in front of people.
        kind: event or volume.
        severity: 0 (critical) to 4 (verbose), unless a user sets another.
        rule: the numbers of the rule.
        description: what it means.
        impact: what an attacker gets from it.
        mitigation: steps for the responder, in order.
        false_positives: harmless causes that are known.
        known_gaps: what it cannot see.
        references: documents behind it.
        attack: places in ATT&CK, the primary one first.
        data: tables and log categories it needs.
        parameters: what users may set.
        columns: the query's output columns and their meaning.
        dimensions: the columns that tell one alert from another.
        tuning: the fields its rows have for `only` and `except`.
        query: the KQL, without the `let` statements of parameters and tuning.
    """

    id: str
    version: str
    status: Status
    title: str
    kind: Kind
    severity: int
    rule: RuleNumbers
    description: str
    impact: str
    mitigation: tuple[str, ...]
    false_positives: tuple[str, ...]
    known_gaps: tuple[str, ...]
    references: tuple[str, ...]
    attack: tuple[AttackMapping, ...]
    data: DataNeeds
    columns: Mapping[str, str]
    dimensions: tuple[str, ...]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    tuning: tuple[TuningField, ...] = ()
    query: str

    def bound(self, frequency: timedelta | None = None) -> timedelta:
        """The longest delay of a log row at which the rule keeps its promise.

        Args:
            frequency: time between evaluations. Default: the detection's own.
        """
        return bound(self.rule.look_back, self.rule.span, frequency or self.rule.frequency)

    @property
    def per_identity(self) -> tuple[str, ...]:
        """Names of the parameters that may differ by identity."""
        return tuple(name for name, parameter in self.parameters.items() if parameter.per_identity)
