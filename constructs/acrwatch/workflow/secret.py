"""The value of a secure parameter: it travels to where it is sent, and shows nothing of itself on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn


class Secret:
    """A text that must not be seen, and what stands for it wherever something is shown.

    Args:
        text: the secret itself.
        shown_as: what to show in its place, such as `(url)` for the parameter `url`.
    """

    __slots__ = ("_shown_as", "_text")

    def __init__(self, text: str, shown_as: str) -> None:
        self._text = text
        self._shown_as = shown_as

    def reveal(self) -> str:
        """The secret itself; for what sends it."""
        return self._text

    def __str__(self) -> str:
        return self._shown_as

    def __repr__(self) -> str:
        return f"Secret{self._shown_as}" if self._shown_as.startswith("(") else f"Secret({self._shown_as})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))


def joined(parts: Sequence[str | Secret]) -> str | Secret:
    """Texts one after the other, a secret as soon as one of them is."""
    if not any(isinstance(part, Secret) for part in parts):
        return "".join(map(str, parts))
    return Secret(
        "".join(part.reveal() if isinstance(part, Secret) else part for part in parts), "".join(map(str, parts))
    )


def revealed(value: object) -> object:
    """A value with its secrets in clear, at any depth: what is sent."""
    return _replaced(value, lambda secret: secret.reveal())


def concealed(value: object) -> object:
    """A value with what stands for its secrets, at any depth: what may be shown."""
    return _replaced(value, str)


def _replaced(value: object, how: Callable[[Secret], str]) -> object:
    if isinstance(value, Secret):
        return how(value)
    if isinstance(value, Mapping):
        return {key: _replaced(item, how) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(item, how) for item in value]
    return value
