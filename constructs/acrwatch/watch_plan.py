"""What follows from the settings of a watch: where it lies, its rules, whom each tells, whose activity log is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from acrwatch.alert_rule import AlertRule
from acrwatch.azure_names import twin_problems
from acrwatch.detection.catalogue import Catalogue, catalogue
from acrwatch.detection.model import Detection
from acrwatch.detection.rule import alert_rule, rule_id, rules_of
from acrwatch.detection.tuning import DetectionSettings, Variant
from acrwatch.errors import Problem, did_you_mean
from acrwatch.ids import resource_group_of, subscription_of
from acrwatch.limits import told_groups_problems
from acrwatch.logging_settings import REGISTRY_CATEGORIES, Ownership, ownership_of, registry_id, subscription_problems
from acrwatch.record import Record
from acrwatch.references import is_reference
from acrwatch.watch_checks import group_name_problems, watch_problems
from acrwatch.watch_settings import WatchSettings, default_groups

if TYPE_CHECKING:
    from acrwatch.processing_plan import PlannedProcessing
    from acrwatch.processing_settings import ExtraGroups


class PlannedAlert(Record):
    """One rule that the watch will have.

    Args:
        detection: what it is made of.
        variant: name of the variant, None for the base rule.
        settings: its tuning.
        rule: its plain values.
        action_groups: names of the groups it tells.
    """

    detection: Detection
    variant: str | None
    settings: Variant
    rule: AlertRule
    action_groups: tuple[str, ...]

    @property
    def id(self) -> str:
        """`<id>` or `<id>.<variant>`: the construct's id."""
        return rule_id(self.detection, self.variant)


