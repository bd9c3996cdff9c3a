"""Settings files for Hypothesis: any that must be accepted, with every key there is.

What a settings file may hold is decided in `acrwatch.settings`; a key that is missing here fails a test.
"""

import re
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from acrwatch import catalogue
from acrwatch.detection.model import ParameterType
from acrwatch.processing_plan import REGISTRY
from acrwatch.processing_settings import Weekday
from tests.notifications.kinds import KINDS, WORKFLOW_KINDS
from tests.synthesis import SUBSCRIPTION, Body, action_group_id, azure_id, registry_id, watch_settings

# What means something to Terraform, to HCL, to JSON or to a core turns up more often than by chance.
SPECIAL = [
    "${",
    "%{",
    "$${",
    "}",
    '"',
    "\\",
    "\n",
    "$",
    "%",
    "<<EOF",
    "${TfToken[TOKEN.1]}",
    "#{TfToken[0]}",
    "${var.x}",
    "é",
    "🐳",
]
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"])
TEXTS = st.lists(st.sampled_from(SPECIAL) | CHARACTERS, max_size=8).map("".join)
# The path of a URL: without blanks, a query, a fragment, or what could be taken for a password.
WORDS = TEXTS.map(lambda text: re.sub(r"[\s:@?#]", "", text))

GUIDS = st.uuids().map(str)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,9}", fullmatch=True)
FLAGS = st.booleans()
LOCATIONS = st.sampled_from(["westeurope", "West Europe", "usgovvirginia"])
PATTERNS = st.text("abc*/.@\"\\'()[]$ é", min_size=1, max_size=12).filter(lambda text: text.strip("*"))


def short(characters: str) -> st.SearchStrategy[str]:
    """A name of some of the characters, with something to see in it."""
    return st.text(characters, min_size=1, max_size=9).filter(lambda text: text.strip() == text)


NARROW = {"registry": short("ab*"), "repository": short("ab*/.-_")}
NAMING_A_REGISTRY = [id_ for id_, found in catalogue().items() if REGISTRY in found.dimensions]
OWNERS = st.sampled_from(["managed", "existing"])


def some(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Body]:
    """A mapping that has any of the keys."""
    return st.fixed_dictionaries({}, optional=strategies)


def names(most: int) -> st.SearchStrategy[list[str]]:
    """Names that differ in more than their casing."""
    return st.lists(NAMES, min_size=1, max_size=most, unique_by=str.lower)


def receivers(prefix: str) -> st.SearchStrategy[Body]:
    """Receivers of some kinds, whose variables are their own."""
    kinds = st.lists(st.sampled_from(KINDS + WORKFLOW_KINDS), min_size=1, max_size=3)

    def named(chosen: list[Any]) -> Body:
        return {
            f"{prefix}r{n}": {"type": case.make().type}
            | {key: value for key, value in case.given.items() if key not in case.kind.SECRETS}
            for n, case in enumerate(chosen)
        }

    return kinds.map(named)


def group(name: str) -> st.SearchStrategy[Any]:
    """An action group to make, or one that exists."""
    made = st.fixed_dictionaries(
        {"receivers": receivers(name)},
        optional={"short_name": short("abc "), "enabled": FLAGS},
    )
    return made | st.just(action_group_id(name))


def telling(entry: Body) -> bool:
    """Whether an entry names more than anything and more than a client."""
    return any(value.strip("*") for field, value in entry.items() if field not in ("client", "reason"))


