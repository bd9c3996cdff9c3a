"""A record of a diagnostic setting becomes the row that Log Analytics would show."""

import re
from typing import Any

import pytest

from acrwatch.errors import InputError
from acrwatch.kql.records import ACTIVITY, ACTIVITY_CATEGORIES, is_record, table_and_row, unused_keys
from acrwatch.kql.tables import TABLES

REGISTRY: dict[str, Any] = {
    "time": "2026-01-15T11:50:00.1234567Z",
    "resourceId": "/SUBSCRIPTIONS/X/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.CONTAINERREGISTRY/REGISTRIES/CONTOSO",
    "category": "ContainerRegistryRepositoryEvents",
    "operationName": "Push",
    "resultType": "HttpStatusCode",
    "resultDescription": "201",
    "identity": "ci@example.com",
    "callerIpAddress": "192.0.2.10",
    "correlationId": "one",
    "location": "westeurope",
    "durationMs": "38.2",
    "properties": {
        "repository": "team/api",
        "tag": "1.4",
        "digest": "sha256:1",
        "loginServer": "contoso.azurecr.io",
        "userAgent": "docker",
        "size": 7,
    },
}
UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
CHANGE: dict[str, Any] = {
    "time": "2026-01-15T11:50:00Z",
    "resourceId": "/subscriptions/x/providers/Microsoft.Security/pricings/Containers",
    "category": "Administrative",
    "operationName": "MICROSOFT.SECURITY/PRICINGS/WRITE",
    "resultType": "Success",
    "resultSignature": "Succeeded.OK",
    "identity": {"claims": {UPN: "admin@example.com", "appid": "y"}},
    "properties": {"requestbody": '{"properties":{"pricingTier":"Free"}}'},
}


def test_a_registrys_record_becomes_a_row_of_its_table() -> None:
    table, row = table_and_row(REGISTRY)

    assert table == "ContainerRegistryRepositoryEvents"
    assert row == {
        "TimeGenerated": REGISTRY["time"],
        "_ResourceId": REGISTRY["resourceId"],
        "Category": table,
        "OperationName": "Push",
        "ResultType": "HttpStatusCode",
        "ResultDescription": "201",
        "Identity": "ci@example.com",
        "CallerIpAddress": "192.0.2.10",
        "CorrelationId": "one",
        "Region": "westeurope",
        "DurationMs": "38.2",
        "Repository": "team/api",
        "Tag": "1.4",
        "Digest": "sha256:1",
        "LoginServer": "contoso.azurecr.io",
        "UserAgent": "docker",
        "Size": 7,
    }


@pytest.mark.parametrize("record", [REGISTRY, {**REGISTRY, "category": "ContainerRegistryLoginEvents"}, CHANGE])
def test_a_row_has_only_columns_of_its_table(record: dict[str, Any]) -> None:
    table, row = table_and_row(record)

    assert row.keys() <= TABLES[table].keys()


def test_a_change_in_the_activity_log_keeps_its_body_as_text_and_as_value() -> None:
    table, row = table_and_row(CHANGE)

    assert table == ACTIVITY
    assert row["OperationNameValue"] == "MICROSOFT.SECURITY/PRICINGS/WRITE"
    assert (row["ActivityStatusValue"], row["ActivitySubstatusValue"]) == ("Success", "Succeeded.OK")
    assert row["Properties_d"] == CHANGE["properties"]
    assert "pricingTier" in row["Properties"]


@pytest.mark.parametrize(
    ("claims", "caller"),
    [({UPN: "a", "appid": "y"}, "a"), ({"upn": "b"}, "b"), ({"appid": "y"}, "y"), ({"aud": "z"}, "")],
)
def test_the_caller_is_the_person_else_the_application(claims: dict[str, str], caller: str) -> None:
    assert table_and_row({**CHANGE, "identity": {"claims": claims}})[1]["Caller"] == caller


@pytest.mark.parametrize("category", ACTIVITY_CATEGORIES)
def test_every_category_of_the_activity_log_is_in_its_table(category: str) -> None:
    assert table_and_row({"time": "x", "category": category, "operationName": "y"})[0] == ACTIVITY


@pytest.mark.parametrize("properties", [None, {}, "text"])
def test_a_record_may_lack_its_properties(properties: object) -> None:
    record = {"time": "x", "operationName": "y", "properties": properties}

    assert table_and_row({**record, "category": "Administrative"})[0] == ACTIVITY
    if not isinstance(properties, str):
        assert table_and_row({**record, "category": "ContainerRegistryLoginEvents"})[1]["OperationName"] == "y"


def test_a_category_of_another_service_is_refused() -> None:
    with pytest.raises(InputError, match="'kube-audit' is not the category of a log that is known here"):
        table_and_row({"time": "x", "category": "kube-audit", "operationName": "y"})


def test_a_row_of_a_table_is_not_taken_for_a_record() -> None:
    assert is_record(REGISTRY)
    assert not is_record({"TimeGenerated": "x", "Category": "y", "OperationName": "z"})


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({**REGISTRY, "properties": "text"}, "properties of a record is a mapping, not 'text'"),
        ({**CHANGE, "identity": "me"}, "identity of a record is a mapping, not 'me'"),
        ({**CHANGE, "identity": {"claims": ["a"]}}, "claims of a record is a mapping, not ['a']"),
    ],
)
def test_a_record_of_another_form_is_refused(record: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        table_and_row(record)


@pytest.mark.parametrize("record", [REGISTRY, CHANGE, {**REGISTRY, "RegionStamp": "weu-3", "tenantId": "x"}])
def test_every_key_that_azure_writes_is_known(record: dict[str, object]) -> None:
    assert list(unused_keys(record)) == []


def test_a_key_that_is_misspelt_is_told() -> None:
    registry = {**REGISTRY, "propertis": {}, "properties": {"repositry": "a"}}

    assert list(unused_keys(registry)) == [("propertis",), ("properties", "repositry")]
    assert list(unused_keys({**CHANGE, "resultTyp": "x", "properties": {"anything": 1}})) == [("resultTyp",)]
