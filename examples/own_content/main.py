"""A detection and a receiver of one's own, beside a host on cdktn with azurerm 5.

`detections/push_at_night` is added to the detections of acrwatch and tuned like them. `Opsgenie` is a receiver that
acrwatch does not have. Needs: pip install "acrwatch[cdktn]" cdktn-provider-azurerm==18.9.0
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cdktn import App, TerraformStack, TerraformVariable
from cdktn_provider_azurerm.monitor_metric_alert import MonitorMetricAlert
from cdktn_provider_azurerm.provider import AzurermProvider
from cdktn_provider_azurerm.resource_group import ResourceGroup

from acrwatch import DetectionSettings, DirectReceiver, Email, NewWorkspace, Problem, RegistryWatch, TuningEntry
from acrwatch.azurerm.monitor_action_group import MonitorActionGroupWebhookReceiver

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
REGISTRY = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-registries"
    "/providers/Microsoft.ContainerRegistry/registries/contosoprod"
)


@dataclass(frozen=True, kw_only=True)
class Opsgenie(DirectReceiver):
    """An alert in Opsgenie, through its integration for Azure.

    Args:
        api_key: key of the integration; a reference, since whoever knows it can page.
        region: `eu` for an account in Europe. Default: none.
    """

    api_key: str
    region: str | None = None

    BLOCK: ClassVar[str] = "webhook_receiver"
    SECRETS: ClassVar[tuple[str, ...]] = ("api_key",)

    def field_problems(self) -> Iterator[Problem]:
        """The regions that Opsgenie has."""
        if self.region not in (None, "eu"):
            yield Problem(path=("region",), message=f"{self.region!r} is no region; allowed is eu, or none")

    def block(self) -> MonitorActionGroupWebhookReceiver:
        """azurerm's `webhook_receiver`, with the address around the key."""
        host = "api.opsgenie.com" if self.region is None else f"api.{self.region}.opsgenie.com"
        return MonitorActionGroupWebhookReceiver(
            name=self.name,
            service_uri=f"https://{host}/v1/json/azure?apiKey={self.api_key}",
            use_common_alert_schema=True,
        )


app = App()
stack = TerraformStack(app, "own")
AzurermProvider(stack, "azurerm", features=[{}], subscription_id=SUBSCRIPTION)
group = ResourceGroup(stack, "group", name="rg-watch", location="westeurope")
key = TerraformVariable(stack, "opsgenie_api_key", type="string", sensitive=True, nullable=False)

watch = RegistryWatch(
    stack,
    "registry_watch",
    registries={"contosoprod": REGISTRY},
    workspace=NewWorkspace(name="log-watch"),
    resource_group_name=group.name,
    location=group.location,
    receivers=[
        Email(name="team", email_address="security@example.com"),
        Opsgenie(name="opsgenie", api_key=key.string_value, region="eu"),
    ],
    detections_dir=Path(__file__).parent / "detections",
    detections={
        "push_at_night": DetectionSettings(
            parameters={"repositories": ["release", "payments/release"]},
            except_=[TuningEntry(identity="release-train@example.com", reason="it runs at night on purpose")],
        )
    },
)

# An alert of the host that tells the same people: the watch's action group is there for others too.
MonitorMetricAlert(
    stack,
    "storage_used",
    name="registry-storage-used",
    resource_group_name=group.name,
    scopes=[REGISTRY],
    criteria=[
        {
            "metricNamespace": "Microsoft.ContainerRegistry/registries",
            "metricName": "StorageUsed",
            "aggregation": "Average",
            "operator": "GreaterThan",
            "threshold": 400_000_000_000,
        }
    ],
    action=[{"actionGroupId": watch.action_groups["default"].id}],
)
app.synth()
