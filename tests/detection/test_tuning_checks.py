"""What of a user's tuning a detection allows; each check bites."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection, Parameter, ParameterType
from acrwatch.detection.tuning import IdentityLimit, TuningEntry, Variant
from acrwatch.detection.tuning_checks import PATTERN_MAX, tuning_problems, value_problem
from tests.detection.content import event

PULLED = catalogue()["excessive_images_pulled"]
SCAN = catalogue()["image_vulnerability_scan_disabled"]


def limit(identity: str = "a", **parameters: Any) -> IdentityLimit:
    return IdentityLimit(identity=identity, parameters=parameters or {"images_limit": 5})


FINE = [
    Variant(),
    Variant(parameters={"images_limit": 1, "repositories_limit": None}),
    Variant(parameters={"images_limit": 100_000}),
    Variant(limits=[limit(), limit("svc-*", repositories_limit=3)]),
    Variant(limits=[limit("svc-a"), limit("svc-*"), limit("*")]),
    Variant(limits=[limit(), limit(repositories_limit=3)]),
    Variant(limits=[limit("*"), limit(repositories_limit=3)]),
    Variant(limits=[limit(images_limit=5), limit(images_limit=7, repositories_limit=3)]),
    Variant(only=[TuningEntry(client="*docker*")]),
    Variant(only=[TuningEntry(repository="*")]),
    Variant(except_=[TuningEntry(identity="purge", client="*acr-cli*", repository="a/*", reason="nightly")]),
    Variant(except_=[TuningEntry(registry="dev", client="*")]),
    Variant(only=[TuningEntry(repository="x" * PATTERN_MAX)]),
    Variant(only=[TuningEntry(registry="*Prod1*")]),
    Variant(only=[TuningEntry(repository="team/Api_v1.2-rc*/**")]),
    Variant(only=[TuningEntry(identity="$${literal} %%{too}", client='a "b" \\ c; d | e // ü:@')]),
]

WRONG: list[tuple[Variant, str, str]] = [
    (Variant(parameters={"image_limit": 1}), "parameters.image_limit", "did you mean images_limit?"),
    (Variant(parameters={"images_limit": 0}), "parameters.images_limit", "0 is out of range; allowed is 1 to 100000"),
    (Variant(parameters={"images_limit": 100_001}), "parameters.images_limit", "100001 is out of range"),
    (Variant(parameters={"images_limit": 10**400}), "parameters.images_limit", "0... is out of range; allowed is 1 to"),
    (Variant(parameters={"images_limit": None}), "parameters.images_limit", "null is not allowed"),
    (Variant(parameters={"images_limit": True}), "parameters.images_limit", "True is not a whole number"),
    (Variant(parameters={"images_limit": "40"}), "parameters.images_limit", "'40' is not a whole number"),
    (Variant(parameters={"images_limit": 40.0}), "parameters.images_limit", "40.0 is not a whole number"),
    (Variant(parameters={"images_limit": float("nan")}), "parameters.images_limit", "nan is not a whole number"),
    (Variant(limits=[limit("")]), "limits[0].identity", "it is empty; leave it out, or write * for any"),
    (Variant(limits=[limit("${var.x}")]), "limits[0].identity", "a reference is known only at apply"),
    (Variant(limits=[limit("a\nb")]), "limits[0].identity", "'a\\nb' holds a line break"),
    (Variant(limits=[limit("x" * 257)]), "limits[0].identity", "it has 257 characters; at most 256"),
    (Variant(limits=[IdentityLimit(identity="a", parameters={})]), "limits[0].parameters", "no limit is set"),
    (Variant(limits=[limit(), limit(images=1)]), "limits[1].parameters.images", "did you mean images_limit?"),
    (Variant(limits=[limit(images_limit=None)]), "limits[0].parameters.images_limit", "None is not a whole number"),
    (Variant(limits=[limit(images_limit=0)]), "limits[0].parameters.images_limit", "0 is out of range"),
    (Variant(limits=[limit(), limit()]), "limits[1].identity", "'a' above takes these identities; the first entry"),
    (Variant(limits=[limit("Svc-*"), limit("svc-*")]), "limits[1].identity", "'Svc-*' above takes these identities"),
    (Variant(limits=[limit("*"), limit("b")]), "limits[1].identity", "'*' above takes these identities"),
    (Variant(limits=[limit("x"), limit("**"), limit("*")]), "limits[2].identity", "'**' above takes these identities"),
    (
        Variant(limits=[limit("*", images_limit=1, repositories_limit=1), limit(repositories_limit=3)]),
        "limits[1].identity",
        "'*' above takes these identities",
    ),
    *(
        (
            Variant(only=[TuningEntry(registry=name)]),
            "only[0].registry",
            f"{name!r} would never match; a registry's name",
        )
        for name in ("contoso.azurecr.io", "con-toso", "con_toso", "contoso/team", "contoso ", "con?oso", "größe")
    ),
    *(
        (
            Variant(only=[TuningEntry(repository=name)]),
            "only[0].repository",
            f"{name!r} would never match; a repository",
        )
        for name in (
            "team/api:1.4",
            "team/api@sha256:abc",
            "team/api:*",
            "team api",
            "team/[ab]pi",
            "team\\api",
            "größe",
        )
    ),
    (Variant(except_=[TuningEntry(registry="a.b", identity="x")]), "except[0].registry", "would never match"),
    (Variant(except_=[TuningEntry(repository="a:b", identity="x")]), "except[0].repository", "would never match"),
    (Variant(only=[TuningEntry()]), "only[0]", "it names nothing; allowed are registry, repository, identity, client"),
    (Variant(only=[TuningEntry(reason="x")]), "only[0]", "it names nothing"),
    (Variant(only=[TuningEntry(repository="")]), "only[0].repository", "it is empty"),
    (Variant(only=[TuningEntry(repository="${var.x}")]), "only[0].repository", "a reference"),
    (Variant(only=[TuningEntry(repository="%{ if x }")]), "only[0].repository", "a reference"),
    (Variant(only=[TuningEntry(repository="a\u2028b")]), "only[0].repository", "holds a line break"),
    (Variant(only=[TuningEntry(repository="x" * 257)]), "only[0].repository", "it has 257 characters"),
    (Variant(except_=[TuningEntry()]), "except[0]", "it names nothing"),
    (Variant(except_=[TuningEntry(repository="*", identity="**")]), "except[0]", "it would excuse everything"),
    (Variant(except_=[TuningEntry(client="docker*")]), "except[0]", "a caller chooses its own user agent"),
    (Variant(except_=[TuningEntry(client="x", identity="*")]), "except[0]", "a caller chooses its own user agent"),
    (Variant(except_=[TuningEntry(identity="a"), TuningEntry(client="x")]), "except[1]", "names only a client"),
]


@pytest.mark.parametrize("settings", FINE, ids=range(len(FINE)))
def test_a_tuning_that_the_detection_allows_is_fine(settings: Variant) -> None:
    assert tuning_problems(PULLED, settings) == []


@pytest.mark.parametrize(("settings", "place", "words"), WRONG, ids=[f"{place}: {words}" for _, place, words in WRONG])
def test_a_tuning_that_cannot_work_is_refused_with_place_and_value(settings: Variant, place: str, words: str) -> None:
    found = tuning_problems(PULLED, settings)

    assert [problem for problem in found if problem.place == place and words in problem.message]


@pytest.mark.parametrize("field", ["registry", "repository", "client"])
def test_a_field_that_the_rows_lack_is_refused(field: str) -> None:
    """It would never match: an `only` would silence the rule, an `except` would do nothing."""
    entry = TuningEntry(identity="a", **{field: "x"})

    for settings, name in ((Variant(only=[entry]), "only"), (Variant(except_=[entry]), "except")):
        (problem,) = tuning_problems(SCAN, settings)
        assert problem.path == (name, 0, field)
        assert "allowed are identity" in problem.message


def test_limits_by_identity_are_refused_where_there_are_none() -> None:
    (problem,) = tuning_problems(SCAN, Variant(limits=[limit()]))

    assert problem.path == ("limits", 0)
    assert "has no limits that differ by identity" in problem.message


def test_all_problems_of_a_tuning_are_told_at_once() -> None:
    settings = Variant(
        parameters={"x": 1, "images_limit": 0}, limits=[limit("")], only=[TuningEntry()], except_=[TuningEntry()]
    )

    assert len(tuning_problems(PULLED, settings)) == 5


def test_a_detection_without_parameters_says_that_it_has_none(tmp_path: Path) -> None:
    bare = event(tmp_path)
    none: Detection = type(bare)(**{**vars(bare), "parameters": {}})

    assert "it has none" in tuning_problems(none, Variant(parameters={"x": 1}))[0].message


INTEGER = Parameter(type=ParameterType.INTEGER, default=1, doc="")
LOW = Parameter(type=ParameterType.NUMBER, default=1, doc="", minimum=0.5)
HIGH = Parameter(type=ParameterType.NUMBER, default=1, doc="", maximum=2)
OPTIONAL = Parameter(type=ParameterType.INTEGER, default=None, doc="", optional=True)
SWITCH = Parameter(type=ParameterType.BOOLEAN, default=True, doc="")
WORD = Parameter(type=ParameterType.STRING, default="", doc="")
WORDS = Parameter(type=ParameterType.STRINGS, default=(), doc="")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (INTEGER, -5),
        (LOW, 0.5),
        (LOW, 3),
        (LOW, 1e308),
        (HIGH, 2),
        (OPTIONAL, None),
        (SWITCH, False),
        (WORD, ""),
        (WORD, 'a"b\\'),
        (WORDS, []),
        (WORDS, ("a", "b")),
    ],
    ids=lambda value: repr(getattr(value, "type", value)),
)
def test_a_value_of_the_parameters_type_is_fine(parameter: Parameter, value: object) -> None:
    assert value_problem(parameter, value) is None


@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        (INTEGER, 1.5, "1.5 is not a whole number; allowed are integer"),
        (LOW, 0.4, "0.4 is out of range; allowed is 0.5 and more"),
        (LOW, float("nan"), "nan is not a finite number; allowed is 0.5 and more"),
        (LOW, float("inf"), "inf is not a finite number; allowed is 0.5 and more"),
        (LOW, -(10**400), "is out of range; allowed is 0.5 and more"),
        (LOW, True, "True is not a number"),
        (HIGH, float("inf"), "inf is not a finite number; allowed is 2 and less"),
        (HIGH, "1", "'1' is not a number"),
        (SWITCH, None, "null is not allowed"),
        (SWITCH, "true", "'true' is not true or false"),
        (SWITCH, 0, "0 is not true or false"),
        (WORD, 1, "1 is not text"),
        (WORD, "a\tb", "holds a line break or another control character"),
        (WORD, "${var.x}", "a reference is known only at apply"),
        (WORDS, "text", "'text' is not a list of texts"),
        (WORDS, {"a": 1}, "is not a list of texts"),
        (WORDS, ["a", None], "None is not text"),
        (WORDS, ["a", "b\n"], "holds a line break"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_value_of_another_type_is_refused_with_value_and_range(
    parameter: Parameter, value: object, words: str
) -> None:
    assert words in str(value_problem(parameter, value))
