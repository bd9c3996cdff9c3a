"""`acrwatch preview` shows the message that a stack would send, and never a secret."""

import json
from pathlib import Path
from typing import Any

import cdktf
import pytest

from acrwatch import WatchStack, catalogue, load_settings
from acrwatch.errors import AcrwatchError, ExitCode
from acrwatch.rehearsal.message import PLACEHOLDER
from acrwatch.workflow.bodies import adaptive_card, block_kit, events_v2
from tests.cli.running import EXAMPLE, process, run
from tests.rehearsal import notified
from tests.rehearsal.rules import pull, write_log
from tests.synthesis import RULE

TARGETS = ("slack", "teams", "pagerduty", "email")
PROBLEMS = {"slack": block_kit.problems, "teams": adaptive_card.problems, "pagerduty": events_v2.problems}
CANARY = "c4nary0c4nary0c4nary0c4nary0c4nar"
DELETED = "forced_repository_deleted"


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    """The example as it is synthesised."""
    stack = WatchStack(cdktf.Testing.app(), load_settings(EXAMPLE))
    found: dict[str, Any] = json.loads(cdktf.Testing.synth(stack.stack))
    return found


@pytest.fixture(scope="module")
def example(content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    (folder / "cdk.tf.json").write_text(json.dumps(content))
    return folder


def shown(stack: Path, *arguments: str) -> str:
    done = run("preview", *arguments, "--stack", str(stack))
    assert done.exit_code == 0, done.exception
    return done.stdout


def refused(stack: Path, *arguments: str) -> AcrwatchError:
    raised = run("preview", *arguments, "--stack", str(stack)).exception
    assert isinstance(raised, AcrwatchError)
    return raised


@pytest.mark.parametrize("id_", [*catalogue(), "excessive_images_pulled.payments"])
@pytest.mark.parametrize("target", TARGETS)
def test_every_detection_has_a_message_for_every_target(example: Path, target: str, id_: str) -> None:
    """As text that names it, and as JSON that the target takes."""
    text = shown(example, target, id_)
    body = json.loads(shown(example, target, id_, "--format", "json"))

    title = catalogue()[id_.partition(".")[0]].title
    assert title in text
    assert PROBLEMS[target](body) == [] if target in PROBLEMS else body["approximate"] is True
    if target in ("slack", "teams"):
        page = shown(example, target, id_, "--format", "html")
        assert page.startswith("<!doctype html>")
        assert title in page


def test_the_stacks_own_workflow_is_what_builds_it(content: dict[str, Any], tmp_path: Path) -> None:
    """Also where somebody has changed it."""
    (workflow,) = content["resource"]["azapi_resource"].values()
    changed = json.dumps(workflow["body"]).replace("First steps", "What the team does first")
    other = {**content, "resource": {**content["resource"], "azapi_resource": {}}}
    other["resource"]["azapi_resource"] = {
        name: {**body, "body": json.loads(changed)} for name, body in content["resource"]["azapi_resource"].items()
    }
    (tmp_path / "cdk.tf.json").write_text(json.dumps(other))

    assert "What the team does first" in shown(tmp_path, "slack", DELETED)


def test_a_receiver_that_the_stack_lacks_is_said(example: Path) -> None:
    done = process("preview", "teams", DELETED, "--stack", str(example))

    assert done.returncode == 0
    assert "has no receiver of the type teams; this is what one would send" in done.stderr
    assert done.stdout.startswith("Sev1 Error: Forced Repository Deleted")


def test_dimensions_are_as_given(example: Path) -> None:
    given = ("--dimension", "Identity=eve@example.com", "--dimension", "Repository=a=b")

    text = shown(example, "slack", DELETED, *given)

    assert "Identity    eve@example.com" in text
    assert "Repository  a=b" in text


def test_a_burst_that_is_over_says_so(example: Path) -> None:
    assert "The burst is over" in shown(example, "slack", "excessive_images_pulled", "--resolved")
    assert (
        json.loads(shown(example, "pagerduty", "excessive_images_pulled", "--resolved", "--format", "json"))[
            "event_action"
        ]
        == "resolve"
    )


def test_the_alert_of_a_log_is_shown(example: Path, tmp_path: Path) -> None:
    row: dict[str, Any] = {"OperationName": "Delete", "Tag": "", "CorrelationId": "1"}
    log = write_log(
        tmp_path / "log.jsonl",
        pull(8, arrives=5, Repository="team/one", **row),
        pull(9, arrives=5, Repository="team/two", **row | {"CorrelationId": "2"}),
    )

    first = shown(example, "slack", DELETED, "--events", str(log))
    second = shown(example, "slack", DELETED, "--events", str(log), "--dimension", "Repository=team/two")

    assert "Repository  team/one" in first
    assert "fired `2026-01-15 00:15 UTC`" in first
    assert "Repository  team/two" in second


def test_a_file_gets_the_picture(example: Path, tmp_path: Path) -> None:
    file = tmp_path / "message.html"

    assert shown(example, "slack", DELETED, "--format", "html", "--output", str(file)) == ""
    assert "Forced Repository Deleted" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("slack", "forced_repository_delete"), "has no rule 'forced_repository_delete'; did you mean forced_"),
        (("slack", DELETED, "--resolved"), "nobody is told that an alert of forced_repository_deleted is resolved"),
        (("pagerduty", DELETED, "--format", "html"), "there are pictures of slack and teams; pagerduty has --format"),
        (("email", DELETED, "--format", "html"), "email has --format text and json"),
        (("slack", DELETED, "--dimension", "Identity"), "--dimension takes NAME=VALUE"),
        (("slack", DELETED, "--dimension", "Repositories=x"), "no dimension 'Repositories'; did you mean Repository?"),
    ],
)
def test_what_makes_no_sense_is_refused(example: Path, arguments: tuple[str, ...], said: str) -> None:
    error = refused(example, *arguments)

    assert said in str(error)
    assert error.exit_code is ExitCode.INPUT


