"""A backtest on the recorded day: its suggestions leave the day's noise alone, and none of its attack."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from acrwatch.live.backtest.run import Backtest, backtest
from acrwatch.live.backtest.suggesting import settings_lines
from acrwatch.live.logs import Logs
from acrwatch.live.logs_slices import Slices
from acrwatch.recorded_day import Form, write_day
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.logs import LogAnalytics
from tests import needs
from tests.rehearsal.watch import deployed

DAY = date(2026, 11, 3)
END = datetime(2026, 11, 4, tzinfo=UTC)
INTRUDER = "00000000-0000-0000-0000-0000000000ee"
PURGE = "purge-task@example.com"
GUID = "00000000-0000-0000-0000-0000000000f0"

pytestmark = needs.patience()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The day with its attack, and two days before it without."""
    folder = tmp_path_factory.mktemp("history")
    for before in range(3):
        written = write_day(
            folder / str(before), seed=1 + before, day=DAY - timedelta(days=before), teams=3, form=Form.JSONL
        )
        for name in written.files if before else ():
            file = written.folder / name
            lines = file.read_text("utf-8").splitlines(keepends=True)
            file.write_text("".join(line for line in lines if INTRUDER not in line), "utf-8")
    return folder


@pytest.fixture(scope="module")
def found(history: Path) -> Backtest:
    """What the detections would have done, as they are shipped, asked of the stand-in."""
    with EventLog.read([history]) as log, LogAnalytics(log) as logs, AzureStandIn() as azure:
        azure.log_queries = logs
        slices = Slices(Logs(azure.azure()), GUID)
        return backtest(deployed(), slices, start=END - timedelta(days=3), end=END)


def _of(found: Backtest, detection: str) -> Counter[str]:
    """Whom suggestions of a detection are about."""
    return Counter(one.habit.identity for one in found.suggestions if one.rule.detection == detection)


def test_the_noise_of_machines_is_found(found: Backtest) -> None:
    """The production cluster and the scanner pull, the nightly task deletes; and all is known."""
    assert not found.unknown
    assert all(rule.unknown is None and rule.too_many for rule in found.rules)
    pulled = _of(found, "excessive_images_pulled")
    assert {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-0000000000d5"} <= pulled.keys()
    assert _of(found, "images_deleted_in_repository").keys() == {PURGE}


def test_nothing_is_suggested_for_the_intruder(found: Backtest) -> None:
    """It raised alerts, with the identity of a machine; but one night is no habit."""
    assert INTRUDER not in settings_lines(found.suggestions)
    assert INTRUDER not in {one.identity for one in found.habits or () if one.machine}


def test_a_limit_is_the_lowest_that_would_have_done(found: Backtest) -> None:
    """Below a hundred images the scanner and the cluster still raise more than one alert a week."""
    (pulled,) = [rule for rule in found.rules if rule.rule.id == "excessive_images_pulled"]
    assert pulled.needed is not None
    assert pulled.needed.name == "images_limit"
    assert pulled.needed.value == 30
    limits = [one.limit[1] for one in pulled.suggestions if one.limit is not None]
    assert pulled.needed.lowest == max(limits)


def test_the_lines_make_the_day_quiet_and_leave_the_attack_loud(found: Backtest, history: Path) -> None:
    """Pasted into the settings, they leave one alert of each detection, all about the intruder."""
    lines = yaml.safe_load(settings_lines(found.suggestions))
    assert sum(rule.remaining if rule.remaining is not None else len(rule.alerts) for rule in found.rules) == 5
    with EventLog.read([history / "0"]) as log:
        before = rehearse(deployed(), log)
        after = rehearse(deployed(**lines), log)
    assert len(before.alerts) > 20
    assert sorted(alert.rule.id for alert in after.alerts) == [
        "excessive_images_pulled",
        "excessive_images_pushed",
        "forced_repository_deleted",
        "image_vulnerability_scan_disabled",
        "images_deleted_in_repository",
    ]
    assert {alert.dimensions["Identity"] for alert in after.alerts} == {INTRUDER}
