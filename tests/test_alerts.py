"""A detection becomes one rule that says what it is, and an event rule keeps its `Resolved` quiet."""

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from acrwatch import Detection, DetectionAlert, DetectionSettings, SettingsError, Variant, catalogue
from acrwatch.alert_rule import Kind
from acrwatch.detection.model import Status
from tests.synthesis import QUIET, RULE, WORKSPACE_ID, Host, action_group_id, as_terraform_reads

EVENT, VOLUME = "forced_repository_deleted", "excessive_images_pulled"
BASE: dict[str, Any] = {
    "detection": EVENT,
    "workspace_id": WORKSPACE_ID,
    "resource_group_name": "rg",
    "location": "westeurope",
}


@pytest.mark.parametrize("detection", catalogue())
def test_an_event_rule_alone_keeps_its_resolved_quiet(host: Host, detection: str) -> None:
    """From every receiver, for this rule and no other; that a burst is over is worth telling."""
    alert = DetectionAlert(host.scope, "alert", **BASE | {"detection": detection})

    event = catalogue()[detection].kind is Kind.EVENT
    (address,) = host.json()["resource"][RULE]
    assert [quiet["condition"] for quiet in host.all(QUIET)] == [
        {
            "alert_rule_id": {"operator": "Equals", "values": [f"${{{RULE}.{address}.id}}"]},
            "monitor_condition": {"operator": "Equals", "values": ["Resolved"]},
        }
    ] * event
    assert (alert.processing_rule is not None) == event


@pytest.mark.parametrize("name", ["acrwatch", "Team (prod), west.eu", "-odd", "é"])
@pytest.mark.parametrize("variant", [None, "strict"])
def test_a_processing_rule_is_named_as_azurerm_wants_it(host: Host, name: str, variant: str | None) -> None:
    """With less freedom than a rule: letters, digits, - and _, or the plan fails."""
    DetectionAlert(host.scope, "alert", **BASE, name=name, variant=variant)

    assert re.fullmatch(r"[a-zA-Z\d][a-zA-Z\d_-]*", host.one(QUIET)["name"], re.ASCII)
    assert host.one(RULE)["name"].startswith(f"{name}-{EVENT}")


@pytest.mark.parametrize("detection", catalogue())
def test_a_rule_says_what_it_is(host: Host, detection: str) -> None:
    """In tags for whoever looks at it, in custom properties for whoever gets the alert."""
    DetectionAlert(host.scope, "alert", **BASE | {"detection": detection})

    content = catalogue()[detection]
    identity = {"acrwatch_detection": detection, "acrwatch_kind": content.kind.value}
    told = host.one(RULE)["action"]["custom_properties"]
    assert host.one(RULE)["tags"] == identity
    assert told.items() >= identity.items()
    assert as_terraform_reads(told["meaning"]) == content.description
    assert [line.partition(" ")[2] for line in told["first_steps"].splitlines()] == list(content.mitigation)
    assert told["attack"] == f"{content.attack[0].tactic} / {content.attack[0].technique} (ATT&CK v18)"
    assert "runbook" not in told


@pytest.mark.parametrize("detection", catalogue())
def test_a_rule_keeps_state_over_its_window(host: Host, detection: str) -> None:
    """One period, no override and no column with the resource: what the exactness of the queries rests on."""
    DetectionAlert(host.scope, "alert", **BASE | {"detection": detection})

    rule = host.one(RULE)
    assert rule["auto_mitigation_enabled"]
    assert rule["skip_query_validation"]
    assert "query_time_range_override" not in rule
    assert "mute_actions_after_alert_duration" not in rule
    assert "resource_id_column" not in rule["criteria"][0]
    assert rule["criteria"][0]["failing_periods"] == {
        "number_of_evaluation_periods": 1,
        "minimum_failing_periods_to_trigger_alert": 1,
    }


def test_a_detection_of_ones_own_becomes_a_rule(host: Host) -> None:
    """With all its numbers and texts, whatever Terraform makes of a ${ in them."""
    ours = catalogue()[EVENT]
    text = 'a "quoted" \\ ${x} %{if} text'
    content: Detection = dataclasses.replace(
        ours, id="mine", title=text, description=text, status=Status.EXPERIMENTAL, query=ours.query + "// ${x} %{y}"
    )
    DetectionAlert(host.scope, "alert", **BASE | {"detection": content})

    rule = host.one(RULE)
    assert rule["name"] == "acrwatch-mine"
    assert [as_terraform_reads(rule[key]) for key in ("display_name", "description")] == [text, text]
    assert as_terraform_reads(rule["criteria"][0]["query"]).endswith("// ${x} %{y}")
    assert as_terraform_reads(host.one(QUIET)["description"]).count(text) == 1


def test_a_detection_without_state_is_muted_and_keeps_nothing_quiet(host: Host) -> None:
    """What does not resolve sends no `Resolved`; Azure mutes only such a rule."""
    ours = catalogue()[EVENT]
    numbers = dataclasses.replace(ours.rule, auto_mitigation=False, mute=timedelta(minutes=30))
    DetectionAlert(host.scope, "alert", **BASE | {"detection": dataclasses.replace(ours, rule=numbers)})

    assert host.one(RULE)["mute_actions_after_alert_duration"] == "PT30M"
    assert host.one(RULE)["auto_mitigation_enabled"] is False
    assert host.all(QUIET) == []


