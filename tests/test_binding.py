"""A binding puts what it was given into the stack, the same under either core, and nothing else."""

import importlib
import json
import subprocess
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import pytest
from constructs import Construct

from acrwatch.azurerm import (
    AzurermProvider,
    DataAzurermLogAnalyticsWorkspace,
    MonitorActionGroup,
    MonitorScheduledQueryRulesAlertV2,
    ResourceGroup,
)
from acrwatch.azurerm.data_azurerm_log_analytics_workspace import DataAzurermLogAnalyticsWorkspaceTimeouts
from acrwatch.azurerm.monitor_action_group import (
    MonitorActionGroupEmailReceiver,
    MonitorActionGroupWebhookReceiver,
    MonitorActionGroupWebhookReceiverAadAuth,
)
from acrwatch.azurerm.monitor_diagnostic_setting import MonitorDiagnosticSettingEnabledMetric
from acrwatch.azurerm.monitor_scheduled_query_rules_alert_v2 import (
    MonitorScheduledQueryRulesAlertV2Criteria,
    MonitorScheduledQueryRulesAlertV2CriteriaDimension,
    MonitorScheduledQueryRulesAlertV2CriteriaFailingPeriods,
)
from acrwatch.azurerm.provider import AzurermProviderFeatures, AzurermProviderFeaturesResourceGroup
from acrwatch.binding import Block, DataSource, Lifecycle, ProviderSource, Resource
from acrwatch.core import CORES
from acrwatch.testing.provider_tables import VERSIONS, violations


class Part(Block):
    """A block with a block, and a member whose name Python has taken."""

    BLOCKS: ClassVar[frozenset[str]] = frozenset({"inner"})

    in_: object = None
    inner: object = None


class Thing(Resource):
    """A resource of no real provider, to be given anything."""

    TYPE = "acme_thing"
    SOURCE = ProviderSource(name="acme", source="acme/acme", versions=("1.2.3", "2.3.4"))
    BLOCKS = frozenset({"part"})


class There(DataSource):
    """A data source of the type of the resource, as providers have it."""

    TYPE = Thing.TYPE
    SOURCE = Thing.SOURCE
    BLOCKS = Thing.BLOCKS


class Stack:
    """A stack of one core, read back as what Terraform would get."""

    def __init__(self, core: Any) -> None:
        self.core = core
        self.scope = core.TerraformStack(core.Testing.app(), "stack")

    def json(self) -> Any:
        return json.loads(self.core.Testing.synth(self.scope))

    def hcl(self) -> str:
        return str(self.core.Testing.synth_hcl(self.scope))

    def thing(self, **arguments: object) -> Any:
        """Make a thing and give its body."""
        Thing(self.scope, "thing", arguments)
        return self.json()["resource"]["acme_thing"]["thing"]


@pytest.fixture(params=CORES)
def stack(request: pytest.FixtureRequest) -> Stack:
    """A stack of each core, both in this process."""
    return Stack(importlib.import_module(request.param))


