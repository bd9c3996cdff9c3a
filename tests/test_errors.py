"""Errors tell the place, the value, what is allowed and the way out, and never a secret."""

import inspect

import pytest

from acrwatch import errors
from acrwatch.errors import (
    AcrwatchError,
    ExitCode,
    InputError,
    MissingExtra,
    Problem,
    SettingsError,
    UnknownError,
    did_you_mean,
    dotted,
    one_of,
    raise_if_any,
    shown,
)

PROBLEM = Problem(path=("detections", "x", "only", 0, "client"), message="7 is not text", way_out="quote it", line=9)
OURS = [member for _, member in inspect.getmembers(errors, inspect.isclass) if issubclass(member, Exception)]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_error_hangs_in_the_one_tree(kind: type[Exception]) -> None:
    """So that `except AcrwatchError` catches all that is raised on purpose."""
    assert issubclass(kind, AcrwatchError)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AcrwatchError(), 2),
        (InputError(), 2),
        (SettingsError([PROBLEM], "acrwatch.yaml"), 2),
        (MissingExtra("the rehearsal", "rehearsal"), 2),
        (UnknownError(), 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_an_error_has_the_exit_code_of_its_kind(error: AcrwatchError, code: int) -> None:
    """What can be mended and what could not be found out are told apart."""
    assert error.exit_code == code


def test_exit_codes_are_the_documented_numbers() -> None:
    """Pipelines compare numbers."""
    assert {code.name: int(code) for code in ExitCode} == {
        "FINE": 0,
        "FINDINGS": 1,
        "INPUT": 2,
        "UNKNOWN": 3,
        "INTERRUPTED": 130,
    }


def test_a_missing_extra_says_what_to_install() -> None:
    assert "pip install 'acrwatch[live]'" in str(MissingExtra("verify", "live"))


def test_a_settings_error_lists_line_path_value_and_way_out() -> None:
    """The layout people see, to the blank."""
    error = SettingsError([PROBLEM, Problem(path=(), message="it is empty")], "acrwatch.yaml")

    assert str(error).splitlines() == [
        "acrwatch.yaml: 2 problems, nothing was written",
        "",
        "  line 9   detections.x.only[0].client",
        "           7 is not text",
        "           quote it",
        "           (the whole file)",
        "           it is empty",
    ]


def test_one_problem_is_counted_in_the_singular() -> None:
    assert str(SettingsError([PROBLEM], "x")).startswith("x: 1 problem, ")


def test_a_problem_is_one_sentence_with_its_place() -> None:
    assert str(PROBLEM) == "detections.x.only[0].client: 7 is not text; quote it"
    assert str(Problem(path=(), message="it is empty")) == "it is empty"


def test_a_problem_seen_from_further_up_keeps_everything_but_its_path() -> None:
    moved = Problem(path=("b",), message="m", way_out="w", line=3).below("a", 0)

    assert moved == Problem(path=("a", 0, "b"), message="m", way_out="w", line=3)


def test_a_path_is_written_as_people_write_it() -> None:
    assert dotted(("a", 0, 1, "b")) == "a[0][1].b"
    assert dotted(()) == ""


@pytest.mark.parametrize(
    "value",
    ["https://user:canary@example.com", {"url": "AccountKey=canary"}, ["?sig=canary"], ("a", "api_key=canary")],
    ids=str,
)
def test_a_value_that_looks_like_a_secret_is_not_shown(value: object) -> None:
    """Nor is one inside a list or mapping."""
    assert "canary" not in shown(value)
    assert "hidden" in shown(value)


def test_a_value_is_shown_short_and_text_in_quotes() -> None:
    assert shown("7m") == "'7m'"
    assert shown(7) == "7"
    assert len(shown("x" * 500)) == 120


def test_a_near_name_is_suggested_and_all_names_are_listed_where_none_is_near() -> None:
    known = {"repository": 1, "identity": 2}

    assert did_you_mean("repositry", known) == "did you mean repository?"
    assert did_you_mean("zzz", known) == "allowed are identity, repository"
    assert one_of([1, 2]) == "allowed are 1, 2"


def test_a_known_name_that_looks_like_a_secret_is_not_suggested() -> None:
    """The names may be keys of a settings file, where somebody put one by mistake."""
    for wrong in ("sig=canarx", "zzz"):
        said = did_you_mean(wrong, ["sig=canary", "identity"])

        assert "canary" not in said
        assert "identity" in said or "hidden" in said


def test_nothing_is_raised_without_problems_and_all_of_them_at_once() -> None:
    raise_if_any([], "x")

    with pytest.raises(SettingsError) as caught:
        raise_if_any(iter([PROBLEM, PROBLEM]), "RegistryWatch 'x'")

    assert caught.value.problems == (PROBLEM, PROBLEM)
    assert "nothing was added to the stack" in str(caught.value)
