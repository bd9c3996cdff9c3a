"""Tags that others write, such as a policy that stamps a cost centre on everything."""

from __future__ import annotations

from collections.abc import Sequence

from acrwatch.binding import Lifecycle


def ignoring(tags: Sequence[str]) -> Lifecycle | None:
    """The lifecycle that makes Terraform leave some tags alone.

    Args:
        tags: names of the tags; `*` stands for all of them.

    Raises:
        TypeError: it is a single string, which would be taken for a list of its letters.
    """
    if isinstance(tags, str):
        raise TypeError(f"ignored_tags is {tags!r}; it takes a list, such as [{tags!r}]")
    if not tags:
        return None
    if "*" in tags:
        return Lifecycle(ignore_changes=["tags"])
    quoted = (tag.replace("\\", "\\\\").replace('"', '\\"') for tag in tags)
    return Lifecycle(ignore_changes=[f'tags["{tag}"]' for tag in quoted])
