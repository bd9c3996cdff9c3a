"""A user's own message: JSON whose texts name fields of the alert in braces, `{title}`.

`{first_steps:500}` is cut to 500 characters, `{{` and `}}` are braces. Everything else is text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from acrwatch.errors import Path, Problem, did_you_mean, shown
from acrwatch.notifications.alert_fields import alert_steps
from acrwatch.notifications.definition import Step
from acrwatch.notifications.template_fields import FIELDS, Field
from acrwatch.notifications.wdl import Expression, cut, text, value
from acrwatch.references import is_reference, literal, unescaped

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}:]*)(?::(?P<most>[^{}]*))?\}|[{}]")
_MOST = re.compile(r"[0-9]{1,6}", re.ASCII)
_DEPTH = 20

Piece = str | tuple[Field, int | None]
"""Static text, or a field with the characters it may have."""


def template_problems(template: object) -> list[Problem]:
    """What is wrong with a template, with paths within it.

    Args:
        template: JSON.
    """
    if not isinstance(template, Mapping):
        return [Problem(path=(), message=f"{shown(template)} is not a mapping, as the body has to be")]
    if not template:
        return [Problem(path=(), message="it is empty, and so would be the message")]
    return list(_problems(template, ()))


def template_steps(template: object) -> tuple[list[Step], object]:
    """The steps that a template needs, and the body of the request.

    Args:
        template: JSON that `template_problems` has nothing to say against.
    """
    needed = {step.name: step for field in _fields(template) for step in field.needs}
    return [*alert_steps(), *needed.values()], _compiled(template)


def _problems(part: object, path: Path) -> Iterator[Problem]:
    if len(path) > _DEPTH:
        yield Problem(path=path, message=f"it nests deeper than {_DEPTH} levels")
    elif isinstance(part, str):
        yield from _text_problems(part, path)
    elif isinstance(part, Mapping):
        for key, member in part.items():
            if not isinstance(key, str) or re.search(r"^@|@\{|\{[a-z_]+\}|[$%]\{", key):
                said = f"{shown(key)} cannot be a key: keys are texts without fields, and without @ at the beginning"
                yield Problem(path=(*path, str(key)), message=said)
            yield from _problems(member, (*path, str(key)))
    elif isinstance(part, Sequence) and not isinstance(part, bytes | bytearray):
        for position, member in enumerate(part):
            yield from _problems(member, (*path, position))
    elif part is not None and not isinstance(part, bool | int | float):
        yield Problem(path=path, message=f"a {type(part).__name__} is no JSON")


def _text_problems(part: str, path: Path) -> Iterator[Problem]:
    if is_reference(part):
        yield Problem(
            path=path,
            message="a reference would be read as part of the workflow, where @ begins an expression",
            way_out="write the text itself; a secret goes into authorization",
        )
        return
    for found in _PIECE.finditer(unescaped(part)):
        name = found["name"]
        if name is None:
            if found[0] in ("{", "}"):
                said = f"{found[0]} stands alone; a field is named like {{title}}, and {found[0] * 2} is a brace"
                yield Problem(path=path, message=said)
        elif name not in FIELDS:
            said = f"there is no field {shown(name)}; {did_you_mean(name, FIELDS)}"
            yield Problem(path=path, message=said, way_out="braces that are text are doubled, {{ and }}")
        elif FIELDS[name].text is None and f"{{{name}}}" != unescaped(part):
            yield Problem(path=path, message=f"{{{name}}} is no text, and can only be all of a value")
        elif found["most"] is not None and (_MOST.fullmatch(found["most"]) is None or int(found["most"]) < 2):
            said = f"{shown(found['most'])} is no number of characters from 2 on, as in {{{name}:200}}"
            yield Problem(path=path, message=said)


def _pieces(part: str) -> list[Piece]:
    plain = unescaped(part)
    pieces: list[Piece] = []
    done = 0
    static = ""
    for found in _PIECE.finditer(plain):
        static += plain[done : found.start()]
        done = found.end()
        if found["name"] is None:
            static += found[0][0]
            continue
        most = found["most"]
        pieces += [static, (FIELDS[found["name"]], None if most is None else int(most))]
        static = ""
    return [piece for piece in [*pieces, static + plain[done:]] if piece != ""]


def _fields(part: object) -> Iterator[Field]:
    if isinstance(part, str):
        yield from (piece[0] for piece in _pieces(part) if isinstance(piece, tuple))
    elif isinstance(part, Mapping):
        for member in part.values():
            yield from _fields(member)
    elif isinstance(part, Sequence):
        for member in part:
            yield from _fields(member)


def _compiled(part: object) -> object:
    if isinstance(part, str):
        return _compiled_text(_pieces(part))
    if isinstance(part, Mapping):
        return {key: _compiled(member) for key, member in part.items()}
    if isinstance(part, Sequence):
        return [_compiled(member) for member in part]
    # The bindings leave null out, at any depth.
    return "@null" if part is None else part


def _compiled_text(pieces: Sequence[Piece]) -> str:
    match pieces:
        case [(Field() as field, None)] if (alone := field.alone or field.text) is not None:
            return value(alone)
        case _:
            return text(*(_part(piece) for piece in pieces))


def _part(piece: Piece) -> str:
    if isinstance(piece, str):
        return literal(piece)
    field, most = piece
    of = field.text or Expression("")
    return of if most is None else cut(of, most)
