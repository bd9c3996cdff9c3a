"""A receiver of every kind is read from the file, with a variable for each of its secrets."""

from pathlib import Path
from typing import Any, get_args

import pytest

from acrwatch.notifications.arm_role import MAILED_ROLES
from acrwatch.references import is_whole_reference
from acrwatch.settings.model import ActionGroup, AnyReceiver
from acrwatch.settings.secrets import SECRET_FIELDS, secret_variables
from tests.settings.content import GROUP_ID, ZERO, example, loaded, refusal

RECEIVERS: dict[str, dict[str, Any]] = {
    "arm_role": {"role_id": next(iter(MAILED_ROLES))},
    "automation_runbook": {
        "automation_account_id": f"{GROUP_ID}/Microsoft.Automation/automationAccounts/a",
        "runbook_name": "run",
        "webhook_resource_id": f"{GROUP_ID}/Microsoft.Automation/automationAccounts/a/webhooks/w",
        "is_global_runbook": True,
    },
    "email": {"email_address": "security@example.com"},
    "event_hub": {
        "event_hub_namespace": "contoso-hubs",
        "event_hub_name": "hub",
        "subscription_id": ZERO,
        "tenant_id": ZERO,
    },
    "function": {"function_app_resource_id": f"{GROUP_ID}/Microsoft.Web/sites/f", "function_name": "alert"},
    "itsm": {
        "workspace_id": f"{ZERO}|{ZERO}",
        "connection_id": ZERO,
        "ticket_configuration": '{"PayloadRevision": 0, "WorkItemType": "Incident"}',
        "region": "westeurope",
    },
    "json_webhook": {"template": {"text": "{severity}: {title}"}},
    "logic_app": {"resource_id": f"{GROUP_ID}/Microsoft.Logic/workflows/w"},
    "pagerduty": {},
    "pagerduty_events": {"service_region": "eu"},
    "push": {"email_address": "security@example.com"},
    "secure_webhook": {
        "service_uri": "https://hook.example.com/alerts",
        "object_id": ZERO,
        "identifier_uri": "api://acrwatch",
        "tenant_id": ZERO,
    },
    "slack": {},
    "sms": {"country_code": "49", "phone_number": "1701234567"},
    "teams": {},
    "voice": {"country_code": "1", "phone_number": "5551234"},
    "webhook": {},
}
KINDS = {kind.type: kind for kind in get_args(get_args(AnyReceiver)[0])}

# Kind, field and value -> words of the problem.
WRONG: list[tuple[str, str, Any, str]] = [
    ("arm_role", "role_id", ZERO, f"Azure sends no mail to '{ZERO}'; allowed are"),
    ("automation_runbook", "runbook_name", " ", "it is empty"),
    ("automation_runbook", "automation_account_id", "x", "'x' is not the id of a Microsoft.Automation"),
    ("automation_runbook", "webhook_resource_id", "x", "'x' is not the id of a Microsoft.Automation"),
    ("email", "email_address", "nobody", "'nobody' is not an e-mail address"),
    ("email", "email_address", "a@b", "'a@b' is not an e-mail address"),
    ("email", "email_address", "a b@example.com", "is not an e-mail address"),
    ("email", "email_address", "Me <a@example.com>", "is not an e-mail address"),
    ("email", "email_address", f"{'a' * 53}@example.com", "it has 65 characters; Azure takes at most 64"),
    ("event_hub", "event_hub_name", "", "'' cannot be such a name"),
    ("event_hub", "event_hub_namespace", "", "'' cannot be such a name"),
    ("event_hub", "subscription_id", "x", "'x' is not a GUID"),
    ("event_hub", "tenant_id", "x", "'x' is not a GUID"),
    ("function", "function_app_resource_id", "x", "'x' is not the id of a Microsoft.Web/sites"),
    ("function", "function_name", "", "it is empty"),
    ("itsm", "workspace_id", ZERO, "is not <subscription id>|<workspace GUID>"),
    ("itsm", "connection_id", "x", "'x' is not a GUID"),
    ("itsm", "ticket_configuration", "{", "it is not JSON"),
    ("itsm", "ticket_configuration", "{}", "it must be an object with PayloadRevision and WorkItemType"),
    ("itsm", "ticket_configuration", "[]", "it must be an object"),
    ("itsm", "region", "", "it is empty"),
    ("json_webhook", "template", {}, "it is empty"),
    ("json_webhook", "authorization", "Basic eA==", "it is a secret and takes no value here, but true"),
    ("logic_app", "resource_id", "x", "'x' is not the id of a Microsoft.Logic/workflows"),
    ("push", "email_address", "x", "'x' is not an e-mail address"),
    ("secure_webhook", "service_uri", "http://x", "'http://x' is not a URL that starts with https://"),
    ("secure_webhook", "object_id", "x", "'x' is not a GUID"),
    ("secure_webhook", "tenant_id", "x", "'x' is not a GUID"),
    ("secure_webhook", "identifier_uri", "", "''"),
    ("sms", "country_code", "+49", "'+49' is not a country code"),
    ("sms", "country_code", "0049", "'0049' is not a country code"),
    ("sms", "phone_number", "170 1234567", "is not a phone number"),
    ("sms", "phone_number", "١٢٣٤٥٦٧", "is not a phone number"),
    ("sms", "phone_number", "123", "is not a phone number"),
    ("voice", "country_code", "", "'' is not a country code"),
    ("voice", "phone_number", "123456789012345", "is not a phone number"),
]


