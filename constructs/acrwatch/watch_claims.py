"""The Azure names that a watch wants, so that they are taken before anything of it is made."""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.alerts import alert_claims, quiet_name_of
from acrwatch.claims import Claim
from acrwatch.core import Place
from acrwatch.diagnostics import diagnostics_claims, managed_registries, subscription_targets
from acrwatch.ids import subscription_of
from acrwatch.notifications.group_settings import ActionGroupSettings
from acrwatch.watch_plan import WatchPlan
from acrwatch.watch_settings import WatchSettings, group_name


def watch_claims(
    place: Place, settings: WatchSettings, plan: WatchPlan, *, provider: object = None, subscription: str | None = None
) -> Iterator[tuple[Place, Claim]]:
    """What each construct of a watch wants, by its place.

    Args:
        place: of the watch.
        settings: what the watch is given.
        plan: what follows from them.
        provider: what makes it. Default: the stack's.
        subscription: where all but the diagnostic settings is made. Default: the workspace's, as far as it is known.
    """
    workspace = settings.workspace
    group = plan.resource_group_name
    existing = workspace if isinstance(workspace, str) else None
    within = subscription or (None if existing is None else subscription_of(existing))
    if not isinstance(workspace, str):
        yield place, Claim(what="workspace", keys=[(group, workspace.name)], within=within, provider=provider)
    registries = managed_registries(settings.registries, settings.diagnostics).values()
    for claim in diagnostics_claims(registries, existing, settings.logs.name):
        yield place.child("registry_diagnostics"), claim
    subscriptions = subscription_targets(plan.subscriptions).values()
    for claim in diagnostics_claims(subscriptions, existing, settings.activity_log.name):
        yield place.child("activity_log_diagnostics"), claim
    for key, value in settings.action_groups.items():
        if isinstance(value, ActionGroupSettings):
            keys = [(group, group_name(settings, key))]
            wanted = Claim(what="action group", keys=keys, within=within, provider=provider)
            yield place.child(f"action_group_{key}"), wanted
    for alert in plan.alerts:
        quiet_name = quiet_name_of(alert.rule, settings.name, alert.detection, alert.variant)
        for claim in alert_claims(alert.rule, quiet_name, group, within, provider):
            yield place.child(f"alert_{alert.id}"), claim
    for planned in plan.processing:
        claim = Claim(what="alert processing rule", keys=[(group, planned.name)], within=within, provider=provider)
        yield place.child(planned.id), claim
