"""A receiver's Logic App: one resource with the definition and the secret, and its URL only where it is needed."""

import json
from pathlib import Path
from typing import Any

import pytest
from constructs import Construct

from acrwatch import ActionGroup, SettingsError, Slack, WorkflowPlace
from acrwatch.azapi import AzapiProvider
from acrwatch.binding import ProviderSource, Resource
from acrwatch.core import CORES
from acrwatch.notifications.workflow_receiver import WorkflowReceiver
from acrwatch.testing.provider_tables import AZAPI_VERSIONS, VERSIONS, violations
from acrwatch.workflow.validation import validate
from tests import needs
from tests.notifications.kinds import SECRET, WORKFLOW_KINDS, Case
from tests.notifications.sending import SLACK, json_webhook
from tests.synthesis import GROUP, SUBSCRIPTION, Body, Host
from tests.test_hcl import planned

WORKFLOW = "azapi_resource"
ACTION = "azapi_resource_action"
PLACE = WorkflowPlace(resource_group_id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg", location="westeurope")
BASE: dict[str, Any] = {"name": "g", "short_name": "g", "resource_group_name": "rg", "workflows": PLACE}


def made(host: Host, *receivers: Any, **changed: Any) -> ActionGroup:
    """An action group with these receivers."""
    return ActionGroup(host.scope, "group", **{**BASE, "receivers": receivers, **changed})


def definition(host: Host) -> Any:
    """The definition of the one workflow."""
    return host.one(WORKFLOW)["body"]["properties"]["definition"]


def every_kind(kind: Any) -> set[Any]:
    """A class's subclasses in the package, at any depth."""
    below: set[Any] = {sub for sub in kind.__subclasses__() if sub.__module__.startswith("acrwatch.")}
    return below.union(*map(every_kind, below))


@pytest.mark.parametrize("case", WORKFLOW_KINDS, ids=str)
def test_one_resource_holds_the_whole_workflow(host: Host, case: Case) -> None:
    """The definition that the receiver has, the secrets apart, and where it lies."""
    receiver: Any = case.make()
    made(host, receiver)
    found = host.one(WORKFLOW)

    assert found["type"] == "Microsoft.Logic/workflows@2019-05-01"
    assert found["name"] == "g-r"
    assert found["parent_id"] == PLACE.resource_group_id
    assert found["location"] == "westeurope"
    assert found["body"] == {"properties": {"state": "Enabled", "definition": receiver.definition()}}
    assert found["sensitive_body"] == {
        "properties": {"parameters": {name: {"value": SECRET} for name in receiver.secrets}}
    }
    assert found["response_export_values"] == []
    assert "sensitive_body_version" not in found
    assert [violations(host.json(), version) for version in VERSIONS] == [[], []]
    assert [violations(host.json(), version, "azapi") for version in AZAPI_VERSIONS] == [[]]


def test_the_group_starts_the_workflow_by_a_url_that_nobody_sees(host: Host) -> None:
    """It is read into the sensitive output only."""
    group = made(host, SLACK)
    ((name, action),) = host.json()["resource"][ACTION].items()
    ((workflow, _),) = host.json()["resource"][WORKFLOW].items()

    assert action == {
        "type": "Microsoft.Logic/workflows/triggers@2019-05-01",
        "resource_id": f"${{{WORKFLOW}.{workflow}.id}}/triggers/manual",
        "action": "listCallbackUrl",
        "sensitive_response_export_values": {"url": "value"},
    }
    assert host.one(GROUP)["logic_app_receiver"] == [
        {
            "name": "slack",
            "resource_id": f"${{{WORKFLOW}.{workflow}.id}}",
            "callback_url": f"${{{ACTION}.{name}.sensitive_output.url}}",
            "use_common_alert_schema": True,
        }
    ]
    assert "output" not in host.json()
    assert list(group.workflows) == ["slack"]


@pytest.mark.parametrize("case", WORKFLOW_KINDS, ids=str)
def test_logic_apps_accept_the_definition(case: Case) -> None:
    """And secure whatever of it can be secured: the alert, the message, and where it goes."""
    receiver: Any = case.make()
    content = receiver.definition()
    assert validate(content) == []

    (trigger,) = content["triggers"].values()
    steps = [trigger, *content["actions"].values()]
    for step in steps:
        secured = step["runtimeConfiguration"]["secureData"]["properties"]
        assert secured == (["inputs"] if step["type"] == "Compose" else ["inputs", "outputs"])
    send = content["actions"]["Send"]
    assert send["operationOptions"] == "DisableAsyncPattern, SuppressWorkflowHeaders"
    assert send["inputs"]["retryPolicy"]["type"] == "exponential"
    assert all(set(parameter) == {"type"} for parameter in content["parameters"].values())
    assert SECRET not in json.dumps(content)


def test_a_change_that_only_takes_away_changes_more_than_that(host: Host) -> None:
    """azapi sends nothing for a body from which something is only gone."""
    texts = [{"a": "{title}", "b": "{identity}"}, {"a": "{title}"}]
    found = []
    for template in texts:
        host = Host(host.core.__name__)
        made(host, json_webhook(template))
        found.append((host.one(WORKFLOW)["tags"]["acrwatch_definition"], definition(host)["contentVersion"]))

    assert found[0][0] != found[1][0]
    # Where all tags are ignored, this is what remains.
    assert found[0][1] != found[1][1]


def test_each_kind_that_says_so_has_its_definitions_validated_here() -> None:
    """The synthesis relies on it and does not look at them again."""
    said = {kind for kind in every_kind(WorkflowReceiver) if vars(kind).get("DEFINITION_VALIDATED")}

    assert said == {case.kind for case in WORKFLOW_KINDS}


def test_the_definition_of_somebody_elses_receiver_is_validated(host: Host) -> None:
    """Also of one that is made of ours."""

    class Own(Slack):
        def definition(self) -> dict[str, Any]:
            content = super().definition()
            content["actions"]["Send"]["type"] = "Htp"
            return content

    with pytest.raises(SettingsError, match="Htp"):
        made(host, Own(name="own", webhook_url=SECRET))


def test_a_definition_that_stays_has_the_same_tag() -> None:
    """Or each synthesis would be a change."""
    hosts = [Host(core) for core in CORES]
    for host in hosts:
        made(host, SLACK)

    assert hosts[0].json()["resource"] == hosts[1].json()["resource"]


def test_tags_and_ignored_tags_reach_the_workflow(host: Host) -> None:
    """As those of its group do."""
    made(host, SLACK, tags={"team": "a"}, ignored_tags=["Cost"])
    found = host.one(WORKFLOW)

    assert found["tags"].items() >= {"team": "a"}.items()
    assert found["lifecycle"] == {"ignore_changes": ['tags["Cost"]']}


def test_a_name_is_one_that_azure_takes(host: Host) -> None:
    """Whatever the receiver is called; a reference in the group's stays."""
    made(host, Slack(name="a b/é", webhook_url=SECRET), name="${var.group}-x y")

    assert host.one(WORKFLOW)["name"] == "${var.group}-x-y-a-b--"


def test_a_name_that_is_too_long_is_refused(host: Host) -> None:
    """A Logic App has at most 80 characters."""
    made(host, Slack(name="n" * 78, webhook_url=SECRET))
    with pytest.raises(SettingsError, match="has 81 characters, and a Logic App takes 80"):
        made(Host(host.core.__name__), Slack(name="n" * 79, webhook_url=SECRET))


def test_two_workflows_of_one_name_are_refused(host: Host) -> None:
    """The second would take the first one's place."""
    with pytest.raises(SettingsError, match="Logic App"):
        made(host, Slack(name="a b", webhook_url=SECRET), Slack(name="a/b", webhook_url=SECRET))


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"workflows": None}, "workflows"),
        ({"workflows": WorkflowPlace(resource_group_id="rg", location="westeurope")}, "workflows.resource_group_id"),
        ({"workflows": WorkflowPlace(resource_group_id="${var.g}", location="?")}, "workflows.location"),
        ({"receivers": [Slack(name="${var.n}", webhook_url=SECRET)]}, "receivers[0].name"),
    ],
)
def test_what_a_workflow_needs_is_asked_for(host: Host, changed: dict[str, Any], place: str) -> None:
    """Before anything is made."""
    with pytest.raises(SettingsError) as error:
        made(host, SLACK, **changed)

    assert [problem.place for problem in error.value.problems] == [place]
    assert host.all(WORKFLOW) == []


