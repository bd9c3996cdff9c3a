"""One detection becomes one scheduled query rule, and an event rule keeps its `Resolved` quiet.

What Azure would refuse is decided in `limits`, what is worth an alert in the detection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from constructs import Construct

from acrwatch.alert_rule import AlertRule, Kind
from acrwatch.azure_names import location_problems, processing_rule_name, resource_group_problems, tag_problems
from acrwatch.azurerm.monitor_alert_processing_rule_suppression import (
    MonitorAlertProcessingRuleSuppression,
    MonitorAlertProcessingRuleSuppressionCondition,
    MonitorAlertProcessingRuleSuppressionConditionAlertRuleId,
    MonitorAlertProcessingRuleSuppressionConditionMonitorCondition,
)
from acrwatch.azurerm.monitor_scheduled_query_rules_alert_v2 import (
    MonitorScheduledQueryRulesAlertV2,
    MonitorScheduledQueryRulesAlertV2Action,
    MonitorScheduledQueryRulesAlertV2Criteria,
    MonitorScheduledQueryRulesAlertV2CriteriaDimension,
    MonitorScheduledQueryRulesAlertV2CriteriaFailingPeriods,
)
from acrwatch.claims import Claim, take
from acrwatch.core import adopt, place_of
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection
from acrwatch.detection.rule import alert_rule
from acrwatch.detection.tuning import DetectionSettings, Variant
from acrwatch.durations import iso8601
from acrwatch.errors import NOTHING_ADDED, Problem, SettingsError, did_you_mean
from acrwatch.ids import IdKind, id_problems, subscription_of
from acrwatch.limits import told_groups_problems
from acrwatch.references import literal
from acrwatch.tags import ignoring
from acrwatch.urls import runbook_problems
from acrwatch.value_types import checked

if TYPE_CHECKING:
    from acrwatch.binding import Provider


class DetectionAlert(Construct):
    """The scheduled query rule that one detection becomes.

    An event rule comes with an alert processing rule that keeps its `Resolved` notifications from
    every receiver: Azure resolves the alert when the event leaves the look-back, which means
    nothing to a responder.

    Args:
        scope: construct it belongs to.
        id_: id within the scope; another id is another Terraform address, and the rule would be
            replaced and forget what it already alerted.
        detection: a detection, or the id of one of ours.
        workspace_id: workspace the rule reads and fires on; a reference is welcome.
        resource_group_name: resource group of the rule, in the workspace's subscription.
        location: region of the rule, as a rule the workspace's.
        action_group_ids: action groups that are told, at most five. Default: none.
        settings: severity, frequency, parameters and tuning. Default: the detection's own.
        variant: name of the variant, when this is a further rule of a detection.
        name: first part of the Azure name, ahead of `-<id>`. Default: `acrwatch`.
        runbook_base_url: where the runbooks are; `/<id>` is added. Default: no runbook is named.
        tolerate_missing_tables: whether the query runs before its table has a row. Default: true.
        tags: tags of the rule beside our own, which say what it is. Default: none.
        ignored_tags: tags that others write, which Terraform leaves alone; `*` for all.
        provider: azurerm provider, where a stack has several. Default: the stack's.

    Raises:
        SettingsError: Azure would refuse the rule, or it could never fire.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        detection: str | Detection,
        workspace_id: str,
        resource_group_name: str,
        location: str,
        action_group_ids: Sequence[str] = (),
        settings: Variant | None = None,
        variant: str | None = None,
        name: str = "acrwatch",
        runbook_base_url: str | None = None,
        tolerate_missing_tables: bool = True,
        tags: Mapping[str, str] | None = None,
        ignored_tags: Sequence[str] = (),
        provider: Provider | Construct | None = None,
    ) -> None:
        content = _found(detection, id_)
        chosen = settings if settings is not None else Variant()
        rule, problems = alert_rule(
            content,
            chosen,
            variant=variant,
            name_prefix=name,
            runbook_base_url=runbook_base_url,
            tolerate_missing_tables=tolerate_missing_tables,
        )
        problems += _unused_problems(settings)
        problems += id_problems(workspace_id, IdKind.WORKSPACE, "workspace_id")
        problems += resource_group_problems(resource_group_name, "resource_group_name")
        problems += location_problems(location, "location")
        problems += runbook_problems(runbook_base_url)
        problems += tag_problems(tags or {}, ignored_tags)
        problems += told_groups_problems(action_group_ids, "action_group_ids")
        for position, group in enumerate(action_group_ids):
            problems += id_problems(group, IdKind.ACTION_GROUP, "action_group_ids", position)
        if rule is None or problems:
            raise SettingsError(problems, f"DetectionAlert {id_!r}", NOTHING_ADDED)
        quiet_name = quiet_name_of(rule, name, content, variant)
        place = place_of(scope).child(id_)
        claims = alert_claims(rule, quiet_name, resource_group_name, subscription_of(workspace_id), provider)
        take([(place, claim) for claim in claims], f"DetectionAlert {id_!r}")
        super().__init__(scope, id_)
        adopt(self, scope, id_)
        self._detection = content
        self._settings = chosen
        self._variant = variant
        self._rule = rule
        lifecycle = ignoring(ignored_tags)
        all_tags = {**(tags or {}), **{key: literal(value) for key, value in rule.tags.items()}}
        self._resource = MonitorScheduledQueryRulesAlertV2(
            self,
            "Resource",
            name=rule.name,
            display_name=literal(rule.display_name),
            description=literal(rule.description),
            resource_group_name=resource_group_name,
            location=location,
            scopes=[workspace_id],
            severity=rule.severity,
            enabled=rule.enabled,
            evaluation_frequency=iso8601(rule.frequency),
            window_duration=iso8601(rule.window),
            auto_mitigation_enabled=rule.auto_mitigation,
            mute_actions_after_alert_duration=iso8601(rule.mute) if rule.mute is not None else None,
            # The table may not have a row yet, and Azure refuses a query on a table it does not know.
            skip_query_validation=True,
            criteria=[_criteria(rule)],
            action=_action(rule, action_group_ids),
            tags=all_tags,
            lifecycle=lifecycle,
            provider=provider,
        )
        self._quiet = None
        if quiet_name is not None:
            self._quiet = MonitorAlertProcessingRuleSuppression(
                self,
                "resolved",
                name=quiet_name,
                description=literal(f"Keeps the Resolved notifications of {rule.display_name} from every receiver."),
                resource_group_name=resource_group_name,
                scopes=[workspace_id],
                condition=_resolved(self._resource.id),
                tags=all_tags,
                lifecycle=lifecycle,
                provider=provider,
            )

    @property
    def id(self) -> str:
        """Reference to the rule's id."""
        return self._resource.id

    @property
    def detection(self) -> Detection:
        """The detection the rule was made of."""
        return self._detection

    @property
    def settings(self) -> Variant:
        """Severity, frequency, parameters and tuning that it was given."""
        return self._settings

    @property
    def variant(self) -> str | None:
        """Name of the variant; None for the base rule."""
        return self._variant

    @property
    def rule(self) -> AlertRule:
        """The rule's plain values, with the query as Azure gets it."""
        return self._rule

    @property
    def resource(self) -> MonitorScheduledQueryRulesAlertV2:
        """The rule underneath, for what acrwatch does not offer."""
        return self._resource

    @property
    def processing_rule(self) -> MonitorAlertProcessingRuleSuppression | None:
        """What keeps `Resolved` quiet; None for a volume rule, whose resolution means something."""
        return self._quiet


