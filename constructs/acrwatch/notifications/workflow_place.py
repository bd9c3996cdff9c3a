"""Where the Logic Apps of an action group lie."""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.azure_names import location_problems
from acrwatch.errors import Problem
from acrwatch.ids import IdKind, id_problems
from acrwatch.record import Record


class WorkflowPlace(Record):
    """Where the Logic Apps of an action group lie.

    Args:
        resource_group_id: id of their resource group, in the subscription of the action group; a reference is welcome.
        location: their region.
    """

    resource_group_id: str
    location: str

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the id and the region."""
        yield from id_problems(self.resource_group_id, IdKind.RESOURCE_GROUP, "resource_group_id")
        yield from location_problems(self.location, "location")
