"""The public names with their signatures, as text that is committed: a change of one is a change of this page.

What a name is for stands in its docstring, which editors show; how it is used, in `examples/`.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import acrwatch
import acrwatch.testing
import acrwatch.testing.azure

MODULES = (acrwatch, acrwatch.testing, acrwatch.testing.azure)
PLUGIN = Path(acrwatch.testing.__file__).with_name("plugin.py")
# What Python itself gives a class, and what jsii gives a construct.
_INHERITED = ("ABC", "BaseException", "BaseModel", "Construct", "Exception", "JSONSnapshotExtension", "Record", "_Part")

_OF_VALUES = {
    "AZAPI_VERSIONS": "The versions of azapi that there is a table of, the oldest first.",
    "VERSIONS": "The versions of azurerm that there is a table of, the oldest first.",
}

_HEAD = """\
All that a user needs comes from `import acrwatch`, and for tests from `acrwatch.testing` and the fixtures of its
plugin. These names, their arguments and what can be reached on them are
[a promise](architecture.md#what-is-a-promise). `examples/` has each in use."""


def public_api() -> Iterator[str]:
    """The parts of the page."""
    yield "# Public names"
    yield _HEAD
    for module in MODULES:
        yield f"## {module.__name__}"
        for name in sorted(module.__all__):
            yield f"### {name}"
            yield _summary(name, getattr(module, name))
            yield "```text\n" + "\n".join(_described(name, getattr(module, name))) + "\n```"
    yield "## Fixtures of pytest"
    yield "\n".join(f"- `{name}`: {text}" for name, text in fixtures())


def fixtures() -> Iterator[tuple[str, str]]:
    """Name and docstring of each fixture of the plugin."""
    for function in ast.parse(PLUGIN.read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef) and any(
            "fixture" in ast.unparse(mark) for mark in function.decorator_list
        ):
            yield function.name, " ".join((ast.get_docstring(function) or "").split())


def _summary(name: str, value: Any) -> str:
    # Python keeps no text of a value that is neither function nor class.
    doc = _OF_VALUES.get(name) or inspect.getdoc(value) or ""
    return " ".join(doc.split("\n\n")[0].split())


def _described(name: str, value: Any) -> Iterator[str]:
    if not inspect.isclass(value):
        yield f"{name}{_signature(value)}" if callable(value) else f"{name}: {type(value).__name__}"
        return
    if issubclass(value, enum.Enum):
        yield f"{name}: {', '.join(member.name for member in value)}"
        return
    bases = [base.__name__ for base in value.__bases__ if base.__name__ not in ("object", *_INHERITED)]
    yield f"class {name}" + (f"({', '.join(bases)})" if bases else "")
    yield from (f"    {line}" for line in _arguments(value))
    for member, found in _members(value):
        if isinstance(found, property) and found.fget is not None:
            yield f"    .{member}: {_type(inspect.signature(found.fget).return_annotation)}"
        else:
            yield f"    .{member}{_signature(found, bound=True)}"


def _arguments(value: type) -> Iterator[str]:
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            default = "" if field.default_factory is dataclasses.MISSING else " = ..."
            if field.default is not dataclasses.MISSING:
                default = f" = {_default(field.default)}"
            yield f"{field.name}: {_type(field.type)}{default}"
    elif hasattr(value, "model_fields"):
        for name, field in value.model_fields.items():
            default = "" if field.is_required() else " = ..."
            yield f"{name}: {_type(value.__annotations__.get(name, field.annotation))}{default}"
    else:
        for parameter in list(inspect.signature(inspect.getattr_static(value, "__init__")).parameters.values())[1:]:
            if parameter.name not in ("args", "kwargs"):
                yield _parameter(parameter)


def _members(value: type) -> Iterator[tuple[str, Any]]:
    """Properties and methods that are the class's own, or those of a base of ours."""
    seen = set()
    for base in value.__mro__:
        if not base.__module__.startswith("acrwatch"):
            continue
        for name, found in vars(base).items():
            is_member = isinstance(found, property) or inspect.isfunction(found)
            if is_member and not name.startswith("_") and name not in seen:
                seen.add(name)
                yield name, found


def _signature(function: Any, *, bound: bool = False) -> str:
    signature = inspect.signature(function)
    texts: list[str] = []
    for parameter in list(signature.parameters.values())[1 if bound else 0 :]:
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in texts:
            texts.append("*")
        texts.append(_parameter(parameter))
    return f"({', '.join(texts)}) -> {_type(signature.return_annotation)}"


def _parameter(parameter: inspect.Parameter) -> str:
    default = "" if parameter.default is parameter.empty else f" = {_default(parameter.default)}"
    return f"{parameter.name}: {_type(parameter.annotation)}{default}"


def _default(value: object) -> str:
    return str(value) if isinstance(value, enum.Enum) else repr(value)


def _type(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", text).replace("typing.", "")