def alert_claims(
    rule: AlertRule, quiet_name: str | None, resource_group_name: str, within: str | None, provider: object
) -> Iterator[Claim]:
    """The Azure names that an alert wants.

    Args:
        rule: its rule.
        quiet_name: name of its processing rule, if it has one.
        resource_group_name: resource group of both.
        within: id of its subscription, where that is known.
        provider: what makes it; None for the stack's.
    """
    named = {"alert rule": rule.name, "alert processing rule": quiet_name}
    for what, name in named.items():
        if name is not None:
            yield Claim(what=what, keys=[(resource_group_name, name)], within=within, provider=provider)


def _unused_problems(settings: Variant | None) -> Iterator[Problem]:
    """What only a watch can do something with."""
    if settings is None:
        return
    if settings.action_groups is not None:
        said = "these are names of a watch's action groups, and here is no watch"
        yield Problem(path=("settings", "action_groups"), message=said, way_out="give action_group_ids")
    if isinstance(settings, DetectionSettings) and settings.variants:
        said = "each variant is a rule of its own"
        yield Problem(path=("settings", "variants"), message=said, way_out="make a DetectionAlert for each")


def _found(detection: str | Detection, id_: str) -> Detection:
    if isinstance(detection, Detection):
        return detection
    known = catalogue()
    if detection not in known:
        said = f"there is no detection {detection!r}; {did_you_mean(detection, known)}"
        raise SettingsError([Problem(path=("detection",), message=said)], f"DetectionAlert {id_!r}", NOTHING_ADDED)
    return known[detection]


def _criteria(rule: AlertRule) -> MonitorScheduledQueryRulesAlertV2Criteria:
    return MonitorScheduledQueryRulesAlertV2Criteria(
        query=literal(rule.query),
        time_aggregation_method=rule.aggregation.value,
        metric_measure_column=rule.measure,
        operator=rule.operator.value,
        threshold=rule.threshold,
        dimension=[
            MonitorScheduledQueryRulesAlertV2CriteriaDimension(name=name, operator="Include", values=["*"])
            for name in rule.dimensions
        ],
        failing_periods=MonitorScheduledQueryRulesAlertV2CriteriaFailingPeriods(
            number_of_evaluation_periods=1, minimum_failing_periods_to_trigger_alert=1
        ),
    )


def _action(rule: AlertRule, action_group_ids: Sequence[str]) -> MonitorScheduledQueryRulesAlertV2Action:
    return MonitorScheduledQueryRulesAlertV2Action(
        action_groups=list(action_group_ids),
        # The runbook's URL is the user's: escaped already by the settings file, or a reference.
        custom_properties={
            key: value if key == "runbook" else literal(value) for key, value in rule.custom_properties.items()
        },
    )


def quiet_name_of(rule: AlertRule, name: str, detection: Detection, variant: str | None) -> str | None:
    """Name of the processing rule that an alert comes with, if it does.

    Args:
        rule: the alert's rule.
        name: first part of its Azure name.
        detection: what it is made of.
        variant: name of the variant; None for the base rule.
    """
    if rule.kind is not Kind.EVENT or not rule.auto_mitigation:
        return None
    return processing_rule_name(name, detection.id, *([] if variant is None else [variant]), "resolved")


def _resolved(rule_id: str) -> MonitorAlertProcessingRuleSuppressionCondition:
    return MonitorAlertProcessingRuleSuppressionCondition(
        alert_rule_id=MonitorAlertProcessingRuleSuppressionConditionAlertRuleId(operator="Equals", values=[rule_id]),
        monitor_condition=MonitorAlertProcessingRuleSuppressionConditionMonitorCondition(
            operator="Equals", values=["Resolved"]
        ),
    )
