"""Writes the pages that follow from the code: settings.md, limits.md, public-api.md, those of detections and parts.

    python -m docs.generate

A test says when a page is no longer what this would write. The pages written by hand are the others; of three a part
is generated: the messages of notifications.md (`messages`), the runbooks of operate.md (`runbooks`) and the tables of
cost.md (`prices`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from acrwatch.alert_rule import Aggregation, AlertRule
from acrwatch.azure_names import TAG_VALUE_MAX, TAGS_MAX
from acrwatch.detection.catalogue import SHIPPED, catalogue, shipped_content
from acrwatch.detection.rule import alert_rule
from acrwatch.detection.tuning import DetectionSettings, IdentityLimit, TuningEntry, Variant
from acrwatch.durations import short
from acrwatch.limits import (
    ACTION_GROUPS_MAX,
    FREQUENCIES,
    MUTES,
    RESERVED_COLUMN,
    RULE_CHECKS,
    WINDOWS,
    Check,
)
from acrwatch.logging_settings import ActivityLogSettings, EventHubDestination, LogSettings, Registry
from acrwatch.names import NAME_MAX
from acrwatch.notifications.arm_role import MAILED_ROLES, ArmRole
from acrwatch.notifications.group_settings import SHORT_NAME_MAX
from acrwatch.notifications.json_webhook import JsonWebhook
from acrwatch.notifications.receiver import EMAIL_MAX, RECEIVER_NAME_MAX
from acrwatch.notifications.template_fields import FIELDS
from acrwatch.notifications.workflow import NAME_MAX as WORKFLOW_NAME_MAX
from acrwatch.notifications.workflow_receiver import WorkflowReceiver
from acrwatch.processing_plan import FILTER_VALUES_MAX
from acrwatch.processing_settings import DailyTime, ExtraGroups, MaintenanceWindow, WeeklyTime
from acrwatch.settings.docstrings import arguments, summary
from acrwatch.settings.model import (
    ActionGroup,
    AzurermBackend,
    CloudBackend,
    LocalBackend,
    RemoteBackend,
    ResourceGroup,
    Settings,
)
from acrwatch.settings.schema import settings_schema
from acrwatch.settings.secrets import RECEIVERS
from acrwatch.watch_checks import RETENTION_DAYS
from acrwatch.watch_settings import NewWorkspace, Routing
from docs import messages, prices, runbooks
from docs.detection_pages import detection_pages, parameter_rows, table
from docs.parts import with_part
from docs.public_api import public_api

FOLDER = Path(__file__).parent
GENERATED = "<!-- Written by python -m docs.generate; do not edit. -->"

Row = Sequence[str]


def pages() -> Mapping[str, str]:
    """The text of each generated page by its file name."""
    own = {"settings.md": _settings_page(), "limits.md": _limits_page(), "public-api.md": _page(public_api())}
    own[messages.PAGE] = messages.with_messages(_written(messages.PAGE))
    own[runbooks.PAGE] = with_part(_written(runbooks.PAGE), runbooks.PAGE, runbooks.runbooks())
    own[prices.PAGE] = with_part(_written(prices.PAGE), prices.PAGE, prices.prices())
    own[f"../detections/{SHIPPED}"] = shipped_content()
    return own | {f"detections/{name}": _page(parts) for name, parts in detection_pages().items()}


def _written(name: str) -> str:
    """A page of which only a part is generated, as it is now."""
    return (FOLDER / name).read_text(encoding="utf-8")


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join([GENERATED, *parts]) + "\n"


def _code(value: object) -> str:
    return f"`{value}`"


# The settings file.

SECTIONS: Sequence[tuple[str, str, type, str]] = (
    ("`resource_group`", "ResourceGroup", ResourceGroup, ""),
    ("`workspace`", "NewWorkspace", NewWorkspace, "An existing workspace is given as its id, a new one like this:"),
    ("`registries`", "Registry", Registry, "A registry is given as its id, or with more about it:"),
    ("`action_groups`", "ActionGroup", ActionGroup, "A group that exists already is given as its id, a new one so:"),
    ("`routing`", "Routing", Routing, ""),
    (
        "`routing.extra`",
        "ExtraGroups",
        ExtraGroups,
        "Of several times one is enough. A group that is named here is left out of the groups that alerts tell by "
        "default, so it is told at these times only. [routes.md](routes.md#at-some-times) says more.",
    ),
    (
        "`maintenance_windows`",
        "MaintenanceWindow",
        MaintenanceWindow,
        "A name, and when which alerts tell nobody. [routes.md](routes.md#at-some-times) says more.",
    ),
    ("`daily`", "DailyTime", DailyTime, ""),
    ("`weekly`", "WeeklyTime", WeeklyTime, ""),
    ("`detections`", "DetectionSettings", DetectionSettings, "Under the id of a detection:"),
    ("`only` and `except`", "TuningEntry", TuningEntry, ""),
    ("`limits`", "IdentityLimit", IdentityLimit, ""),
    ("`variants`", "Variant", Variant, "A variant has the keys of a detection but `variants`."),
    ("`logs`", "LogSettings", LogSettings, ""),
    ("`logs.event_hub`", "EventHubDestination", EventHubDestination, ""),
    ("`activity_log`", "ActivityLogSettings", ActivityLogSettings, ""),
    ("`backend` of the type `local`", "LocalBackend", LocalBackend, ""),
    ("`backend` of the type `azurerm`", "AzurermBackend", AzurermBackend, ""),
    ("`backend` of the type `cloud`", "CloudBackend", CloudBackend, ""),
    ("`backend` of the type `remote`", "RemoteBackend", RemoteBackend, ""),
)

SETTINGS_INTRO = """\
One YAML file says what is watched and who is told. `acrwatch check` reads it and reports everything that is wrong
with it at once, with the line of each problem. `acrwatch schema` prints its JSON Schema, with which an editor
completes the keys; the first line of the example shows how to name it.

