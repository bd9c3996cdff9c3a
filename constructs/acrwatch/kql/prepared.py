"""A query that DuckDB plans once and runs at many moments: on few rows, planning takes longest.

It keeps a plan from one run to the next only while its optimizer is off, each parameter stands in one place, and no
table is made or dropped. Many rows are better read with a plan that was made for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

# Texts and names in quotes are matched as a whole, so that what looks like a parameter in them is left alone.
_PARAMETER = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w+)""")
_NUMBERS = count()


class Prepared:
    """A query that is ready to be run.

    Args:
        connection: a connection of DuckDB that nobody else uses; its optimizer stays off.
        sql: the query, whose parameters are all moments.
    """

    def __init__(self, connection: Any, sql: str) -> None:
        self._connection = connection
        self._name = f"query_{next(_NUMBERS)}"
        self._parameters: dict[str, str] = {}
        connection.execute("PRAGMA disable_optimizer")
        connection.execute(f"PREPARE {self._name} AS {_PARAMETER.sub(self._renamed, sql)}")

    def run(self, values: Mapping[str, datetime]) -> Any:
        """Run it.

        Args:
            values: parameter -> its value, in naive UTC; others are ignored.

        Returns:
            The connection, with what was found.
        """
        given = ", ".join(f"{name} := TIMESTAMP '{values[meant]}'" for name, meant in self._parameters.items())
        return self._connection.execute(f"EXECUTE {self._name}({given})" if given else f"EXECUTE {self._name}")

    def _renamed(self, found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        name = f"{found[1]}_{len(self._parameters)}"
        self._parameters[name] = found[1]
        return f"${name}"
