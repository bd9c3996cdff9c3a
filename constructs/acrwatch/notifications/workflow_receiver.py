"""Receivers that Azure's action groups do not have: a Logic App turns the alert into a message and sends it.

The receiver is plain data; `workflow` makes the Logic App of it, and `action_group` calls that.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from acrwatch.errors import Problem
from acrwatch.notifications.receiver import Receiver
from acrwatch.record import Record, dataclass
from acrwatch.references import is_reference


class SecretForm(Record):
    """What the value of a secret has to look like, which only Terraform can see.

    Args:
        pattern: regular expression (RE2) that finds something in a right value; without backslashes, which HCL reads.
        says: what it has to be, as a sentence.
        unwanted: regular expression that finds something in a wrong one. Default: none.
    """

    pattern: str
    says: str
    unwanted: str | None = None


@dataclass(frozen=True, kw_only=True)
class WorkflowReceiver(Receiver):
    """One way to tell somebody by a Logic App on the Consumption plan, which is made with the action group.

    Its secrets travel in a write-only body: with an ephemeral variable they are in no state and no plan. It needs the
    provider azapi, and Terraform or OpenTofu from 1.11 on.
    """

    BLOCK: ClassVar[str] = "logic_app_receiver"
    # Whether all definitions that the class can make are validated before, by tests or by what it checks of its fields.
    # It counts for the class that says so and not for those below, which may send something else.
    DEFINITION_VALIDATED: ClassVar[bool] = False
    # Secret field -> what its value has to look like.
    FORMS: ClassVar[Mapping[str, SecretForm]] = {}

    @abstractmethod
    def definition(self) -> dict[str, Any]:
        """The definition of the workflow, with a secure parameter for each of `secrets`."""

    @abstractmethod
    def message_problems(self) -> Iterator[Problem]:
        """What is wrong with the fields of this kind of receiver."""

    def field_problems(self) -> Iterator[Problem]:
        """A name from which the Logic App's can be made, and what the kind has to say."""
        if is_reference(self.name):
            said = "it is a reference, and the Logic App of this receiver needs a name that is known"
            yield Problem(path=("name",), message=said, way_out="give the receiver a literal name")
        yield from self.message_problems()


def definition_problems(receiver: WorkflowReceiver, definition: Mapping[str, Any]) -> Iterator[Problem]:
    """What Logic Apps would refuse in the definition of a receiver, unless that has been seen to before.

    Args:
        receiver: the receiver.
        definition: what it makes.
    """
    if not vars(type(receiver)).get("DEFINITION_VALIDATED", False):
        from acrwatch.workflow.validation import validate

        yield from validate(definition)


def needs_azapi(receivers: Iterable[Receiver]) -> bool:
    """Whether a stack with these receivers needs the provider azapi, and Terraform from 1.11 on."""
    return any(isinstance(receiver, WorkflowReceiver) for receiver in receivers)
