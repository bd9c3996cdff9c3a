"""Exit codes, streams and help are the same for every command."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from acrwatch.cli import (
    backtest,
    check,
    compare,
    day,
    detections,
    discover,
    export,
    new,
    notify,
    preflight,
    preview,
    rehearse,
    routes,
    schema,
    show,
    stack,
    test,
    verify,
)
from acrwatch.cli import format as format_
from acrwatch.cli.app import app
from tests.cli.running import EXAMPLE, process, run
from tests.settings.content import example, written
from tests.synthesised.test_stack import RULE

COMMANDS = {
    "format": format_,
    "backtest": backtest,
    "check": check,
    "compare": compare,
    "day": day,
    "detections": detections,
    "discover": discover,
    "export": export,
    "new": new,
    "notify": notify,
    "preflight": preflight,
    "preview": preview,
    "rehearse": rehearse,
    "routes": routes,
    "schema": schema,
    "show": show,
    "stack": stack,
    "test": test,
    "verify": verify,
}
# Their examples need Azure, and run against the stand-in in the tests of each.
LIVE = {"backtest", "discover", "notify", "preflight", "verify"}
# These need a log, another stack or a folder of detections beside the project, and have tests of their own.
MORE = {"compare", "export", "format", "preview", "rehearse", "routes"}
# The system refuses even to say whether it is there, as it does in a folder that we may not enter.
TOO_LONG = "x" * 300


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder as the examples of the help expect it: a settings file and a synthesised stack."""
    (tmp_path / "acrwatch.yaml").write_text(EXAMPLE.read_text())
    folder = tmp_path / "cdktf.out" / "stacks" / "acrwatch"
    folder.mkdir(parents=True)
    rules = {"azurerm_monitor_scheduled_query_rules_alert_v2": {"ours": RULE}}
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": rules}))
    return tmp_path


def test_help_lists_every_command() -> None:
    result = run("--help")

    assert result.exit_code == 0
    assert all(f"  {name} " in result.output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_says_what_it_does_and_has_its_example(name: str) -> None:
    output = " ".join(run(name, "--help").output.split())

    assert COMMANDS[name].EXAMPLE in output
    assert COMMANDS[name].EXAMPLE.startswith(f"Example: acrwatch {name}")
    assert " ".join((COMMANDS[name].command.__doc__ or "").split()) in output


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in LIVE | MORE])
def test_the_example_of_a_command_runs(project: Path, name: str) -> None:
    command = shlex.split(COMMANDS[name].EXAMPLE.removeprefix("Example: acrwatch "))

    done = process(*command, cwd=project)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout or "--output" in command


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "acrwatch.example.yaml"], 0, ""),
        (["nope"], 2, "No such command"),
        ([], 2, ""),
        (["show"], 2, "Missing argument"),
        (["show", "nope"], 2, "there is no detection 'nope'; allowed are"),
        (["show", "excessive_images_pull"], 2, "did you mean excessive_images_pulled?"),
        (["detections", "--format", "xml"], 2, "'xml'"),
        (["detections", "--detections-dir", "nowhere"], 2, "there is no such folder"),
        (["stack", "--stack", "{empty}"], 2, "has no scheduled query rule, so there is nothing to show"),
        (["routes", "--stack", "{empty}"], 2, "has no scheduled query rule, so nobody is told of anything"),
        (["stack", "--stack", "nowhere"], 2, "nowhere holds no synthesised stack"),
        (["detections", "--output", "nowhere/x.json"], 2, "cannot be written: No such file"),
        (["detections", "--detections-dir", TOO_LONG], 2, "cannot be read: File name too long"),
        (["stack", "--stack", TOO_LONG], 2, TOO_LONG),
        (["test", f"{TOO_LONG}/mine"], 2, TOO_LONG),
        (["show", "excessive_images_pulled", "--settings", "nowhere.yaml"], 2, "No such file"),
        (["show", "excessive_images_pulled", "--variant", "x"], 2, "has no variant 'x'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_process_ends_with_the_documented_code_and_no_traceback(
    tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    """Results go to standard output only; what is wrong with the call goes to standard error."""
    (tmp_path / "cdk.tf.json").write_text("{}")
    done = process(*(str(tmp_path) if argument == "{empty}" else argument for argument in arguments))

    assert done.returncode == code
    assert "Traceback" not in done.stdout + done.stderr
    assert words in done.stderr
    if code and arguments:
        assert done.stdout == ""
    if not code:
        assert done.stderr == ""


def test_problems_of_a_settings_file_are_the_result_and_end_with_input(tmp_path: Path) -> None:
    done = process("check", str(written(tmp_path, example({"location": 3}))))

    assert done.returncode == 2
    assert "location" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(("command", "code"), [(["schema"], 0), (["check", "{wrong}"], 2)])
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, command: list[str], code: int) -> None:
    """As in `acrwatch schema | head -1`, with a reader that is gone before the first line. The code stays true."""
    wrong = written(tmp_path, example({"location": 3}))
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", "from acrwatch.cli import main; main()", *(a.format(wrong=wrong) for a in command)],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
@pytest.mark.parametrize("argument", ["detections", "--help"])
def test_a_disk_that_is_full_is_no_traceback(argument: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from acrwatch.cli import main; main()", argument],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_an_interrupted_command_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    """It waits for a settings file that is a pipe nobody writes to, so it is surely at work when interrupted."""
    fifo = tmp_path / "acrwatch.yaml"
    os.mkfifo(fifo)
    with subprocess.Popen(
        [sys.executable, "-c", "from acrwatch.cli import main; main()", "check", str(fifo)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        # Opening for writing without a wait succeeds as soon as the command waits at the other end.
        deadline = time.monotonic() + 30
        writer = None
        while writer is None and time.monotonic() < deadline:
            try:
                writer = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                time.sleep(0.02)
        assert writer is not None
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
        os.close(writer)

    assert running.returncode == 130
    assert "Traceback" not in errors


def test_an_interruption_while_it_loads_is_no_traceback(tmp_path: Path) -> None:
    """Loading takes a large part of the time of a short command."""
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt", "utf-8")
    done = process("detections", env={"PYTHONPATH": str(tmp_path)})

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_every_command_is_looked_at_here() -> None:
    """A new one is added above."""
    assert {command.name for command in app.registered_commands} == set(COMMANDS)
