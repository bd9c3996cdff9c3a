"""The rows are those of the tables, name nobody real, and come late, twice and out of order as Azure's do."""

import re
from collections import Counter
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest

from acrwatch.detection.catalogue import catalogue
from acrwatch.kql.records import table_and_row
from acrwatch.kql.tables import TABLES
from tests.recorded_day.days import Row, records, rows, written

DOCUMENTATION = [ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
DAY = written()
LINES = rows(DAY)
RECORDS = records(DAY)
REPOSITORY = "ContainerRegistryRepositoryEvents"


def _text() -> str:
    return f"{LINES}{RECORDS}"


def _delay(row: Row) -> timedelta:
    received, generated = (datetime.fromisoformat(row[name]) for name in ("_TimeReceived", "TimeGenerated"))
    return received - generated


def test_every_column_is_one_of_its_table() -> None:
    unknown = {(row["Type"], name) for row in LINES for name in row if name not in TABLES[row["Type"]]}

    assert {name for _, name in unknown} == {"_TimeReceived"}


def test_a_text_column_holds_text() -> None:
    wrong = {
        (row["Type"], name, type(value))
        for row in LINES
        for name, value in row.items()
        if name != "Properties_d" and not isinstance(value, str)
    }

    assert wrong == set()


def test_every_record_is_read_as_a_row_with_nothing_left_out() -> None:
    read = [table_and_row(record) for record in RECORDS]

    assert {table for table, _ in read} == {REPOSITORY, "ContainerRegistryLoginEvents"}
    for (_, row), record in zip(read, RECORDS, strict=True):
        assert len(row) == len(record) - 1 + len(record["properties"])


def test_every_table_has_rows() -> None:
    assert {row["Type"] for row in LINES} == set(TABLES)


def test_addresses_are_those_of_documentation() -> None:
    named = {row["CallerIpAddress"] for row in LINES} | {record["callerIpAddress"] for record in RECORDS}
    strange = {text for text in named - {"-"} if not any(ip_address(text) in network for network in DOCUMENTATION)}

    assert strange == set()
    prefixes = {found[1] for found in re.finditer(r"(?<![\w.])(\d+\.\d+\.\d+)\.\d+(?![\w.])", _text())}
    assert prefixes == {"192.0.2", "198.51.100", "203.0.113"}


def test_ids_say_that_they_are_made_up() -> None:
    ids = set(re.findall(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", _text()))

    assert ids
    assert {id_ for id_ in ids if not id_.startswith("00000000-0000-0000-0000-0000")} == set()


def test_mail_addresses_are_those_of_documentation() -> None:
    hosts = {host.lower() for host in re.findall(r"[\w.-]+@([\w.-]+)", _text())}

    assert hosts == {"example.com"}


@pytest.mark.parametrize(("table", "soonest", "usual"), [(REPOSITORY, 3, 10), ("AzureActivity", 3, 20)])
def test_rows_arrive_as_late_as_the_documents_say(table: str, soonest: int, usual: int) -> None:
    delays = [_delay(row) for row in LINES if row["Type"] == table]
    late = [delay for delay in delays if delay > timedelta(minutes=usual + 5)]

    assert min(delays) >= timedelta(minutes=soonest)
    assert len(late) < len(delays) / 50
    assert sorted(delays)[len(delays) // 2] < timedelta(minutes=usual)


def test_some_rows_are_hours_late_and_none_later_than_every_event_rule_promises() -> None:
    promised = min(one.bound() for one in catalogue().values() if one.kind.value == "event")
    delays = [_delay(row) for row in LINES]

    assert timedelta(hours=2) < max(delays) <= promised


def test_rows_are_in_the_order_of_arrival_and_so_their_events_are_not() -> None:
    prod = [row for row in LINES if row["Type"] != "AzureActivity"]

    assert all(a["_TimeReceived"] <= b["_TimeReceived"] for a, b in pairwise(prod))
    assert any(a["TimeGenerated"] > b["TimeGenerated"] for a, b in pairwise(prod))


def test_some_rows_come_twice_and_tell_the_same() -> None:
    arrival = ("_TimeReceived", "EventSubmissionTimestamp")

    def told(row: Row) -> str:
        return f"{sorted((name, value) for name, value in row.items() if name not in arrival)}"

    counts = Counter(map(told, LINES))

    assert {kind for kind in TABLES if any(n > 1 and f"'{kind}'" in text for text, n in counts.items())} == set(TABLES)
    assert 0 < sum(n > 1 for n in counts.values()) < len(LINES) / 50


def test_a_correlation_id_is_one_request() -> None:
    """A doubled row shares it; two requests never do."""
    seen: dict[str, set[str]] = {}
    for row in LINES:
        if row["Type"] != "AzureActivity":
            seen.setdefault(row["CorrelationId"], set()).add(row["TimeGenerated"])

    assert [id_ for id_, times in seen.items() if len(times) > 1] == []


def test_what_trips_readers_is_there() -> None:
    """Odd casing, `<nil>`, `-`, failures, references that are digests, and capitals in ids."""
    repository = [row for row in LINES if row["Type"] == REPOSITORY]
    statuses = {row["ResultDescription"] for row in LINES if row["Type"] != "AzureActivity"}
    identities = {record["identity"] for record in RECORDS}

    assert {"200", "201", "202", "401", "403", "404", "405", "429"} <= statuses
    assert any(row["Digest"] == "<nil>" for row in repository)
    assert any(row["Tag"] == row["Digest"] for row in repository)
    assert any(row["Identity"] != row["Identity"].lower() for row in repository)
    assert {"<nil>", "-"} <= identities
    assert {record["operationName"] for record in RECORDS} >= {"Pull", "pull", "Push", "Delete", "Untag", "Login"}
    assert all(record["resourceId"].isupper() for record in RECORDS)
