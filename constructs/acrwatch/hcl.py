"""Puts the arguments of a resource into the form from which a core prints HCL.

A core prints JSON faithfully, but its HCL printer takes a plain string apart: several lines become a heredoc with
one line too many, `123` a number, `["a"]` a list, and quotes or a backslash an error. It leaves alone what comes
to it escaped and with its type, so that is what this module makes. Blocks are told from attributes by
`acrwatch.binding`, which calls it for HCL only.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from acrwatch.references import is_reference, is_resolvable, template_parts

Form = dict[str, Any]
"""A value as the core's printer wants it: the value, what kind it is, and whether it is a block."""


class Body(dict[str, Any]):
    """The members of one block."""


class Bodies(list[Body]):
    """The blocks of one name, none of them included."""


def members(body: Mapping[str, Any]) -> dict[str, Form]:
    """Give the forms of the members of a resource or a block; a name without a block goes."""
    return {name: form(value) for name, value in body.items() if value != [] or not isinstance(value, Bodies)}


def form(value: Any) -> Form:
    """Give the form of one value."""
    if isinstance(value, Body):
        return form(Bodies([value]))
    if isinstance(value, Bodies):
        return _form([members(body) for body in value], "list", "blocks", block=True)
    if isinstance(value, bool):
        return _form(value, "simple", "boolean")
    if isinstance(value, int | float):
        return _form(value, "simple", "number")
    if isinstance(value, str):
        return _form(quoted(value), "simple", "string")
    if (token := _collection_token(value)) is not None:
        return _form(token, "simple", "string")
    if isinstance(value, Mapping):
        # A list that is no list is how the printer is told to print an object whose members have forms of their own.
        return _form({f'"{quoted(key)}"': form(member) for key, member in value.items()}, "list", "object")
    if isinstance(value, Sequence):
        # The elements of a "number list" are printed as they are.
        return _form([_expression(element) for element in value], "list", "numberList")
    # A token object. What it stands for is an expression as a rule, and is printed as it comes.
    return _form(value, "any", "any")


def text_map(values: Mapping[str, str]) -> Form:
    """Give the form of a map of strings for the places where the core looks at nothing but the map's form."""
    return _form({key_escaped(key): quoted(value) for key, value in values.items()}, "map", "stringMap")


def quoted(text: str) -> str:
    """Escape a template for the inside of HCL's quotes; what is inside `${...}` and `%{...}` is HCL already."""
    parts = template_parts(text)
    escaped = "".join(_one_line(part) if expression else _escaped(part) for expression, part in parts)
    if any(expression for expression, _ in parts) and "${" not in escaped:
        # The printer escapes quotes once more where it sees no ${, which spoils those inside a %{if ...}.
        return '${""}' + escaped
    return escaped


def constant(template: str) -> str:
    """Give a template without expressions as a quoted string for the inside of an expression."""
    text = template.replace("$${", "${").replace("%%{", "%{")
    # A brace by its number begins no template, neither for Terraform nor for a core that escapes ${ once more.
    return '"' + _escaped(text).replace("${", "$\\u007b").replace("%{", "%\\u007b") + '"'


def key_escaped(key: str) -> str:
    """Escape the key of a map so that the printer puts it in quotes, which it does not for `for` or `-a`."""
    if key == "":
        return '${""}'
    return f"\\u{ord(key[0]):04x}{quoted(key[1:])}" if re.fullmatch(r"[A-Za-z_-][\w-]*", key, re.ASCII) else quoted(key)


def _form(value: Any, kind: str, storage: str, *, block: bool = False) -> Form:
    return {"value": value, "isBlock": block, "type": kind, "storageClassType": storage}


def _collection_token(value: Any) -> str | None:
    """Give the token that a core has dressed up as a list or a map in the form it has in a string."""
    if isinstance(value, Mapping | Sequence) and len(value) == 1:
        (element,) = value
        if isinstance(element, str) and element.startswith(("#{TfToken[", "&{TfToken[")):
            return f"${element[1:]}"
    return None


def _expression(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        # In its long form inside a string the core still finds the token.
        return f'"{value!r}"' if is_reference(value) else repr(value)
    if isinstance(value, str):
        return f'"{quoted(value)}"'
    if is_resolvable(value):
        return f'"{value.to_string()}"'
    if (token := _collection_token(value)) is not None:
        return f'"{token}"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{quoted(key)}" = {_expression(member)}' for key, member in value.items()) + "}"
    return "[" + ", ".join(_expression(element) for element in value) + "]"


# What is invisible or ends a line for somebody, and what HCL has short escapes for.
_ESCAPES = {
    **{code: f"\\u{code:04x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF)},
    **str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}),
}


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _one_line(expression: str) -> str:
    # A template in quotes stands on one line for the printer; HCL does not mind between the parts of an expression.
    return re.sub(r"[\r\n]+", " ", expression)
