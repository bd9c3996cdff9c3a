"""What is wrong with the condition of an If."""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.errors import Path, Problem, did_you_mean, shown
from acrwatch.workflow.conditions import COMPARISONS
from acrwatch.workflow.expression_checks import Sight, expression_problems
from acrwatch.workflow.shape_checks import is_object

_WORDS = ("and", "or", "not", *sorted(COMPARISONS))


def if_problems(condition: object, sight: Sight, path: Path) -> Iterator[Problem]:
    """What is wrong with a condition: one expression, or objects of comparisons."""
    if isinstance(condition, str):
        if not condition.startswith("@") or condition.startswith(("@@", "@{")):
            yield Problem(path=path, message=f"{shown(condition)} is no expression that begins with @")
        yield from expression_problems(condition, sight, path)
        return
    if not is_object(condition) or len(condition) != 1:
        yield Problem(path=path, message=f"{shown(condition)} is no object with one comparison")
        return
    ((word, parts),) = condition.items()
    at = (*path, word)
    if word not in _WORDS:
        yield Problem(path=at, message=f"there is no comparison {shown(word)}; {did_you_mean(word, _WORDS)}")
    elif word == "not":
        yield from if_problems(parts, sight, at)
    elif not isinstance(parts, list | tuple) or (len(parts) != 2 if word in COMPARISONS else not parts):
        wanted = "two values" if word in COMPARISONS else "at least one condition"
        yield Problem(path=at, message=f"{shown(parts)} is no list of {wanted}")
    elif word in COMPARISONS:
        yield from expression_problems(parts, sight, at)
    else:
        for number, part in enumerate(parts):
            yield from if_problems(part, sight, (*at, number))
