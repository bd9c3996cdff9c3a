"""`acrwatch day` writes a day as it is asked to, and says what it has written."""

from pathlib import Path

import pytest

from acrwatch.recorded_day.writing import DAY
from tests.cli.running import process, run


def test_it_writes_events_story_and_alerts(tmp_path: Path) -> None:
    done = run("day", "--output", str(tmp_path / "day"))

    assert done.exit_code == 0
    named = [Path(line) for line in done.stdout.splitlines() if line.startswith(str(tmp_path))]
    assert len(named) == 5
    assert all(path.is_file() for path in named)
    assert done.stdout.splitlines()[-1].endswith("rows of 6 teams, 5 alerts to expect")


def test_its_options_reach_the_day(tmp_path: Path) -> None:
    asked = ("--seed", "9", "--date", "2027-01-05", "--events", "3000", "--form", "jsonl")
    done = run("day", "--output", str(tmp_path), *asked)

    story = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert done.exit_code == 0
    assert "acrwatch day --date 2027-01-05 --seed 9" in story
    assert (tmp_path / "events" / "contosoprod.jsonl").read_text(encoding="utf-8").count("2027-01-05") > 1000
    assert "rows of 1 team," in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--date", "yesterday"], "yesterday"),
        (["--date", "9999-12-31"], "the day is 9999-12-31, but"),
        (["--events", "0"], "--events"),
        (["--form", "xml"], "xml"),
    ],
    ids=["date", "last day", "events", "form"],
)
def test_what_cannot_be_is_bad_input(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = process("day", *arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_help_shows_the_default_day_as_it_is_written() -> None:
    assert f"Default: {DAY.isoformat()}." in run("day", "--help").output
