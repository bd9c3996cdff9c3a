"""Each kind of receiver becomes its block with all its fields, and refuses what Azure refuses."""

from dataclasses import fields
from typing import Any, get_args

import pytest

from acrwatch import ActionGroup, Email, Itsm, PagerDuty, Push, SecureWebhook, SettingsError, Sms, Webhook
from acrwatch.settings.model import AnyReceiver
from acrwatch.testing.provider_tables import VERSIONS, violations
from tests.notifications.kinds import GUID, KINDS, SECRET, SECRETS, WORKFLOW_KINDS, WORKFLOW_SECRETS, Case
from tests.synthesis import GROUP, WORKSPACE_ID, Host

CASE = {case.kind: case for case in KINDS}


def group(host: Host, *receivers: Any) -> dict[str, Any]:
    """The action group that has these receivers."""
    ActionGroup(host.scope, "group", name="g", short_name="g", resource_group_name="rg", receivers=receivers)
    return host.one(GROUP)


def problems(case: Case, **changed: Any) -> dict[str, str]:
    """Place and sentence of everything that is wrong with a receiver."""
    return {problem.place: str(problem) for problem in case.make(**changed).problems()}


def test_every_kind_there_is_is_tested() -> None:
    """In a settings file a kind that is missing here could be named, and in no test would it be made."""
    assert {case.kind for case in KINDS + WORKFLOW_KINDS} == set(get_args(get_args(AnyReceiver)[0]))


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_every_field_reaches_the_json(host: Host, case: Case) -> None:
    """In the block of its kind, with the common alert schema wherever azurerm has it."""
    found = group(host, case.make(name="me"))

    assert set(case.given) == {field.name for field in fields(case.kind)} - {"name", "type"}
    assert found[case.kind.BLOCK] == [{"name": "me", **case.block}]
    assert [violations(host.json(), version) for version in VERSIONS] == [[], []]


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_a_kind_says_what_it_is(case: Case) -> None:
    """By the name that settings files use."""
    assert case.make() == case.kind(name="r", **case.given)
    (kind,) = {field.default for field in fields(case.kind) if field.name == "type"}
    assert isinstance(kind, str)
    assert kind.replace("_", "") == case.kind.__name__.lower()


@pytest.mark.parametrize(("case", "secret"), SECRETS + WORKFLOW_SECRETS, ids=str)
@pytest.mark.parametrize(
    "literal",
    [
        "https://canary.example.com/s3cr3t",
        "",
        '${"s3cr3t"}',
        "https://example.com/${var.s3cr3t}",
        "$${var.s3cr3t}",
        "${var.a}s3cr3t",
    ],
)
def test_a_secret_refuses_a_literal_and_does_not_repeat_it(case: Case, secret: str, literal: str) -> None:
    """In part or in disguise neither; the message says what to give instead."""
    found = problems(case, **{secret: literal})

    assert list(found) == [secret]
    assert "string_value of a sensitive TerraformVariable" in found[secret]
    assert "s3cr3t" not in found[secret]


@pytest.mark.parametrize(("case", "secret"), SECRETS, ids=str)
def test_a_secret_takes_a_reference_in_each_of_its_forms(host: Host, case: Case, secret: str) -> None:
    """The string of a variable, the token object of an attribute, and a template by hand."""
    vault = host.resource("azurerm_key_vault_secret", "vault").interpolation_for_attribute("value")
    given = {
        host.variable("key", sensitive=True): "${var.key}",
        vault: "${azurerm_key_vault_secret.vault.value}",
        "${sensitive(local.key)}": "${sensitive(local.key)}",
    }
    found = group(host, *(case.make(name=spelled, **{secret: value}) for value, spelled in given.items()))

    for block, spelled in zip(found[case.kind.BLOCK], given.values(), strict=True):
        texts = {key: value.replace(SECRET, spelled) for key, value in case.block.items() if isinstance(value, str)}
        assert block == {"name": spelled, **case.block, **texts}


def test_a_reference_that_cannot_be_told_from_a_literal_is_refused(host: Host) -> None:
    """What is behind a variable's `value` is no string; the way out names the one that is."""
    value = host.core.TerraformVariable(host.scope, "key", type="string").value

    assert "such as the string_value" in problems(CASE[Webhook], service_uri=value)["service_uri"]


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_references_are_let_through_in_every_text(host: Host, case: Case) -> None:
    """What Terraform will know is not for us to check."""
    texts = {key: "${var.any}" for key, value in case.given.items() if isinstance(value, str)}
    group(host, case.make(name="${var.name}", **texts))

    assert host.one(GROUP)[case.kind.BLOCK][0]["name"] == "${var.name}"


