"""How a workflow fails, in the three places where it can: a function, an expression, a run.

    Refused                 a function will not take these values; it knows no place
    └ ExpressionError       the same and what a parser refuses, with the place in the expression
      └ WorkflowError       the same with the place in the definition; what callers see

Logic Apps would fail the run, or the documents disagree on what it would do: both are refused alike, so that no
template can come to depend on a rule in doubt.
"""

from __future__ import annotations

from acrwatch.errors import InputError, Path, dotted
from acrwatch.secrecy import masked, secret_in

_AROUND = 40


class Refused(Exception):
    """A value that a function does not take, or whose result is in doubt."""


class ExpressionError(InputError):
    """An expression that cannot be read, or has no value.

    Args:
        message: what is the matter.
        at: where in the text, counted from 0.
    """

    def __init__(self, message: str, at: int) -> None:
        super().__init__(f"character {at + 1}: {message}")
        self.message = message
        self.at = at


class WorkflowError(InputError):
    """A run that fails, or whose outcome is in doubt.

    Args:
        message: what is the matter.
        path: keys that lead to the place in the definition.
        expression: the text it is about, where there is one.
        at: the place in that text, counted from 0.
    """

    def __init__(self, message: str, path: Path, expression: str | None = None, at: int = 0) -> None:
        place = f"{dotted(path)}: " if path else ""
        where = "" if expression is None else f"\n  character {at + 1} of {excerpt(expression, at)}"
        super().__init__(f"{place}{message}{where}")
        self.message = message
        self.path = path
        self.expression = expression
        self.at = at


def excerpt(text: str, at: int) -> str:
    """The part of an expression around a place, in one line."""
    if secret_in(text) is not None:
        return masked(text)
    begin, end = max(0, at - _AROUND), at + _AROUND
    part = text[begin:end].replace("\n", "\\n")
    return f"{'...' if begin else ''}{part}{'...' if end < len(text) else ''}"
