"""Every error acrwatch raises on purpose, and the exit code of each.

    AcrwatchError
    ├── InputError            2: something you gave can be mended
    │   ├── SettingsError        all problems of one file or one call, each with its place
    │   └── MissingExtra         an optional part of acrwatch is not installed
    └── UnknownError          3: we could not find out; never the same as fine

What counts as a secret in a message is decided in `secrecy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import IntEnum

from acrwatch.counted import counted
from acrwatch.record import dataclass
from acrwatch.secrecy import masked

Path = tuple[str | int, ...]

NOTHING_ADDED = "nothing was added to the stack"


class ExitCode(IntEnum):
    """What the `acrwatch` command ends with. FINDINGS beats UNKNOWN when both apply."""

    FINE = 0
    FINDINGS = 1
    INPUT = 2
    UNKNOWN = 3
    INTERRUPTED = 130


class AcrwatchError(Exception):
    """The root of the tree; what `except` catches when any of ours will do."""

    exit_code = ExitCode.INPUT


class InputError(AcrwatchError):
    """Something given to acrwatch that the person who gave it can mend."""


class UnknownError(AcrwatchError):
    """Something could not be found out, which is not the same as being fine."""

    exit_code = ExitCode.UNKNOWN


class MissingExtra(InputError):
    """An optional part of acrwatch is needed and not installed.

    Args:
        what: what was asked for, as a person would call it.
        extra: name of the extra that brings it.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra {extra!r}: pip install 'acrwatch[{extra}]'")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, for the person who can mend it.

    Args:
        path: keys and positions that lead to the value.
        message: the value and what is allowed instead.
        way_out: what to do, where that does not follow from the message.
        line: line in the settings file, counted from 1, when there is one.
    """

    path: Path
    message: str
    way_out: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """The path as people write it: `detections.x.only[0].client`."""
        return dotted(self.path)

    def below(self, *prefix: str | int) -> Problem:
        """The same problem, seen from further up."""
        return replace(self, path=(*prefix, *self.path))

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.path else self.message
        return f"{text}; {self.way_out}" if self.way_out else text


class SettingsError(InputError):
    """Values that cannot work, all of them at once.

    Args:
        problems: what is wrong, at least one.
        source: the file the values came from, or the construct they were given to.
        consequence: what was not done because of it; empty where nothing was to be done.
    """

    def __init__(self, problems: Iterable[Problem], source: str, consequence: str = "nothing was written") -> None:
        self.problems = tuple(problems)
        self.source = source
        said = [f"{source}: {counted(len(self.problems), 'problem')}", consequence]
        head = ", ".join(filter(None, said))
        super().__init__("\n".join([head, "", *(_lines(problem) for problem in self.problems)]))


def _lines(problem: Problem) -> str:
    line = f"line {problem.line}" if problem.line is not None else ""
    first = f"  {line:<8} {problem.place or '(the whole file)'}"
    return "\n".join(
        [first, f"           {problem.message}", *([f"           {problem.way_out}"] if problem.way_out else [])]
    )


def dotted(path: Path) -> str:
    """`('a', 0, 'b')` as `a[0].b`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def shown(value: object) -> str:
    """A value as an error shows it: short, quoted when it is text, and never a secret."""
    text = repr(masked(value)) if isinstance(value, str) else str(value)
    text = masked(text)
    return text if len(text) <= 120 else f"{text[:117]}..."


def one_of(allowed: Iterable[object]) -> str:
    """The allowed values in a sentence."""
    return "allowed are " + ", ".join(str(value) for value in allowed)


def did_you_mean(name: str, known: Iterable[str] | Mapping[str, object]) -> str:
    """The nearest of the known names, or all of them."""
    from difflib import get_close_matches  # needed only when something is wrong

    names = sorted(map(masked, known))
    near = get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else one_of(names)


def raise_if_any(problems: Iterable[Problem], source: str) -> None:
    """Raise one `SettingsError` that holds all problems, unless there are none."""
    found = tuple(problems)
    if found:
        raise SettingsError(found, source, NOTHING_ADDED)
