"""The rules of a platform team as an aspect: its tags on everything, and no alert rule that nobody has tuned.

The team hands out the aspect, and each stack keeps its own watch. On cdktn with azurerm 5. Needs:
pip install "acrwatch[cdktn]" cdktn-provider-azurerm==18.9.0
"""

from collections.abc import Mapping

import jsii
from cdktn import App, Aspects, IAspect, TerraformStack
from cdktn_provider_azurerm.log_analytics_workspace import LogAnalyticsWorkspace
from cdktn_provider_azurerm.management_lock import ManagementLock
from cdktn_provider_azurerm.provider import AzurermProvider
from cdktn_provider_azurerm.resource_group import ResourceGroup
from constructs import IConstruct

from acrwatch import ActivityLogSettings, DetectionAlert, DetectionSettings, Email, RegistryWatch, TuningEntry

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
REGISTRY = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-registries"
    "/providers/Microsoft.ContainerRegistry/registries/contosoprod"
)


@jsii.implements(IAspect)
class TeamRules:
    """Puts the team's tags on all resources that have tags, and refuses rules that are deployed as they come.

    Args:
        tags: the team's tags.
        untuned: detections that may stay as they come, with the reason.
    """

    def __init__(self, tags: Mapping[str, str], untuned: Mapping[str, str]) -> None:
        self._tags = tags
        self._untuned = untuned

    def visit(self, node: IConstruct) -> None:
        """Look at one construct; the core calls it for each."""
        if isinstance(node, DetectionAlert):
            self._refuse_untuned(node)
        # A resource of acrwatch points back to its binding, which knows whether there are tags.
        handle = getattr(node, "handle", None)
        has_tags = hasattr(node, "tags_input") if handle is None else hasattr(handle, "tags")
        if has_tags:
            for name, value in self._tags.items():
                node.add_override(f"tags.{name}", value)  # type: ignore[attr-defined]  # all resources have it

    def _refuse_untuned(self, alert: DetectionAlert) -> None:
        tuning = alert.settings
        is_tuned = bool(tuning.only or tuning.except_ or tuning.parameters or tuning.limits)
        if not is_tuned and alert.detection.id not in self._untuned:
            raise ValueError(f"{alert.node.path} is deployed as it comes; tune it, or say why it may stay so")


app = App()
stack = TerraformStack(app, "team")
AzurermProvider(stack, "azurerm", features=[{}], subscription_id=SUBSCRIPTION)
group = ResourceGroup(stack, "group", name="rg-team", location="westeurope")
workspace = LogAnalyticsWorkspace(
    stack, "workspace", name="log-team", resource_group_name=group.name, location=group.location
)

watch = RegistryWatch(
    stack,
    "registry_watch",
    registries={"contosoprod": REGISTRY},
    workspace=workspace.id,
    resource_group_name=group.name,
    location=group.location,
    receivers=[Email(name="team", email_address="security@example.com")],
    activity_log=ActivityLogSettings(subscriptions={"main": SUBSCRIPTION}),
    detections={
        "excessive_images_pulled": DetectionSettings(parameters={"images_limit": 40}),
        "excessive_images_pushed": DetectionSettings(parameters={"images_limit": 15}),
        "images_deleted_in_repository": DetectionSettings(
            except_=[TuningEntry(identity="purge-task@example.com", client="*acr-cli*", reason="the nightly purge")]
        ),
    },
)
ManagementLock(
    stack,
    "lock",
    name="keep-the-people",
    scope=watch.action_groups["default"].id,
    lock_level="CanNotDelete",
)

Aspects.of(stack).add(
    TeamRules(
        tags={"team": "platform", "cost-centre": "4711"},
        untuned={
            "forced_repository_deleted": "no repository is ever deleted here",
            "image_vulnerability_scan_disabled": "nobody may turn the scanner off",
        },
    )
)
app.synth()
