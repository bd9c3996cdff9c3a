"""Which logs flow and where to: plain values, and what Azure refuses of them.

They are checked without node; `diagnostics` builds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from acrwatch.errors import Problem, one_of, shown
from acrwatch.from_yaml import FROM_YAML
from acrwatch.ids import IdKind, guid_problems, id_problems
from acrwatch.record import dataclass
from acrwatch.references import folded, is_reference

# Azure Monitor: supported-logs/microsoft-containerregistry-registries-logs.
REGISTRY_CATEGORIES = ("ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")
REGISTRY_CATEGORY_GROUPS = ("audit", "allLogs")
REGISTRY_METRICS = "AllMetrics"
# Those of the activity log's eight categories that the detections and a responder need.
ACTIVITY_CATEGORIES = ("Administrative", "Security")
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 ._-]{0,89}")
_EVENT_HUB_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?")
_SETTING_NAME = re.compile(r"[^<>*%&:\\?+/]{1,260}")


class Ownership(StrEnum):
    """Who makes a diagnostic setting: we, or somebody who has made it already.

    The same category to the same workspace twice is a 409, so where Azure Policy or another team
    owns the setting it is `existing`, and nothing is made.
    """

    MANAGED = "managed"
    EXISTING = "existing"


@dataclass(frozen=True, kw_only=True)
class Registry:
    """One registry.

    Args:
        id: its resource id, in any subscription of the tenant.
        diagnostics: who makes its diagnostic setting. Default: as the watch has it.
    """

    id: str
    diagnostics: Ownership | None = None

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class EventHubDestination:
    """A second destination for the logs, as SIEMs like it; in the region of the registries.

    Args:
        authorization_rule_id: authorization rule of the namespace that may send.
        event_hub_name: the hub. Default: Azure makes one per category.
    """

    authorization_rule_id: str
    event_hub_name: str | None = None

    __pydantic_config__ = FROM_YAML


@dataclass(frozen=True, kw_only=True)
class LogSettings:
    """What every diagnostic setting of a registry has.

    Args:
        name: name of the setting, 1 to 260 characters. Default: `acrwatch`.
        categories: log categories. Default: repository and login events; none beside a category group.
        category_group: `audit` or `allLogs` instead of categories. Default: none.
        metrics: whether the registry's metrics go along. Default: false.
        event_hub: a second destination. Default: none.
        storage_account_id: a further destination, in the region of the registries. Default: none.
    """

    name: str = "acrwatch"
    categories: Sequence[str] | None = None
    category_group: str | None = None
    metrics: bool = False
    event_hub: EventHubDestination | None = None
    storage_account_id: str | None = None

    __pydantic_config__ = FROM_YAML

    @property
    def effective_categories(self) -> tuple[str, ...]:
        """The single categories that are sent."""
        if self.categories is not None:
            return tuple(self.categories)
        return () if self.category_group is not None else REGISTRY_CATEGORIES


@dataclass(frozen=True, kw_only=True)
class ActivityLogSettings:
    """The activity log of the subscriptions in which the registries are.

    Args:
        diagnostics: who makes the settings. Default: as the watch has it.
        subscriptions: name -> subscription id. Default: the subscriptions in the registries' ids;
            required when one of those is a reference.
        name: name of the setting in each. Default: `acrwatch`.
    """

    diagnostics: Ownership | None = None
    subscriptions: Mapping[str, str] | None = None
    name: str = "acrwatch"

    __pydantic_config__ = FROM_YAML


Registries = Mapping[str, str | Registry]


def ownership_problems(value: object, *path: str | int) -> list[Problem]:
    """A text in place of an `Ownership` works if it is one; a typo must not mean that nothing is made."""
    if value is None or value in tuple(Ownership):
        return []
    return [Problem(path=path, message=f"{shown(value)} says not who makes the setting; {one_of(Ownership)}")]


def registry_id(value: str | Registry) -> str:
    """The id of a registry in either form in which it may be given."""
    return value if isinstance(value, str) else value.id


def ownership_of(value: str | Registry) -> Ownership | None:
    """Who makes the setting of a registry, where it says so itself."""
    return None if isinstance(value, str) else value.diagnostics


def registry_problems(registries: Registries) -> Iterator[Problem]:
    """What is wrong with the registries: ids, names, and one that is named twice."""
    if not registries:
        yield Problem(path=("registries",), message="there are none, so there is nothing to watch")
    seen: dict[str, str] = {}
    for name, value in registries.items():
        id_ = registry_id(value)
        path = ("registries", name) if isinstance(value, str) else ("registries", name, "id")
        yield from key_problems(name, "registries")
        yield from id_problems(id_, IdKind.REGISTRY, *path)
        yield from ownership_problems(ownership_of(value), "registries", name, "diagnostics")
        twin = seen.setdefault(folded(id_), name)
        if twin != name:
            yield Problem(path=path, message=f"{twin} is the same registry; Azure has one setting of a name on it")


def subscription_problems(subscriptions: Mapping[str, str], *path: str | int) -> Iterator[Problem]:
    """What is wrong with the subscriptions of the activity log."""
    if not subscriptions:
        yield Problem(path=(*path, "subscriptions"), message="there are none, so nothing would be sent")
    seen: dict[str, str] = {}
    for name, subscription in subscriptions.items():
        where = (*path, "subscriptions", name)
        yield from key_problems(name, *path, "subscriptions")
        yield from guid_problems(subscription, *where)
        twin = seen.setdefault(folded(subscription), name)
        if twin != name:
            yield Problem(path=where, message=f"{twin} is the same subscription")


def key_problems(name: str, *path: str | int) -> list[Problem]:
    """A name that becomes a key of Terraform's `for_each`, and so part of an address."""
    if _KEY.fullmatch(name) is not None:
        return []
    said = f"{shown(name)} cannot be a name here: 1 to 90 letters, digits, spaces and . _ - are allowed"
    return [Problem(path=(*path, name), message=said)]