def everything(stack: Stack) -> None:
    """Put into the stack one of each that a binding can make."""
    west = AzurermProvider(stack.scope, "west", alias="west", subscription_id="s")
    AzurermProvider(
        stack.scope,
        "azurerm",
        features=AzurermProviderFeatures(
            resource_group=[AzurermProviderFeaturesResourceGroup(prevent_deletion_if_contains_resources=False)]
        ),
        resource_provider_registrations="none",
    )
    group = ResourceGroup(stack.scope, "group", name="g", location="westeurope", provider=west)
    there = DataAzurermLogAnalyticsWorkspace(
        stack.scope,
        "there",
        name="log-there",
        resource_group_name=group.name,
        timeouts=DataAzurermLogAnalyticsWorkspaceTimeouts(read="1m"),
        depends_on=[group],
        provider=west,
    )
    people = MonitorActionGroup(
        stack.scope,
        "people",
        name="people",
        short_name="people",
        resource_group_name=group.name,
        email_receiver=[MonitorActionGroupEmailReceiver(name="a", email_address="a@example.com")],
        webhook_receiver=[
            MonitorActionGroupWebhookReceiver(
                name="hook",
                service_uri="${var.hook}",
                aad_auth=MonitorActionGroupWebhookReceiverAadAuth(object_id="o"),
            )
        ],
        tags={"Cost centre": 'a "b"\n'},
        lifecycle=Lifecycle(ignore_changes=['tags["Cost centre"]'], prevent_destroy=True),
    )
    MonitorScheduledQueryRulesAlertV2(
        stack.scope,
        "rule",
        name="${each.key}",
        resource_group_name=group.name,
        location=there.location,
        scopes=["${each.value}"],
        severity=2,
        evaluation_frequency="PT5M",
        window_duration="PT5M",
        enabled=True,
        criteria=(
            MonitorScheduledQueryRulesAlertV2Criteria(
                query='T\n| where a == "b\\d"\n',
                operator="GreaterThan",
                threshold=0,
                time_aggregation_method="Count",
                dimension=[
                    MonitorScheduledQueryRulesAlertV2CriteriaDimension(name=n, operator="Include", values=("*",))
                    for n in ("Registry", "Identity")
                ],
                failing_periods=MonitorScheduledQueryRulesAlertV2CriteriaFailingPeriods(
                    minimum_failing_periods_to_trigger_alert=1, number_of_evaluation_periods=1
                ),
            ),
        ),
        for_each={"one": group.id, "two": "/two"},
        depends_on=[
            people,
            there,
            stack.core.TerraformResource(stack.scope, "host", terraform_resource_type="acme_host"),
        ],
    )


