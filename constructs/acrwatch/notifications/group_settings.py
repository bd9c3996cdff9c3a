"""What an action group is made of, and what Azure refuses in one.

Plain values, so that a settings file is checked without node; `action_group` builds them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from acrwatch.errors import Problem, shown
from acrwatch.notifications.receiver import Receiver
from acrwatch.record import dataclass
from acrwatch.references import folded, is_reference

SHORT_NAME_MAX = 12
_GROUP_NAME = re.compile(r"[^#<>%&:\\?/{}*|+\x00-\x1f]{1,260}")


@dataclass(frozen=True, kw_only=True)
class ActionGroupSettings:
    """An action group that is to be made.

    Args:
        receivers: who is told, at least one.
        short_name: shown in text messages, 1 to 12 characters. Default: the group's name in the
            watch, if it is short enough.
        enabled: whether the group tells anybody. Default: true.
    """

    receivers: Sequence[Receiver]
    short_name: str | None = None
    enabled: bool = True


def action_group_problems(
    name: str, short_name: str, receivers: Sequence[Receiver], *, enabled: bool = True
) -> Iterator[Problem]:
    """What Azure refuses in an action group, and a group that would tell nobody.

    Args:
        name: name of the Azure resource.
        short_name: 1 to 12 characters (azurerm: monitor_action_group).
        receivers: who is told.
        enabled: a group that is switched off may be empty.
    """
    if not is_reference(name) and _GROUP_NAME.fullmatch(name) is None:
        said = f"{shown(name)} cannot name an action group: 1 to 260 characters, none of # < > % & : \\ ? / {{ }} * | +"
        yield Problem(path=("name",), message=said)
    if not is_reference(short_name) and not 1 <= len(short_name.encode()) <= SHORT_NAME_MAX:
        said = f"{shown(short_name)} has {len(short_name)} characters; 1 to {SHORT_NAME_MAX} are allowed"
        yield Problem(path=("short_name",), message=said)
    if not receivers and enabled:
        yield Problem(path=("receivers",), message="there are none, so nobody would be told")
    yield from _count_problems(receivers)
    taken: dict[str, str] = {}
    for position, receiver in enumerate(receivers):
        key = folded(receiver.name)
        if key in taken:
            said = f"{shown(receiver.name)} stands here twice; Azure wants each name once, in any casing"
            yield Problem(path=("receivers", position, "name"), message=said)
        taken[key] = receiver.name
        yield from (problem.below("receivers", position) for problem in receiver.problems())


def _count_problems(receivers: Sequence[Receiver]) -> Iterator[Problem]:
    counts = Counter(type(receiver).BLOCK for receiver in receivers)
    limits = {type(receiver).BLOCK: type(receiver).MAXIMUM for receiver in receivers}
    for block, count in counts.items():
        if count > limits[block]:
            said = f"{count} of the kind {block} are too many; Azure takes {limits[block]} in one group"
            yield Problem(path=("receivers",), message=said, way_out="put some of them into a second group")