def test_a_log_without_such_an_alert_is_refused(example: Path, tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", pull(8))

    assert "has no fired alert in this log" in str(refused(example, "slack", DELETED, "--events", str(log)))


def test_a_message_that_is_not_known_in_full_ends_with_3(content: dict[str, Any], tmp_path: Path) -> None:
    unknown = json.loads(json.dumps(content).replace("First steps", "${data.http.words.body}"))
    (tmp_path / "cdk.tf.json").write_text(json.dumps(unknown))

    error = refused(tmp_path, "slack", DELETED)

    assert error.exit_code is ExitCode.UNKNOWN
    assert "Slack through the Logic App acrwatch-security-slack is not known in full" in str(error)


def test_no_secret_is_in_any_message(content: dict[str, Any], tmp_path: Path) -> None:
    """Not even where somebody wrote them into the stack; the key of PagerDuty is a placeholder."""
    resources = content["resource"]["azapi_resource"]
    literal = {
        name: {**body, "sensitive_body": {"properties": {"parameters": {"webhook_url": {"value": CANARY}}}}}
        for name, body in resources.items()
    }
    # The log raises an alert of this rule alone.
    rules = {name: body for name, body in content["resource"][RULE].items() if body["name"].endswith(DELETED)}
    assert len(rules) == 1
    written = {**content, "resource": {**content["resource"], "azapi_resource": literal, RULE: rules}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(written))
    log = write_log(tmp_path / "log.jsonl", pull(8, OperationName="Delete", Tag="", CorrelationId="1"))
    said = [shown(tmp_path, target, DELETED, "--format", form) for target in TARGETS for form in ("text", "json")]
    said += [shown(tmp_path, target, DELETED, "--format", "html") for target in ("slack", "teams")]
    said += [run("stack", "--stack", str(tmp_path), "--format", form).output for form in ("table", "json")]
    said += [
        run("rehearse", "--stack", str(tmp_path), "--events", str(log), "--format", form, *deliver).output
        for form in ("table", "json", "junit")
        for deliver in ((), ("--deliver", f"slack=http://127.0.0.1:9/{CANARY}"))
    ]

    assert all(said)
    assert [text for text in said if CANARY in text] == []
    assert json.loads(said[5])["routing_key"] == PLACEHOLDER


def test_no_node_process_is_started() -> None:
    """It reads the stack's JSON; of our own receivers it takes the plain data."""
    from tests.test_import import CORES, loaded_by

    modules, _ = loaded_by("from acrwatch.cli.preview import Target, _definition; [_definition(t) for t in Target]")

    assert modules.isdisjoint(CORES)


def test_the_four_receivers_of_a_stack_are_found() -> None:
    """Each by what its own workflow sends."""
    found = sorted(str(workflow.target) for workflow in notified.stack().workflows)

    assert found == ["JSON webhook", "PagerDuty", "Slack", "Teams"]
