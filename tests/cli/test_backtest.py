"""`acrwatch backtest`: its table, its JSON, its exit codes, and what it says where Azure does not answer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from acrwatch.detection.events import Event
from acrwatch.errors import InputError
from acrwatch.rehearsal.log import EventLog
from acrwatch.testing.azure import AzureStandIn
from acrwatch.testing.azure.logs import LogAnalytics
from acrwatch.testing.azure.stand_in import SECRET, TOKEN
from tests.cli.running import process, run
from tests.synthesis import WORKSPACE_ID
from tests.synthesised import stacks

END = datetime(2026, 1, 16, tzinfo=UTC)
PERIOD = ("--days", "1", "--until", f"{END:%Y-%m-%dT%H:%MZ}")
TABLE = "ContainerRegistryRepositoryEvents"
QUERY = f"""let pulls_limit = 2;
let Events = union isfuzzy=true (datatable(TimeGenerated: datetime, OperationName: string, Identity: string)[]), {TABLE}
    | where OperationName =~ "pull"
    | extend Bin = bin(TimeGenerated, 1h);
Events
| where Bin >= ago(110m)
| distinct Identity, Tag, Bin
| summarize Pulls = count() by Identity, Bin
| where Pulls >= pulls_limit
| summarize Pulls = max(Pulls) by Identity"""


def _events() -> Iterator[Event]:
    """Every night at one, fewer images by the mirror than the intruder takes once."""
    for name, hours, images in (("mirror", [1, 5, 9], 4), ("intruder", [3], 9)):
        for hour in hours:
            for image in range(images):
                time = END - timedelta(days=1) + timedelta(hours=hour, minutes=image)
                row: dict[str, Any] = {
                    "OperationName": "Pull",
                    "ResultDescription": "200",
                    "Identity": name,
                    "Tag": f"v{image}",
                    "DurationMs": "700",
                }
                row |= {"LoginServer": "contosoprod.azurecr.io", "_BilledSize": 1e6, "_IsBillable": "True"}
                yield Event(table=TABLE, time=time, arrived=time + timedelta(minutes=4), row=row)


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[AzureStandIn]:
    """A workspace with a day, to which the command logs in."""
    with (
        AzureStandIn() as stand_in,
        EventLog.of(_events()) as log,
        LogAnalytics(log, workspaces={WORKSPACE_ID}) as logs,
    ):
        stand_in.log_queries = logs
        for name, value in stand_in.environment.items():
            monkeypatch.setenv(name, value)
        yield stand_in


@pytest.fixture
def stack(tmp_path: Path) -> str:
    """A stack with one rule that reads the workspace."""
    return _written(tmp_path)


def _written(folder: Path, **changed: Any) -> str:
    criterion = {**stacks.BODY["criteria"][0], "query": QUERY, "threshold": 2, "metric_measure_column": "Pulls"}
    criterion |= {"operator": "GreaterThanOrEqual", "time_aggregation_method": "Maximum", "failing_periods": None}
    criterion["dimension"] = [{"name": "Identity", "operator": "Include", "values": ["*"]}]
    body = {**stacks.BODY, "criteria": [{**criterion, **changed}], "scopes": [WORKSPACE_ID], "window_duration": "PT2H"}
    body |= {"auto_mitigation_enabled": True}
    file = folder / "cdk.tf.json"
    file.write_text(json.dumps(stacks.content(**{stacks.RULE: {"deletes": body}})), encoding="utf-8")
    return str(file)


def _backtest(stack: str, *arguments: str) -> Result:
    return run("backtest", "--stack", stack, *PERIOD, *arguments)


def _data(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.mark.usefixtures("azure")
def test_the_history_is_told_as_json(stack: str) -> None:
    """Alerts, whom they are about, whom they tell, the limit that would have done, and what the tables hold."""
    result = _backtest(stack, "--format", "json", "--at-most", "7")
    data = _data(result)
    (rule,) = data["rules"]
    assert result.exit_code == 1
    assert rule["alerts"] == 4
    assert rule["about"] == {"mirror": 3, "intruder": 1}
    assert rule["told"] == {"people": 4}
    assert rule["allowed"] == 1
    assert rule["limit"] == {"name": "pulls_limit", "now": 2, "needed": 5}
    assert data["volumes"] == [
        {
            "registry": "contosoprod",
            "table": TABLE,
            "rows": 21,
            "billed_bytes": 21e6,
            "billed_gigabytes_in_30_days": pytest.approx(0.63),
        }
    ]
    assert data["machines"] == []
    assert data["unknown"] == []


@pytest.mark.usefixtures("azure")
def test_what_a_rule_measures_is_asked_for_and_kept_where_no_step_names_it(tmp_path: Path) -> None:
    """A `distinct` in a subquery names none of the result's columns."""
    begin, _, _ = QUERY.partition("Events\n| where Bin")
    busy = "Events | summarize Pulls = count() by Identity, Bin | where Pulls >= pulls_limit | distinct Identity"
    query = f"{begin}Events | where Identity in (({busy}))"
    query = query.replace("Identity: string", "Identity: string, DurationMs: string").replace(
        "| extend Bin", "| extend Duration = tolong(DurationMs) | extend Bin"
    )
    stack = _written(tmp_path, query=query, metric_measure_column="Duration", threshold=500)

    data = _data(_backtest(stack, "--format", "json", "--at-most", "7"))

    (rule,) = data["rules"]
    assert rule["unknown"] is None
    assert (rule["alerts"], data["unknown"]) == (4, [])
    assert rule["limit"] == {"name": "threshold", "now": 500, "needed": 701}


