"""A small watch as plain values, to be changed in one argument at a time."""

from typing import Any

from acrwatch.notifications.email import Email
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.watch_settings import WatchSettings

ONE = "11111111-2222-3333-4444-555555555555"
TWO = "99999999-2222-3333-4444-555555555555"


def registry(name: str, subscription: str = ONE) -> str:
    """The id of a registry."""
    return f"/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/{name}"


def group(*names: str, **changes: Any) -> ActionGroupSettings:
    """An action group with a mail receiver of each name."""
    receivers = [Email(name=name, email_address="a@example.com") for name in names or ("mail",)]
    return ActionGroupSettings(receivers=receivers, **changes)


FINE = WatchSettings(
    registries={"one": registry("one")},
    workspace=f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log",
    resource_group_name="rg",
    location="westeurope",
    action_groups={"all": group()},
)
EXISTING = f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.Insights/actionGroups/them"
