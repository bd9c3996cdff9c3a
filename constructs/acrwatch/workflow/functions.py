"""The functions of the Workflow Definition Language that a template may use, and what each takes.

What the pages and what was tried disagree on is refused (Microsoft: "Reference guide to expression functions"). What
reads the run (`triggerBody`, `item` and the like) is in `evaluation`; the functions themselves are in `functions_of_…`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from acrwatch.errors import did_you_mean
from acrwatch.workflow import functions_of_choice as choice
from acrwatch.workflow import functions_of_collections as collections
from acrwatch.workflow import functions_of_text as text
from acrwatch.workflow.failure import Refused
from acrwatch.workflow.limits import TEXT
from acrwatch.workflow.values import Kind, kind_of, units

Kinds = frozenset[Kind]

BOOLEAN = frozenset({Kind.BOOLEAN})
NUMBER = frozenset({Kind.NUMBER})
STRING = frozenset({Kind.STRING})
ARRAY = frozenset({Kind.ARRAY})
OBJECT = frozenset({Kind.OBJECT})
ANY = frozenset(Kind) - {Kind.SECRET}
SPOKEN = STRING | {Kind.SECRET}


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function and what it takes.

    Args:
        call: gives the result; raises Refused.
        takes: the kinds of each argument that it has to be given.
        may: the kinds of each argument that it can be given after these.
        more: the kinds of any further argument; None where there can be none.
    """

    call: Callable[..., object]
    takes: tuple[Kinds, ...]
    may: tuple[Kinds, ...] = ()
    more: Kinds | None = None

    def count_problem(self, name: str, count: int) -> str | None:
        """What is wrong with the number of arguments, or None."""
        least, most = len(self.takes), None if self.more is not None else len(self.takes) + len(self.may)
        if count >= least and (most is None or count <= most):
            return None
        allowed = f"at least {least}" if most is None else str(least) if least == most else f"{least} to {most}"
        return f"{name}() takes {allowed} arguments, not {count}"


FUNCTIONS: Mapping[str, Function] = {
    "add": Function(call=choice.add, takes=(NUMBER, NUMBER)),
    "and": Function(call=lambda *flags: all(flags), takes=(BOOLEAN, BOOLEAN), more=BOOLEAN),
    "coalesce": Function(call=choice.coalesce, takes=(ANY, ANY), more=ANY),
    "concat": Function(call=text.concat, takes=(SPOKEN, SPOKEN), more=SPOKEN),
    "contains": Function(call=collections.contains, takes=(STRING | ARRAY | OBJECT, ANY - {Kind.NULL})),
    "createArray": Function(call=lambda *items: list(items), takes=(ANY,), more=ANY),
    "empty": Function(call=collections.empty, takes=(STRING | ARRAY | OBJECT | {Kind.NULL},)),
    "endsWith": Function(call=text.ends_with, takes=(STRING, STRING)),
    "equals": Function(call=choice.equals, takes=(BOOLEAN | NUMBER | STRING, BOOLEAN | NUMBER | STRING)),
    "first": Function(call=collections.first, takes=(STRING | ARRAY,)),
    "greater": Function(call=choice.greater, takes=(NUMBER | STRING, NUMBER | STRING)),
    "greaterOrEquals": Function(call=choice.greater_or_equals, takes=(NUMBER | STRING, NUMBER | STRING)),
    "if": Function(call=lambda test, yes, no: yes if test else no, takes=(BOOLEAN, ANY, ANY)),
    "indexOf": Function(call=text.index_of, takes=(STRING, STRING)),
    "join": Function(call=text.join, takes=(ARRAY, STRING)),
    "json": Function(call=text.json_of, takes=(STRING,)),
    "last": Function(call=collections.last, takes=(STRING | ARRAY,)),
    "length": Function(call=collections.length, takes=(STRING | ARRAY,)),
    "less": Function(call=choice.less, takes=(NUMBER | STRING, NUMBER | STRING)),
    "lessOrEquals": Function(call=choice.less_or_equals, takes=(NUMBER | STRING, NUMBER | STRING)),
    "max": Function(call=choice.most, takes=(NUMBER | ARRAY,), more=NUMBER),
    "min": Function(call=choice.least, takes=(NUMBER | ARRAY,), more=NUMBER),
    "not": Function(call=lambda flag: not flag, takes=(BOOLEAN,)),
    "or": Function(call=lambda *flags: any(flags), takes=(BOOLEAN, BOOLEAN), more=BOOLEAN),
    "replace": Function(call=text.replace, takes=(STRING, STRING, STRING)),
    "setProperty": Function(call=collections.set_property, takes=(OBJECT, STRING, ANY)),
    "slice": Function(call=text.cut, takes=(STRING, NUMBER), may=(NUMBER,)),
    "split": Function(call=text.split, takes=(STRING, STRING)),
    "startsWith": Function(call=text.starts_with, takes=(STRING, STRING)),
    "string": Function(call=text.string, takes=(ANY,)),
    "sub": Function(call=choice.sub, takes=(NUMBER, NUMBER)),
    "substring": Function(call=text.substring, takes=(STRING, NUMBER), may=(NUMBER,)),
    "take": Function(call=collections.take, takes=(STRING | ARRAY, NUMBER)),
    "toLower": Function(call=text.to_lower, takes=(STRING,)),
    "toUpper": Function(call=text.to_upper, takes=(STRING,)),
    "trim": Function(call=text.trim, takes=(STRING,)),
    "union": Function(call=collections.union, takes=(ARRAY | OBJECT, ARRAY | OBJECT), more=ARRAY | OBJECT),
    "uriComponent": Function(call=text.uri_component, takes=(STRING,)),
}
"""By the name that Microsoft's page gives each."""

