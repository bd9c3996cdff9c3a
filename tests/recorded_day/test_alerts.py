"""Under the example's settings the day raises its five alerts and no other, in the span in which they are expected."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb_kql
import pytest
import yaml

from acrwatch import load_settings
from acrwatch.alert_rule import Kind
from acrwatch.recorded_day import Form
from acrwatch.watch_plan import PlannedAlert, plan_watch
from tests.cli.running import EXAMPLE
from tests.recorded_day.days import written

MIDNIGHT = datetime(2026, 11, 3)  # noqa: DTZ001  # the engine takes naive UTC
TABLES = ("AzureActivity", "ContainerRegistryRepositoryEvents")
PLAN, _ = plan_watch(load_settings(EXAMPLE).watch())

Series = tuple[tuple[str, str], ...]


class Workspace:
    """A day's rows, of which a query sees those that have arrived and lie in the rule's window."""

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb_kql.connect()
        self._columns = {}
        for table in TABLES:
            self._connection.execute(f"CREATE TABLE all_{table} AS FROM '{folder}/events/{table}/*.parquet'")
            self._columns[table] = [row[0] for row in self._connection.execute(f"DESCRIBE all_{table}").fetchall()]

    def firing(self, alert: PlannedAlert, moments: range) -> Iterator[tuple[datetime, Series]]:
        """What fires at these minutes after midnight."""
        query = duckdb_kql.to_sql(alert.rule.query, schema=self._columns, query_now=MIDNIGHT)
        for minutes in moments:
            now = MIDNIGHT + timedelta(minutes=minutes)
            for table in TABLES:
                seen = f"_TimeReceived <= '{now}' AND TimeGenerated BETWEEN '{now - alert.rule.window}' AND '{now}'"
                self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS FROM all_{table} WHERE {seen}")
            bound = {name: value for name, value in query.parameters.items() if f"${name}" in query}
            found = self._connection.execute(str(query), bound | {"kqlnow": now})
            names = [column[0] for column in found.description]
            for values in found.fetchall():
                row = dict(zip(names, values, strict=True))
                yield now, tuple(sorted((name, row[name]) for name in alert.detection.dimensions))


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(written(form=Form.PARQUET))


def expected() -> dict[str, tuple[datetime, datetime, Series]]:
    """detection -> when its alert fires at the earliest and latest, and its dimensions."""

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=None)

    return {
        one["detection"]: (
            moment(one["fired"]["from"]),
            moment(one["fired"]["to"]),
            tuple(sorted(one["dimensions"].items())),
        )
        for one in yaml.safe_load((written() / "expected.yaml").read_text(encoding="utf-8"))
    }


def _moments(alert: PlannedAlert) -> range:
    """Close enough that each window and each operation is in sight once it has arrived, into the next day."""
    return range(0, 30 * 60, 25 if alert.detection.kind is Kind.VOLUME else 150)


@pytest.mark.parametrize("alert", PLAN.alerts, ids=lambda alert: alert.id)
def test_a_rule_fires_for_the_intruder_and_for_nobody_else(workspace: Workspace, alert: PlannedAlert) -> None:
    found = {series for _, series in workspace.firing(alert, _moments(alert))}

    assert found == {series for name, (_, _, series) in expected().items() if name == alert.id}


@pytest.mark.parametrize("name", expected())
def test_an_alert_fires_in_the_span_in_which_it_is_expected(workspace: Workspace, name: str) -> None:
    """Evaluated every five minutes around it, as the rule is."""
    begin, end, series = expected()[name]
    alert = next(one for one in PLAN.alerts if one.id == name)
    first = int((begin - MIDNIGHT).total_seconds()) // 60 // 5 * 5
    fired = [now for now, found in workspace.firing(alert, range(first - 10, first + 20, 5)) if found == series]

    assert begin <= fired[0] <= end
