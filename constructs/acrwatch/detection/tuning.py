"""What users may say about a detection: severity, frequency, parameters, who is excused.

The same frozen values are given in Python and read from the settings file (where `except_` is
written `except`). What of it a detection allows is decided in `tuning_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from acrwatch.from_yaml import FROM_YAML
from acrwatch.record import dataclass

ParameterSetting = bool | int | float | str | Sequence[str] | None


@dataclass(frozen=True, kw_only=True)
class TuningEntry:
    """Rows that a rule is limited to (`only`) or leaves out (`except`).

    All the fields that are named must match; `*` stands for any text, casing does not matter.

    Args:
        registry: name of the registry in Azure, whatever its key under `registries`.
        repository: name of the repository.
        identity: who made the request: user name, or object id of a managed identity.
        client: the user agent; never enough by itself in an `except` entry, since a caller
            chooses its own.
        reason: why, shown where the tuning is shown. It does not reach the query.
    """

    registry: str | None = None
    repository: str | None = None
    identity: str | None = None
    client: str | None = None
    reason: str | None = None

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class IdentityLimit:
    """Other limits for some identities, in a volume rule. Of each parameter the first entry that sets it counts.

    Args:
        identity: whose limits; `*` stands for any text.
        parameters: values of the detection's `per_identity` parameters.
        reason: why, shown where the tuning is shown.
    """

    identity: str
    parameters: Mapping[str, int]
    reason: str | None = None

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One rule made of a detection. A variant inherits nothing from the base but the detection.

    Args:
        enabled: whether Azure evaluates the rule. Default: true. A rule that is not enabled is
            deployed all the same, so that its state and address stay.
        severity: 0 (critical) to 4 (verbose). Default: the detection's.
        frequency: time between evaluations, such as `5m`; one of `limits.FREQUENCIES`.
            Default: the detection's.
        parameters: the detection's parameters that are to have another value.
        limits: other values for some identities (volume detections).
        only: rows the rule is limited to; any entry may match. Default: all.
        except_: rows the rule leaves out; any entry may match. Default: none.
        action_groups: names of the watch's action groups that are told. Default: as `routing`
            has it.
    """

    enabled: bool = True
    severity: int | None = None
    frequency: str | None = None
    parameters: Mapping[str, ParameterSetting] = field(default_factory=dict)
    limits: Sequence[IdentityLimit] = ()
    only: Sequence[TuningEntry] = ()
    except_: Sequence[TuningEntry] = ()
    action_groups: Sequence[str] | None = None

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class DetectionSettings(Variant):
    """The base rule of a detection, and its variants.

    Args:
        variants: further rules of the same detection by name, deployed as `<id>.<name>`; base
            and variants fire independently.
    """

    variants: Mapping[str, Variant] = field(default_factory=dict)

    __pydantic_config__ = FROM_YAML