REFUSED: Mapping[str, str] = {
    "formatDateTime": "a text it cannot read fails the run; write replace(take(string(x), 16), 'T', ' ')",
    "guid": "its result is another one each time",
    "rand": "its result is another one each time",
    "utcNow": "its result is another one each time; the payload has the times of the alert",
    "workflow": "what it says depends on where the workflow runs",
}
"""Functions that exist and have no place in a template, and why."""

_BY_LOWER_CASE = {name.lower(): (name, function) for name, function in FUNCTIONS.items()}
_REFUSED_BY_LOWER_CASE = {name.lower(): (name, why) for name, why in REFUSED.items()}


def function(name: str) -> tuple[str, Function]:
    """A function by its name in any casing, and how Microsoft writes the name.

    Raises:
        Refused: there is none, or it has no place in a template.
    """
    if name.lower() in _REFUSED_BY_LOWER_CASE:
        written, why = _REFUSED_BY_LOWER_CASE[name.lower()]
        raise Refused(f"{written}() is not used here: {why}")
    if name.lower() not in _BY_LOWER_CASE:
        raise Refused(f"{name}() is no function known here; {did_you_mean(name, FUNCTIONS)}")
    return _BY_LOWER_CASE[name.lower()]


def call(name: str, arguments: Sequence[object]) -> object:
    """Call a function.

    Raises:
        Refused: it does not take these arguments, or its result is in doubt.
    """
    written, found = function(name)
    if said := found.count_problem(written, len(arguments)):
        raise Refused(said)
    kinds = [*found.takes, *found.may]
    for number, argument in enumerate(arguments, start=1):
        allowed = kinds[number - 1] if number <= len(kinds) else found.more
        if allowed is not None and (kind := kind_of(argument)) not in allowed:
            wanted = " or ".join(sorted(allowed)) if len(allowed) < len(ANY) - 1 else "a value"
            raise Refused(f"argument {number} of {written}() is {kind}, and has to be {wanted}")
    result = found.call(*arguments)
    if isinstance(result, str) and units(result) > TEXT:
        raise Refused(f"{written}() makes a text of more than {TEXT} characters")
    return result