@pytest.mark.usefixtures("azure")
def test_the_table_says_the_same(stack: str) -> None:
    """And what one day cannot tell."""
    text = " ".join(_backtest(stack, "--at-most", "7").stdout.split())
    assert "mirror (3), intruder (1)" in text
    assert "pulls_limit 5 (now 2)" in text
    assert "Below three days a habit cannot be told from a visit." in text
    assert "4 alerts of 1 rule in 1 day, 1 rule with more than 7 a week" in text


@pytest.mark.usefixtures("azure")
def test_few_enough_alerts_are_fine(stack: str) -> None:
    """The exit code says so."""
    assert _backtest(stack, "--at-most", "28").exit_code == 0


@pytest.mark.usefixtures("azure")
def test_rows_are_exported_for_a_rehearsal(stack: str, tmp_path: Path) -> None:
    """They hold what the rule read, from its look-back on."""
    folder = tmp_path / "rows"
    result = _backtest(stack, "--export", str(folder), "--format", "json")
    assert _data(result)["exported"] == {"folder": str(folder), "rows": 21}
    with EventLog.read([folder]) as log:
        assert log.count(TABLE) == 21


FAULTS: dict[str, dict[str, Any]] = {
    "permission": {"status": 403, "code": "InsufficientAccessError"},
    "network": {"status": 403, "code": "PublicNetworkAccessDisabled"},
    "mistake": {"status": 400, "code": "SemanticError"},
    "throttled": {"status": 429, "headers": {"Retry-After": "86400"}},
    "down": {"status": 500},
    "too slow": {"status": 504},
    "too large": {"status": 413},
    "no JSON": {"status": 200, "body": f"<html>{TOKEN}</html>".encode()},
    "cut": {"cut_after": 30},
    "other columns": {
        "status": 200,
        "body": b'{"tables": [{"columns": [{"name": "N", "type": "long"}], "rows": [["x"]]}]}',
    },
}
SAID = {
    "permission": "Log Analytics Reader",
    "network": "this network",
    "mistake": "refuses the query",
    "throttled": "asked too much",
    "down": "could not answer (500)",
    "too slow": "took too long",
    "too large": "too large",
    "no JSON": "cannot be read",
    "cut": "gave no answer",
    "other columns": "lacks",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_azure_does_not_answer_is_unknown_and_nothing_is_fine(
    azure: AzureStandIn, stack: str, tmp_path: Path, fault: str
) -> None:
    """Whatever goes wrong with every call: a reason for each part, no secret, and no file but the result."""
    azure.answer("POST", "/v1/*", **FAULTS[fault])
    output, folder = tmp_path / "found.json", tmp_path / "rows"
    result = _backtest(stack, "--format", "json", "--output", str(output), "--export", str(folder))
    assert result.exit_code == 3
    data = json.loads(output.read_text("utf-8"))
    (rule,) = data["rules"]
    assert rule["alerts"] is None
    assert SAID[fault] in rule["unknown"]
    assert data["machines"] is None
    assert data["volumes"] is None
    assert data["exported"] is None
    assert len(data["unknown"]) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cdk.tf.json", "found.json"]
    for secret in (TOKEN, SECRET):
        assert secret not in output.read_text("utf-8") + result.output


@pytest.mark.parametrize("call", range(5))
def test_one_call_that_fails_makes_only_its_part_unknown(azure: AzureStandIn, stack: str, call: int) -> None:
    """The rest is found out all the same, and nothing of the failed part is taken for the whole."""
    assert azure.log_queries is not None
    answers, asked = azure.log_queries, 0

    def one_fails(workspace: str, body: Any) -> Any:
        nonlocal asked
        asked += 1
        return answers(workspace, {"query": "("} if asked == call + 1 else body)

    azure.log_queries = one_fails
    data = _data(_backtest(stack, "--format", "json"))
    (rule,) = data["rules"]
    parts = [rule["alerts"], data["machines"], data["volumes"]]
    assert parts.count(None) == 1
    assert (rule["unknown"] is not None) + len(data["unknown"]) == 1
    assert rule["alerts"] in (None, 4)


def test_a_login_that_fails_is_unknown(azure: AzureStandIn, stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do, and without the secret that was wrong."""
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "canary-secret")
    result = _backtest(stack)
    assert result.exit_code == 3
    assert result.stdout.count("not logged in") == 1
    assert "az login" in result.stdout
    assert {rule["unknown"].partition(":")[0] for rule in _data(_backtest(stack, "--format", "json"))["rules"]} == {
        "not logged in"
    }
    assert "canary-secret" not in result.output
    assert not [one for one in azure.record.requests if one.path.startswith("/v1/")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--workspace", "log-security"), "is no workspace"),
        (("--until", "2099-01-01T00:00Z"), "lies ahead"),
        (("--export", "."), "not empty"),
    ],
)
@pytest.mark.usefixtures("azure")
def test_what_cannot_work_is_refused(stack: str, arguments: tuple[str, str], said: str) -> None:
    """Before anything is asked."""
    result = _backtest(stack, *arguments)
    assert isinstance(result.exception, InputError)
    assert said in str(result.exception)


@pytest.mark.usefixtures("azure")
def test_a_rule_that_reads_something_else_is_unknown(stack: str) -> None:
    """Its alerts do not follow from this workspace."""
    other = WORKSPACE_ID.replace("log-host", "log-other")
    data = _data(_backtest(stack, "--workspace", other, "--format", "json"))
    assert "log-host, which was not asked" in data["rules"][0]["unknown"]


def test_the_command_ends_without_a_traceback_where_nobody_answers(azure: AzureStandIn, stack: str) -> None:
    """As a process, with its exit code."""
    environment = dict(azure.environment)
    azure.answer("POST", "/v1/*", status=403)
    ended = process("backtest", "--stack", stack, *PERIOD, env=environment)
    assert ended.returncode == 3
    assert "Traceback" not in ended.stdout + ended.stderr
    assert TOKEN not in ended.stdout + ended.stderr
