"""Puts a stack into the stand-in as if Terraform had applied it: JSON in Azure's names, casing and defaults.

What azurerm sends was measured (azurerm 4.81 and 5.2); what Azure adds and how it spells ids follows its API
references. This is written apart from what `acrwatch.live` compares, so that the two can disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from acrwatch.synthesised import SynthesisedStack
from acrwatch.synthesised.values import Instance, Reference, Unknown, Value, plain

if TYPE_CHECKING:
    from acrwatch.testing.azure.stand_in import AzureStandIn

GUID = "00000000-0000-0000-0000-000000000000"
SIGNATURE = "stand-in-signature-of-a-callback-url"
"""What makes the URL that starts a Logic App a secret."""
_OPERATORS = {"Equal": "Equals"}
_CATEGORIES = ("ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents")
_ACTIVITY = (
    "Administrative",
    "Security",
    "ServiceHealth",
    "Alert",
    "Recommendation",
    "Policy",
    "Autoscale",
    "ResourceHealth",
)


def apply_stack(stand_in: AzureStandIn, stack: SynthesisedStack, variables: Mapping[str, str] | None = None) -> None:
    """Make what a stack declares, and what it names and takes for granted: workspace, registries, the scanning plan.

    Args:
        stand_in: where it is made.
        stack: the stack; ids in it have to be known.
        variables: values of its variables, such as `siem_service_uri`. Default: something for each.
    """
    _Application(stand_in, stack, variables or {}).run()


class _Application:
    def __init__(self, stand_in: AzureStandIn, stack: SynthesisedStack, variables: Mapping[str, str]) -> None:
        self._put = stand_in.resources.put
        self._stack = stack
        self._variables = variables
        self._by_address = {instance.address: instance for instance in stack.instances}

    def run(self) -> None:
        makers: Mapping[str, Callable[[Instance], None]] = {
            "azurerm_resource_group": self._resource_group,
            "azurerm_log_analytics_workspace": self._workspace,
            "azurerm_monitor_action_group": self._group,
            "azurerm_monitor_scheduled_query_rules_alert_v2": self._rule,
            "azurerm_monitor_alert_processing_rule_suppression": self._processing_rule,
            "azurerm_monitor_alert_processing_rule_action_group": self._processing_rule,
            "azurerm_monitor_diagnostic_setting": self._setting,
            "azapi_resource": self._workflow,
        }
        for instance in self._stack.instances:
            if instance.type in makers:
                makers[instance.type](instance)

    def _id(self, value: Value) -> str:
        """An id, as it will be."""
        if isinstance(value, Reference) and value.address.startswith("azapi_resource."):
            values = self._by_address[value.address].values
            return f"{self._id(values['parent_id'])}/providers/{values['type'].partition('@')[0]}/{values['name']}"
        if isinstance(value, Unknown):
            value = re.sub(r"\$\{([^}]*)\}", lambda match: self._evaluated(match[1]), value.written)
        written = value.address if isinstance(value, Reference) else str(value)
        found = self._stack.identities.azure_id(written)
        if found is None:
            raise ValueError(f"{value} has no id that can be known before the apply")
        return found

    def _evaluated(self, expression: str) -> str:
        """What Terraform makes of the expressions that ids are put together with."""
        if segment := re.fullmatch(r'element\(split\("/", ([\w.-]+)\.id\), (\d+)\)', expression):
            return self._id(Reference(segment[1], "id")).split("/")[int(segment[2])]
        address, _, attribute = expression.rpartition(".")
        if attribute == "name" and address in self._by_address:
            return str(self._by_address[address].values["name"])
        return self._id(Reference(address, attribute))

    def _text(self, value: Value) -> Any:
        """A value in which variables have theirs."""
        if isinstance(value, Reference):
            return self._id(value) if value.attribute == "id" else self._callback_url(value.address)
        if isinstance(value, Unknown):
            return re.sub(
                r"\$\{var\.([\w-]+)\}",
                lambda match: self._variables.get(match[1], f"https://{match[1].replace('_', '-')}.example.com/hook"),
                value.written,
            )
        return value

    def _own_id(self, instance: Instance) -> str:
        return self._id(Reference(instance.address, "id"))

    def _resource_group(self, instance: Instance) -> None:
        self._subscription(self._own_id(instance))
        self._put(
            self._own_id(instance),
            {"location": instance.values.get("location"), "type": "Microsoft.Resources/resourceGroups"},
        )

    def _subscription(self, id_: str) -> None:
        """The subscription of an id, with the providers registered and the registries' images scanned."""
        root = "/".join(id_.split("/")[:3])
        self._put(root, {"subscriptionId": root.rpartition("/")[2], "state": "Enabled", "displayName": "stand-in"})
        for namespace in (
            "Microsoft.Insights",
            "Microsoft.AlertsManagement",
            "Microsoft.OperationalInsights",
            "Microsoft.Security",
            "Microsoft.ContainerRegistry",
            "Microsoft.Logic",
        ):
            self._put(f"{root}/providers/{namespace}", {"namespace": namespace, "registrationState": "Registered"})
        extension = {"name": "ContainerRegistriesVulnerabilityAssessments", "isEnabled": "True"}
        plan = {"pricingTier": "Standard", "extensions": [extension]}
        self._put(f"{root}/providers/Microsoft.Security/pricings/Containers", {"properties": plan})
        self._put(f"{root}/providers/Microsoft.Security/pricings/CloudPosture", {"properties": {"pricingTier": "Free"}})
        permissions = {"actions": ["*"], "notActions": [], "dataActions": [], "notDataActions": []}
        self._put(f"{root}/providers/Microsoft.Authorization/permissions/owner", permissions)

    def _workspace(self, instance: Instance) -> None:
        self._make_workspace(self._own_id(instance), str(instance.values.get("location")), instance)

    def _make_workspace(self, id_: str, location: str, instance: Instance | None = None) -> None:
        self._subscription(id_)
        properties = {
            "customerId": GUID,
            "provisioningState": "Succeeded",
            "sku": {"name": str((instance.values if instance else {}).get("sku", "pergb2018")).lower()},
            "retentionInDays": (instance.values if instance else {}).get("retention_in_days", 30),
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
        }
        self._put(id_, {"location": location, "properties": properties})
        for table in (*_CATEGORIES, "AzureActivity"):
            self._put(f"{id_}/tables/{table}", {"properties": {"plan": "Analytics", "schema": {"name": table}}})

    def _registry(self, id_: str) -> None:
        name = id_.rpartition("/")[2]
        self._subscription(id_)
        body = {"location": "westeurope", "sku": {"name": "Premium"}, "properties": {"loginServer": f"{name}.example"}}
        self._put(id_, body)

    def _rule(self, instance: Instance) -> None:
        values = instance.values
        scopes = [self._id(scope) for scope in values["scopes"]]
        for scope in scopes:
            if scope.lower().count("/microsoft.operationalinsights/"):
                declared = self._by_address.get(self._stack.identities.address(scope))
                self._make_workspace(scope, str(values.get("location")), declared)
        action = _one(values.get("action")) or {}
        email = action.get("email_subject")
        properties: dict[str, Any] = {
            "createdWithApiVersion": "2023-03-15-preview",
            "displayName": values.get("display_name") or values["name"],
            "description": values.get("description", ""),
            "severity": int(values["severity"]),
            "enabled": values.get("enabled", True),
            "evaluationFrequency": values["evaluation_frequency"],
            "scopes": scopes,
            "targetResourceTypes": values.get("target_resource_types") or ["Microsoft.OperationalInsights/workspaces"],
            "windowSize": values["window_duration"],
            "criteria": {"allOf": [_criterion(block) for block in _blocks(values["criteria"])]},
            "autoMitigate": values.get("auto_mitigation_enabled", False),
            "checkWorkspaceAlertsStorageConfigured": values.get("workspace_alerts_storage_enabled", False),
            "skipQueryValidation": values.get("skip_query_validation", False),
            "isLegacyLogAnalyticsRule": False,
            "actions": {
                # Azure hands them out in another casing and order than it was given.
                "actionGroups": [self._id(group).lower() for group in reversed(action.get("action_groups") or [])],
                "customProperties": dict(action.get("custom_properties") or {}),
                "actionProperties": {} if email is None else {"Email.Subject": email},
            },
        }
        for name, argument in (
            ("overrideQueryTimeRange", "query_time_range_override"),
            ("muteActionsDuration", "mute_actions_after_alert_duration"),
        ):
            if values.get(argument):
                properties[name] = values[argument]
        self._put(
            _insights(self._own_id(instance), "scheduledqueryrules"),
            {
                "kind": "LogAlert",
                "location": values.get("location"),
                "tags": dict(values.get("tags") or {}),
                "etag": '"0000"',
                "properties": properties,
            },
        )

        # Reported on for rules that are evaluated often, and on no others.
        if values["evaluation_frequency"] in ("PT1M", "PT5M", "PT10M", "PT15M"):
            health = {"availabilityState": "Available", "reportedTime": "2026-01-31T12:00:00Z"}
            path = f"{self._own_id(instance)}/providers/Microsoft.ResourceHealth/availabilityStatuses/current"
            self._put(path, {"properties": health})

    def _workflow(self, instance: Instance) -> None:
        if not str(instance.values.get("type", "")).lower().startswith("microsoft.logic/workflows@"):
            return
        id_ = self._own_id(instance)
        self._subscription(id_)
        sent = plain(instance.values["body"])["properties"]
        declared = (sent.get("definition") or {}).get("parameters") or {}
        body = {
            "location": instance.values.get("location"),
            "tags": dict(instance.values.get("tags") or {}),
            "properties": {
                "provisioningState": "Succeeded",
                "createdTime": "2026-01-31T12:00:00Z",
                "changedTime": "2026-01-31T12:00:00Z",
                "version": "08584000000000000000000000000",
                "accessEndpoint": _endpoint(id_),
                "state": "Enabled",
                **sent,
                # The values of secure ones are told to nobody.
                "parameters": {name: {"type": one["type"]} for name, one in declared.items()},
            },
        }
        self._put(id_, body)

    def _callback_url(self, action: str) -> str:
        """What `listCallbackUrl` answers for the trigger that an `azapi_resource_action` names: signed, so a secret."""
        written = str(self._by_address[action].values["resource_id"])
        workflow, _, trigger = self._id(Unknown(written, "")).partition("/triggers/")
        asked = f"api-version=2016-10-01&sp=%2Ftriggers%2F{trigger}%2Frun&sv=1.0&sig={SIGNATURE}"
        return f"{_endpoint(workflow)}/triggers/{trigger}/paths/invoke?{asked}"

    def _group(self, instance: Instance) -> None:
        values = instance.values
        properties: dict[str, Any] = {
            "groupShortName": values["short_name"],
            "enabled": values.get("enabled", True),
        }
        for block, (name, members) in _RECEIVERS.items():
            properties[name] = [
                {
                    **{
                        key: self._text(receiver[argument]) for argument, key in members.items() if argument in receiver
                    },
                    **({"status": "Enabled"} if block in _WITH_STATUS else {}),
                    **({} if block in _WITHOUT_SCHEMA else {"useCommonAlertSchema": _schema(receiver)}),
                    **({"useAadAuth": bool(_one(receiver.get("aad_auth")))} if block == "webhook_receiver" else {}),
                    **self._aad(receiver),
                }
                for receiver in _blocks(values.get(block))
            ]
        self._put(
            self._own_id(instance),
            {"location": "Global", "tags": dict(values.get("tags") or {}), "properties": properties},
        )

    def _aad(self, receiver: Mapping[str, Value]) -> Mapping[str, Any]:
        auth = _one(receiver.get("aad_auth")) or {}
        names = (("objectId", "object_id"), ("identifierUri", "identifier_uri"), ("tenantId", "tenant_id"))
        return {key: self._text(auth[name]) for key, name in names if name in auth}

    def _processing_rule(self, instance: Instance) -> None:
        values = instance.values
        groups = [self._id(group) for group in values.get("add_action_group_ids") or []]
        action: dict[str, Any] = {"actionType": "RemoveAllActionGroups"}
        if instance.type.endswith("_action_group"):
            action = {"actionType": "AddActionGroups", "actionGroupIds": groups}
        condition = _one(values.get("condition")) or {}
        schedule = _one(values.get("schedule"))
        self._put(
            self._own_id(instance),
            {
                "location": "Global",
                "tags": dict(values.get("tags") or {}),
                "properties": {
                    "scopes": [self._id(scope) for scope in values["scopes"]],
                    "description": values.get("description", ""),
                    "enabled": values.get("enabled", True),
                    "conditions": [
                        {
                            "field": _camel(field),
                            "operator": block["operator"],
                            "values": [self._text(value) for value in block["values"]],
                        }
                        for field, blocks in condition.items()
                        for block in _blocks(blocks)
                    ],
                    "schedule": None if schedule is None else _schedule(schedule),
                    "actions": [action],
                },
            },
        )

    def _setting(self, instance: Instance) -> None:
        values = instance.values
        target = self._id(values["target_resource_id"])
        if "/registries/" in target.lower():
            self._registry(target)
        else:
            self._subscription(target)
        on = {str(block.get("category")) for block in _blocks(values.get("enabled_log"))}
        groups = [block["category_group"] for block in _blocks(values.get("enabled_log")) if "category_group" in block]
        all_ = _CATEGORIES if "/registries/" in target.lower() else _ACTIVITY
        retention = {"enabled": False, "days": 0}
        logs: list[dict[str, Any]] = [
            {"category": category, "categoryGroup": None, "enabled": category in on, "retentionPolicy": retention}
            for category in all_
        ]
        if groups:
            logs = [
                {"category": None, "categoryGroup": group, "enabled": True, "retentionPolicy": retention}
                for group in groups
            ]
        metrics = [
            {"category": block.get("category"), "enabled": True, "retentionPolicy": retention}
            for block in _blocks(values.get("enabled_metric"))
        ]
        workspace = values.get("log_analytics_workspace_id")
        properties = {
            "storageAccountId": _or_none(values.get("storage_account_id"), self._id),
            "serviceBusRuleId": None,
            "workspaceId": None if workspace is None else self._id(workspace),
            "eventHubAuthorizationRuleId": _or_none(values.get("eventhub_authorization_rule_id"), self._id),
            "eventHubName": values.get("eventhub_name"),
            "logAnalyticsDestinationType": None,
            "logs": logs,
            "metrics": metrics,
        }
        self._put(
            f"{target}/providers/microsoft.insights/diagnosticSettings/{values['name']}",
            {"type": "Microsoft.Insights/diagnosticSettings", "location": None, "properties": properties},
        )


