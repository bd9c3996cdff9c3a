"""What is wrong with a value is said in words, with the value and what is allowed."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import SettingsError
from acrwatch.settings.file import load_settings
from tests.settings.content import GONE, GROUP_ID, example, problem_at, written

PULLED = "detections/excessive_images_pulled"
MAIL = "action_groups/security/receivers/team"

# Path and value -> where the problem is shown -> words of it.
WRONG: list[tuple[str, Any, str, str]] = [
    ("location", GONE, "location", "it is required and missing"),
    ("location", 3, "location", "3 is a number here, and text is needed: put it in quotes"),
    ("location", True, "location", "True is not text"),
    ("location", ["a"], "location", "['a'] is not text"),
    ("location", {"a": "b"}, "location", "{'a': 'b'} is not text"),
    ("location", None, "location", "there is no value here; give one"),
    ("loction", "x", "loction", "there is no such key; did you mean location?"),
    ("resource_group", "rg", "resource_group", "'rg' is not a mapping"),
    ("resource_group/create", "true", "resource_group.create", "'true' is not true or false"),
    ("resource_group/create", 1, "resource_group.create", "1 is not true or false"),
    ("resource_group/nam", "x", "resource_group.nam", "did you mean name?"),
    ("workspace", 7, "workspace", "7 is not text or a mapping"),
    ("workspace", {"nam": "x"}, "workspace.nam", "did you mean name?"),
    ("workspace", {}, "workspace.name", "it is required and missing"),
    (
        "workspace",
        {"name": "abcd", "retention_in_days": "90"},
        "workspace.retention_in_days",
        "'90' is not a whole number",
    ),
    ("registries", [], "registries", "[] is not a mapping"),
    ("registries", None, "registries", "there is no value here; give one"),
    ("registries/x", 7, "registries.x", "7 is not text or a mapping"),
    ("registries/x", {"idd": "a"}, "registries.x.idd", "did you mean id?"),
    ("registries/x", {"id": "a", "diagnostics": "none"}, "registries.x.diagnostics", "allowed are 'managed' or"),
    ("action_groups/x", None, "action_groups.x", "there is no value here; give one"),
    ("action_groups/security/shortname", "x", "action_groups.security.shortname", "did you mean short_name?"),
    ("action_groups/security/receivers", [], "action_groups.security.receivers", "[] is not a mapping"),
    (MAIL, None, "action_groups.security.receivers.team", "there is no value here; give one"),
    (MAIL, {"email_address": "a@b.c"}, "action_groups.security.receivers.team", "it has no type"),
    (f"{MAIL}/type", "emial", "action_groups.security.receivers.team.type", "no type 'emial'; did you mean email?"),
    (f"{MAIL}/emailaddress", "x", "action_groups.security.receivers.team.emailaddress", "did you mean email_address?"),
    (f"{MAIL}/email_address", 7, "action_groups.security.receivers.team.email_address", "put it in quotes"),
    (f"{MAIL}/name", "x", "action_groups.security.receivers.team.name", "the key above is the name"),
    ("routing/default", "security", "routing.default", "'security' is not a list"),
    ("routing/severity", {"high": ["oncall"]}, "routing.severity.high", "'high' is not a whole number"),
    ("routing/severity", {True: ["oncall"]}, "routing.severity.true", "'true' is not a whole number"),
    ("routing/severity", {1: "oncall"}, "routing.severity.1", "'oncall' is not a list"),
    ("diagnostics", "Managed", "diagnostics", "'Managed' is not allowed; allowed are 'managed' or 'existing'"),
    ("logs/metrics", "yes", "logs.metrics", "'yes' is not true or false"),
    ("logs/categorys", [], "logs.categorys", "did you mean categories?"),
    ("logs/event_hub", {}, "logs.event_hub.authorization_rule_id", "it is required and missing"),
    ("activity_log/subscriptions", ["a"], "activity_log.subscriptions", "['a'] is not a mapping"),
    ("tags", {"a": 1}, "tags.a", "1 is a number here, and text is needed"),
    ("ignored_tags", "*", "ignored_tags", "'*' is not a list"),
    ("backend", {"path": "x"}, "backend", "it has no type"),
    ("backend", {"type": "s3"}, "backend.type", "there is no type 's3'; allowed are azurerm, cloud, local, remote"),
    ("backend", {"type": "local", "pth": "x"}, "backend.pth", "did you mean path?"),
    ("backend", {"type": "azurerm"}, "backend.container_name", "it is required and missing"),
    ("environment", "german", "environment", "'german' is not allowed; allowed are 'public', 'usgovernment'"),
    ("resource_provider_registrations", "some", "resource_provider_registrations", "allowed are 'core', 'extended'"),
    (PULLED, None, "detections.excessive_images_pulled", "there is no value here; give one"),
    (f"{PULLED}/sevrity", 1, "detections.excessive_images_pulled.sevrity", "did you mean severity?"),
    (f"{PULLED}/except_", [], "detections.excessive_images_pulled.except_", "did you mean except?"),
    (f"{PULLED}/severity", "1", "detections.excessive_images_pulled.severity", "'1' is not a whole number"),
    (f"{PULLED}/severity", 1.0, "detections.excessive_images_pulled.severity", "1.0 is not a whole number"),
    (f"{PULLED}/enabled", "no", "detections.excessive_images_pulled.enabled", "'no' is not true or false"),
    (f"{PULLED}/frequency", 5, "detections.excessive_images_pulled.frequency", "5 is a number here"),
    (f"{PULLED}/only", {"identity": "a"}, "detections.excessive_images_pulled.only", "is not a list"),
    (f"{PULLED}/only", ["a"], "detections.excessive_images_pulled.only[0]", "'a' is not a mapping"),
    (
        f"{PULLED}/only",
        [{"reposit": "a"}],
        "detections.excessive_images_pulled.only[0].reposit",
        "did you mean repository?",
    ),
    (
        f"{PULLED}/only",
        [{"repository": 1}],
        "detections.excessive_images_pulled.only[0].repository",
        "put it in quotes",
    ),
    (f"{PULLED}/limits", [{"identity": "a"}], "detections.excessive_images_pulled.limits[0].parameters", "required"),
    (
        f"{PULLED}/limits/0/parameters/images_limit",
        1.5,
        "detections.excessive_images_pulled.limits[0].parameters.images_limit",
        "1.5 is not a whole number",
    ),
    (
        f"{PULLED}/variants/x",
        {"variants": {}},
        "detections.excessive_images_pulled.variants.x.variants",
        "there is no such key; allowed are action_groups",
    ),
    (
        f"{PULLED}/parameters/images_limits",
        3,
        "detections.excessive_images_pulled.parameters.images_limits",
        "did you mean images_limit?",
    ),
    ("detections/x", {"sevrity": 1}, "detections.x.sevrity", "did you mean severity?"),
]


@pytest.mark.parametrize(
    ("key", "value", "place", "words"), WRONG, ids=[f"{place}: {words}" for *_, place, words in WRONG]
)
def test_a_wrong_value_is_told_with_path_value_and_what_is_allowed(
    tmp_path: Path, key: str, value: Any, place: str, words: str
) -> None:
    problem = problem_at(tmp_path, {key: value}, place)

    assert words in problem.message
    assert problem.line is not None


@pytest.mark.parametrize(
    "value", [None, [], {}, "x", 7, True, 1.5, [[]], {"type": None}, {"type": ["email"]}, {"": {}}]
)
@pytest.mark.parametrize(
    "key", [*sorted(example()), "action_groups/security/receivers", MAIL, PULLED, f"{PULLED}/only"]
)
def test_any_value_anywhere_is_accepted_or_refused_with_words(tmp_path: Path, key: str, value: Any) -> None:
    """Never a traceback, and never an error without a problem."""
    file = written(tmp_path, example({key: value}))

    problems = None
    try:
        load_settings(file)
    except SettingsError as error:
        problems = error.problems

    assert problems is None or (problems and all(problem.message for problem in problems))


def test_an_id_of_the_wrong_type_is_told_with_the_form_it_should_have(tmp_path: Path) -> None:
    problem = problem_at(tmp_path, {"workspace": f"{GROUP_ID}/Microsoft.Storage/storageAccounts/x"}, "workspace")

    assert "but of a Microsoft.Storage/storageAccounts one" in problem.message
    assert "Microsoft.OperationalInsights/workspaces/<name>" in str(problem.way_out)