def with_receiver(kind: str, **changes: Any) -> dict[str, Any]:
    return {"action_groups/security/receivers": {"one": {"type": kind, **RECEIVERS[kind], **changes}}}


def test_every_kind_of_receiver_is_tested_here() -> None:
    assert set(RECEIVERS) == set(KINDS) == set(SECRET_FIELDS)


@pytest.mark.parametrize("kind", RECEIVERS)
def test_a_receiver_is_read_with_all_its_fields_and_its_key_as_name(tmp_path: Path, kind: str) -> None:
    group = loaded(tmp_path, with_receiver(kind)).action_groups["security"]
    assert isinstance(group, ActionGroup)
    receiver = group.receivers["one"]

    assert type(receiver) is KINDS[kind]
    assert receiver.name == "one"
    assert {field: getattr(receiver, field) for field in RECEIVERS[kind]} == RECEIVERS[kind]


@pytest.mark.parametrize("kind", RECEIVERS)
def test_each_secret_of_a_receiver_is_the_reference_to_its_variable(tmp_path: Path, kind: str) -> None:
    settings = loaded(tmp_path, with_receiver(kind))
    group = settings.action_groups["security"]
    assert isinstance(group, ActionGroup)
    secrets = {field: getattr(group.receivers["one"], field) for field in SECRET_FIELDS[kind]}

    assert secrets == {field: f"${{var.one_{field}}}" for field in SECRET_FIELDS[kind]}
    assert all(is_whole_reference(value) for value in secrets.values())
    assert [variable.field for variable in secret_variables(settings) if variable.receiver == "one"] == list(secrets)


@pytest.mark.parametrize(("kind", "field", "value", "words"), WRONG, ids=[f"{w[0]}.{w[1]}: {w[3]}" for w in WRONG])
def test_a_field_that_azure_would_refuse_is_told_with_its_value(
    tmp_path: Path, kind: str, field: str, value: Any, words: str
) -> None:
    error = refusal(tmp_path, example(with_receiver(kind, **{field: value})))
    place = f"action_groups.security.receivers.one.{field}"

    assert [problem for problem in error.problems if problem.place == place and words in problem.message], str(error)


@pytest.mark.parametrize("kind", RECEIVERS)
def test_a_field_that_a_kind_does_not_have_is_refused_with_those_it_has(tmp_path: Path, kind: str) -> None:
    (problem,) = refusal(tmp_path, example(with_receiver(kind, bogus=1))).problems

    assert problem.place == "action_groups.security.receivers.one.bogus"
    assert "there is no such key" in problem.message


@pytest.mark.parametrize("kind", [kind for kind, fields in RECEIVERS.items() if fields and kind != "pagerduty_events"])
def test_a_required_field_that_is_missing_is_told(tmp_path: Path, kind: str) -> None:
    error = refusal(tmp_path, example({"action_groups/security/receivers": {"one": {"type": kind}}}))

    assert {problem.message for problem in error.problems} == {"it is required and missing"}
    assert {problem.path[-1] for problem in error.problems} <= set(RECEIVERS[kind])


@pytest.mark.parametrize("kind", [kind for kind, receiver in KINDS.items() if receiver.MAXIMUM == 10])
def test_more_receivers_of_a_kind_than_azure_takes_are_refused(tmp_path: Path, kind: str) -> None:
    receivers = {f"r{number}": {"type": kind, **RECEIVERS[kind]} for number in range(11)}
    error = refusal(tmp_path, example({"action_groups/security/receivers": receivers}))

    assert any("11 of the kind" in problem.message for problem in error.problems)


def test_kinds_that_azure_counts_together_are_counted_together(tmp_path: Path) -> None:
    """A PagerDuty integration and a secure webhook are webhooks too."""
    kinds = ["webhook", "pagerduty", "secure_webhook"] * 4
    receivers = {f"r{number}": {"type": kind, **RECEIVERS[kind]} for number, kind in enumerate(kinds)}
    error = refusal(tmp_path, example({"action_groups/security/receivers": receivers}))

    assert any("12 of the kind webhook_receiver are too many" in problem.message for problem in error.problems)
