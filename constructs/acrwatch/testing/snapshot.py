"""One file for each stack, which people review: an extension of syrupy.

What is masked is decided in `review`, how it is written in `text`, and what is said of a change in `same`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml

from acrwatch.errors import MissingExtra
from acrwatch.testing.review import reviewable
from acrwatch.testing.same import differences
from acrwatch.testing.synthesis import content_of
from acrwatch.testing.text import block_text

try:
    from syrupy.extensions.json import JSONSnapshotExtension
except ImportError as error:
    raise MissingExtra("a snapshot of a stack", "testing") from error

if TYPE_CHECKING:
    from syrupy.types import PropertyFilter, PropertyMatcher, SerializableData, SerializedData


class StackSnapshot(JSONSnapshotExtension):
    """Writes a stack, or a part of one, as one YAML file: `snapshot.use_extension(StackSnapshot)`.

    It takes what `synth` gives, anything that `synth` takes, or a single resource as plain values. syrupy's `exclude`,
    `include` and `matcher` work as everywhere. When a stack has changed, resource and attribute are named.
    """

    file_extension = "yaml"

    def serialize(
        self,
        data: SerializableData,
        *,
        exclude: PropertyFilter | None = None,
        include: PropertyFilter | None = None,
        matcher: PropertyMatcher | None = None,
    ) -> SerializedData:
        """The text of the file.

        Args:
            data: the stack.
            exclude: properties to leave out.
            include: properties to keep alone.
            matcher: what stands for a value that changes each time.
        """
        content = reviewable(content_of(data))
        filtered = super().serialize(content, exclude=exclude, include=include, matcher=matcher)
        return block_text(json.loads(filtered))

    def diff_lines(self, serialized_data: SerializedData, snapshot_data: SerializedData) -> Iterator[str]:
        """What changed since the snapshot, by resource and attribute.

        Args:
            serialized_data: the text that was made now.
            snapshot_data: the text of the file.
        """
        now, before = _read(serialized_data), _read(snapshot_data)
        changes = [] if now is None or before is None else differences(now, before)
        if not changes:
            # The file was edited by hand, or is of another kind.
            yield from super().diff_lines(serialized_data, snapshot_data)
        for change in changes:
            yield from str(change).splitlines()


def _read(text: Any) -> dict[str, Any] | None:
    try:
        content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # both are safe
    except yaml.YAMLError:
        return None
    return content if isinstance(content, dict) else None
