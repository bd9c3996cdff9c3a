"""YAML files: read strictly, and the line of a value when there is an error to show.

Strictly means: a key that stands twice is an error, and only what looks like a number, true or
false is one: a date, `no` and 010 stay the texts they were. Line numbers cost a second, slower
pass, so they are looked up only for problems.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from acrwatch.errors import Path as ValuePath
from acrwatch.errors import Problem, SettingsError, shown
from acrwatch.secrecy import masked

# The C loader reads ten times faster; PyYAML builds without libyaml lack it.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Base):  # type: ignore[misc]
    """Refuses a key that stands twice, where PyYAML keeps the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        # By text and by meaning: `1` and `"1"` are one key of JSON, `1` and `01` one of YAML.
        seen: set[Any] = set()
        for key, _ in node.value:
            merged = key.tag == "tag:yaml.org,2002:merge"
            plain = merged or key.tag == "tag:yaml.org,2002:str"
            names = {key.value} if plain else {key.value, self.construct_object(key, deep=True)}
            if not seen.isdisjoint(names):
                said = f"{shown(key.value)} stands here twice"
                raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
            seen |= names
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


# More than any file of ours has, and few enough to look at.
_MOST_VALUES = 1_000_000

_KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
# As YAML 1.2 has them: 010 is no octal, 1:30 no number of base 60, and `no` is a text.
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan", "-+0123456789."),
):
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), list(_first))


def read_yaml(file: Path, consequence: str = "nothing was read") -> Any:
    """The content of a YAML file as plain values.

    Args:
        file: the file.
        consequence: what did not happen if it cannot be read.

    Raises:
        SettingsError: the file is missing, not UTF-8, or not YAML. Its text is not quoted in the
            error, since it may hold a secret.
    """
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        content = yaml.load(text, Loader=_StrictLoader)  # noqa: S506  # a SafeLoader
        if _values(content, {}) > _MOST_VALUES:
            said = f"its aliases stand for more than {_MOST_VALUES} values"
            raise SettingsError([Problem(path=(), message=said)], str(file), consequence)
        json.dumps(content)
        return content
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else None
        said = masked(str(error.problem))
        if _is_tab(text, mark):
            said = "a tab stands here, and only spaces can indent"
        problem = Problem(path=(), message=f"this is not YAML: {said}", line=line)
    except yaml.YAMLError:
        problem = Problem(path=(), message="this is not YAML: it holds a character that YAML does not allow")
    except UnicodeDecodeError:
        problem = Problem(path=(), message="this is not a text in UTF-8")
    except (TypeError, ValueError, RecursionError):
        said = "it holds something other than texts, numbers, true, false, null, lists and mappings"
        problem = Problem(path=(), message=said)
    except OSError as error:
        problem = Problem(path=(), message=f"it cannot be read: {error.strerror}")
    raise SettingsError([problem], str(file), consequence)


def _is_tab(text: str, mark: yaml.Mark | None) -> bool:
    """Whether a tab is what YAML did not understand, which its C parser does not say."""
    lines = text.splitlines()
    return mark is not None and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t"


def _values(content: Any, known: dict[int, int]) -> int:
    """How many values there are where each alias is written out, which a few lines can make billions."""
    if not isinstance(content, dict | list):
        return 1
    if id(content) not in known:
        parts = content.values() if isinstance(content, dict) else content
        known[id(content)] = 1 + sum(_values(part, known) for part in parts)
    return known[id(content)]


def with_lines(problems: Iterable[Problem], file: Path) -> list[Problem]:
    """The problems with the line of the value, or of the nearest thing above it, in order of lines."""
    root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    found = [replace(problem, line=_line(root, problem.path)) for problem in problems]
    return sorted(found, key=lambda problem: problem.line or 0)


def _line(node: yaml.Node | None, path: ValuePath) -> int | None:
    line = None
    while node is not None:
        if line is None:
            line = node.start_mark.line + 1
        if not path:
            break
        key, node = _step(node, path[0])
        line = key.start_mark.line + 1 if key is not None else line
        path = path[1:]
    return line


def _step(node: yaml.Node, part: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        items: Sequence[yaml.Node] = node.value
        return (items[part], items[part]) if part < len(items) else (None, None)
    return None, None
