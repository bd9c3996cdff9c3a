"""The seam between what asks the logs of a workspace and what knows how they are asked.

`logs` asks Log Analytics; a test may answer from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

Timespan = timedelta | tuple[datetime, datetime]
"""How far back from now, or from when until when."""


class Logs(Protocol):
    """Asks the workspaces of one connection."""

    def query(self, workspace: str, kql: str, timespan: Timespan) -> Sequence[Mapping[str, Any]]:
        """The rows of a query.

        Args:
            workspace: customer id (a GUID) of the workspace; `workspaces.get` of Azure Resource Manager has it.
            kql: the query.
            timespan: which rows it sees, by `TimeGenerated`.

        Returns:
            Column -> value for each row, all of them: a result that is not whole is no result.

        Raises:
            CallFailed: the workspace did not answer, or not wholly.
        """