def test_a_stack_without_the_provider_is_refused_with_the_lines_to_add(host: Host) -> None:
    """Terraform would take an unconfigured one."""
    made(host, SLACK)
    with pytest.raises(Exception, match="AzapiProvider") as error:
        host.core.Testing.synth(host.scope, True)

    assert 'stack.add_override("terraform.required_version", ">= 1.11")' in str(error.value)


def test_the_provider_of_another_stack_does_not_help(host: Host) -> None:
    """Not even one of the same app."""
    AzapiProvider(host.core.TerraformStack(host.app, "other"), "azapi")
    made(host, SLACK)

    with pytest.raises(Exception, match="AzapiProvider"):
        host.core.Testing.synth(host.scope, True)


@pytest.mark.parametrize("first", [True, False])
def test_a_stack_with_the_provider_is_fine(host: Host, first: bool) -> None:
    """Whichever is made first, and deep inside the stack; the azurerm one apart, which the group needs."""
    from acrwatch.azurerm import AzurermProvider
    from acrwatch.azurerm.provider import AzurermProviderFeatures

    if not first:
        made(host, SLACK)
    AzapiProvider(Construct(host.scope, "providers"), "azapi")
    if first:
        made(host, SLACK)
    AzurermProvider(host.scope, "azurerm", features=AzurermProviderFeatures())

    assert host.core.Testing.synth(host.scope, True)
    assert host.json()["terraform"]["required_providers"]["azapi"] == {"source": "azure/azapi", "version": "~> 2.12"}


def test_a_group_without_such_receivers_needs_nothing_new(host: Host) -> None:
    """Neither provider nor place."""
    from acrwatch import Email

    made(host, Email(name="team", email_address="team@example.com"), workflows=None)

    assert set(host.json()["resource"]) == {GROUP}
    assert "azapi" not in json.dumps(host.json())


class Data(Resource):
    """Built into Terraform, and keeps any value that it is given."""

    TYPE = "terraform_data"
    SOURCE = ProviderSource(name="terraform", source="terraform.io/builtin/terraform", versions=("1.11.4",))


@needs.command("terraform")
@pytest.mark.parametrize("core", CORES)
def test_terraform_reads_the_definition_from_json_and_hcl_alike(tmp_path: Path, core: str) -> None:
    """And as it was meant: nothing in it is a template of Terraform's."""
    contents: list[Body] = []
    host = Host(core)
    for n, case in enumerate(WORKFLOW_KINDS):
        receiver: Any = case.make()
        contents.append(receiver.definition())
        Data(host.scope, f"x{n}", {"input": contents[-1]})
    as_json = planned(tmp_path / "json", {"main.tf.json": json.dumps(host.json())})
    as_hcl = planned(tmp_path / "hcl", {"main.tf": host.hcl()})

    assert list(as_json.values()) == contents
    assert as_hcl == as_json