class WatchPlan(Record):
    """What follows from the settings.

    Args:
        resource_group_name: where all but the diagnostic settings lies: what was given, or else the workspace's;
            empty where there is a problem with it.
        alerts: the rules, in the order of their ids.
        subscriptions: name -> id of those whose activity log is sent by us; none when others do.
        processing: alert processing rules: those that mute, and those that add groups.
        untold: names of the action groups that no enabled rule tells. Somebody else may.
        idle: names of the extra groups that add nobody to any alert.
        strangers: id of a rule that is limited by `only`, and a registry named there that is none of the watch's.
    """

    resource_group_name: str
    alerts: tuple[PlannedAlert, ...]
    subscriptions: Mapping[str, str]
    processing: tuple[PlannedProcessing, ...] = ()
    untold: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    strangers: tuple[tuple[str, str], ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may be meant as it is, but would be a silent night if it were not."""
        said = "no rule that is enabled tells the action group {}; if one is to, name it under routing"
        more = "routing.extra.{} adds nobody: what it is for is not enabled, or tells its groups always"
        blind = "only of {0} names the registry {1}, and no id under registries ends with it: {0} sees nothing there"
        return (
            *map(said.format, self.untold),
            *map(more.format, self.idle),
            *(blind.format(*stranger) for stranger in self.strangers),
        )


def plan_watch(settings: WatchSettings) -> tuple[WatchPlan, list[Problem]]:
    """Work out the rules, and everything that is wrong.

    Args:
        settings: what the watch is given.

    Returns:
        The plan, which can be built only when there are no problems, and the problems.

    Raises:
        SettingsError: a detection in `detections_dir` cannot be read.
    """
    known = catalogue(settings.detections_dir)
    problems = list(watch_problems(settings))
    for name in settings.detections:
        if name not in known:
            said = f"there is no such detection; {did_you_mean(name, known)}"
            problems.append(Problem(path=("detections", name), message=said))
    alerts, found = _planned_alerts(settings, known)
    subscriptions, more = _subscriptions(settings)
    added = {name: set(_added(one, alerts)) for name, one in settings.routing.extra.items()}
    told = {group for alert in alerts if alert.rule.enabled for group in alert.action_groups}.union(*added.values())
    plan = WatchPlan(
        resource_group_name=_resource_group_name(settings),
        alerts=alerts,
        subscriptions=subscriptions,
        processing=tuple(_processing(settings, alerts)),
        untold=tuple(group for group in settings.action_groups if group not in told),
        idle=tuple(name for name, groups in added.items() if not groups),
        strangers=tuple(_strangers(settings, alerts)),
    )
    return plan, [*problems, *found, *more, *_log_problems(settings, alerts), *_processing_problems(settings, known)]


def _resource_group_name(settings: WatchSettings) -> str:
    if settings.resource_group_name is not None:
        return settings.resource_group_name
    workspace = settings.workspace
    return (resource_group_of(workspace) if isinstance(workspace, str) else None) or ""


def _processing(settings: WatchSettings, alerts: Sequence[PlannedAlert]) -> Iterator[PlannedProcessing]:
    if not settings.maintenance_windows and not settings.routing.extra:
        return
    from acrwatch.processing_plan import REGISTRY, Target, plan_extra, plan_windows

    targets = [
        Target(id=alert.id, detection=alert.detection.id, names_registry=REGISTRY in alert.rule.dimensions)
        for alert in alerts
    ]
    yield from plan_windows(settings.maintenance_windows, targets, settings.name)
    yield from plan_extra(settings.routing.extra, targets, settings.name)


def _processing_problems(settings: WatchSettings, known: Catalogue) -> Iterator[Problem]:
    if not settings.maintenance_windows and not settings.routing.extra:
        return
    from acrwatch.processing_checks import extra_problems, window_problems
    from acrwatch.processing_plan import REGISTRY

    rules = {
        rule_id(detection, variant): REGISTRY in detection.dimensions
        for id_, detection in known.items()
        for variant, _ in rules_of(settings.detections.get(id_, DetectionSettings()))
    }
    yield from window_problems(settings.maintenance_windows, rules, settings.registries)
    yield from extra_problems(settings.routing.extra, rules)


def _added(extra: ExtraGroups, alerts: Sequence[PlannedAlert]) -> Iterator[str]:
    """The groups that an entry adds to an alert that does not tell them anyway."""
    for alert in alerts:
        meant = extra.detections is None or not {alert.id, alert.detection.id}.isdisjoint(extra.detections)
        severe = extra.severities is None or alert.rule.severity in extra.severities
        if alert.rule.enabled and meant and severe:
            yield from (group for group in extra.action_groups if group not in alert.action_groups)


def _strangers(settings: WatchSettings, alerts: Sequence[PlannedAlert]) -> Iterator[tuple[str, str]]:
    """What a rule is limited to by a name that is mistyped, or the key of a registry whose name is another."""
    ids = [registry_id(one) for one in settings.registries.values()]
    if any(map(is_reference, ids)):
        return
    names = [id_.rpartition("/")[2].lower() for id_ in ids]
    for alert in alerts:
        for entry in alert.settings.only if alert.rule.enabled else ():
            named = entry.registry
            if named is not None and not any(fnmatchcase(name, named.lower()) for name in names):
                yield alert.id, named


def _routed(settings: WatchSettings, own: Sequence[str] | None, severity: int) -> tuple[str, ...]:
    if own is not None:
        return tuple(own)
    if severity in settings.routing.severity:
        return tuple(settings.routing.severity[severity])
    return default_groups(settings)


def _planned_alerts(settings: WatchSettings, known: Catalogue) -> tuple[tuple[PlannedAlert, ...], list[Problem]]:
    alerts: list[PlannedAlert] = []
    problems: list[Problem] = []
    for id_, detection in known.items():
        own = settings.detections.get(id_, DetectionSettings())
        problems += twin_problems(own.variants, "detections", id_, "variants")
        for variant, chosen in rules_of(own):
            path: tuple[str | int, ...] = ("detections", id_) + (("variants", variant) if variant is not None else ())
            rule, found = alert_rule(
                detection,
                chosen,
                variant=variant,
                name_prefix=settings.name,
                runbook_base_url=settings.runbook_base_url,
                tolerate_missing_tables=settings.tolerate_missing_tables,
            )
            # What is wrong with the name's first part is said once, of the watch.
            problems += [problem.below(*path) for problem in found if problem.path != ("name",)]
            if chosen.action_groups is not None:
                problems += group_name_problems(settings, chosen.action_groups, *path, "action_groups")
            if rule is None:
                continue
            groups = _routed(settings, chosen.action_groups, rule.severity)
            if chosen.action_groups is None and rule.severity not in settings.routing.severity:
                problems += _default_problems(settings, problems)
            alerts.append(
                PlannedAlert(detection=detection, variant=variant, settings=chosen, rule=rule, action_groups=groups)
            )
    return tuple(alerts), problems


def _default_problems(settings: WatchSettings, before: Sequence[Problem]) -> list[Problem]:
    """All groups but the extra ones are the default, unless there is none left or are more than a rule can have."""
    if settings.routing.default is not None:
        return []
    groups = default_groups(settings)
    found = told_groups_problems(groups, "action_groups")
    if settings.action_groups and not groups:
        said = "all action groups are under extra, so nobody would be told at other times"
        found.append(Problem(path=("routing", "extra"), message=said, way_out="name some under routing.default"))
    return [problem for problem in found if problem not in before]


def _log_problems(settings: WatchSettings, alerts: Sequence[PlannedAlert]) -> Iterator[Problem]:
    """A log that a rule needs and that our own diagnostic settings would leave out."""
    owners = {ownership_of(value) or settings.diagnostics for value in settings.registries.values()}
    if not settings.logs.categories or is_reference(settings.logs.categories) or Ownership.MANAGED not in owners:
        return
    for category in REGISTRY_CATEGORIES:
        needed = [alert.id for alert in alerts if alert.rule.enabled and category in alert.detection.data.categories]
        if needed and category not in settings.logs.categories:
            said = f"{category} is missing, and without it {', '.join(needed)} could never fire"
            yield Problem(path=("logs", "categories"), message=said, way_out="add it, or leave categories out")


def _subscriptions(settings: WatchSettings) -> tuple[Mapping[str, str], list[Problem]]:
    log = settings.activity_log
    ours = (log.diagnostics or settings.diagnostics) == Ownership.MANAGED
    if log.subscriptions is not None and not ours:
        said = "subscriptions are named, but their settings are existing, so none is made"
        way_out = "leave subscriptions out, or set activity_log.diagnostics to managed"
        return {}, [Problem(path=("activity_log", "subscriptions"), message=said, way_out=way_out)]
    if log.subscriptions is not None:
        problems = list(subscription_problems(log.subscriptions, "activity_log"))
        return log.subscriptions, problems
    if not ours:
        return {}, []
    found: dict[str, str] = {}
    for name, value in settings.registries.items():
        subscription = subscription_of(registry_id(value))
        if subscription is None and is_reference(registry_id(value)):
            problem = Problem(
                path=("activity_log", "subscriptions"),
                message=f"the id of {name} is a reference, so its subscription is not known here",
                way_out="name the subscriptions, or set diagnostics to existing where others send the activity log",
            )
            return {}, [problem]
        if subscription is not None:
            found[subscription] = subscription
    return found, []