@st.composite
def variants(draw: st.DrawFn, id_: str, groups: list[str]) -> Body:
    """Tuning of one rule of a detection."""
    detection = catalogue()[id_]
    values: dict[str, st.SearchStrategy[Any]] = {}
    for name, parameter in detection.parameters.items():
        if parameter.type is ParameterType.BOOLEAN:
            values[name] = FLAGS
        else:
            numbers = st.integers(int(parameter.minimum or 0), int(parameter.maximum or 0))
            values[name] = numbers | st.none() if parameter.optional else numbers
    entry = some(**{field.value: NARROW.get(field.value, PATTERNS) for field in detection.tuning}).filter(bool)
    reason = st.fixed_dictionaries({}, optional={"reason": TEXTS})
    entries = st.lists(st.tuples(entry, reason).map(lambda parts: parts[0] | parts[1]), max_size=2)
    limits = {name: st.integers(1, 99) for name in detection.per_identity}
    limit = st.fixed_dictionaries({"identity": PATTERNS, "parameters": some(**limits).filter(bool)})
    keys = {
        "enabled": FLAGS,
        "severity": st.integers(0, 4),
        "frequency": st.just("5m"),
        "parameters": some(**values),
        "only": entries,
        "except": entries.map(lambda found: [each for each in found if telling(each)]),
        "action_groups": st.lists(st.sampled_from(groups), min_size=1, max_size=5, unique=True),
    }
    if limits:
        keys["limits"] = st.lists(limit, max_size=2, unique_by=lambda found: str(found["identity"]).lower())
    return draw(some(**keys))


@st.composite
def detections(draw: st.DrawFn, groups: list[str]) -> Body:
    """Tuning of some detections, with variants."""
    found = {}
    for id_ in draw(st.lists(st.sampled_from(list(catalogue())), max_size=2, unique=True)):
        more = {name: draw(variants(id_, groups)) for name in draw(st.just([]) | names(2))}
        found[id_] = draw(variants(id_, groups)) | ({"variants": more} if more else {})
    return found


LOGS = some(
    name=short("abc -_$"),
    metrics=FLAGS,
    storage_account_id=st.just(azure_id("Microsoft.Storage/storageAccounts", "stlogs")),
    event_hub=st.fixed_dictionaries(
        {"authorization_rule_id": st.just(azure_id("Microsoft.EventHub/namespaces/authorizationRules", "n", "r"))},
        optional={"event_hub_name": st.just("hub")},
    ),
).flatmap(
    lambda logs: st.sampled_from(
        [logs, logs | {"category_group": "audit"}, logs | {"categories": ["ContainerRegistryRepositoryEvents"]}]
    )
)
HCP = st.fixed_dictionaries(
    {"type": st.sampled_from(["cloud", "remote"]), "organization": NAMES, "workspace": NAMES},
    optional={"hostname": st.just("tfe.example.com")},
)
STORE = st.fixed_dictionaries(
    {
        "type": st.just("azurerm"),
        "resource_group_name": NAMES,
        "storage_account_name": NAMES,
        "container_name": NAMES,
    },
    optional={"key": NAMES, "subscription_id": GUIDS},
)
LOCAL = st.fixed_dictionaries({"type": st.just("local")}, optional={"path": NAMES})


CLOCKS = st.times().map(lambda found: found.isoformat("minutes"))
MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)).map(  # noqa: DTZ001  # a clock's
    lambda found: found.isoformat("T", "minutes")
)
DAYS = st.lists(st.sampled_from(list(Weekday)).map(str), min_size=1, unique=True)
PART = st.lists(CLOCKS, min_size=2, max_size=2, unique=True).map(lambda both: {"from": both[0], "until": both[1]})
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "w. europe standard time", "Samoa Standard Time"])


@st.composite
def schedules(draw: st.DrawFn) -> Body:
    """Times that end, or come again."""
    weekly = st.tuples(DAYS, st.just({}) | PART).map(lambda parts: {"days": parts[0]} | parts[1])
    chosen = draw(some(daily=st.lists(PART, max_size=2), weekly=st.lists(weekly, max_size=2), time_zone=ZONES))
    begins, ends = sorted(draw(st.lists(MOMENTS, min_size=2, max_size=2, unique=True)))
    bounds = draw(st.sampled_from([{"from": begins, "until": ends}, {"until": ends}]))
    return chosen | (
        bounds if not chosen.get("daily") and not chosen.get("weekly") else draw(st.just({}) | st.just(bounds))
    )


