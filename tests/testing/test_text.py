"""Plain values as YAML: any reader gets back what was written, and people see lines."""

import io
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.testing import block_text

HARD = ["", "a\nb", "a \n b\n", "\n a", " a\nb\n\n", "no", "1e3", "2001-01-01", "a: b", "\t\nx"]
TEXTS = st.text() | st.sampled_from(HARD) | st.text(alphabet="ab \n\t#-:'")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_reader_gets_back_what_was_written(value: Any) -> None:
    """Every text, with every space and line feed."""
    assert yaml.safe_load(io.StringIO(block_text(value))) == value


def test_a_query_keeps_its_lines() -> None:
    """So that a change of one is a change of one; also where a line ends in a space."""
    text = block_text({"query": "Table \n| where A == 'x'\n    | take 1", "threshold": 1, "values": ["*", {"a": []}]})

    assert text.splitlines() == [
        "query: |-",
        "  Table ",
        "  | where A == 'x'",
        "      | take 1",
        "threshold: 1",
        "values:",
        '  - "*"',
        "  - a: []",
    ]


@pytest.mark.parametrize("value", [{1: "a"}, {"a": object()}, {"a": {"b": b"x"}}])
def test_what_is_no_plain_value_is_refused(value: Any) -> None:
    """It would be written as something else."""
    with pytest.raises(TypeError):
        block_text(value)
