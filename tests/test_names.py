"""Names that become ids of constructs are refused before two of them become one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.names import NAME_MAX, id_problems_of


@pytest.mark.parametrize("name", ["a", "security", "on-call", "team_1", "A" * NAME_MAX])
def test_a_plain_name_is_fine(name: str) -> None:
    assert id_problems_of(name) == []


@pytest.mark.parametrize("name", ["", "1a", "-a", "_a", "a.b", "a b", "é", "aé", "a/b", "${a}", "a\n", "a\u0665"])
def test_a_name_that_terraform_would_shorten_is_refused_with_its_text(name: str) -> None:
    (problem,) = id_problems_of(name, "action_groups", name)

    assert problem.path == ("action_groups", name)
    assert repr(name) in problem.message


def test_a_long_name_is_refused_with_its_length() -> None:
    (problem,) = id_problems_of("a" * 61)

    assert "has 61 characters; at most 60" in problem.message


@given(st.text(max_size=80))
def test_a_name_that_passes_is_a_terraform_identifier(name: str) -> None:
    """No characters but those that Terraform's logical ids keep."""
    kept = "".join(char for char in name if char.isascii() and (char.isalnum() or char in "-_"))

    assert id_problems_of(name) or (kept == name and 0 < len(name) <= NAME_MAX)
