"""What Azure lets resource groups, regions and tags be called, for every construct that takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from acrwatch.errors import Problem, shown
from acrwatch.references import is_reference

_RESOURCE_GROUP_NAME = re.compile(r"[\w().-]{0,89}[\w()-]", re.ASCII)
_LOCATION = re.compile(r"[A-Za-z][A-Za-z0-9 ]{2,49}")
_TAG_NAME = re.compile(r"[^<>%&\\?/\x00-\x1f]{1,512}")
TAG_VALUE_MAX = 256
TAGS_MAX = 50
OWN_TAGS = "acrwatch_"
RULE_TAGS = ("acrwatch_detection", "acrwatch_variant", "acrwatch_kind")


def resource_group_problems(name: str, *path: str | int) -> Iterator[Problem]:
    """A resource group's name (Azure: resource-name-rules; azurerm takes ASCII only)."""
    if not is_reference(name) and not _RESOURCE_GROUP_NAME.fullmatch(name):
        said = f"{shown(name)} cannot name a resource group: 1 to 90 letters, digits, ( ) . _ -, no . at the end"
        yield Problem(path=path, message=said)


def processing_rule_name(name: str, *parts: str) -> str:
    """Name of an alert processing rule, without what azurerm refuses there: all but letters, digits, `-` and `_`.

    Args:
        name: first part of a watch's or an alert's Azure names; a reference stays as it is.
        parts: what follows, of the characters that are allowed.
    """
    prefix = name if is_reference(name) else re.sub(r"[^A-Za-z0-9_-]", "-", name).lstrip("-_") or "acrwatch"
    return "-".join([prefix, *parts])


def location_problems(location: str, *path: str | int) -> Iterator[Problem]:
    """A region's name; which regions there are only Azure knows."""
    if not is_reference(location) and not _LOCATION.fullmatch(location):
        yield Problem(path=path, message=f"{shown(location)} is not a region like westeurope")


def tag_problems(
    tags: Mapping[str, str], ignored_tags: Sequence[str], *, added: int = len(RULE_TAGS)
) -> Iterator[Problem]:
    """Tags beside acrwatch's own, and names of tags that others write.

    Args:
        tags: name -> value (Azure: tag-resources).
        ignored_tags: names; `*` for all.
        added: how many tags acrwatch adds. Default: those of a rule.
    """
    for name, value in tags.items():
        if name.lower().startswith(OWN_TAGS):
            yield Problem(path=("tags", name), message=f"names that begin with {OWN_TAGS} are acrwatch's own")
        if not is_reference(name) and not _TAG_NAME.fullmatch(name):
            said = "a tag's name has 1 to 512 characters, none of < > % & \\ ? / (Azure: tag-resources)"
            yield Problem(path=("tags", name), message=said)
        if not is_reference(value) and len(value) > TAG_VALUE_MAX:
            said = f"it has {len(value)} characters; a tag's value has at most {TAG_VALUE_MAX} (Azure: tag-resources)"
            yield Problem(path=("tags", name), message=said)
    yield from twin_problems(tags, "tags")
    if len(tags) > TAGS_MAX - added:
        ours = f", and acrwatch adds {added} to each rule ({', '.join(RULE_TAGS)})" if added else ""
        said = f"{len(tags)} tags are too many: Azure takes {TAGS_MAX} (Azure: tag-resources){ours}"
        yield Problem(path=("tags",), message=f"{said}; allowed are {TAGS_MAX - added}")
    if isinstance(ignored_tags, str):
        said = f"{shown(ignored_tags)} is a text; a list is needed, such as [{shown(ignored_tags)}]"
        yield Problem(path=("ignored_tags",), message=said)
        return
    for position, name in enumerate(ignored_tags):
        # A quote would not survive the core's own printing of `lifecycle` in HCL.
        if not name.strip() or re.search(r'["\\]', name):
            said = f'{shown(name)} is not the name of a tag: no " and no \\, and * stands for all'
            yield Problem(path=("ignored_tags", position), message=said)


def twin_problems(names: Iterable[str], *path: str | int) -> Iterator[Problem]:
    """Names that differ only in casing are one name in Azure."""
    seen: dict[str, str] = {}
    for name in names:
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            yield Problem(path=(*path, name), message=f"{twin} is the same name in Azure, which ignores casing")
