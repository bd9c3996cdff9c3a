"""The ordinary activity log: what people, pipelines and Azure Policy change in the subscription.

Near the rule on scanning lie a plan that Policy switches on each morning, a plan that scans no images, a change of
the plan that was refused, and registry changes with and without a body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from acrwatch.recorded_day.chance import Chance
from acrwatch.recorded_day.clock import HOUR, MINUTE, SECOND, at
from acrwatch.recorded_day.estate import DEV, PROD, ZERO, Team, guid, registry_id
from acrwatch.recorded_day.events import Change

WRITE_PLAN = "Microsoft.Security/pricings/write"
_WRITE_REGISTRY = "Microsoft.ContainerRegistry/registries/write"
_ADMIN, _ADMIN_ADDRESS = "sam.platform@example.com", "198.51.100.40"
_POLICY, _POLICY_ADDRESS = guid(3), "203.0.113.150"


def plan_id(name: str) -> str:
    """Id of a Defender plan of the subscription."""
    return f"/subscriptions/{ZERO}/providers/Microsoft.Security/pricings/{name}"


def plan_body(tier: str) -> Any:
    """Body of a plan's change, as other providers' rows have it: JSON within JSON."""
    scan = {"name": "ContainerRegistriesVulnerabilityAssessments", "isEnabled": str(tier == "Standard")}
    properties = {"pricingTier": tier, **({"extensions": [scan]} if tier == "Standard" else {})}
    return {"requestbody": json.dumps({"properties": properties})}


def operation(
    moment: int,
    name: str,
    resource: str,
    caller: tuple[str, str],
    number: int,
    *,
    body: Any = None,
    status: str = "Success",
    seconds: int = 3,
) -> Iterator[Change]:
    """The start and the end of one operation, which carry the body together.

    Args:
        moment: when it begins.
        name: the ARM operation.
        resource: id of what it changes.
        caller: who, and where from.
        number: of the operation.
        body: what its rows have under `Properties`.
        status: how it ends.
        seconds: how long it takes.
    """
    yield Change(moment, name, "Start", resource, *caller, number, body)
    yield Change(moment + seconds * SECOND, name, status, resource, *caller, number, body)


def management(chance: Chance) -> Iterator[Change]:
    """What happens to the subscription."""
    admin, policy = (_ADMIN, _ADMIN_ADDRESS), (_POLICY, _POLICY_ADDRESS)
    prod, dev = registry_id(PROD), registry_id(DEV)
    yield from operation(at("05:30"), WRITE_PLAN, plan_id("Containers"), policy, 1, body=plan_body("Standard"))
    yield from operation(at("05:31"), WRITE_PLAN, plan_id("CloudPosture"), policy, 2, body=plan_body("Standard"))
    # Casing differs from row to row in real logs.
    yield from operation(at("09:12"), WRITE_PLAN.upper(), plan_id("VirtualMachines"), admin, 3, body=plan_body("Free"))
    refused = ("alex.shop@example.com", "198.51.100.41")
    free = plan_body("Free")
    yield from operation(at("10:40"), WRITE_PLAN, plan_id("Containers"), refused, 4, body=free, status="Failure")
    trusted = {"responseBody": json.dumps({"properties": {"networkRuleBypassOptions": "AzureServices"}})}
    yield from operation(at("11:05"), _WRITE_REGISTRY, prod, admin, 5, body=trusted, seconds=20)
    yield from operation(at("13:20"), _WRITE_REGISTRY.upper(), dev.upper(), admin, 6, seconds=9)
    yield from operation(
        at("14:02"), "Microsoft.ContainerRegistry/registries/tasks/write", f"{prod}/tasks/purge", admin, 7
    )
    importer = (guid(2), "203.0.113.151")
    for number in range(4):
        begin = at("05:15") + number * MINUTE
        action = "Microsoft.ContainerRegistry/registries/importImage/action"
        yield from operation(begin, action, prod, importer, 10 + number, seconds=25)
    for hour in range(24):
        begin = hour * HOUR + chance.below(HOUR - MINUTE)
        # Policy looks through the subscription once an hour.
        yield from operation(begin, "Microsoft.Authorization/policies/audit/action", prod, policy, 20 + hour)


def team_management(team: Team, chance: Chance) -> Iterator[Change]:
    """A team's cluster grows in the morning and shrinks in the evening."""
    cluster = (
        f"/subscriptions/{ZERO}/resourceGroups/rg-{team.name}/providers/Microsoft.ContainerService"
        f"/managedClusters/aks-{team.name}/agentPools/work"
    )
    scaler = (guid(team.number * 10 + 5), "203.0.113.152")
    for turn, text in enumerate(("06:05", "19:30")):
        begin = at(text) + chance.below(30 * MINUTE)
        action = "Microsoft.ContainerService/managedClusters/agentPools/write"
        yield from operation(begin, action, cluster, scaler, team.number * 10_000 + turn, seconds=90)
