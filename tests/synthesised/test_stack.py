"""A synthesised stack is read as Terraform would deploy it, whoever wrote it."""

import json
from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.synthesised import SynthesisedStack, find_stack, read_stack

RULE: dict[str, Any] = {
    "name": "acrwatch-x",
    "display_name": "X costs $${money} and 5%%{",
    "severity": 2,
    "enabled": False,
    "evaluation_frequency": "PT5M",
    "criteria": [
        {"metric_measure_column": "Images", "operator": "GreaterThanOrEqual", "threshold": 30, "query": "Logs"}
    ],
    "action": [{"action_groups": ["${g.id}"], "custom_properties": {"attack": "TA0005 / T1578"}}],
    "tags": {"acrwatch_detection": "x", "acrwatch_variant": "v", "acrwatch_kind": "volume"},
}
FOREIGN: dict[str, Any] = {
    "name": "other",
    "severity": 0,
    "evaluation_frequency": "P1D",
    "criteria": {"operator": "Equal", "threshold": 0.5},
}
SETTING: dict[str, Any] = {
    "for_each": {"one": "/r/one", "two": "${var.two}"},
    "target_resource_id": "${each.value}",
    "log_analytics_workspace_id": "/w",
    "eventhub_authorization_rule_id": "/e",
    "enabled_log": [{"category": "A"}, {"category_group": "audit"}],
    "enabled_metric": [{"category": "AllMetrics"}],
}
CANARY = "canary-in-the-url"
GROUP: dict[str, Any] = {
    "name": "g$${x}",
    "email_receiver": [{"name": "mail", "email_address": "a@example.com"}],
    "webhook_receiver": [
        {"name": "secret", "service_uri": "${var.siem_service_uri}"},
        {"name": "literal", "service_uri": f"https://hooks.example.com/{CANARY}?sig={CANARY}"},
        {"name": "user", "service_uri": f"https://u:{CANARY}@hooks.example.com/"},
        {"name": "page", "service_uri": f"https://events.pagerduty.com/integration/{CANARY}/enqueue"},
    ],
    "sms_receiver": {"name": "text", "country_code": "49", "phone_number": "1234567"},
}


def stack_of(folder: Path, **content: Any) -> SynthesisedStack:
    file = folder / "cdk.tf.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return read_stack(file)


def resources(folder: Path, kind: str, **bodies: Any) -> SynthesisedStack:
    return stack_of(folder, resource={f"azurerm_monitor_{kind}": bodies})


def test_a_rule_of_ours_is_read_with_what_it_says_of_itself(tmp_path: Path) -> None:
    (rule,) = resources(tmp_path, "scheduled_query_rules_alert_v2", x=RULE).rules

    assert rule.address == "azurerm_monitor_scheduled_query_rules_alert_v2.x"
    assert rule.title == "X costs ${money} and 5%{"
    assert (rule.severity, rule.enabled, rule.frequency) == (2, False, "5m")
    assert rule.condition == "Images >= 30"
    assert (rule.detection, rule.variant, rule.kind, rule.attack) == ("x", "v", "volume", "TA0005 / T1578")
    assert rule.id == "x.v"
    assert rule.action_groups == ("${g.id}",)


def test_a_rule_of_others_is_read_as_well(tmp_path: Path) -> None:
    """It has no tags, no action, and a single block where we write a list."""
    (rule,) = resources(tmp_path, "scheduled_query_rules_alert_v2", x=FOREIGN).rules

    assert (rule.title, rule.enabled, rule.frequency, rule.condition) == ("other", True, "1d", "rows = 0.5")
    assert (rule.detection, rule.kind, rule.attack, rule.action_groups) == (None, None, None, ())


@pytest.mark.parametrize(
    ("operator", "sign"),
    [("Equal", "="), ("GreaterThan", ">"), ("GreaterThanOrEqual", ">="), ("LessThan", "<"), ("LessThanOrEqual", "<=")],
)
def test_an_operator_is_shown_as_its_sign(tmp_path: Path, operator: str, sign: str) -> None:
    body = FOREIGN | {"criteria": {"operator": operator, "threshold": 1}}

    (rule,) = resources(tmp_path, "scheduled_query_rules_alert_v2", x=body).rules

    assert rule.condition == f"rows {sign} 1"


def test_a_rule_whose_values_are_references_is_read_with_them(tmp_path: Path) -> None:
    """What cannot be known is shown as it is written, and its member is named with the reason."""
    body = {
        "severity": "${var.severity}",
        "evaluation_frequency": "${var.frequency}",
        "criteria": [{"operator": "Equal", "threshold": "${var.threshold}"}],
        "action": [{"action_groups": "${var.groups}", "custom_properties": "${var.properties}"}],
        "tags": "${var.tags}",
    }

    (rule,) = resources(tmp_path, "scheduled_query_rules_alert_v2", x=body).rules

    assert (rule.severity, rule.evaluation_frequency) == (None, None)
    assert (rule.severity_written, rule.frequency) == ("${var.severity}", "${var.frequency}")
    assert "${var.threshold}" in rule.condition
    assert (rule.detection, rule.attack, rule.action_groups) == (None, None, ("${var.groups}",))
    assert {one.member: one.reason for one in rule.unresolved}[
        "severity"
    ] == "there is no variable severity in this file"
    assert {one.member for one in rule.not_evaluable} == {
        "severity",
        "evaluation_frequency",
        "window_duration",
        "criteria[0].threshold",
        "criteria[0].query",
        "criteria[0].time_aggregation_method",
    }


