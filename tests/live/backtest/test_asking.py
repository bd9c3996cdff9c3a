"""The questions to a workspace are KQL as Microsoft reads it, whose answers have what is needed."""

from datetime import UTC, datetime, timedelta

from acrwatch.kql.parser import PACKAGE, parse
from acrwatch.kql.tables import TABLES
from acrwatch.live.backtest import costs, machines
from acrwatch.live.backtest.asking import table_query
from acrwatch.live.backtest.fetching import events_of
from acrwatch.rehearsal.log import EventLog
from tests import needs
from tests.rehearsal.watch import deployed

START = datetime(2026, 1, 15, tzinfo=UTC)
END = START + timedelta(days=1)
BARE = """let Events = ContainerRegistryRepositoryEvents | where OperationName =~ "pull" | extend Bin = bin(TimeGenerated, 1h);
Events | where Bin >= ago(55m) | summarize Pulls = count() by Identity"""  # noqa: E501  # one line, as people write it
DYNAMIC = """let Events = AzureActivity | where Level == "x" | extend Body = Properties_d;
Events | where TimeGenerated > ago(55m)"""
TEXT, TIME, NUMBER, SWITCH = "string", "datetime", "long", "bool"


def _questions() -> dict[str, tuple[str, dict[str, str]]]:
    """Name -> query, and the columns that its answer must have."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    rules = {rule.id: rule.criteria[0] for rule in deployed().rules}
    queries = {**{id_: one.query for id_, one in rules.items()}, "bare": BARE, "dynamic": DYNAMIC}
    for name, query in queries.items():
        wanted = [dimension.name for dimension in rules[name].dimensions] if name in rules else []
        with EventLog() as log:
            (asked,) = events_of(log, [query], [wanted]).values()
        own = {"TimeGenerated": TIME, "_arrived": TIME}
        if not asked.plain:
            own |= {"_last": TIME, "_last_arrived": TIME} if asked.melted else {"_times": NUMBER}
        found[name] = (asked.query(START, END), {**own, **dict.fromkeys(asked.columns, "")})
    for table, columns in TABLES.items():
        named = {column: str(kind) for column, kind in columns.items()}
        found[table] = (table_query(table, list(columns), START, END), {"_arrived": TIME, **named})
    habits = {**dict.fromkeys(("Registry", "Identity", "Client", "Kind"), TEXT), "Hour": TIME, "Requests": NUMBER}
    found["habits"] = (machines.question(START, END), habits)
    for table in costs.TABLES:
        volumes = {"Registry": TEXT, "Table": TEXT, "Rows": NUMBER, "Bytes": "real"}
        found[f"volumes of {table}"] = (costs.question(table, START, END), volumes)
    return found


@needs.npm_package(PACKAGE)
def test_every_question_is_kql_with_the_columns_that_are_read() -> None:
    """Without an error, and with the names and types that the answer is read by."""
    questions = _questions()
    parsed = parse({name: query for name, (query, _) in questions.items()})
    errors = {
        name: [one for one in found.diagnostics if not one.analyzer and one.severity == "Error"]
        for name, found in parsed.items()
    }
    assert not [name for name, found in errors.items() if found], errors
    for name, (_, columns) in questions.items():
        assert parsed[name].columns.keys() == columns.keys(), name
        for column, kind in columns.items():
            assert kind in ("", parsed[name].columns[column]), (name, column)


def test_only_the_table_itself_is_asked_when_its_rows_came() -> None:
    """Behind a union nobody promises that a row still knows."""
    for name, (query, _) in _questions().items():
        assert query.count("ingestion_time()") == 1, name
        before = query[: query.index("ingestion_time()")]
        assert before.rindex("| where TimeGenerated >= datetime(2026-01-15T00:00:00.000000Z)"), name
        assert query.count("TimeGenerated < datetime(2026-01-16T00:00:00.000000Z) | extend _arrived") == 1, name