def setting_name_problems(name: str, *path: str | int) -> Iterator[Problem]:
    """A diagnostic setting's name (azurerm: monitor_diagnostic_setting)."""
    if not is_reference(name) and _SETTING_NAME.fullmatch(name) is None:
        said = f"{shown(name)} cannot name a diagnostic setting: 1 to 260 characters, none of < > * % & : \\ ? + /"
        yield Problem(path=path, message=said)


def log_problems(logs: LogSettings) -> Iterator[Problem]:
    """What Azure or the provider refuses, or drops without a word, of a registry's settings."""
    yield from setting_name_problems(logs.name, "name")
    if logs.category_group is not None:
        if logs.categories is not None:
            said = "categories and a category group do not go together; Azure sends only the group"
            yield Problem(path=("category_group",), message=said, way_out="leave one of them out")
        if not is_reference(logs.category_group) and logs.category_group not in REGISTRY_CATEGORY_GROUPS:
            said = f"{shown(logs.category_group)} is not a group of registries; {one_of(REGISTRY_CATEGORY_GROUPS)}"
            yield Problem(path=("category_group",), message=said)
    elif not logs.effective_categories:
        yield Problem(path=("categories",), message=f"there are none; {one_of(REGISTRY_CATEGORIES)}")
    for position, category in enumerate(logs.effective_categories):
        if not is_reference(category) and category not in REGISTRY_CATEGORIES:
            said = f"{shown(category)} is not a log of registries; {one_of(REGISTRY_CATEGORIES)}"
            yield Problem(path=("categories", position), message=said)
    if len(set(logs.effective_categories)) < len(logs.effective_categories):
        yield Problem(path=("categories",), message="a category stands here twice")
    yield from _destination_problems(logs)


def _destination_problems(logs: LogSettings) -> Iterator[Problem]:
    if logs.event_hub is not None:
        rule = logs.event_hub.authorization_rule_id
        yield from id_problems(rule, IdKind.EVENT_HUB_AUTHORIZATION_RULE, "event_hub", "authorization_rule_id")
        name = logs.event_hub.event_hub_name
        if name is not None and not is_reference(name) and _EVENT_HUB_NAME.fullmatch(name) is None:
            said = f"{shown(name)} cannot name an event hub: 1 to 256 letters, digits, . _ and -"
            yield Problem(path=("event_hub", "event_hub_name"), message=said)
    if logs.storage_account_id is not None:
        yield from id_problems(logs.storage_account_id, IdKind.STORAGE_ACCOUNT, "storage_account_id")
