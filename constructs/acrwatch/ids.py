"""Azure resource ids: what each kind looks like, and the error when one does not.

The provider compares the casing of some ids (azurerm: `Microsoft.OperationalInsights` is
case-checked), so a wrong case is refused with the right spelling to paste.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from acrwatch.errors import Problem, shown
from acrwatch.references import is_reference

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


# What the names in an id are made of: letters of any script occur in resource groups, `$` in authorization rules.
NAME = re.compile(r"[\w.()~$-]+")
_SUBSCRIPTION = re.compile(r"(?:^|/)subscriptions/([^/]*)", re.IGNORECASE)
_RESOURCE_GROUP = re.compile(r"/resourceGroups/([^/]+)", re.IGNORECASE)


class IdKind(StrEnum):
    """The resource types that acrwatch is given ids of; the value is the type in its right case."""

    SUBSCRIPTION = "subscriptions"
    RESOURCE_GROUP = "resourceGroups"
    REGISTRY = "Microsoft.ContainerRegistry/registries"
    WORKSPACE = "Microsoft.OperationalInsights/workspaces"
    ACTION_GROUP = "Microsoft.Insights/actionGroups"
    STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts"
    EVENT_HUB_AUTHORIZATION_RULE = "Microsoft.EventHub/namespaces/authorizationRules"
    LOGIC_APP = "Microsoft.Logic/workflows"
    FUNCTION_APP = "Microsoft.Web/sites"
    AUTOMATION_ACCOUNT = "Microsoft.Automation/automationAccounts"
    AUTOMATION_WEBHOOK = "Microsoft.Automation/automationAccounts/webhooks"


def expected_form(kind: IdKind) -> str:
    """The form an id of this kind has, with placeholders."""
    if kind is IdKind.SUBSCRIPTION:
        return "/subscriptions/<subscription>"
    if kind is IdKind.RESOURCE_GROUP:
        return "/subscriptions/<subscription>/resourceGroups/<group>"
    namespace, *types = kind.value.split("/")
    return f"/subscriptions/<subscription>/resourceGroups/<group>/providers/{namespace}" + "".join(
        f"/{type_}/<name>" for type_ in types
    )


@cache
def _right_form(kind: IdKind) -> re.Pattern[str]:
    """The ids of a kind in Azure's own casing, for the many that are right."""
    form = re.escape(expected_form(kind)).replace("<subscription>", GUID.pattern)
    return re.compile(re.sub(r"<\w+>", lambda _: NAME.pattern, form))


def canonical(text: str, kind: IdKind) -> str | None:
    """The id with Azure's own casing of the fixed parts, or None if it is not one of this kind."""
    parts = text.split("/")
    pattern = expected_form(kind).split("/")
    if len(parts) != len(pattern):
        return None
    fixed = []
    for part, wanted in zip(parts, pattern, strict=True):
        placeholder = wanted.startswith("<")
        if not placeholder and part.lower() != wanted.lower():
            return None
        if placeholder and NAME.fullmatch(part) is None:
            return None
        fixed.append(part if placeholder else wanted)
    return "/".join(fixed) if GUID.fullmatch(parts[2]) else None


def id_problems(value: str, kind: IdKind, *path: str | int) -> list[Problem]:
    """What is wrong with an id; a reference is let through, since Azure makes it."""
    if _right_form(kind).fullmatch(value) or is_reference(value):
        return []
    right = canonical(value, kind)
    if right is not None:
        return [Problem(path=path, message=f"{shown(value)} has the wrong casing", way_out=f"write {right}")]
    found = _type_of(value)
    said = f"{shown(value)} is not the id of a {kind.value} resource"
    if found and found.lower() != kind.value.lower():
        said += f" but of a {found} one"
    return [Problem(path=path, message=said, way_out=f"it looks like {expected_form(kind)}")]


def _type_of(text: str) -> str | None:
    parts = text.strip("/").split("/")
    if "providers" not in parts:
        return None
    namespace, *rest = parts[parts.index("providers") + 1 :] or [""]
    return "/".join([namespace, *rest[::2]]) if rest else None


def subscription_of(value: str) -> str | None:
    """The subscription in an id, in lower case; None when it is a reference."""
    found = _SUBSCRIPTION.search(value)
    return None if found is None or is_reference(value) else found[1].lower()


def resource_group_of(value: str) -> str | None:
    """The resource group in an id, as it is written there; None when it is a reference."""
    found = _RESOURCE_GROUP.search(value)
    return None if found is None or is_reference(value) else found[1]


def guid_problems(value: str, *path: str | int) -> list[Problem]:
    """A value that must be a GUID, or a reference to one."""
    if is_reference(value) or GUID.fullmatch(value):
        return []
    return [Problem(path=path, message=f"{shown(value)} is not a GUID like 00000000-0000-0000-0000-000000000000")]
