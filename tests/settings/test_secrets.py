"""No secret is taken from a settings file, and none that stands there is ever repeated."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import SettingsError
from acrwatch.settings.file import load_settings
from acrwatch.settings.secrets import SECRET_FIELDS, secret_variables, variable_name
from tests.settings.content import EXAMPLE_FILE, GROUP_ID, example, loaded, problem_at, refusal, written

CANARY = "c4nary"
SECRETS = [
    f"https://hooks.slack.com/services/T0/B0/{CANARY}",
    f"https://prod.logic.azure.com/x?sp=%2F&sig={CANARY}",
    f"AccountName=a;AccountKey={CANARY}",
    f"https://x.example/?apiKey={CANARY}",
    f"https://events.pagerduty.com/integration/{CANARY}/enqueue",
    f"https://user:{CANARY}@example.com/",
    f"https://f.azurewebsites.net/api/x?code={CANARY}",
    f"https://contoso.webhook.office.com/webhookb2/{CANARY}",
    f"https://:{CANARY}@example.com/",
    f"user:{CANARY}@example.com",
    f"routing_key={CANARY}",
]
PLACES = [
    "name",
    "location",
    "bogus",
    "runbook_base_url",
    "detections_dir",
    "provider_version",
    "resource_group/name",
    "workspace",
    "registries/x",
    "tags/team",
    "ignored_tags/0",
    "backend/path",
    "logs/name",
    "activity_log/subscriptions/x",
    "action_groups/x",
    "action_groups/security/short_name",
    "action_groups/security/receivers/team/email_address",
    "action_groups/security/receivers/team/type",
    "action_groups/security/receivers/team/typo",
    "routing/default/0",
    "detections/excessive_images_pulled/limits/0/reason",
    "detections/excessive_images_pulled/parameters/x",
    "detections/excessive_images_pulled/variants/x",
]
SECRET_PLACES = [(kind, field) for kind, fields in SECRET_FIELDS.items() for field in fields]


def told(folder: Path, content: Any) -> str:
    """All that anybody could see of the refusal: its text, its problems, and the exceptions behind it."""
    error = refusal(folder, content)
    return f"{error}{error!r}{error.problems!r}{error.__cause__!r}{error.__context__!r}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.partition(CANARY)[0])
def test_a_secret_is_refused_wherever_it_stands_and_not_repeated(tmp_path: Path, place: str, secret: str) -> None:
    said = told(
        tmp_path,
        example({place: secret, "ignored_tags": ["x"]} if "ignored" not in place else {"ignored_tags": [secret]}),
    )

    assert "this looks like" in said
    assert "TF_VAR_" in said
    assert CANARY not in said


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.partition(CANARY)[0])
@pytest.mark.parametrize("place", ["", "tags/", "registries/", "detections/", "action_groups/security/receivers/"])
def test_a_secret_as_a_key_is_not_repeated_either(tmp_path: Path, place: str, secret: str) -> None:
    content = example()
    below: Any = content
    for key in place.split("/")[:-1]:
        below = below.setdefault(key, {})
    below[secret] = {"sevrity": 1}

    assert CANARY not in told(tmp_path, content)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.partition(CANARY)[0])
@pytest.mark.parametrize(
    "broken",
    [
        "a: '{}",
        "a: [{}",
        "? {}\n: - x\n  y",
        "a: {}\n\tb: 1",
        "'{0}': 1\n'{0}': 2",
        "a: *{0}",
        "a: !<{0}> x",
        "- {0}\nb: 1",
    ],
)
def test_a_secret_in_a_file_that_is_no_yaml_is_not_repeated(tmp_path: Path, broken: str, secret: str) -> None:
    assert CANARY not in told(tmp_path, broken.format(secret))


def test_a_secret_is_told_with_the_line_it_stands_on(tmp_path: Path) -> None:
    problem = problem_at(tmp_path, {"tags": {"a": "x", "b": SECRETS[0]}}, "tags.b")

    assert (tmp_path / "acrwatch.yaml").read_text().splitlines()[(problem.line or 0) - 1].strip().startswith("b: ")


def test_every_secret_in_a_file_is_told(tmp_path: Path) -> None:
    error = refusal(tmp_path, example({"tags": {str(number): text for number, text in enumerate(SECRETS)}}))

    assert len(error.problems) == len(SECRETS)


def test_a_text_that_is_one_secret_nested_in_a_list_is_found(tmp_path: Path) -> None:
    """Under a key that there is not, which is told as well."""
    error = refusal(tmp_path, example({"bogus": [{"a": [SECRETS[0]]}]}))

    assert [problem.place for problem in error.problems] == ["bogus", "bogus[0].a[0]"]


def test_a_secret_as_a_key_is_told_for_what_it_is_and_as_the_unknown_key_that_it_is(tmp_path: Path) -> None:
    error = refusal(tmp_path, example({"sig=c4nary": 1}))

    assert [(problem.place, problem.message.partition(";")[0].partition(",")[0]) for problem in error.problems] == [
        ("(a key)", "this looks like a shared access signature"),
        ("(hidden: it looks like a shared access signature)", "there is no such key"),
    ]
    assert CANARY not in str(error)


def test_a_secret_leaves_no_other_problem_untold(tmp_path: Path) -> None:
    error = refusal(tmp_path, example({"tags": {"a": SECRETS[0]}, "location": "", "name": 7}))

    assert [problem.place for problem in error.problems] == ["name", "location", "tags.a"]


@pytest.mark.parametrize(("kind", "field"), SECRET_PLACES)
@pytest.mark.parametrize("value", [CANARY, f"${{var.{CANARY}}}", None, [CANARY], {"a": CANARY}, ""], ids=repr)
def test_a_secret_field_takes_no_value_and_says_which_variable_to_set(
    tmp_path: Path, kind: str, field: str, value: Any
) -> None:
    """Whatever the value is, the field is where a person would put a secret."""
    content = example({"action_groups/security/receivers/my-hook": {"type": kind, field: value}})
    said = told(tmp_path, content)

    assert f"action_groups.security.receivers.my-hook.{field}" in said
    assert f"export TF_VAR_my_hook_{field}" in said
    assert CANARY not in said


@pytest.mark.parametrize("typo", ["service_url", "uri", "integration_key"])
def test_a_secret_under_a_mistyped_key_is_not_repeated(tmp_path: Path, typo: str) -> None:
    content = example({f"action_groups/security/receivers/slack/{typo}": CANARY})

    assert CANARY not in told(tmp_path, content)


def test_variables_are_named_by_receiver_and_field() -> None:
    assert [variable.name for variable in secret_variables(load_settings(EXAMPLE_FILE))] == [
        "slack_webhook_url",
        "siem_service_uri",
        "oncall_integration_key",
    ]
    assert variable_name("on-call", "integration_key") == "on_call_integration_key"


@pytest.mark.parametrize(
    "changes",
    [
        {"action_groups/security/receivers": {"a-b": {"type": "webhook"}, "a_b": {"type": "webhook"}}},
        {"action_groups/oncall/receivers": {"slack": {"type": "slack"}}},
    ],
    ids=["within a group", "across groups"],
)
def test_two_receivers_with_one_variable_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """One of them would get the other's secret."""
    with pytest.raises(SettingsError, match=r"its variable \w+ is that of .* already"):
        loaded(tmp_path, changes)


def test_an_existing_action_group_needs_no_variable(tmp_path: Path) -> None:
    id_ = f"{GROUP_ID}/Microsoft.Insights/actionGroups/x"
    settings = load_settings(written(tmp_path, example({"action_groups/security": id_})))

    assert [variable.receiver for variable in secret_variables(settings)] == ["oncall"]
