"""A text of a definition as a template: what is literal in it, and the expressions.

    "@expr"          one expression, whose value keeps its type
    "a @{expr} b"    a text, also where it is only "@{expr}"
    "@@a", "a @@{b"  literally @a and a @{b

Array and object literals are refused: Microsoft's pages show them, and what was tried does not read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from acrwatch.workflow.failure import ExpressionError
from acrwatch.workflow.limits import DEPTH, EXPRESSION
from acrwatch.workflow.scanner import Token, TokenKind, scan
from acrwatch.workflow.values import units

_CONSTANTS: dict[str, bool | None] = {"null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Literal:
    """A value that stands in the expression itself."""

    value: str | int | float | bool | None
    at: int


@dataclass(frozen=True)
class Call:
    """A call of a function; its name is kept as written."""

    name: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True)
class Step:
    """One access to a member; a safe one, with a question mark, may miss."""

    key: Node
    safe: bool
    at: int


@dataclass(frozen=True)
class Access:
    """Accesses to members, one in the other."""

    base: Call
    steps: tuple[Step, ...]
    at: int


Node = Literal | Call | Access


@dataclass(frozen=True)
class Template:
    """A text of a definition.

    Args:
        parts: literal texts and expressions in order.
        whole: whether it is one expression whose value keeps its type.
    """

    parts: tuple[str | Node, ...]
    whole: bool = False

    @property
    def expressions(self) -> tuple[Node, ...]:
        """The expressions in it; a text without any is literal."""
        return tuple(part for part in self.parts if not isinstance(part, str))


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Read a text of a definition.

    Raises:
        ExpressionError: an expression in it cannot be read or is too long, or it is in doubt what is literal.
    """
    if "@" not in text:
        return Template((text,) if text else ())
    if text.startswith("@") and text != "@" and text[1] not in "@{":
        _within_limit(text)
        node, _ = _Parser(text).expression_until(1, TokenKind.END)
        return Template((node,), whole=True)
    template = Template(tuple(_parts(text)))
    if template.expressions:
        _within_limit(text)
    return template


def calls(node: Node) -> Iterator[Call]:
    """All calls in an expression, the outer ones first."""
    if isinstance(node, Call):
        yield node
        for argument in node.arguments:
            yield from calls(argument)
    elif isinstance(node, Access):
        yield from calls(node.base)
        for step in node.steps:
            yield from calls(step.key)


def literal(text: str) -> str:
    """Write a text for a definition so that it stands for itself, whatever is in it.

    Args:
        text: any text, such as a title from a settings file.

    Returns:
        The text with the signs of an expression doubled, or as an expression where doubling would be ambiguous.
    """
    if text == "@" or (not text.startswith("@") and "@{" not in text):
        return text
    if text.startswith("@@") or "@@{" in text:
        return "@string('{}')".format(text.replace("'", "''"))
    doubled = text.replace("@{", "@@{")
    return f"@{doubled}" if text.startswith("@") and not text.startswith("@{") else doubled


def _within_limit(text: str) -> None:
    if (length := units(text)) > EXPRESSION:
        raise ExpressionError(f"the text has {length} characters; with an expression it may have {EXPRESSION}", 0)


def _parts(text: str) -> Iterator[str | Node]:
    at = 0
    if text.startswith("@@") and not text.startswith("@@{"):
        _not_in_doubt(text, 0)
        yield "@"
        at = 2
    while at < len(text):
        opening = text.find("@{", at)
        if opening == -1:
            yield text[at:]
            return
        if opening > at and text[opening - 1] == "@":
            _not_in_doubt(text, opening - 2 if opening - 2 >= at else opening - 1)
            yield text[at : opening - 1] + "@{"
            at = opening + 2
            continue
        if opening > at:
            yield text[at:opening]
        node, at = _Parser(text).expression_until(opening + 2, TokenKind.MARK, "}")
        yield node


def _not_in_doubt(text: str, at: int) -> None:
    if text.startswith("@@@", at):
        raise ExpressionError("of three @ in a row it is in doubt which are literal; write @string('...')", at)


class _Parser:
    """A reader of one expression by recursive descent, with a bound on how deep it nests."""

    def __init__(self, text: str) -> None:
        self.text = text

    def expression_until(self, at: int, kind: TokenKind, mark: str = "") -> tuple[Node, int]:
        """The expression at a place, what must end it, and where that ends."""
        node, at = self._expression(at, 0)
        token = scan(self.text, at)
        if token.kind is not kind or token.text != mark:
            missing = f"{mark!r} is missing" if token.kind is TokenKind.END else self._unexpected(token)
            raise ExpressionError(missing, token.at)
        return node, token.end

    def _expression(self, at: int, depth: int) -> tuple[Node, int]:
        token = scan(self.text, at)
        if depth > DEPTH:
            raise ExpressionError(f"the expression nests deeper than {DEPTH} levels", token.at)
        if token.kind in (TokenKind.NUMBER, TokenKind.STRING):
            return Literal(token.value, token.at), token.end
        if token.kind is TokenKind.NAME:
            if scan(self.text, token.end).text == "(":
                return self._call(token, depth)
            if token.text in _CONSTANTS:
                return Literal(_CONSTANTS[token.text], token.at), token.end
            raise ExpressionError(f"{token.text} is neither a function with (...) nor true, false or null", token.at)
        if token.text in ("[", "{"):
            raise ExpressionError("there are no literal arrays or objects; use createArray() or json()", token.at)
        raise ExpressionError(self._unexpected(token), token.at)

    def _call(self, name: Token, depth: int) -> tuple[Node, int]:
        at = scan(self.text, name.end).end
        arguments: list[Node] = []
        closing = scan(self.text, at)
        while closing.text != ")" or closing.kind is not TokenKind.MARK:
            node, at = self._expression(at, depth + 1)
            arguments.append(node)
            closing = scan(self.text, at)
            if closing.text not in (",", ")") or closing.kind is not TokenKind.MARK:
                missing = f"the call of {name.text} has no ')'" if closing.kind is TokenKind.END else None
                raise ExpressionError(missing or self._unexpected(closing), closing.at)
            if closing.text == ",":
                at = closing.end
        call = Call(name.text, tuple(arguments), name.at)
        return self._accesses(call, closing.end, depth)

    def _accesses(self, base: Call, at: int, depth: int) -> tuple[Node, int]:
        steps: list[Step] = []
        while True:
            token = scan(self.text, at)
            if token.text in (".", "?."):
                key = scan(self.text, token.end)
                if key.kind is not TokenKind.NAME:
                    raise ExpressionError("a name is missing after the point", key.at)
                steps.append(Step(Literal(key.text, key.at), token.text == "?.", token.at))
                at = key.end
            elif token.text in ("[", "?["):
                node, at = self._expression(token.end, depth + 1)
                closing = scan(self.text, at)
                if closing.text != "]":
                    raise ExpressionError("']' is missing", closing.at)
                steps.append(Step(node, token.text == "?[", token.at))
                at = closing.end
            else:
                return (Access(base, tuple(steps), base.at) if steps else base), at

    def _unexpected(self, token: Token) -> str:
        return "the expression ends too early" if token.kind is TokenKind.END else f"{token.text} is out of place"