def test_importing_the_bindings_starts_no_node() -> None:
    """Only a scope brings a core with it."""
    code = (
        "import sys, acrwatch.azurerm.provider, acrwatch.azurerm.monitor_action_group, acrwatch.references\n"
        "import acrwatch.testing.provider_tables\n"
        "print([name for name in ('jsii', 'constructs', 'cdktf', 'cdktn') if name in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout == "[]\n"


def test_both_cores_give_the_same_json_and_hcl() -> None:
    """Byte for byte in HCL; in JSON but for the version that a core notes of itself."""
    stacks = [Stack(importlib.import_module(name)) for name in CORES]
    for stack in stacks:
        everything(stack)

    assert stacks[0].json() == stacks[1].json()
    assert stacks[0].hcl() == stacks[1].hcl()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_bindings_make_is_what_the_provider_takes(stack: Stack, version: str) -> None:
    """In each version that they were made from."""
    everything(stack)

    assert violations(stack.json(), version) == []


def test_hcl_leaves_the_json_as_it_was(stack: Stack) -> None:
    """A stack can be synthesised both ways, in any order."""
    everything(stack)
    before = stack.json()
    stack.hcl()

    assert stack.json() == before


def test_a_rule_is_in_the_stack_as_it_was_given(stack: Stack) -> None:
    """One block of at most one is an object, several are a list, and references are spelled by the core."""
    everything(stack)

    rule = stack.json()["resource"]["azurerm_monitor_scheduled_query_rules_alert_v2"]["rule"]
    assert rule["for_each"] == {"one": "${azurerm_resource_group.group.id}", "two": "/two"}
    assert rule["depends_on"] == [
        "azurerm_monitor_action_group.people",
        "data.azurerm_log_analytics_workspace.there",
        "acme_host.host",
    ]
    assert rule["criteria"][0]["failing_periods"]["number_of_evaluation_periods"] == 1
    assert [dimension["name"] for dimension in rule["criteria"][0]["dimension"]] == ["Registry", "Identity"]
    assert rule["location"] == "${data.azurerm_log_analytics_workspace.there.location}"


def test_a_data_source_is_in_the_stack_as_it_was_given(stack: Stack) -> None:
    """In the section of its own, with blocks, provider and what has to be there first, in JSON and in HCL."""
    everything(stack)

    content = stack.json()
    assert "azurerm_log_analytics_workspace" not in content["resource"]
    there = content["data"]["azurerm_log_analytics_workspace"]["there"]
    assert there == {
        "name": "log-there",
        "resource_group_name": "${azurerm_resource_group.group.name}",
        "timeouts": {"read": "1m"},
        "depends_on": ["azurerm_resource_group.group"],
        "provider": "azurerm.west",
    }
    text = stack.hcl()
    assert 'data "azurerm_log_analytics_workspace" "there" {' in text
    assert "timeouts {" in text
    assert '"${data.azurerm_log_analytics_workspace.there.location}"' in text


def test_instances_of_a_data_source_are_referred_to_by_key(stack: Stack) -> None:
    """As those of a resource, by the address of a data source."""
    there = There(stack.scope, "there", {"name": "${each.value}"}, for_each={"one": "/1"})

    body = stack.thing(a=there.at("one"))

    assert body == {"a": '${data.acme_thing.there["one"].id}'}
    assert stack.json()["data"]["acme_thing"]["there"]["for_each"] == {"one": "/1"}
    with pytest.raises(ValueError, match=r"data\.acme_thing has a for_each, so \.id is not one value"):
        there.reference("id")


def test_a_data_source_takes_no_lifecycle(stack: Stack) -> None:
    """Terraform would refuse it: there is nothing to keep."""
    with pytest.raises(TypeError, match="lifecycle"):
        There(stack.scope, "there", {}, lifecycle=Lifecycle(prevent_destroy=True))  # type: ignore[call-arg]


def test_meta_arguments_reach_json_and_hcl(stack: Stack) -> None:
    """The provider by its alias, and what Terraform may not do."""
    everything(stack)

    resources = stack.json()["resource"]
    assert resources["azurerm_resource_group"]["group"]["provider"] == "azurerm.west"
    assert resources["azurerm_monitor_action_group"]["people"]["lifecycle"] == {
        "ignore_changes": ['tags["Cost centre"]'],
        "prevent_destroy": True,
    }
    assert 'provider = "azurerm.west"' in stack.hcl()
    assert '"tags[\\"Cost centre\\"]",' in stack.hcl()
    assert "prevent_destroy = true" in stack.hcl()


def test_blocks_are_blocks_in_hcl(stack: Stack) -> None:
    """And a block of providers that has to be there is, though nothing is in it."""
    everything(stack)

    hcl = stack.hcl()
    assert hcl.count("\ndimension {") == 2
    assert "failing_periods {" in hcl
    assert hcl.count("features {") == 2


def test_a_provider_asks_for_its_version(stack: Stack) -> None:
    """The newest major version by default; without any, `cdktf deploy` stops."""
    AzurermProvider(stack.scope, "azurerm")

    assert stack.json()["terraform"]["required_providers"]["azurerm"] == {
        "source": "hashicorp/azurerm",
        "version": "~> 5.2",
    }
    assert stack.json()["provider"]["azurerm"] == [{"features": {}}]


def test_a_provider_asks_for_the_version_it_was_given(stack: Stack) -> None:
    """So that one set of bindings serves azurerm 4 and 5."""
    AzurermProvider(stack.scope, "azurerm", version=">= 4.81, < 6")

    assert stack.json()["terraform"]["required_providers"]["azurerm"]["version"] == ">= 4.81, < 6"


def test_a_data_source_without_its_provider_is_missed(stack: Stack) -> None:
    """As a resource is, see below."""
    There(stack.scope, "there", {})

    with pytest.raises(Exception, match="without a matching provider construct"):
        stack.core.Testing.synth(stack.scope, True)


def test_a_resource_without_its_provider_is_missed(stack: Stack) -> None:
    """By the core's own check, which needs to know whose the resource is."""
    ResourceGroup(stack.scope, "group", name="g", location="westeurope")

    with pytest.raises(Exception, match="without a matching provider construct"):
        stack.core.Testing.synth(stack.scope, True)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"a": None, "b": [None, {"c": None, "d": 1}]}, {"b": [{"d": 1}]}),
        ({"a": {}, "b": [], "c": "", "d": 0, "e": False}, {"a": {}, "b": [], "c": "", "d": 0, "e": False}),
        ({"a": ("x", ("y",)), "b": MappingProxyType({"k": ("v",)})}, {"a": ["x", ["y"]], "b": {"k": ["v"]}}),
        ({"part": Part(in_="x", inner=[])}, {"part": {"in": "x", "inner": []}}),
        ({"part": (Part(inner=Part()), Part())}, {"part": [{"inner": {}}, {}]}),
        ({"a": 'x\n"\\$${y} é'}, {"a": 'x\n"\\$${y} é'}),
    ],
)
def test_arguments_arrive_as_they_are(stack: Stack, given: dict[str, object], found: object) -> None:
    """None is left out at any depth, what is empty stays, and any sequence or mapping will do."""
    body = stack.thing(**given)

    assert body == found


