"""Writes the Workflow Definition Language: expressions from small pieces, and text around them.

Which functions a message may use, and in which strict form, `acrwatch.workflow` decides; a test evaluates every
message with it.
"""

from __future__ import annotations

import re
from itertools import groupby

# What Logic Apps would read as the beginning of an expression, or as the escape of one (WDL: "Expressions"): an at
# sign that begins a text, stands before a brace or an expression, or beside another one.
_AT = re.compile(r"@(?=[{@]|\Z)|(?<=@)@")
_FIRST_AT = re.compile(rf"\A@|{_AT.pattern}")


class Expression(str):
    """An expression without the `@` ahead of it, so that it is never taken for text."""

    __slots__ = ()


Argument = Expression | str | int
"""What a function is given: an expression, a text or a whole number."""


def call(function: str, *arguments: Argument) -> Expression:
    """A function and its arguments, texts among them in quotes.

    Args:
        function: its name, as Microsoft writes it.
        arguments: what it is given.
    """
    return Expression(f"{function}({','.join(map(_argument, arguments))})")


def member(of: Expression, *keys: str | int) -> Expression:
    """What is at some keys and positions; null where one of them is missing.

    Args:
        of: an object or an array, or null.
        keys: names of members and positions, from the outside in.
    """
    return Expression(of + "".join(f"?[{_argument(key)}]" for key in keys))


def result(step: str, *keys: str | int) -> Expression:
    """What a Compose made, or what is in it."""
    return member(call("outputs", step), *keys)


def items(step: str) -> Expression:
    """The array that a Select or a Query made."""
    return call("body", step)


def value(expression: Expression) -> str:
    """The string that stands for the value of an expression, with the type that it has."""
    return f"@{expression}"


def text(*parts: str) -> str:
    """The string that stands for static texts and expressions one after the other.

    Args:
        parts: expressions, which must not be Booleans, and texts, which are escaped.
    """
    pieces: list[str] = []
    # What stands beside an at sign decides on it, so texts are looked at as they will stand.
    for is_expression, group in groupby(parts, lambda part: isinstance(part, Expression)):
        if is_expression:
            pieces += [f"@{{{part}}}" for part in group]
        elif static := "".join(group):
            pieces.append(_static(static, first=not pieces))
    return "".join(pieces)


def cut(of: Expression, most: int) -> Expression:
    """A text, with `…` in place of what is beyond the most characters it may have.

    Args:
        of: a text.
        most: how many characters; Logic Apps counts UTF-16 units.
    """
    return if_(call("greater", call("length", of), most), call("concat", call("take", of, most - 1), "…"), of)


def if_(test: Expression, yes: Argument, no: Argument) -> Expression:
    """One of two values. Both are evaluated, so neither may fail."""
    return call("if", test, yes, no)


def otherwise(of: Expression, instead: Argument) -> Expression:
    """A text, or another one where it is empty."""
    return if_(call("empty", of), instead, of)


def equals(of: Expression, to: str) -> Expression:
    """Whether a text is another one, in the same casing."""
    return call("equals", of, to)


def choose(of: Expression, choices: dict[str, str], default: Argument) -> Expression:
    """The text that belongs to another one.

    Args:
        of: a text.
        choices: what it may be -> what it gives.
        default: what it gives when it is anything else.
    """
    chosen: Argument = default
    for key, given in reversed(choices.items()):
        chosen = if_(equals(of, key), given, chosen)
    return Expression(chosen)


def replaced(of: Expression, replacements: dict[str, str]) -> Expression:
    """A text with one text after the other replaced, the first one first."""
    for old, new in replacements.items():
        of = call("replace", of, old, new)
    return of


def _argument(given: Argument) -> str:
    if isinstance(given, Expression | int):
        return str(given)
    return "'" + given.replace("'", "''") + "'"


def _static(given: str, *, first: bool) -> str:
    """Text that Logic Apps leaves as it is.

    The language has escapes (`@@`, `@@{`), but not for all that can stand beside them; an expression for the at sign is
    right everywhere.
    """
    return (_FIRST_AT if first else _AT).sub("@{concat('@','')}", given)
