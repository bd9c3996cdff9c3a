"""Names that users choose and that become ids of constructs and variables.

Terraform's logical ids keep only letters, digits, `-` and `_`: `a.b` and `ab` would be the same
address and `é` an empty one, so such names are refused before they get that far.
"""

from __future__ import annotations

import re

from acrwatch.errors import Problem, shown

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
NAME_MAX = 60


def id_problems_of(name: str, *path: str | int) -> list[Problem]:
    """What keeps a name from being used as an id."""
    if len(name) > NAME_MAX:
        return [Problem(path=path, message=f"{shown(name)} has {len(name)} characters; at most {NAME_MAX} are allowed")]
    if _NAME.fullmatch(name):
        return []
    return [
        Problem(
            path=path,
            message=f"{shown(name)} cannot be a name: letters, digits, - and _ are allowed, the first one a letter",
        )
    ]