# Block -> Azure's list and the names of its members.
_RECEIVERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "arm_role_receiver": ("armRoleReceivers", {"name": "name", "role_id": "roleId"}),
    "automation_runbook_receiver": (
        "automationRunbookReceivers",
        {
            "name": "name",
            "automation_account_id": "automationAccountId",
            "runbook_name": "runbookName",
            "webhook_resource_id": "webhookResourceId",
            "is_global_runbook": "isGlobalRunbook",
            "service_uri": "serviceUri",
        },
    ),
    "azure_app_push_receiver": ("azureAppPushReceivers", {"name": "name", "email_address": "emailAddress"}),
    "azure_function_receiver": (
        "azureFunctionReceivers",
        {
            "name": "name",
            "function_app_resource_id": "functionAppResourceId",
            "function_name": "functionName",
            "http_trigger_url": "httpTriggerUrl",
        },
    ),
    "email_receiver": ("emailReceivers", {"name": "name", "email_address": "emailAddress"}),
    "event_hub_receiver": (
        "eventHubReceivers",
        {
            "name": "name",
            "event_hub_namespace": "eventHubNameSpace",
            "event_hub_name": "eventHubName",
            "subscription_id": "subscriptionId",
            "tenant_id": "tenantId",
        },
    ),
    "itsm_receiver": (
        "itsmReceivers",
        {
            "name": "name",
            "workspace_id": "workspaceId",
            "connection_id": "connectionId",
            "ticket_configuration": "ticketConfiguration",
            "region": "region",
        },
    ),
    "logic_app_receiver": (
        "logicAppReceivers",
        {"name": "name", "resource_id": "resourceId", "callback_url": "callbackUrl"},
    ),
    "sms_receiver": ("smsReceivers", {"name": "name", "country_code": "countryCode", "phone_number": "phoneNumber"}),
    "voice_receiver": (
        "voiceReceivers",
        {"name": "name", "country_code": "countryCode", "phone_number": "phoneNumber"},
    ),
    "webhook_receiver": ("webhookReceivers", {"name": "name", "service_uri": "serviceUri"}),
}
_WITH_STATUS = ("email_receiver", "sms_receiver")
_WITHOUT_SCHEMA = ("itsm_receiver", "sms_receiver", "voice_receiver", "azure_app_push_receiver")


