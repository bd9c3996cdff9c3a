"""The tables have the columns of Azure Monitor's reference."""

import pytest

from acrwatch.detection.samples import DEFAULTS, filled
from acrwatch.kql.tables import TABLES, TIME, ColumnType

COUNTS = {"ContainerRegistryRepositoryEvents": 26, "ContainerRegistryLoginEvents": 20, "AzureActivity": 37}


def test_a_table_has_as_many_columns_as_in_the_reference() -> None:
    assert {table: len(columns) for table, columns in TABLES.items()} == COUNTS


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_the_columns_of_the_workspace(table: str) -> None:
    columns = TABLES[table]

    assert columns[TIME] is ColumnType.DATETIME
    assert {"TenantId", "Type", "_ResourceId", "_SubscriptionId"} <= columns.keys()
    # Often there, and not documented for these tables.
    assert columns.keys().isdisjoint({"_ItemId", "_TimeReceived"})


def test_the_columns_that_are_no_text_have_their_types() -> None:
    others = {
        (table, name, kind.value)
        for table, columns in TABLES.items()
        for name, kind in columns.items()
        if kind is not ColumnType.STRING and name not in (TIME, "_BilledSize")
    }

    assert others == {
        ("ContainerRegistryRepositoryEvents", "Size", "int"),
        ("AzureActivity", "Authorization_d", "dynamic"),
        ("AzureActivity", "Claims_d", "dynamic"),
        ("AzureActivity", "EventSubmissionTimestamp", "datetime"),
        ("AzureActivity", "Properties_d", "dynamic"),
    }


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_a_case_is_whole_and_uses_names_for_documentation(table: str) -> None:
    row = filled(table, {})

    assert row.keys() == TABLES[table].keys()
    assert row["Type"] == table
    addresses = [value for name, value in DEFAULTS[table].items() if "Address" in name]
    assert [address for address in addresses if not address.startswith(("192.0.2.", "198.51.100.", "203.0.113."))] == []


def test_two_rows_that_differ_are_two_operations_and_one_that_comes_twice_is_one() -> None:
    rows = [filled("AzureActivity", {"Level": level})["CorrelationId"] for level in ("a", "b", "a")]

    assert rows[0] == rows[2] != rows[1]
    assert filled("AzureActivity", {"CorrelationId": "mine"})["CorrelationId"] == "mine"
