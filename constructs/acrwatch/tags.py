"""Tags that others write, such as a policy that stamps a cost centre on everything."""

from __future__ import annotations

from collections.abc import Sequence

from acrwatch.binding import Lifecycle


def ignoring(tags: Sequence[str]) -> Lifecycle | None:
    """The lifecycle that makes Terraform leave some tags alone.

    Args:
        tags: names of the tags; `*` stands for all of them.
    """
    if not tags:
        return None
    if "*" in tags:
        return Lifecycle(ignore_changes=["tags"])
    return Lifecycle(ignore_changes=[f'tags["{tag}"]' for tag in tags])