def _criterion(block: Mapping[str, Value]) -> Mapping[str, Any]:
    periods = _one(block.get("failing_periods")) or {}
    return {
        "query": block["query"],
        "timeAggregation": block["time_aggregation_method"],
        "metricMeasureColumn": block.get("metric_measure_column"),
        "resourceIdColumn": block.get("resource_id_column"),
        "dimensions": [
            {"name": one["name"], "operator": one["operator"], "values": list(one["values"])}
            for one in _blocks(block.get("dimension"))
        ],
        "operator": _OPERATORS.get(block["operator"], block["operator"]),
        "threshold": float(block["threshold"]),
        "failingPeriods": {
            "numberOfEvaluationPeriods": periods.get("number_of_evaluation_periods", 1),
            "minFailingPeriodsToAlert": periods.get("minimum_failing_periods_to_trigger_alert", 1),
        },
    }


def _schedule(block: Mapping[str, Value]) -> Mapping[str, Any]:
    recurrence = _one(block.get("recurrence")) or {}
    made: dict[str, Any] = {"timeZone": block.get("time_zone", "UTC")}
    for name in ("effective_from", "effective_until"):
        if block.get(name):
            made[_camel(name)[0].lower() + _camel(name)[1:]] = block[name]
    made["recurrences"] = [
        {
            "recurrenceType": kind.capitalize(),
            **{
                key: one[argument]
                for key, argument in (("startTime", "start_time"), ("endTime", "end_time"))
                if argument in one
            },
            **({"daysOfWeek": list(one["days_of_week"])} if "days_of_week" in one else {}),
            **({"daysOfMonth": list(one["days_of_month"])} if "days_of_month" in one else {}),
        }
        for kind, ones in recurrence.items()
        for one in _blocks(ones)
    ]
    return made


def _endpoint(workflow: str) -> str:
    """Where Azure runs a Logic App; the number follows from its id."""
    number = sha256(workflow.lower().encode()).hexdigest()[:32]
    return f"https://prod-00.westeurope.logic.azure.com:443/workflows/{number}"


def _insights(id_: str, type_: str) -> str:
    """Ids of rules come back from Azure in small letters."""
    return re.sub(r"/providers/Microsoft\.Insights/\w+/", f"/providers/microsoft.insights/{type_}/", id_)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _schema(receiver: Mapping[str, Value]) -> bool:
    return bool(receiver.get("use_common_alert_schema", False))


def _or_none(value: Value, function: Callable[[Value], str]) -> str | None:
    return None if value is None else function(value)


def _blocks(value: Value) -> Iterator[Mapping[str, Value]]:
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list | tuple):
        yield from value


def _one(value: Value) -> Mapping[str, Value] | None:
    return next(_blocks(value), None)
