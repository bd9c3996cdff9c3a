"""What every receiver of an action group has in common.

A receiver is plain data that can be checked without node. `DirectReceiver.block` makes the binding's block of one that
Azure has; for a `WorkflowReceiver`, a workflow is made. Which receivers go together is decided in `group_settings`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from acrwatch.errors import Problem, shown
from acrwatch.from_yaml import FROM_YAML
from acrwatch.record import dataclass
from acrwatch.references import is_reference, is_whole_reference

if TYPE_CHECKING:
    from acrwatch.binding import Block

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;.]+(?:\.[^@\s<>,;.]+)+")
EMAIL_MAX = 64
RECEIVER_NAME_MAX = 260


@dataclass(frozen=True, kw_only=True)
class Receiver(ABC):
    """One way to tell somebody.

    Args:
        name: its name, unique in the group in any casing.
    """

    name: str

    # azurerm's name of the block, which is also what Azure's limits count.
    BLOCK: ClassVar[str]
    # Azure Monitor: azure-monitor-limits-action-groups.
    MAXIMUM: ClassVar[int] = 10
    # Fields that are secrets: a reference is required, and the settings file gives them no value.
    SECRETS: ClassVar[tuple[str, ...]] = ()
    # Secrets that a receiver can do without; the settings file says `true` where there is one.
    OPTIONAL_SECRETS: ClassVar[tuple[str, ...]] = ()

    __pydantic_config__ = FROM_YAML

    @property
    def secrets(self) -> dict[str, str]:
        """The references to its secrets by field, without the optional ones that it does not have."""
        given = {name: getattr(self, name) for name in (*self.SECRETS, *self.OPTIONAL_SECRETS)}
        return {name: value for name, value in given.items() if name in self.SECRETS or value is not None}

    @abstractmethod
    def field_problems(self) -> Iterator[Problem]:
        """What is wrong with the fields of this kind of receiver."""

    def problems(self) -> list[Problem]:
        """Everything that is wrong with this receiver."""
        found = [] if is_reference(self.name) else [*_name_problems(self.name)]
        for secret, given in self.secrets.items():
            if not is_whole_reference(given):
                found.append(
                    Problem(
                        path=(secret,),
                        message="it is a secret, and a literal would lie in every file Terraform reads",
                        way_out="give a reference, such as the string_value of a sensitive TerraformVariable",
                    )
                )
        return found + list(self.field_problems())


@dataclass(frozen=True, kw_only=True)
class DirectReceiver(Receiver):
    """One way to tell somebody that Azure's action groups have."""

    @abstractmethod
    def block(self) -> Block:
        """The block of azurerm's `monitor_action_group`."""


def _name_problems(name: str) -> Iterator[Problem]:
    if not name.strip() or len(name) > RECEIVER_NAME_MAX:
        yield Problem(
            path=("name",), message=f"{shown(name)} cannot name a receiver: 1 to {RECEIVER_NAME_MAX} characters"
        )


def email_problems(address: str) -> Iterator[Problem]:
    """An address must look like one and have at most 64 characters (azure-monitor-limits-action-groups)."""
    if is_reference(address):
        return
    if _EMAIL.fullmatch(address) is None:
        yield Problem(path=("email_address",), message=f"{shown(address)} is not an e-mail address")
    if len(address) > EMAIL_MAX:
        yield Problem(
            path=("email_address",), message=f"it has {len(address)} characters; Azure takes at most {EMAIL_MAX}"
        )


def text_problems(value: str, *path: str) -> Iterator[Problem]:
    """A text that must not be empty."""
    if not value.strip():
        yield Problem(path=path, message="it is empty")