def test_references_are_let_through(host: Host) -> None:
    """A variable, an attribute of the host's own resource, and a template by hand."""
    group = host.resource("azurerm_monitor_action_group", "people").get_string_attribute("id")
    DetectionAlert(
        host.scope,
        "alert",
        detection=EVENT,
        workspace_id=host.resource("azurerm_log_analytics_workspace", "log").get_string_attribute("id"),
        resource_group_name=host.variable("group"),
        location="${local.region}",
        action_group_ids=[group],
        name="${var.prefix}",
        runbook_base_url=host.variable("runbooks"),
        tags={"env": host.variable("env")},
    )

    rule = host.one(RULE)
    assert rule["scopes"] == ["${azurerm_log_analytics_workspace.log.id}"] == host.one(QUIET)["scopes"]
    assert (rule["resource_group_name"], rule["location"]) == ("${var.group}", "${local.region}")
    assert rule["action"]["action_groups"] == ["${azurerm_monitor_action_group.people.id}"]
    assert rule["action"]["custom_properties"]["runbook"] == f"${{var.runbooks}}/{EVENT}"
    assert (rule["name"], host.one(QUIET)["name"]) == (f"${{var.prefix}}-{EVENT}", f"${{var.prefix}}-{EVENT}-resolved")
    assert rule["tags"]["env"] == "${var.env}"


def test_everything_wrong_is_said_at_once_and_nothing_is_added(host: Host) -> None:
    """A person mends one file, not one line after the other."""
    wrong = {"workspace_id": "/x", "action_group_ids": [f"/{n}" for n in range(6)]}
    settings = Variant(severity=9, frequency="7m")
    with pytest.raises(SettingsError, match=r"DetectionAlert 'alert': 10 problems, nothing was added") as error:
        DetectionAlert(host.scope, "alert", **BASE | wrong, settings=settings)

    assert {problem.place for problem in error.value.problems} == {
        "severity", "frequency", "workspace_id", "action_group_ids", *(f"action_group_ids[{n}]" for n in range(6))
    }  # fmt: skip
    assert host.all(RULE) == []


def test_a_wrong_tuning_hides_nothing_of_the_rest(host: Host) -> None:
    """All problems of a rule come at once, whichever comes first."""
    settings = Variant(frequency="7m", severity=9, parameters={"imags": 1})
    with pytest.raises(SettingsError) as error:
        DetectionAlert(host.scope, "a", **BASE | {"detection": VOLUME}, settings=settings)

    assert {problem.place for problem in error.value.problems} == {"frequency", "severity", "parameters.imags"}


def test_a_wrong_tuning_is_said_with_what_is_allowed(host: Host) -> None:
    """It makes a rule impossible, so it is found before the rest."""
    with pytest.raises(SettingsError, match="no such parameter; did you mean images_limit"):
        DetectionAlert(host.scope, "a", **BASE | {"detection": VOLUME}, settings=Variant(parameters={"images_limt": 1}))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"resource_group_name": "a/b"}, "resource_group_name"),
        ({"location": "?"}, "location"),
        ({"runbook_base_url": "ftp://runbooks.example.com"}, "runbook_base_url"),
        ({"tags": {"ACRWATCH_KIND": "mine"}}, "tags.ACRWATCH_KIND"),
        ({"tags": {f"tag{number}": "x" for number in range(48)}}, "tags"),
        ({"ignored_tags": "Cost"}, "ignored_tags"),
        ({"action_group_ids": [action_group_id("g"), action_group_id("G")]}, "action_group_ids"),
        ({"settings": Variant(action_groups=["oncall"])}, "settings.action_groups"),
        ({"settings": DetectionSettings(variants={"x": Variant()})}, "settings.variants"),
        ({"settings": Variant(severity=True)}, "settings.severity"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_watch_refuses_a_lone_alert_refuses_too(host: Host, wrong: dict[str, Any], place: str) -> None:
    """Else a platform team would find it out at apply, or never."""
    with pytest.raises(SettingsError) as error:
        DetectionAlert(host.scope, "alert", **BASE | wrong)

    assert [problem.place for problem in error.value.problems] == [place]


def test_an_unknown_detection_is_refused_with_the_nearest(host: Host) -> None:
    """The ids are long."""
    with pytest.raises(SettingsError, match="'forced_repository_delete'; did you mean forced_repository_deleted"):
        DetectionAlert(host.scope, "alert", **BASE | {"detection": "forced_repository_delete"})


@pytest.mark.parametrize("detection", [EVENT, VOLUME])
def test_a_rule_with_nothing_chosen_is_as_it_was(detection: str, acrwatch_snapshot: SnapshotAssertion) -> None:
    """Every default in one place, so that none changes unseen."""
    host = Host("cdktf")
    DetectionAlert(host.scope, "alert", **BASE | {"detection": detection})

    assert host.one(RULE) == acrwatch_snapshot(exclude=props("query", "first_steps", "meaning", "description"))


def test_a_rule_with_everything_chosen_is_as_it_was(acrwatch_snapshot: SnapshotAssertion) -> None:
    """All that one can choose, on one screen."""
    host = Host("cdktf")
    more: dict[str, Any] = {"variant": "x", "name": "team", "tags": {"a": "b"}, "ignored_tags": ["c"]}
    more |= {"runbook_base_url": "https://r.example.com", "action_group_ids": [action_group_id("g")]}
    DetectionAlert(host.scope, "alert", **BASE, **more, settings=Variant(enabled=False, severity=0, frequency="10m"))

    leave_out = props("query", "first_steps", "meaning", "description", "dimension")
    assert host.one(RULE) == acrwatch_snapshot(exclude=leave_out)


def test_a_processing_rule_with_everything_chosen_is_as_it_was(acrwatch_snapshot: SnapshotAssertion) -> None:
    """All of it, since it is what nobody would miss."""
    host = Host("cdktf")
    DetectionAlert(host.scope, "alert", **BASE, variant="x", name="team", tags={"a": "b"}, ignored_tags=["c"])

    assert host.one(QUIET) == acrwatch_snapshot
