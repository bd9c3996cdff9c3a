"""Reads what is there, and notes what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from acrwatch.live import versions
from acrwatch.live.calls import Progress, run_all
from acrwatch.live.connection import Azure
from acrwatch.live.discover.found import Cluster, Setting
from acrwatch.live.unknown import CallFailed, Unknown
from acrwatch.live.verify.compare import id_key, look
from acrwatch.live.verify.settings import sent, settings_of

Item = TypeVar("Item")
Result = TypeVar("Result")

# The role AcrPull (Azure RBAC documentation, built-in roles).
_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


class Reader:
    """Reads from one cloud.

    Args:
        azure: the connection.
        progress: told of each thing that was read.
    """

    def __init__(self, azure: Azure, progress: Progress | None) -> None:
        self._azure = azure
        self._arm = azure.arm
        self._progress = progress
        self.unread: list[tuple[str, Unknown]] = []

    def each(self, what: str, read: Callable[[Item], Result], items: Sequence[Item]) -> list[Result | None]:
        """Read something of each of many; None where that did not work, which is noted.

        Args:
            what: what is read, for a person.
            read: reads it of one.
            items: the many.
        """
        azure = self._azure
        found = run_all(read, items, parallel=azure.parallel, longest=azure.patience.longest, progress=self._progress)
        results: list[Result | None] = []
        for item, result in zip(items, found, strict=True):
            if isinstance(result, Unknown):
                self.unread.append((f"{what} {item}", result))
                results.append(None)
            else:
                results.append(result)
        return results

    def subscriptions(self) -> list[str]:
        """Ids of all subscriptions that the login sees.

        Raises:
            CallFailed: they could not be read.
        """
        found = self._arm.list("/subscriptions", versions.SUBSCRIPTIONS)
        return [str(one["subscriptionId"]).lower() for one in found if isinstance(one.get("subscriptionId"), str)]

    def registries(self, subscription: str) -> list[str]:
        """Ids of the registries of a subscription."""
        path = f"/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/registries"
        return sorted(self._ids(path, versions.REGISTRIES), key=str.lower)

    def clusters(self, subscription: str) -> list[Cluster]:
        """The clusters of a subscription whose nodes have an identity to pull with."""
        path = f"/subscriptions/{subscription}/providers/Microsoft.ContainerService/managedClusters"
        found = []
        for one in self._arm.list(path, versions.MANAGED_CLUSTERS):
            identity = look(one, "properties", "identityProfile", "kubeletidentity", "objectId")
            if isinstance(identity, str):
                found.append(Cluster(name=str(one.get("name")), identity=identity.lower()))
        return found

    def ruled(self, subscription: str) -> set[str]:
        """Workspaces that enabled rules of acrwatch in a subscription read, as ids are compared."""
        path = f"/subscriptions/{subscription}/providers/Microsoft.Insights/scheduledQueryRules"
        return {
            id_key(str(scope))
            for rule in self._arm.list(path, versions.SCHEDULED_QUERY_RULES)
            if look(rule, "tags", "acrwatch_detection") and look(rule, "properties", "enabled") is not False
            for scope in look(rule, "properties", "scopes") or []
        }

    def settings(self, target: str) -> tuple[Setting, ...]:
        """The settings of a registry or subscription that send logs to a workspace."""
        return tuple(
            Setting(name=str(one.get("name")), workspace=workspace, logs=frozenset(sent(one)))
            for one in settings_of(self._arm, target)
            if isinstance(workspace := look(one, "properties", "workspaceId"), str) and workspace and sent(one)
        )

    def pulls(self, registry: str) -> set[str]:
        """Object ids that have the role AcrPull on a registry, also from further up."""
        path = f"{registry}/providers/Microsoft.Authorization/roleAssignments"
        found = self._arm.list(path, versions.ROLE_ASSIGNMENTS, **{"$filter": "atScope()"})
        return {
            str(look(one, "properties", "principalId")).lower()
            for one in found
            if str(look(one, "properties", "roleDefinitionId")).lower().endswith(_PULL)
        }

    def location(self, workspace: str) -> str:
        """Region of a workspace.

        Raises:
            CallFailed: it could not be read, or there is no such workspace.
        """
        body = self._arm.get(workspace, versions.WORKSPACES)
        location = body.get("location")
        if not isinstance(location, str) or not location:
            raise CallFailed(Unknown(reason="Azure does not tell its region", way_out="look at it in the portal"))
        return location.replace(" ", "").lower()

    def _ids(self, path: str, version: str) -> Iterator[str]:
        for one in self._arm.list(path, version):
            if not isinstance(one.get("id"), str):
                raise CallFailed(Unknown(reason=f"a resource without an id from GET {path}", way_out="try again"))
            yield one["id"]