A key that is not listed here is an error, and so is a key that stands twice. Text that looks like a secret of those
who are told (the URL of a webhook, a signature, a key, a user with a password) is refused wherever it stands: secrets
are [Terraform variables](#receivers). Tokens of other services are not known by their looks, so keep them out."""

# Names in the code -> where a reader of the page finds the same.
ELSEWHERE = {
    "`limits.FREQUENCIES`": "[those Azure has](limits.md#durations-azure-has)",
    "one of the roles in `MAILED_ROLES`": "one of the roles below",
    "`per_identity` parameters": "[parameters](#parameters) that are *per identity*",
}

RECEIVERS_INTRO = """\
`receivers` maps a name to a receiver. The name is the key, so a receiver has no key `name`. A secret field of a
receiver takes no value. The stack declares a variable `<name>_<field>` for it (`-` in the name becomes `_`), and its
value is given as `TF_VAR_<name>_<field>`. Terraform keeps it in the state, so protect the state. Receivers that come
with a Logic App keep their secrets out of it; [notifications.md](notifications.md) says more of these."""

WORKFLOW_NOTE = """\
It comes with a Logic App, needs Terraform or OpenTofu 1.11 or later, and its secrets are in no state and no plan."""


def _settings_page() -> str:
    schema = settings_schema()
    parts = ["# The settings file", SETTINGS_INTRO, "## The whole file", _keys(schema, schema, Settings)]
    for heading, name, described, note in SECTIONS:
        definition = schema["$defs"][name]
        parts += [f"## {heading}", summary(described)]
        parts += [note] if note else []
        parts += [_keys(definition, schema, described)] if described is not Variant else []
        if described is ActionGroup:
            parts += list(_receiver_sections(schema))
        if described is Variant:
            parts += list(_parameter_sections())
    return _page(parts)


def _receiver_sections(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "## Receivers"
    yield RECEIVERS_INTRO
    for kind in RECEIVERS:
        type_: str = kind.type
        yield f"### {_code(type_)}"
        yield summary(kind)
        yield _keys(schema["$defs"][kind.__name__], schema, kind)
        if kind is JsonWebhook:
            fields = [(_code(f"{{{name}}}"), field.meaning) for name, field in FIELDS.items()]
            yield "The fields that a template can name:"
            yield table(("field", "what stands there"), fields)
        if kind is ArmRole:
            yield table(("role", "`role_id`"), [(role, _code(id_)) for id_, role in MAILED_ROLES.items()])
        for field in kind.SECRETS:
            # What is said of references is for those who write Python.
            yield f"Secret, given as `TF_VAR_<name>_{field}`: {arguments(kind)[field].partition('; a reference')[0]}."
        if issubclass(kind, WorkflowReceiver):
            yield WORKFLOW_NOTE


def _parameter_sections() -> Iterator[str]:
    yield "## `parameters`"
    yield "Each detection has its own. A parameter marked *per identity* can also stand in `limits`."
    for detection in catalogue().values():
        yield f"### {_code(detection.id)}"
        yield table(("parameter", "type", "default", "meaning"), parameter_rows(detection))


def _keys(definition: Mapping[str, Any], schema: Mapping[str, Any], described: type) -> str:
    """The keys of one mapping: the required ones first, as the schema has them."""
    documented = arguments(described)
    required = set(definition.get("required", ()))
    rows = []
    for name, member in definition["properties"].items():
        text, default = _split(documented.get(name, "which kind it is."))
        if name in required:
            default = "required"
        elif default is None:
            default = _default(member.get("default"))
        for told, instead in ELSEWHERE.items():
            text = text.replace(told, instead)
        rows.append((_code(name), _type(member, schema), default, text))
    rows.sort(key=lambda row: row[2] != "required")
    return table(("key", "type", "default", "meaning"), rows)


def _default(value: object) -> str:
    if isinstance(value, dict):
        return "see below" if value else "none"
    return "none" if value in (None, []) else _code(value if isinstance(value, str) else json.dumps(value))


def _type(member: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A type of the JSON Schema in words."""
    if "discriminator" in member:
        return "[receiver](#receivers)" if "email" in member["discriminator"]["mapping"] else "mapping with a `type`"
    if "$ref" in member:
        definition = schema["$defs"][member["$ref"].rpartition("/")[2]]
        return _type(definition, schema) if "enum" in definition else "mapping"
    if "const" in member:
        return _code(member["const"])
    if "enum" in member:
        return " or ".join(map(_code, member["enum"]))
    if several := member.get("anyOf"):
        named = [_type(one, schema) for one in several if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(named))
    if member.get("type") == "array":
        return f"list of {_type(member['items'], schema)}"
    if member.get("type") == "object":
        return _mapping_type(member, schema)
    return {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}[member["type"]]


def _mapping_type(member: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    values = member.get("additionalProperties")
    return f"mapping of name to {_type(values, schema)}" if isinstance(values, dict) else "mapping"


def _split(text: str) -> tuple[str, str | None]:
    """The meaning, and what the sentence about the default says."""
    found = re.search(r"\s*Default: (.*?)\.(?= |$)", text)
    if found is None:
        return text, None
    return (text[: found.start()] + text[found.end() :]).strip(), found[1]


# What Azure refuses.

LIMITS_INTRO = """\
The provider lets many values through that Azure refuses at the apply, or that make an alert which can never fire.
acrwatch refuses them before anything is written, all of them at once. References to values that only Terraform knows
are let through."""

# One rule for each row of the table is enough; the message of a check is shown for the rule that breaks the least.
BROKEN: Sequence[Mapping[str, Any]] = (
    {"name": "a/b"},
    {"severity": 5},
    {"frequency": timedelta(minutes=7)},
    {"window": timedelta(minutes=7), "look_back": timedelta(minutes=7)},
    {"frequency": timedelta(hours=6), "window": timedelta(hours=5), "look_back": timedelta(hours=5)},
    {"frequency": timedelta(minutes=1), "window": timedelta(days=1), "query": "T"},
    {"window": timedelta(minutes=1), "look_back": timedelta(minutes=1)},
    {"look_back": timedelta(hours=7)},
    {"frequency": timedelta(minutes=15), "bound": timedelta(minutes=8)},
    {"frequency": timedelta(days=1), "window": timedelta(days=1)},
    {"mute": timedelta(minutes=7), "auto_mitigation": False},
    {"mute": timedelta(minutes=30)},
    {"mute": timedelta(minutes=5), "frequency": timedelta(minutes=15), "auto_mitigation": False},
    {"measure": None},
    {"aggregation": Aggregation.COUNT},
    {"dimensions": tuple("ABCDEFG")},
    {"dimensions": ("Registry", "Registry")},
    {"dimensions": ()},
    {"dimensions": ("Deletions",)},
    {"query": "T // " + "x" * 70_000},
    {"query": "T | evaluate bag_unpack(D)"},
    {"query": f"T | summarize {RESERVED_COLUMN} = count()"},
    {"query": "union A, B", "frequency": timedelta(minutes=1)},
    {"description": "x" * 5000},
    {"custom_properties": {"meaning": "x" * 300_000}},
)


def _limits_page() -> str:
    durations = [("`frequency`", FREQUENCIES), ("window", WINDOWS), ("mute", MUTES)]
    receivers = [(_code(kind.type), _code(kind.BLOCK), f"{kind.MAXIMUM:,}") for kind in RECEIVERS]
    return _page(
        [
            "# What is refused, and why",
            LIMITS_INTRO,
            "## Alert rules",
            "The words are those of the error, for one rule that breaks the check.",
            table(("of", "refused", "way out", "source"), [_checked(row) for row in RULE_CHECKS]),
            "### Durations Azure has",
            table(("of", "allowed"), [(name, ", ".join(map(short, allowed))) for name, allowed in durations]),
            "## Action groups",
            f"A rule tells at most {ACTION_GROUPS_MAX} action groups, each named once. A group that is switched on has "
            "at least one receiver, and each name in it stands once, in any casing. Azure counts receivers by the "
            "block of azurerm that they become (Azure Monitor: azure-monitor-limits-action-groups). For Functions no "
            "number is published; acrwatch takes that of the other kinds.",
            table(("receiver", "counted as", "at most in a group"), receivers),
            "## Maintenance windows and extra groups",
            f"They become alert processing rules. A filter takes {FILTER_VALUES_MAX} values (Azure Monitor: "
            "alerts-processing-rules), so one window may be several rules. A window that has no end is refused, and so "
            "is a time of day that begins and ends at once, of which no source says whether it is a whole day or "
            "nothing.",
            "## Names and sizes",
            table(("of", "allowed"), list(_sizes())),
            "## Limits nobody can check beforehand",
            *_unchecked(),
        ]
    )


def _checked(row: Check[AlertRule]) -> Row:
    broken = [rule for rule in _broken_rules() if row.wrong(rule)]
    if not broken:
        raise SystemExit(f"docs/generate.py: no rule in BROKEN breaks the check of {row.field} ({row.source})")
    rule = min(broken, key=lambda rule: sum(other.wrong(rule) for other in RULE_CHECKS))
    return (_code(row.field), row.says(rule), row.way_out or "", row.source)


def _broken_rules() -> Iterator[AlertRule]:
    fine, _ = alert_rule(catalogue()["forced_repository_deleted"], DetectionSettings())
    if fine is None:
        raise SystemExit("docs/generate.py: the detection that limits.md is made with makes no rule")
    for values in BROKEN:
        yield replace(fine, **values)


def _sizes() -> Iterator[Row]:
    yield (
        "`name`, names of action groups, receivers, variants, windows and extra groups",
        f"1 to {NAME_MAX} letters, digits, `-` and `_`",
    )
    yield "`short_name` of an action group", f"1 to {SHORT_NAME_MAX} characters"
    yield "name of a receiver, embedded", f"1 to {RECEIVER_NAME_MAX} characters"
    yield "name of a receiver's Logic App, `<name>-<group>-<receiver>`", f"at most {WORKFLOW_NAME_MAX} characters"
    yield "e-mail address", f"at most {EMAIL_MAX} characters"
    yield "`retention_in_days` of a new workspace", f"{RETENTION_DAYS.start} to {RETENTION_DAYS.stop - 1}"
    yield "value of a tag", f"at most {TAG_VALUE_MAX} characters"
    yield "tags of a resource, the three of acrwatch included", f"at most {TAGS_MAX}"


def _unchecked() -> Iterator[str]:
    yield "A synthesised stack does not know what else lies in the subscription. Azure Monitor's own limits are:"
    rows = (
        ("active log alert rules in a subscription", "5,000, of which 100 may run each minute"),
        ("diagnostic settings on a resource", "5, and each log category once to the same workspace"),
        ("alerts of a stateful rule in one evaluation", "300; event rules fold a flood into few alerts before that"),
        ("open alerts of a stateful rule", "5,000"),
        (
            "alert processing rules in a subscription",
            "1,000; each event rule has one, and windows and extra groups are some",
        ),
        ("e-mail", "100 an hour for each address and region"),
        ("SMS and voice", "one in five minutes"),
    )
    yield table(("of", "limit"), rows)
    yield "A rule that fails for a week is switched off by Azure."


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
