"""A query that is planned once is still given the values of each run, and them alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from acrwatch.kql.engine import connect, naive
from acrwatch.kql.prepared import Prepared

EARLY, LATE = (naive(datetime(2026, 1, 15, hour, 0, 0, 5 * hour, tzinfo=UTC)) for hour in (0, 3))


@pytest.fixture
def connection() -> Iterator[Any]:
    opened = connect()
    yield opened
    opened.close()


def test_each_run_has_its_own_values_in_all_places(connection: Any) -> None:
    query = Prepared(connection, "SELECT CAST($now AS TIMESTAMP), CAST($since AS TIMESTAMP), CAST($now AS TIMESTAMP)")

    assert query.run({"since": EARLY, "now": LATE}).fetchall() == [(LATE, EARLY, LATE)]
    assert query.run({"since": EARLY, "now": EARLY}).fetchall() == [(EARLY, EARLY, EARLY)]


def test_what_looks_like_a_parameter_in_quotes_is_left_alone(connection: Any) -> None:
    query = Prepared(connection, """SELECT 'it''s $now' AS "a ""$now", CAST($now AS TIMESTAMP), '$now'""")

    found = query.run({"now": EARLY, "since": LATE})
    assert found.description[0][0] == 'a "$now'
    assert found.fetchall() == [("it's $now", EARLY, "$now")]


def test_queries_of_one_connection_stand_side_by_side(connection: Any) -> None:
    connection.execute("CREATE TABLE rows (number INTEGER)")
    queries = [Prepared(connection, f"SELECT count(*) + {more} FROM rows") for more in (0, 10)]

    for rows in (1, 2):
        connection.execute("INSERT INTO rows VALUES (7)")
        assert [query.run({}).fetchall() for query in queries] == [[(rows,)], [(rows + 10,)]]
