"""What an editor and mypy say of the arguments: right ones pass, wrong ones are told before anything runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HEAD = """
from typing import Any
from acrwatch import (
    ActionGroupSettings, DetectionSettings, Email, IdentityLimit, NewWorkspace, Registry, RegistryWatch, Routing, Sms,
    TuningEntry, Variant, Webhook,
)
from acrwatch.azurerm.monitor_scheduled_query_rules_alert_v2 import MonitorScheduledQueryRulesAlertV2
from acrwatch.alerts import DetectionAlert
from acrwatch.testing import assert_same, synth
from constructs import Construct

def watch(scope: Construct, receiver: Email) -> RegistryWatch:
    return RegistryWatch(scope, "watch", registries={"a": "id"}, workspace="id", resource_group_name="rg",
        location="westeurope", receivers=[receiver])

"""
RIGHT = {
    "all tuning": """
DetectionSettings(
    enabled=True, severity=1, frequency="5m", parameters={"images_limit": 40, "repositories": ["a"]},
    limits=[IdentityLimit(identity="ci@*", parameters={"images_limit": 90}, reason="mirror")],
    only=[TuningEntry(registry="a")], except_=[TuningEntry(identity="b", client="c", reason="d")],
    action_groups=["security"], variants={"strict": Variant(severity=0)},
)
""",
    "what was made can be reached": """
def look(made: RegistryWatch) -> MonitorScheduledQueryRulesAlertV2:
    alert: DetectionAlert = made.alerts["forced_repository_deleted"]
    name: str = made.action_groups["default"].id
    return alert.resource
""",
    "a registry, a workspace and groups as objects": """
def more(scope: Construct) -> None:
    RegistryWatch(scope, "watch", registries={"a": Registry(id="id"), "b": "id"},
        workspace=NewWorkspace(name="log-new"), resource_group_name="rg", location="westeurope",
        action_groups={"people": ActionGroupSettings(receivers=[Email(name="a", email_address="b@example.com")])},
        routing=Routing(severity={0: ["people"]}))
""",
    "the smallest watch, and the region that it looked up": """
def smallest(scope: Construct, receiver: Email) -> str | None:
    made = RegistryWatch(scope, "watch", registries={"a": "id"}, workspace="id", receivers=[receiver])
    return None if made.existing_workspace is None else made.existing_workspace.location
""",
    "a construct in one line": """
def same(receiver: Email) -> None:
    stack: dict[str, Any] = synth(lambda scope: watch(scope, receiver), core="cdktn")
    assert_same(stack, stack)
""",
}
WRONG = {
    "a severity as text": ('DetectionSettings(severity="high")', "arg-type", '"str"; expected "int | None"'),
    "an unknown option of a detection": ("DetectionSettings(treshold=3)", "call-arg", '"treshold"'),
    "an option that a variant does not have": ("Variant(variants={})", "call-arg", '"variants"'),
    "except without underscore is no argument": ("DetectionSettings(excepts=[])", "call-arg", '"excepts"'),
    "an entry as a dict": ('DetectionSettings(except_=[{"identity": "a"}])', "list-item", 'expected "TuningEntry"'),
    "an unknown field of an entry": ('TuningEntry(user="a")', "call-arg", '"user"'),
    "a receiver without its address": ('Email(name="a")', "call-arg", 'Missing named argument "email_address"'),
    "a phone number as a number": ('Sms(name="a", country_code="49", phone_number=151)', "arg-type", 'expected "str"'),
    "a receiver by position": ('Webhook("a", "b")', "call-arg", "Too many positional arguments"),
    "a limit that is no number": ('IdentityLimit(identity="a", parameters={"n": "x"})', "dict-item", '"int"'),
    "an unknown argument of a watch": (
        'def f(s: Construct) -> None: RegistryWatch(s, "w", registries={}, workspace="w", resource_group_name="r",'
        ' location="l", reciever=1)',
        "call-arg",
        '"reciever"',
    ),
    "a watch without a workspace": (
        'def f(s: Construct) -> None: RegistryWatch(s, "w", registries={}, resource_group_name="r", location="l")',
        "call-arg",
        'Missing named argument "workspace"',
    ),
    "a receiver that is none": (
        'def f(s: Construct) -> None: RegistryWatch(s, "w", registries={}, workspace="w", resource_group_name="r",'
        ' location="l", receivers=["team@example.com"])',
        "list-item",
        'expected "Receiver"',
    ),
    "a change of what was made": (
        'def f(w: RegistryWatch) -> None: w.workspace_id = "x"',
        "misc",
        'Property "workspace_id"',
    ),
    "a change of the settings": (
        "def f(s: DetectionSettings) -> None: s.severity = 1",
        "misc",
        'Property "severity" defined in "DetectionSettings" is read-only',
    ),
    "an alert of a made-up attribute": (
        'def f(w: RegistryWatch) -> None: w.alerts["a"].treshold',
        "attr-defined",
        '"treshold"',
    ),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """What mypy says of each snippet, all in one run."""
    folder = tmp_path_factory.mktemp("snippets")
    snippets = {**RIGHT, **{name: code for name, (code, _, _) in WRONG.items()}}
    names = {f"snippet_{number}.py": name for number, name in enumerate(snippets)}
    for file, name in names.items():
        (folder / file).write_text(HEAD + snippets[name] + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--output", "json", *(str(folder / file) for file in names)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    found: dict[str, list[dict[str, str]]] = {name: [] for name in snippets}
    for line in done.stdout.splitlines():
        problem = json.loads(line)
        if problem["severity"] == "error":
            found[names[Path(problem["file"]).name]].append(problem)
    return found


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_passes(said: dict[str, list[dict[str, str]]], name: str) -> None:
    """In strict mode, with the types of what comes back."""
    assert said[name] == []


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(said: dict[str, list[dict[str, str]]], name: str) -> None:
    """Once, and by the name of what is wrong."""
    _, code, message = WRONG[name]

    (problem,) = said[name]

    assert (problem["code"], message in problem["message"]) == (code, True), problem["message"]