def test_no_block_is_an_empty_list_in_json_and_nothing_in_hcl(stack: Stack) -> None:
    """In HCL `part = []` would be an attribute, which it is not."""
    body = stack.thing(part=[], other=[])

    assert body == {"part": [], "other": []}
    assert "part" not in stack.hcl()
    assert "other = [" in stack.hcl()


def test_arguments_are_read_once(stack: Stack) -> None:
    """Nothing can be added after the constructor."""
    tags = {"a": "b"}
    Thing(stack.scope, "thing", {"tags": tags})
    tags["c"] = "d"

    assert stack.json()["resource"]["acme_thing"]["thing"]["tags"] == {"a": "b"}


def test_tokens_of_every_kind_arrive_in_json_and_hcl(stack: Stack) -> None:
    """Text, number, flag, list and map, alone and inside others."""
    other = Thing(stack.scope, "other", {})
    flag, number = other.reference("b", "get_boolean_attribute"), other.reference("n", "get_number_attribute")
    tags = other.reference("m", "get_string_map_attribute")
    names = other.reference("l", "get_list_attribute")

    body = stack.thing(n=number, b=flag, m=tags, l=names, all=[number, flag, tags, {"b": flag, "n": number}, names])

    refs = {key: f"${{acme_thing.other.{key}}}" for key in "nbml"}
    assert body == refs | {"all": [refs["n"], refs["b"], refs["m"], {"b": refs["b"], "n": refs["n"]}, refs["l"]]}
    assert [stack.hcl().count(f'"{ref}"') for ref in refs.values()] == [3, 3, 2, 2]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({1, 2}, r"acme_thing.a is a value of type set"),
        ([{"k": b"secret"}], r"acme_thing.a\[0\].k is a value of type bytes"),
        ({1: "x"}, r"acme_thing.a has a key that is not a string"),
        (float("nan"), r"acme_thing.a is not a finite number"),
        (2**53 + 1, r"acme_thing.a is beyond 2\*\*53"),
    ],
)
def test_what_terraform_cannot_take_is_refused_at_once(stack: Stack, value: object, says: str) -> None:
    """With the place and the kind; the value may be a secret."""
    with pytest.raises(TypeError, match=says) as refused:
        Thing(stack.scope, "thing", {"a": value})

    assert "secret" not in str(refused.value)


def test_a_handle_is_no_value(stack: Stack) -> None:
    """The message names what was meant."""
    group = ResourceGroup(stack.scope, "group", name="g", location="l")

    with pytest.raises(TypeError, match=r"acme_thing.a is a value of type ResourceGroup.*such as \.id"):
        Thing(stack.scope, "thing", {"a": group})


def test_instances_are_referred_to_by_key(stack: Stack) -> None:
    """Also where the key could be an attribute's name, which the core would make of it."""
    each = Thing(stack.scope, "each", {}, for_each={"myregistry": "/1", "a b": "/2"})

    body = stack.thing(a=each.at("myregistry"), b=each.at("a b", "name"))

    assert body == {"a": '${acme_thing.each["myregistry"].id}', "b": '${acme_thing.each["a b"].name}'}


def test_an_attribute_of_many_instances_is_refused_with_the_way_out(stack: Stack) -> None:
    """The core would write a reference that Terraform refuses."""
    each = ResourceGroup(stack.scope, "g", name="g", location="l", for_each={"one": "/1"})

    with pytest.raises(ValueError, match=r'\.id is not one value; use \.at\(key, "id"\)'):
        _ = each.id
    with pytest.raises(ValueError, match="no instance 'two'; it has 'one'"):
        each.at("two")


def test_at_means_nothing_without_for_each(stack: Stack) -> None:
    """There is but one instance, and it has no key."""
    with pytest.raises(ValueError, match=r"has no for_each, so \.at\('one'\) means nothing; use \.id"):
        ResourceGroup(stack.scope, "g", name="g", location="l").at("one")


@pytest.mark.parametrize(
    ("instances", "says"),
    [
        ({"${var.key}": "/1"}, "not known when the stack is made"),
        ({"one": 1}, r"for_each\['one'\] is a value of type int"),
    ],
)
def test_instances_have_known_keys_and_strings(stack: Stack, instances: Any, says: str) -> None:
    """Terraform would find out at plan, without the place."""
    with pytest.raises(TypeError, match=says):
        Thing(stack.scope, "thing", {}, for_each=instances)


