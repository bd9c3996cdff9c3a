"""YAML is read strictly, and a problem gets the line of its value."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch.errors import Problem, SettingsError
from acrwatch.yaml_text import read_yaml, with_lines

TEXT = """\
# a comment
a:
  b: 1
  c:
    - x
    - y: {z: 2}
0: zero
"""
# Eight lines that are ten million values written out.
ALIASES = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8))])


def written(folder: Path, text: str) -> Path:
    file = folder / "x.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(file: Path) -> Problem:
    with pytest.raises(SettingsError) as caught:
        read_yaml(file, "nothing was made")
    assert str(file) in str(caught.value)
    assert "nothing was made" in str(caught.value)
    (problem,) = caught.value.problems
    return problem


def test_plain_values_are_read(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, TEXT)) == {"a": {"b": 1, "c": ["x", {"y": {"z": 2}}]}, 0: "zero"}


@pytest.mark.parametrize(
    "text",
    [
        *["2026-01-02", "2026-01-02T03:04:05Z"],
        *["no", "No", "yes", "on", "off", "y", "n"],
        *["0100", "01", "-01", "0o17", "0x1F", "0b1", "1_000"],
        *["1:40", "12:30:00", "1.4.0", "1e", "=", "nan", "inf"],
    ],
)
def test_a_text_that_only_looks_like_something_else_stays_a_text(tmp_path: Path, text: str) -> None:
    """YAML 1.1, which PyYAML reads, makes a date, false, 64 or 100 of it: no tag `0100` is an octal number."""
    assert read_yaml(written(tmp_path, f"x: {text}\n{text}: x")) == {"x": text, text: "x"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("0", 0), ("7", 7), ("-7", -7), ("+7", 7), ("100", 100)],
        *[("0.5", 0.5), ("-1.50", -1.5), ("1e3", 1000.0), ("2.5E-1", 0.25)],
        *[("true", True), ("True", True), ("FALSE", False)],
        *[("null", None), ("~", None), ("", None)],
    ],
)
def test_a_number_is_a_number_and_true_is_true(tmp_path: Path, text: str, value: object) -> None:
    read = read_yaml(written(tmp_path, f"x: {text}"))["x"]

    assert (type(read), read) == (type(value), value)


def test_infinity_is_a_number_for_a_check_to_refuse(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "x: [.inf, -.inf]")) == {"x": [float("inf"), float("-inf")]}


@pytest.mark.parametrize("text", ["1: a\n01: b", "true: a\nyes: b", "1: a\n0x1: b", "no: a\nfalse: b"])
def test_keys_that_yaml_tells_apart_are_two(tmp_path: Path, text: str) -> None:
    assert len(read_yaml(written(tmp_path, text))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",
        "x:\n  - a: 1\n    a: 2",
        'a: 1\n"a": 2',
        '1: a\n"1": b',
        "1: a\n+1: b",
        "1: a\n1.0: b",
        "true: a\nTrue: b",
        "~: a\nnull: b",
    ],
    ids=lambda text: text.replace("\n", " / "),
)
def test_a_key_that_stands_twice_is_refused_with_the_line_of_the_second(tmp_path: Path, text: str) -> None:
    """PyYAML keeps the last one without a word; so does JSON, where `1` and `"1"` are one key."""
    problem = refusal(written(tmp_path, text))

    assert "stands here twice" in problem.message
    assert problem.line == text.count("\n") + 1


def test_anchors_and_merge_keys_work(tmp_path: Path) -> None:
    """A merged key that is written out again is an override and no doubled key."""
    text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\n"

    assert read_yaml(written(tmp_path, text))["b"] == {"x": 3, "y": 2}


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("a: [1\nb: 2\n", "this is not YAML", 2),
        ("a: 1\n---\nb: 2\n", "this is not YAML", 2),
        ("x: *nowhere", "undefined alias", 1),
        ("a: 1\nx: !!python/object/apply:os.system [ls]", "could not determine a constructor", 2),
        ("x: a\x00b", "a character that YAML does not allow", None),
        ("x: !!binary aGk=", "something other than texts, numbers", None),
        ("x: !!set {a}", "something other than texts, numbers", None),
        ("a: &a [*a]", "something other than texts, numbers", None),
        ("? [a]\n: 1", "something other than texts, numbers", None),
        ("x: " + "[" * 5000, "this is not YAML", 1),
        ("a:\n\tb: 1", "a tab stands here, and only spaces can indent", 2),
        (ALIASES, "its aliases stand for more than 1000000 values", None),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_not_plain_yaml_is_refused(tmp_path: Path, text: str, words: str, line: int | None) -> None:
    """No tag runs anything, and nothing ends in a traceback."""
    problem = refusal(written(tmp_path, text))

    assert words in problem.message
    assert problem.line == line


@pytest.mark.parametrize(
    "text",
    [
        "a: https://user:canary@host\n\tb: 1",
        'a: "hooks.slack.com/services/canary\nb: [',
        "?sig=canary: 1\n?sig=canary: 2",
        "sig=canary: 1\nsig=canary: 2",
        "a: {AccountKey=canary",
        "a: *canary",
    ],
)
def test_the_text_of_a_broken_file_is_not_repeated(tmp_path: Path, text: str) -> None:
    """It may hold a secret."""
    assert "canary" not in str(refusal(written(tmp_path, text)))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.yaml").message


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path).message


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes("a: ü".encode("latin-1"))

    assert "UTF-8" in refusal(file).message


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    assert read_yaml(written(tmp_path, "\ufeffa: 1")) == {"a": 1}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a", "b"), 3),
        (("a", "c"), 4),
        (("a", "c", 0), 5),
        (("a", "c", 1, "y", "z"), 6),
        (("a", "missing"), 2),
        (("a", "c", 7), 4),
        (("0",), 7),
        ((), 2),
    ],
)
def test_a_problem_has_the_line_of_its_value_or_of_what_is_above_it(
    tmp_path: Path, path: tuple[Any, ...], line: int
) -> None:
    (problem,) = with_lines([Problem(path=path, message="m")], written(tmp_path, TEXT))

    assert problem.line == line


def test_problems_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    paths: list[tuple[Any, ...]] = [("0",), ("a", "c", 0), ("a", "b")]

    found = with_lines([Problem(path=path, message="m") for path in paths], written(tmp_path, TEXT))

    assert [problem.path for problem in found] == paths[::-1]
