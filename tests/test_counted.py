"""A count stands with the right form of its word."""

import pytest

from acrwatch.counted import counted


@pytest.mark.parametrize(
    ("count", "word", "said"),
    [(0, "rule", "0 rules"), (1, "rule", "1 rule"), (2, "rule", "2 rules"), (5_000, "row", "5,000 rows")],
)
def test_a_count_has_the_form_of_its_word(count: int, word: str, said: str) -> None:
    assert counted(count, word) == said


def test_a_word_may_have_another_form_for_several() -> None:
    assert [counted(count, "registry", "registries") for count in (1, 2)] == ["1 registry", "2 registries"]