def test_no_instances_is_a_resource_of_none(stack: Stack) -> None:
    """An empty mapping is not the same as no mapping."""
    Thing(stack.scope, "thing", {}, for_each={})

    assert stack.json()["resource"]["acme_thing"]["thing"] == {"for_each": {}}


def test_the_construct_and_its_handle_lead_to_each_other(stack: Stack) -> None:
    """The one is the way out for what a handle does not offer, the other the way in for an aspect."""
    group = ResourceGroup(stack.scope, "group", name="g", location="l")
    provider = AzurermProvider(stack.scope, "azurerm")

    assert group.construct.handle is group
    assert provider.construct.handle is provider
    assert isinstance(group.construct, stack.core.TerraformResource)
    there = There(stack.scope, "there", {})
    assert there.construct.handle is there
    assert isinstance(there.construct, stack.core.TerraformDataSource)


def test_an_override_on_the_construct_reaches_the_json(stack: Stack) -> None:
    """As the host expects of any element of its core."""
    ResourceGroup(stack.scope, "group", name="g", location="l").construct.add_override("managed_by", "someone")

    assert stack.json()["resource"]["azurerm_resource_group"]["group"]["managed_by"] == "someone"


def test_a_lifecycle_set_on_the_construct_stays(stack: Stack) -> None:
    """An aspect of the host that protects everything does so here too."""
    group = ResourceGroup(stack.scope, "g", name="g", location="l", lifecycle=Lifecycle(ignore_changes=["tags"]))
    group.construct.lifecycle = stack.core.TerraformResourceLifecycle(prevent_destroy=True)

    assert stack.json()["resource"]["azurerm_resource_group"]["g"]["lifecycle"] == {"prevent_destroy": True}


def test_what_to_ignore_is_a_list() -> None:
    """A string would be a list of its letters."""
    with pytest.raises(TypeError, match=r"ignore_changes is 'tags'; it takes a list, such as \['tags'\]"):
        Lifecycle(ignore_changes="tags")


def test_the_address_follows_the_scope_and_the_id(stack: Stack) -> None:
    """As of any element, so that two of the same id in two scopes do not meet."""
    for scope in ("a", "b"):
        ResourceGroup(Construct(stack.scope, scope), "group", name=scope, location="l")

    groups: Mapping[str, Any] = stack.json()["resource"]["azurerm_resource_group"]
    assert sorted(name.partition("_")[0] for name in groups) == ["a", "b"]


def test_an_attribute_cannot_be_set_afterwards(stack: Stack) -> None:
    """It would not reach the stack."""
    group = ResourceGroup(stack.scope, "group", name="g", location="l")

    with pytest.raises(AttributeError, match="name is a reference; set it in the constructor"):
        group.name = "other"


@pytest.mark.parametrize("alias", [None, "west"])
def test_an_alias_cannot_be_set_afterwards(stack: Stack, alias: str | None) -> None:
    """Resources that were made with the provider would not know."""
    provider = AzurermProvider(stack.scope, "azurerm", features=AzurermProviderFeatures(), alias=alias)

    with pytest.raises(AttributeError, match="alias cannot be set afterwards; set it in the constructor"):
        provider.construct.alias = "other"


def test_a_block_is_frozen_and_equal_by_its_members() -> None:
    """As the dataclass is that a type checker takes it for."""
    block = Part(in_="a")

    assert block == Part(in_="a", inner=None)
    assert block != Part(in_="b")
    with pytest.raises(AttributeError, match="Part is frozen"):
        block.in_ = "b"  # type: ignore[misc]  # what this is about


def test_a_block_names_what_it_lacks_and_what_it_does_not_have() -> None:
    """Else a typing error would reach Terraform, or be lost."""
    with pytest.raises(TypeError, match="MonitorDiagnosticSettingEnabledMetric needs category"):
        MonitorDiagnosticSettingEnabledMetric()  # type: ignore[call-arg]  # what this is about
    with pytest.raises(TypeError, match="Part has no outer"):
        Part(outer=1)  # type: ignore[call-arg]  # what this is about
