"""What is wrong with the settings of a watch, whatever its detections are; each check bites."""

from dataclasses import replace
from typing import Any

import pytest

from acrwatch.logging_settings import ActivityLogSettings, EventHubDestination, LogSettings
from acrwatch.watch_checks import watch_problems
from acrwatch.watch_settings import NewWorkspace, Routing
from tests.watches import EXISTING, FINE, ONE, group, registry

HUB_RULE = f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.EventHub/namespaces/ns/authorizationRules/send"

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"registries": {}}, "registries", "nothing to watch"),
    ({"workspace": registry("one")}, "workspace", "but of a Microsoft.ContainerRegistry/registries one"),
    ({"workspace": NewWorkspace(name="abc")}, "workspace.name", "'abc' cannot name a workspace: 4 to 63"),
    ({"workspace": NewWorkspace(name="-abcd")}, "workspace.name", "cannot name"),
    ({"workspace": NewWorkspace(name="abcd", retention_in_days=29)}, "workspace.retention_in_days", "29 days"),
    ({"workspace": NewWorkspace(name="abcd", retention_in_days=731)}, "workspace.retention_in_days", "731 days"),
    ({"resource_group_name": "rg."}, "resource_group_name", "'rg.' cannot name a resource group"),
    ({"resource_group_name": ""}, "resource_group_name", "'' cannot name"),
    ({"location": ""}, "location", "'' is not a region like westeurope"),
    (
        {"workspace": "${w.w.id}", "resource_group_name": None},
        "resource_group_name",
        "it is left out, and the workspace's id is a reference, so its resource group is not known here",
    ),
    (
        {"workspace": NewWorkspace(name="abcd"), "location": None},
        "location",
        "it is left out, and the workspace is yet to be made, so its region cannot be looked up",
    ),
    ({"runbook_base_url": "http://wiki"}, "runbook_base_url", "'http://wiki' is not a URL that starts with https://"),
    ({"runbook_base_url": "https://"}, "runbook_base_url", "is not a URL"),
    ({"runbook_base_url": "https://wiki/?page="}, "runbook_base_url", "has a query or a fragment"),
    ({"runbook_base_url": "https://wiki/#alerts"}, "runbook_base_url", "has a query or a fragment"),
    ({"name": "a/b"}, "name", "'a/b' cannot begin the names in Azure"),
    ({"name": ""}, "name", "'' cannot begin the names in Azure"),
    ({"name": "a|b"}, "name", "'a|b' cannot begin the names in Azure"),
    ({"name": "a+b"}, "name", "'a+b' cannot begin the names in Azure"),
    ({"name": "x" * 139}, "name", "1 to 138 characters"),
    ({"tags": {"acrwatch_kind": "x"}}, "tags.acrwatch_kind", "are acrwatch's own"),
    ({"tags": {"a<b": "x"}}, "tags.a<b", "1 to 512 characters"),
    ({"tags": {"a": "x" * 257}}, "tags.a", "it has 257 characters"),
    ({"tags": {"Team": "a", "team": "b"}}, "tags.team", "Team is the same name in Azure"),
    (
        {"tags": {f"t{number}": "" for number in range(48)}},
        "tags",
        "48 tags are too many: Azure takes 50 (Azure: tag-resources), and acrwatch adds 3",
    ),
    ({"ignored_tags": [""]}, "ignored_tags[0]", "'' is not the name of a tag"),
    ({"ignored_tags": ["cost", " "]}, "ignored_tags[1]", "is not the name of a tag"),
    ({"ignored_tags": ['a"b']}, "ignored_tags[0]", "is not the name of a tag"),
    ({"ignored_tags": "*"}, "ignored_tags", "'*' is a text; a list is needed"),
    ({"action_groups": {}}, "action_groups", "nobody would be told"),
    ({"action_groups": {"a.b": group()}}, "action_groups.a.b", "cannot be a name"),
    ({"action_groups": {"a": group(), "A": group()}}, "action_groups.A", "a is the same name in Azure"),
    ({"action_groups": {"a": EXISTING, "b": EXISTING.lower()}}, "action_groups.b", "a is the same action group"),
    ({"action_groups": {"a": registry("x")}}, "action_groups.a", "is not the id of a Microsoft.Insights/actionGroups"),
    ({"action_groups": {"a": group(short_name="")}}, "action_groups.a.short_name", "'' has 0 characters"),
    ({"action_groups": {"security-team": group()}}, "action_groups.security-team.short_name", "13 characters; 1 to 12"),
    ({"action_groups": {"a": group("x", "X")}}, "action_groups.a.receivers[1].name", "stands here twice"),
    ({"routing": Routing(default=[])}, "routing.default", "nobody would be told"),
    ({"routing": Routing(default=["al"])}, "routing.default[0]", "there is no action group 'al'; did you mean all?"),
    ({"routing": Routing(default=["all", "all"])}, "routing.default", "named twice"),
    ({"routing": Routing(severity={5: ["all"]})}, "routing.severity.5", "5 is not a severity Azure has"),
    ({"routing": Routing(severity={1: ["x"]})}, "routing.severity.1[0]", "there is no action group 'x'"),
    ({"logs": LogSettings(categories=[])}, "logs.categories", "there are none"),
    (
        {"logs": LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name=""))},
        "logs.event_hub.event_hub_name",
        "'' cannot name an event hub",
    ),
    ({"activity_log": ActivityLogSettings(name="a/b")}, "activity_log.name", "cannot name a diagnostic setting"),
]

# The legal neighbours of what is refused.
RIGHT: list[dict[str, Any]] = [
    {"workspace": NewWorkspace(name="abcd", retention_in_days=30)},
    {"workspace": NewWorkspace(name="a" * 63, retention_in_days=730)},
    {"resource_group_name": "rg.(a)_1-"},
    {"location": "West Europe"},
    {"location": None},
    {"resource_group_name": None},
    {"resource_group_name": None, "location": None},
    {"workspace": "${w.w.id}", "resource_group_name": "${g.g.name}", "location": "${w.w.location}"},
    {"runbook_base_url": "https://wiki.example.com/a%20b/"},
    {"runbook_base_url": "${var.wiki}?page="},
    {"name": "x" * 138},
    {"name": "${var.name}"},
    {"name": "é (prod), 1"},
    {"tags": {f"t{number}": "" for number in range(47)}},
    {"tags": {"a": "x" * 256}},
    {"ignored_tags": ["*"]},
    {"ignored_tags": ["hidden-link: a b", "é"]},
    {"action_groups": {"a": group(), "b": EXISTING}},
    {"action_groups": {"a": group(short_name="x" * 12)}},
    {"routing": Routing(default=["all"], severity={0: ["all"], 4: ["all"]})},
    {"logs": LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE))},
    {"logs": LogSettings(event_hub=EventHubDestination(authorization_rule_id=HUB_RULE, event_hub_name="hub"))},
]


@pytest.mark.parametrize(("changes", "place", "words"), WRONG, ids=[f"{place}: {words}" for _, place, words in WRONG])
def test_what_cannot_work_is_told_with_its_place_and_value(changes: dict[str, Any], place: str, words: str) -> None:
    problems = watch_problems(replace(FINE, **changes))

    assert [problem for problem in problems if problem.place == place and words in problem.message]


@pytest.mark.parametrize("changes", RIGHT, ids=lambda changes: f"{changes}"[:60])
def test_what_is_just_allowed_is_fine(changes: dict[str, Any]) -> None:
    assert list(watch_problems(replace(FINE, **changes))) == []