@st.composite
def windows(draw: st.DrawFn, registries: list[str]) -> Body:
    """Maintenance windows, which differ in more than their casing."""
    found = {}
    for name in draw(st.just([]) | names(2)):
        meant = some(
            detections=st.lists(st.sampled_from(NAMING_A_REGISTRY), min_size=1, unique=True),
            registries=st.lists(st.sampled_from(registries), min_size=1, unique=True),
        )
        found[name] = {"reason": draw(TEXTS.filter(str.strip))} | draw(schedules()) | draw(meant)
    return found


@st.composite
def extras(draw: st.DrawFn, groups: list[str]) -> Body:
    """Extra groups, of which at least one group is left to be told always."""
    found = {}
    for name in draw(st.just([]) | names(2)) if len(groups) > 1 else []:
        meant = some(
            detections=st.lists(st.sampled_from(list(catalogue())), min_size=1, unique=True),
            severities=st.lists(st.integers(0, 4), min_size=1, unique=True),
            reason=TEXTS,
        )
        told = st.lists(st.sampled_from(groups[1:]), min_size=1, max_size=5, unique=True)
        found[name] = {"action_groups": draw(told)} | draw(schedules()) | draw(meant)
    return found


def optional(groups: list[str], registries: list[str]) -> dict[str, st.SearchStrategy[Any]]:
    """The keys that a settings file may leave out, for one with these action groups."""
    tags = st.dictionaries(short("abc ${}\"'é"), TEXTS, max_size=2)
    return {
        "routing": some(
            default=st.lists(st.sampled_from(groups), min_size=1, max_size=5, unique=True),
            severity=st.dictionaries(st.integers(0, 4), st.sampled_from(groups).map(lambda name: [name])),
            extra=extras(groups),
        ),
        "maintenance_windows": windows(registries),
        "detections": detections(groups),
        "diagnostics": OWNERS,
        "logs": LOGS,
        "activity_log": some(
            diagnostics=OWNERS,
            subscriptions=st.just({"main": SUBSCRIPTION}),
            name=short("abc"),
        ),
        "name": NAMES,
        "tags": tags.filter(lambda found: len({name.lower() for name in found}) == len(found)),
        "ignored_tags": st.lists(short("abc *'é").filter(str.strip), max_size=2),
        "runbook_base_url": WORDS.map(lambda text: f"https://runbooks.example.com/{text}"),
        "tolerate_missing_tables": FLAGS,
        "backend": LOCAL | STORE | HCP,
        "provider_version": st.sampled_from(["~> 5.2", "4.81.0", ">= 4.81, < 6.0"]),
        "environment": st.sampled_from(["public", "usgovernment", "china"]),
        "resource_provider_registrations": st.sampled_from(["core", "extended", "all", "none"]),
    }


@st.composite
def settings_files(draw: st.DrawFn) -> Body:
    """The content of a settings file that is valid."""
    groups = draw(names(5))
    registries = draw(st.dictionaries(NAMES, GUIDS, min_size=1, max_size=3))
    chosen = draw(some(**optional(groups, list(registries))))
    log = chosen.get("activity_log", {})
    if "existing" in (log.get("diagnostics"), chosen.get("diagnostics")) and log.get("diagnostics") != "managed":
        # Nothing is made for these, so naming them is refused.
        log.pop("subscriptions", None)
    return watch_settings(
        location=draw(LOCATIONS),
        resource_group={"name": "rg", "create": draw(FLAGS)},
        workspace=draw(
            st.none()
            | st.fixed_dictionaries({"name": st.just("log-new")}, optional={"retention_in_days": st.integers(30, 730)})
        )
        or watch_settings()["workspace"],
        registries={
            name: draw(
                st.just(registry_id(f"acr{n}", subscription))
                | st.fixed_dictionaries({"id": st.just(registry_id(f"acr{n}", subscription)), "diagnostics": OWNERS})
            )
            for n, (name, subscription) in enumerate(registries.items())
        },
        action_groups={name: draw(group(name)) for name in groups},
        **chosen,
    )