ODD: list[Any] = [None, [], {}, "${var.x}", 7, [None], [[]], [{}], {"dynamic": {}}]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_stack_of_an_unusual_shape_is_read_without_a_crash(tmp_path: Path, odd: Any) -> None:
    """Terraform takes blocks as lists or alone, and references in their place."""
    kinds = [
        "scheduled_query_rules_alert_v2",
        "diagnostic_setting",
        "action_group",
        "alert_processing_rule_suppression",
    ]
    blocks = ["criteria", "action", "enabled_log", "enabled_metric", "email_receiver", "webhook_receiver", "for_each"]

    for kind in kinds:
        assert resources(tmp_path, kind, x=odd).file.is_file()
        assert resources(tmp_path, kind, x=dict.fromkeys(blocks, odd)).file.is_file()
        assert stack_of(tmp_path, resource={f"azurerm_monitor_{kind}": odd}, variable=odd).file.is_file()


def test_each_instance_of_a_setting_is_one(tmp_path: Path) -> None:
    settings = resources(tmp_path, "diagnostic_setting", d=SETTING).settings

    assert [setting.address for setting in settings] == [
        'azurerm_monitor_diagnostic_setting.d["one"]',
        'azurerm_monitor_diagnostic_setting.d["two"]',
    ]
    assert [setting.target for setting in settings] == ["/r/one", "${var.two}"]
    assert settings[0].sends == ("A", "audit", "AllMetrics")
    assert settings[0].destinations == ("workspace", "event hub")


def test_a_setting_without_instances_is_one(tmp_path: Path) -> None:
    body = {"target_resource_id": "/r/one", "storage_account_id": "/s"}

    (setting,) = resources(tmp_path, "diagnostic_setting", d=body).settings

    assert (setting.target, setting.sends, setting.destinations) == ("/r/one", (), ("storage account",))


def test_receivers_are_read_with_where_they_go(tmp_path: Path) -> None:
    (group,) = resources(tmp_path, "action_group", g=GROUP).groups

    assert {(receiver.kind, receiver.name): receiver.goes_to for receiver in group.receivers} == {
        ("email", "mail"): "a@example.com",
        ("webhook", "secret"): "the URL in TF_VAR_siem_service_uri",
        ("webhook", "literal"): "hooks.example.com",
        ("webhook", "user"): "hooks.example.com",
        ("webhook", "page"): "events.pagerduty.com",
        ("sms", "text"): "1234567",
    }
    assert group.name == "g${x}"


def test_no_part_of_a_url_but_its_host_is_shown(tmp_path: Path) -> None:
    """Stacks of others may hold literal secrets."""
    assert CANARY not in repr(resources(tmp_path, "action_group", g=GROUP).groups)


def test_only_variables_without_a_default_must_be_set(tmp_path: Path) -> None:
    stack = stack_of(tmp_path, variable={"b": {"sensitive": True}, "a": {}, "c": {"default": None}})

    assert stack.variables == ("a", "b")


def test_processing_rules_are_named(tmp_path: Path) -> None:
    assert resources(tmp_path, "alert_processing_rule_suppression", q={"name": "x-resolved"}).quiet == ("x-resolved",)


def test_an_empty_stack_has_nothing(tmp_path: Path) -> None:
    stack = stack_of(tmp_path)

    assert (stack.rules, stack.settings, stack.groups, stack.quiet, stack.variables) == ((), (), (), (), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "is not JSON"), ("[]", "is not a stack of Terraform"), ('{"resource": 7}', "is not a stack of Terraform")],
)
def test_what_is_no_stack_is_refused_with_the_file(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "cdk.tf.json"
    file.write_text(text)

    with pytest.raises(InputError, match=words) as caught:
        read_stack(file)

    assert str(file) in str(caught.value)


def test_a_stack_is_found_by_its_folder_and_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "cdk.tf.json"
    file.write_text("{}")

    assert find_stack(tmp_path) == find_stack(file) == file


def test_a_folder_without_a_stack_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no synthesised stack.*python main.py"):
        find_stack(tmp_path)


def test_the_only_stack_is_found_and_several_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match="there is no stack below"):
        find_stack(None)

    for name in ("one", "two"):
        folder = tmp_path / "cdktf.out" / "stacks" / name
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text("{}")
        if name == "one":
            assert find_stack(None) == Path("cdktf.out/stacks/one/cdk.tf.json")

    with pytest.raises(InputError, match=r"several stacks .*: one, two; choose one with --stack"):
        find_stack(None)


def test_rules_and_groups_that_are_made_by_other_means_are_named(tmp_path: Path) -> None:
    """The older resource and azapi are not read, and never passed over in silence."""
    types = ["Insights/scheduledQueryRules", "Insights/actionGroups", "AlertsManagement/actionRules", "Web/sites"]
    azapi = {type_.rpartition("/")[2]: {"type": f"Microsoft.{type_}@2023-01-01", "body": {}} for type_ in types}
    resource = {"azurerm_monitor_scheduled_query_rules_alert": {"old": {}}, "azapi_resource": azapi}

    stack = stack_of(tmp_path, resource=resource)

    assert {one.member for one in stack.unknown} == {
        "azurerm_monitor_scheduled_query_rules_alert.old",
        "azapi_resource.scheduledQueryRules",
        "azapi_resource.actionGroups",
        "azapi_resource.actionRules",
    }
    assert [one.member for one in stack.unread_suppressions] == ["azapi_resource.actionRules"]
    assert [one.member for one in stack.unread_additions] == ["azapi_resource.actionRules"]
