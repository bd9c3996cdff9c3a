"""What counts as a reference in an argument, and how text that is none gets past Terraform.

A reference is a value that only Terraform knows: a template such as `${azurerm_resource_group.rg.id}`, or a
token that a CDK core swaps for one while it synthesises. Checks let references through, secret fields take
nothing else. Everything here works on plain values, so it costs no round trip to a core.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeGuard


class Resolvable(Protocol):
    """A token object of either core, told by its shape (`IResolvable` in cdktf and in cdktn)."""

    def resolve(self, context: Any) -> Any:
        """Give what stands for the value in the synthesised stack."""

    def to_string(self) -> str:
        """Give the token in the form that fits into a string."""


Text: TypeAlias = str | Resolvable
"""A string argument. A template is one as it stands; literal text goes through `literal` first."""

Number: TypeAlias = int | float | Resolvable
"""A number argument."""

Flag: TypeAlias = bool | Resolvable
"""An argument that is true or false."""

Texts: TypeAlias = Sequence[Text] | Resolvable
"""A list or set of strings. A list token of a core is a list with one encoded element, so it fits too."""

Numbers: TypeAlias = Sequence[Number] | Resolvable
"""A list or set of numbers."""

TextMap: TypeAlias = Mapping[str, Text] | Resolvable
"""A map of strings. A map token of a core is a map with one encoded key, so it fits too."""

# A core writes a token as ${TfToken[TOKEN.1]}, as #{TfToken[TOKEN.1]} for a list and &{TfToken[TOKEN.1]} for a map.
_TOKEN = re.compile(r"[$#&]\{TfToken\[")

# Terraform reads from the left: $${ and %%{ are the escapes, ${ and %{ begin a template. In $$${ the escape is the
# last three characters.
_TEMPLATE = re.compile(r"\$\$\{|%%\{|(?P<opening>\$\{|%\{)")

_ESCAPED_DOLLAR = re.compile(r"(\$+)\$\{")

# What a reference has and a literal has not: `var.x`, `module.x["y"].z`, `data.a.b.c`, `each.value`.
_TRAVERSAL = re.compile(r"[A-Za-z_][\w-]*(?:\[[^\]]*\])*\.[A-Za-z_*]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')

# A number token inside a string, as in f"PT{minutes}M", is the number in its long form.
_NUMBER = re.compile(r"-\d(?:\.\d+)?e\+\d{3}")

# The upper 16 bits of a double by which both cores know a number token and the element of a number list token.
_NUMBER_MARKS = (b"\xfd\xff", b"\xfb\xff")


def is_resolvable(value: object) -> TypeGuard[Resolvable]:
    """Tell whether the value is a token object.

    Looked up as jsii's proxies answer: since Python 3.12 `isinstance` with a protocol no longer sees what a
    `__getattr__` gives.
    """
    return hasattr(value, "resolve") and hasattr(value, "to_string")


def is_reference(value: object) -> bool:
    """Tell whether the value, or a part of it, is known to Terraform only.

    True for a string with a template or a token in it (an escaped `$${` is none), a number token, a token
    object, and a list or map that is or holds one of these.
    """
    if isinstance(value, str):
        # Nearly all texts hold neither, and a fleet has thousands of them.
        return ("{" in value or "e+" in value) and bool(
            _TOKEN.search(value)
            or any(match["opening"] for match in _TEMPLATE.finditer(value))
            or any(_is_number_token(float(found)) for found in _NUMBER.findall(value))
        )
    if isinstance(value, float):
        return _is_number_token(value)
    if isinstance(value, Mapping):
        return any(is_reference(key) or is_reference(member) for key, member in value.items())
    if isinstance(value, Sequence):
        return any(is_reference(member) for member in value)
    return is_resolvable(value)


def folded(text: str) -> str:
    """A name of Azure's in lower case, since Azure ignores casing; a reference as it is, since Terraform does not."""
    return text if is_reference(text) else text.lower()


def is_whole_reference(value: object) -> TypeGuard[Text]:
    """Tell whether the value is one reference and nothing else, as a secret has to be.

    `${var.webhook}` is one, `https://${var.host}/T0/B0` is not, and neither are `${"a literal in disguise"}` and
    `${trimspace("another")}`: something has to be referred to, and no quoted text may hold a URL.
    """
    if not isinstance(value, str):
        return is_resolvable(value)
    if not value.startswith("${") or expression_end(value, 2) != len(value):
        return False
    if value[2:].lstrip("~ \t\r\n(").startswith('"'):
        return False
    return _TOKEN.search(value) is not None or (
        _TRAVERSAL.search(_QUOTED.sub("", value)) is not None and "://" not in value
    )


def literal(text: str) -> str:
    """Escape text so that Terraform takes it as it stands, whatever is in it.

    Escape a text once, where it enters, and as a whole: a text that ends in `$` or `%` and is then joined to
    `${...}` would make an escape out of the reference behind it.

    Args:
        text: the text as people shall see it.

    Returns:
        The text with `${` as `$${` and `%{` as `%%{`. The spelling of a core's token is broken up, since a core
        looks for its tokens before Terraform sees the text.
    """
    escaped = text.replace("${", "$${").replace("%{", "%%{")
    return _TOKEN.sub(lambda match: f'{match[0].removesuffix("TfToken[")}${{"TfToken"}}[', escaped)


def beside_tokens(template: str) -> str:
    """Spell the escapes of a template so that a core does not take them for the beginning of an expression.

    A core takes the braces off a token behind a `${` that is still open, and sees one in `$${` too.
    """
    if "${TfToken[" not in template:
        return template
    return "".join(
        part if expression else _ESCAPED_DOLLAR.sub(r'${"\1"}{', part) for expression, part in template_parts(template)
    )


def unescaped(text: str) -> str:
    """Give back the text that `literal` escaped.

    Args:
        text: a template without references.
    """
    return text.replace('${"TfToken"}[', "TfToken[").replace("$${", "${").replace("%%{", "%{")


def template_parts(text: str) -> list[tuple[bool, str]]:
    """Split a template into (is it an expression, its text), in order; escapes belong to the literal parts."""
    parts: list[tuple[bool, str]] = []
    done = 0
    position = 0
    while match := _TEMPLATE.search(text, position):
        position = match.end()
        if match["opening"]:
            # One without an end runs to the end of the text, for Terraform to refuse.
            position = expression_end(text, match.end()) or len(text)
            parts += [(False, text[done : match.start()]), (True, text[match.start() : position])]
            done = position
    return [part for part in [*parts, (False, text[done:])] if part[1]]


def expression_end(text: str, position: int) -> int | None:
    """Find where the expression that begins at the position ends, its closing brace included; None if it does not.

    Braces inside nested braces and inside quoted strings do not count.
    """
    depth = 1
    while position < len(text):
        character = text[position]
        position += 1
        if character == '"':
            position = _quoted_end(text, position)
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return position
    return None


def _quoted_end(text: str, position: int) -> int:
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif match := _TEMPLATE.match(text, position):
            position = (expression_end(text, match.end()) or len(text)) if match["opening"] else match.end()
        elif text[position] == '"':
            return position + 1
        else:
            position += 1
    return len(text)


def _is_number_token(number: float) -> bool:
    return struct.pack(">d", number)[:2] in _NUMBER_MARKS