@pytest.mark.parametrize("kind", [Email, Push])
@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("team", "is not an e-mail address"),
        ("team@example", "is not an e-mail address"),
        ("a b@example.com", "is not an e-mail address"),
        ("a@example.com, b@example.com", "is not an e-mail address"),
        ("<a@example.com>", "is not an e-mail address"),
        ("a@example..com", "is not an e-mail address"),
        (f"{'a' * 53}@example.com", "it has 65 characters; Azure takes at most 64"),
    ],
)
def test_an_address_that_gets_no_mail_is_refused(kind: Any, address: str, says: str) -> None:
    """Azure would take it, and nobody would be told."""
    assert says in problems(CASE[kind], email_address=address)["email_address"]


def test_an_address_of_sixty_four_characters_is_fine() -> None:
    """Right at the limit, with all that an address may have."""
    assert problems(CASE[Email], email_address=f"a.b+c_{'x' * 46}@example.com") == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country_code", "+49"),
        ("country_code", "049"),
        ("country_code", "1234"),
        ("country_code", ""),
        ("country_code", "٤٩"),
        ("phone_number", "151 1234"),
        ("phone_number", "151-1234"),
        ("phone_number", "123"),
        ("phone_number", "1" * 15),
    ],
)
def test_a_number_that_cannot_be_dialled_is_refused(field: str, value: str) -> None:
    """Digits, and the country apart."""
    assert list(problems(CASE[Sms], **{field: value})) == [field]


# A kind, what is changed of it, and where that is a problem.
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("ArmRole", {"role_id": "00000000-0000-0000-0000-000000000000"}),
    ("SecureWebhook", {"service_uri": "http://example.com"}),
    ("SecureWebhook", {"service_uri": "https://"}),
    ("SecureWebhook", {"object_id": "app"}),
    ("SecureWebhook", {"identifier_uri": "my-app"}),
    ("SecureWebhook", {"tenant_id": ""}),
    ("LogicApp", {"resource_id": WORKSPACE_ID}),
    ("Function", {"function_app_resource_id": "app"}),
    ("Function", {"function_name": " "}),
    ("EventHub", {"event_hub_namespace": ""}),
    ("EventHub", {"event_hub_name": ""}),
    ("EventHub", {"subscription_id": "prod"}),
    ("EventHub", {"tenant_id": "contoso"}),
    ("AutomationRunbook", {"automation_account_id": WORKSPACE_ID}),
    ("AutomationRunbook", {"webhook_resource_id": "hook"}),
    ("AutomationRunbook", {"runbook_name": ""}),
    ("Itsm", {"workspace_id": WORKSPACE_ID}),
    ("Itsm", {"workspace_id": f"{GUID}/{GUID}"}),
    ("Itsm", {"connection_id": "snow"}),
    ("Itsm", {"region": ""}),
    ("Itsm", {"ticket_configuration": "{"}),
    ("Itsm", {"ticket_configuration": '["PayloadRevision", "WorkItemType"]'}),
    ("Itsm", {"ticket_configuration": '{"PayloadRevision": 0}'}),
]


@pytest.mark.parametrize(("kind", "changed"), WRONG, ids=lambda value: str(value))
def test_what_azure_refuses_of_a_receiver_is_refused(kind: str, changed: dict[str, Any]) -> None:
    """At the field, and only there."""
    (case,) = [case for case in KINDS if str(case) == kind]

    assert list(problems(case, **changed)) == list(changed)


@pytest.mark.parametrize("case", KINDS, ids=str)
@pytest.mark.parametrize("name", ["", " ", "x" * 261])
def test_a_receiver_needs_a_name(case: Case, name: str) -> None:
    """Azure knows it by nothing else."""
    assert list(problems(case, name=name)) == ["name"]


def test_optional_fields_are_left_to_azure(host: Host) -> None:
    """An empty text in their place would be refused."""
    found = group(host, SecureWebhook(name="r", service_uri="https://e.example.com", object_id=GUID))

    assert found["webhook_receiver"][0]["aad_auth"] == {"object_id": GUID}


def test_a_ticket_holds_no_template_that_was_none(host: Host) -> None:
    """JSON can spell a brace by its number; Terraform must not find a reference behind it."""
    ticket = '{"PayloadRevision":0,"WorkItemType":"$\\u007bvar.secret}"}'
    found = group(host, CASE[Itsm].make(ticket_configuration=ticket))

    written = found["itsm_receiver"][0]["ticket_configuration"]
    assert written == '{"PayloadRevision":0,"WorkItemType":"$${var.secret}"}'


def test_a_literal_secret_stops_the_group_without_being_told(host: Host) -> None:
    """The error is what lands in a build log."""
    canary = "https://canary.example.com/s3cr3t"
    with pytest.raises(SettingsError) as error:
        group(host, Webhook(name="a", service_uri=canary), PagerDuty(name="b", integration_key="s3cr3t"))

    assert [problem.place for problem in error.value.problems] == [
        "receivers[0].service_uri",
        "receivers[1].integration_key",
    ]
    assert "s3cr3t" not in f"{error.value}{error.value!r}"
    assert host.all(GROUP) == []
