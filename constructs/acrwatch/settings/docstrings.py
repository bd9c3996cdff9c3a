"""The text of docstrings, from which the schema and the docs take what each key of the file is for."""

from __future__ import annotations

import re
from inspect import cleandoc

from acrwatch.from_yaml import yaml_name


def summary(described: type) -> str:
    """What a class says of itself, in one paragraph.

    Args:
        described: one of the classes that the settings file is made of.
    """
    return " ".join(cleandoc(described.__doc__ or "").partition("\nArgs:")[0].split())


def arguments(described: type) -> dict[str, str]:
    """Key in the file -> text in the `Args:` of a class and its bases.

    Args:
        described: one of the classes that the settings file is made of.
    """
    found: dict[str, str] = {}
    for kind in reversed(described.__mro__):
        section = cleandoc(kind.__doc__ or "").partition("\nArgs:\n")[2].partition("\n\n")[0]
        for entry in re.split(r"\n(?= {4}\S)", section):
            name, colon, text = entry.partition(":")
            if colon:
                found[yaml_name(name.strip())] = " ".join(text.split())
    return found
