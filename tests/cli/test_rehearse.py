"""`acrwatch rehearse` plays a stack over a log, and ends with a code that says what it found."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

import cdktf
import pytest

from acrwatch import WatchStack, load_settings
from acrwatch.errors import AcrwatchError, InputError, SettingsError
from acrwatch.output.rehearsal import ALERTS_SHOWN
from tests.cli.running import EXAMPLE, ROOT, process, run
from tests.rehearsal.rules import pull, write_log, write_stack

EXPECTED = """
- name: a deleted repository tells security and on-call once
  events:
    - {at: 10m, OperationName: Delete, Repository: team/api, Identity: someone@example.com}
  until: 8h
  alerts:
    - rule: forced_repository_deleted
      at: 10m..25m
      dimensions: {Repository: team/api}
      to: [oncall, security]
      resolved: 6h..7h
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as it is synthesised."""
    folder = tmp_path_factory.mktemp("example")
    stack = WatchStack(cdktf.Testing.app(), load_settings(EXAMPLE))
    (folder / "cdk.tf.json").write_text(cdktf.Testing.synth(stack.stack))
    return folder


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return write_stack(tmp_path / "cdk.tf.json")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "log.jsonl", pull(8, arrives=1), pull(8, arrives=1, Identity="eve@example.com"))


def rehearsed(*arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("rehearse", *map(str, arguments), "--format", "json").stdout)
    return found


def test_the_alerts_the_rules_and_the_log_are_shown(one: Path, log: Path) -> None:
    done = run("rehearse", "--stack", str(one), "--events", str(log))

    output = " ".join(done.stdout.split())
    assert done.exit_code == 0
    assert "Alerts on 2026-01-15, in UTC" in output
    assert "00:10 Sev2 pulls ci@example.com: 1 (Pulls >= 1) team 01:20" in output
    assert "about 1.50 USD a month; what short-lived combinations of dimensions add to it is not public" in output
    assert "Rows read: 2 of ContainerRegistryRepositoryEvents, from 2026-01-15 00:08Z to 2026-01-15 00:08Z" in output
    assert output.endswith("2 alerts of 1 rule from 2026-01-15 00:08Z to 2026-01-15 01:49Z")


def test_it_says_which_stack_and_which_log_it_is_of(one: Path, log: Path, tmp_path: Path) -> None:
    """A page or a table that was kept tells nothing without."""
    more = [str(write_log(tmp_path / f"{number}.jsonl", pull(8))) for number in range(6)]
    arguments = ("rehearse", "--stack", str(one), "--events", str(log), *more)
    first = run(*arguments).stdout.splitlines()[0]
    data = json.loads(run(*arguments, "--format", "json").stdout)["rehearsal"]
    page = run(*arguments, "--format", "html").stdout

    assert first == f"The rules of {one} on the log {', '.join([str(log), *more[:4]])}, 2 more"
    assert (data["stack"], data["log"]["paths"]) == (str(one), [str(log), *more])
    assert f'<p class="quiet">{first}</p>' in page


@pytest.mark.parametrize("period", [("2027-01-01T00:00Z", "2027-01-02T00:00Z"), ("2025-01-01T00:00Z",) * 2])
def test_a_period_without_a_row_is_said_with_that_of_the_log(one: Path, log: Path, period: tuple[str, str]) -> None:
    """Else a mistake in a date looks like rules that are quiet."""
    start, end = period
    arguments = ("rehearse", "--stack", str(one), "--events", str(log), "--from", start, "--to", end)
    said = (
        f"no row happened from {start.replace('T', ' ')} to {end.replace('T', ' ')}: "
        "the log goes from 2026-01-15 00:08Z to 2026-01-15 00:08Z"
    )

    assert f"Worth knowing of the log\n  - {said}\n" in run(*arguments).stdout
    assert rehearsed(*arguments[1:])["rehearsal"]["log"]["notes"] == [said]
    assert said in run(*arguments, "--format", "html").stdout


def test_json_has_payloads_rows_and_routes_with_moments_in_utc(example: Path, tmp_path: Path) -> None:
    row: dict[str, Any] = {"OperationName": "Delete", "Tag": "", "Repository": "team/api", "CorrelationId": "1"}
    log = write_log(tmp_path / "log.jsonl", pull(8, arrives=5, **row))

    found = rehearsed("--stack", example, "--events", log)

    (alert,) = found["rehearsal"]["alerts"]
    fired, resolved = alert["notifications"]
    assert found["rehearsal"]["complete"] is True
    assert (alert["rule"], alert["fired"], alert["delay_seconds"]) == (
        "forced_repository_deleted",
        "2026-01-15T00:15:00Z",
        420.0,
    )
    assert alert["behind"]["rows"][0]["Repository"] == "team/api"
    assert fired["payload"]["data"]["essentials"]["monitorCondition"] == "Fired"
    assert [group["told"] for group in fired["route"]["groups"]] == [True, True]
    assert [group["told"] for group in resolved["route"]["groups"]] == [False, False]
    assert "acrwatch-forced_repository_deleted-resolved" in {
        rule["name"] for rule in resolved["route"]["processing_rules"] if rule["applies"]
    }


def test_the_period_the_delay_and_chance_are_as_given(one: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"Type": "ContainerRegistryRepositoryEvents", "TimeGenerated": "2026-01-15T00:08:00Z", '
        '"OperationName": "Pull", "Identity": "ci@example.com"}\n'
    )
    given = ("--stack", one, "--events", log, "--from", "2026-01-15T01:00+01:00", "--to", "2026-01-15T02:00Z")

    found = rehearsed(*given, "--delay", "30m", "--jitter", "2m", "--skip", "0.2", "--seed", "7")["rehearsal"]

    assert found["period"] == {
        "start": "2026-01-15T00:00:00Z",
        "end": "2026-01-15T02:00:00Z",
        "jitter_seconds": 120.0,
        "skip": 0.2,
        "seed": 7,
    }
    assert found["rules"][0]["evaluations"] < 25
    assert found["alerts"][0]["fired"] >= "2026-01-15T00:38:00Z"
    assert not found["alerts"][0]["fired"].endswith(":00Z"), "it is late by chance"


def test_many_alerts_are_counted_and_json_has_all(one: Path, tmp_path: Path) -> None:
    many = ALERTS_SHOWN + 5
    log = write_log(tmp_path / "log.jsonl", *(pull(8, Identity=f"{number}@example.com") for number in range(many)))
    arguments = ("--stack", str(one), "--events", str(log))

    assert "and 5 alerts more; --format json has all of them" in run("rehearse", *arguments).stdout
    assert len(rehearsed(*arguments)["rehearsal"]["alerts"]) == many


def test_several_paths_may_follow_one_option(one: Path, log: Path, tmp_path: Path) -> None:
    """As a shell makes them of `--events logs/*.jsonl`."""
    more = write_log(tmp_path / "more.jsonl", pull(9))

    found = rehearsed("--stack", one, "--events", log, more)

    assert found["rehearsal"]["log"]["rows"] == {"ContainerRegistryRepositoryEvents": 3}


def test_tests_with_events_of_their_own_need_no_log(example: Path, tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(EXPECTED)

    done = run("rehearse", "--stack", str(example), "--expect", str(file))

    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "1 test, 0 failed")


def test_a_difference_is_shown_and_ends_with_1(one: Path, log: Path, tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text("{name: quiet, alerts: [{rule: pulls, dimensions: {Identity: ci@example.com}, at: 1h}]}")

    done = run("rehearse", "--stack", str(one), "--events", str(log), "--expect", str(file))

    assert done.exit_code == 1
    assert "quiet   failed" in done.stdout
    assert "fired at 2m (2026-01-15 00:10Z), expected 1h" in done.stdout
    assert "+ pulls {Identity: eve@example.com} fired at 2026-01-15 00:10Z, told: team" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("1 test, 1 failed")


def test_the_page_goes_to_the_file_and_the_tests_beside_it(one: Path, log: Path, tmp_path: Path) -> None:
    file, page = tmp_path / "expected.yaml", tmp_path / "page.html"
    file.write_text("{name: quiet, alerts: []}")
    arguments = ("--stack", str(one), "--events", str(log), "--expect", str(file), "--format", "html")

    done = run("rehearse", *arguments, "--output", str(page))

    assert done.exit_code == 1
    assert page.read_text().lower().startswith("<!doctype html>")
    assert done.stdout == ""
    assert "quiet   failed" in done.stderr


def test_junit_has_a_test_for_each_rule_and_each_expectation(one: Path, log: Path, tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text("{name: quiet, alerts: []}")

    done = run("rehearse", "--stack", str(one), "--events", str(log), "--expect", str(file), "--format", "junit")

    root = ET.fromstring(done.stdout)  # noqa: S314  # our own
    assert done.exit_code == 1
    assert [suite.get("name") for suite in root] == ["rehearsal", "expectations"]
    assert [case.get("name") for case in root[0]] == [
        "pulls can be evaluated",
        "the log can be read",
        "the stack can be read",
    ]
    assert root.find(".//testcase[@name='quiet']/failure") is not None


def test_a_rule_with_broken_kql_is_named_with_the_reason_and_ends_with_3(tmp_path: Path, log: Path) -> None:
    stack = write_stack(tmp_path / "cdk.tf.json", {"query": "ContainerRegistryRepositoryEvents | wherever"})

    done = run("rehearse", "--stack", str(stack), "--events", str(log))

    assert done.exit_code == 3
    assert "not evaluated: " in " ".join(done.stdout.split())
    assert "1 rule not evaluated, this is not all" in done.stdout.splitlines()[-1]


def test_a_named_rule_that_cannot_be_evaluated_ends_with_3(tmp_path: Path) -> None:
    stack = write_stack(tmp_path / "cdk.tf.json", {"query": "ContainerRegistryRepositoryEvents | wherever"})
    file = tmp_path / "expected.yaml"
    file.write_text("{name: a, events: [{OperationName: Pull}], alerts: [{rule: pulls}]}")

    done = run("rehearse", "--stack", str(stack), "--expect", str(file))

    assert done.exit_code == 3
    assert "? pulls could not be evaluated" in done.stdout


def test_a_record_that_cannot_be_read_is_shown_with_file_and_line_and_ends_with_3(one: Path, log: Path) -> None:
    log.write_text(log.read_text() + '{"Type": "ContainerRegistryRepositoryEvents", "TimeGen\n')

    done = run("rehearse", "--stack", str(one), "--events", str(log))

    assert done.exit_code == 3
    assert "1 record could not be read" in done.stdout
    assert f"  - {log}, line 3: this is not JSON" in done.stdout
    assert "2 alerts of 1 rule" in done.stdout, "what could be read is played"


def test_a_log_of_which_nothing_can_be_read_is_refused(one: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"TimeGenerated": \n')

    with pytest.raises(InputError, match=r"no record of the log could be read\n  - .*log\.jsonl"):
        refused("--stack", one, "--events", log)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is nothing to rehearse: give a log with --events, or tests with --expect"),
        (("--events", "{log}", "--from", "2026-01-16T00:00Z", "--to", "2026-01-15T00:00Z"), "--to .* is before --from"),
        (("--events", "{log}", "--from", "yesterday"), "--from: 'yesterday' is not a moment"),
        (("--events", "{log}", "--to", "2026-01-15"), "--to: '2026-01-15' has no offset from UTC"),
        (("--events", "{log}", "--delay", "long"), "'long' is no delay"),
        (("--events", "{log}", "--jitter", "some"), "--jitter: 'some' is not a duration"),
        (("--events", "{log}", "--skip", "2"), "--skip is 2; it is a share from 0 to 1"),
        (("--events", "{log}", "--deliver", "siem=http://127.0.0.1/"), "no receiver 'siem'"),
        (("--events", "{log}", "--deliver", "team=http://192.0.2.1/"), "team is a receiver of the kind email"),
        (("--events", "{folder}/empty"), "the folder holds no file"),
        (("--events", "{folder}/missing.jsonl"), "there is no such file or folder"),
        (("--events", "{log}", "--expect", "{folder}/missing.yaml"), "it cannot be read"),
        (("--expect", "{folder}/log.yaml"), "it has no events, and no log is given"),
        (
            ("--expect", "{folder}/log.yaml", "--delay", "5m", "--deliver", "x=y"),
            "--delay and --deliver: that needs a log",
        ),
        (("--expect", "{folder}/log.yaml", "--format", "html"), "--format html: that needs a log"),
    ],
)
def test_what_cannot_work_is_refused(
    one: Path, log: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "log.yaml").write_text("{name: a, alerts: []}")

    with pytest.raises(AcrwatchError, match=said) as caught:
        refused("--stack", one, *(text.format(log=log, folder=tmp_path) for text in arguments))

    assert caught.value.exit_code == 2


def test_a_url_that_leads_elsewhere_is_refused(example: Path, log: Path) -> None:
    with pytest.raises(InputError, match="is no address of this machine"):
        refused("--stack", example, "--events", log, "--deliver", "oncall=http://192.0.2.1/")


def test_a_stack_without_rules_is_refused(tmp_path: Path, log: Path) -> None:
    stack = tmp_path / "cdk.tf.json"
    stack.write_text("{}")

    with pytest.raises(InputError, match="has no scheduled query rule, so there is nothing to rehearse"):
        refused("--stack", stack, "--events", log)


def refused(*arguments: str | Path) -> None:
    raised = run("rehearse", *map(str, arguments)).exception
    assert raised is not None
    raise raised


def test_problems_of_the_tests_are_said_before_a_log_is_read(one: Path, tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text("{name: a, alerts: [{rule: pull}]}")

    with pytest.raises(SettingsError, match="did you mean pulls"):
        refused("--stack", one, "--events", tmp_path / "missing.jsonl", "--expect", file)


def test_a_refusal_is_a_message_and_exit_code_2(one: Path, tmp_path: Path) -> None:
    done = process("rehearse", "--stack", str(one), "--events", str(tmp_path / "missing.jsonl"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no such file or folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_receiver_is_told_is_posted_to_it(example: Path, tmp_path: Path) -> None:
    row: dict[str, Any] = {"OperationName": "Delete", "Tag": "", "Repository": "team/api", "CorrelationId": "1"}
    log = write_log(tmp_path / "log.jsonl", pull(8, **row))
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"oncall=http://127.0.0.1:{server.server_port}/"
        done = run("rehearse", "--stack", str(example), "--events", str(log), "--deliver", url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert (done.exit_code, len(got)) == (0, 1), "its resolution tells nobody"
    assert got[0]["data"]["essentials"]["alertRule"] == "acrwatch-forced_repository_deleted"
    assert "1 posted to oncall" in done.stdout


def test_a_receiver_that_is_not_there_ends_with_1(example: Path, tmp_path: Path) -> None:
    row: dict[str, Any] = {"OperationName": "Delete", "Tag": "", "Repository": "team/api", "CorrelationId": "1"}
    log = write_log(tmp_path / "log.jsonl", pull(8, **row))

    done = run("rehearse", "--stack", str(example), "--events", str(log), "--deliver", "oncall=http://127.0.0.1:9/")

    assert done.exit_code == 1
    assert "127.0.0.1:9 cannot be reached" in done.stdout


INTERRUPTED = """
import os, signal
from acrwatch.cli import main, progress

def step(self, done, total):
    if done == 50:
        os.kill(os.getpid(), signal.SIGINT)

progress._Silent.step = step
main()
"""


def test_ctrl_c_leaves_what_has_been_found_so_far(one: Path, tmp_path: Path) -> None:
    """A real process gets the signal while it plays, and prints its tables."""
    log = write_log(tmp_path / "log.jsonl", *(pull(60 * hour) for hour in range(240)))
    command = [sys.executable, "-c", INTERRUPTED, "rehearse", "--stack", str(one), "--events", str(log)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (130, "")
    assert "00:00" in done.stdout
    assert "to 2026-01-15 04:00Z, interrupted: this is what was found so far" in done.stdout.splitlines()[-1]
