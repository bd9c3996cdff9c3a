"""A watch like the example's, built by its construct in a host's stack; registries by number."""

import os
import sys
from importlib import import_module

from acrwatch import (
    ActionGroupSettings,
    DetectionSettings,
    Email,
    IdentityLimit,
    PagerDuty,
    RegistryWatch,
    Routing,
    TuningEntry,
    Variant,
    Webhook,
)
from benchmarks.cases.host import add_provider

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
REGISTRY = f"{SUBSCRIPTION}/resourceGroups/rg-registries/providers/Microsoft.ContainerRegistry/registries"

core = import_module(os.environ["ACRWATCH_CORE"])
app = core.App(outdir=sys.argv[1])
stack = core.TerraformStack(app, "acrwatch")
add_provider(core, stack)
RegistryWatch(
    stack,
    "watch",
    registries={f"contoso{number}": f"{REGISTRY}/contoso{number}" for number in range(int(sys.argv[2]))},
    workspace=f"{SUBSCRIPTION}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-security",
    resource_group_name="rg-acrwatch",
    location="westeurope",
    action_groups={
        "security": ActionGroupSettings(
            receivers=[
                Email(name="team", email_address="security@example.com"),
                Webhook(name="siem", service_uri="${var.siem_service_uri}"),
            ]
        ),
        "oncall": ActionGroupSettings(receivers=[PagerDuty(name="oncall", integration_key="${var.oncall_key}")]),
    },
    routing=Routing(default=["security"], severity={1: ["security", "oncall"]}),
    detections={
        "excessive_images_pulled": DetectionSettings(
            limits=[IdentityLimit(identity="ci@example.com", parameters={"images_limit": 200})],
            variants={"payments": Variant(severity=1, only=[TuningEntry(repository="payments/*")])},
        )
    },
)
app.synth()
