"""An action group: the receivers that an alert tells together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from constructs import Construct

from acrwatch.azure_names import resource_group_problems, tag_problems
from acrwatch.azurerm.monitor_action_group import MonitorActionGroup
from acrwatch.claims import Claim, take
from acrwatch.core import Place, adopt, place_of
from acrwatch.errors import Problem, raise_if_any
from acrwatch.notifications.group_settings import action_group_problems
from acrwatch.notifications.receiver import DirectReceiver, Receiver
from acrwatch.notifications.workflow_place import WorkflowPlace
from acrwatch.notifications.workflow_receiver import WorkflowReceiver
from acrwatch.tags import ignoring
from acrwatch.value_types import checked

if TYPE_CHECKING:
    from acrwatch.binding import Block, Provider
    from acrwatch.notifications.workflow import Workflow


class ActionGroup(Construct):
    """The receivers that an alert tells together (azurerm: monitor_action_group).

    Args:
        scope: construct it belongs to.
        id_: id within the scope.
        name: name of the Azure resource.
        short_name: shown in text messages, 1 to 12 characters.
        resource_group_name: resource group it lies in.
        receivers: who is told, at least one; names are unique in any casing.
        enabled: whether it tells anybody. Default: true.
        location: region of the group. Default: azurerm's, `global`.
        workflows: where the Logic Apps of receivers such as `Slack` lie; only these need it.
        tags: tags of the group. Default: none.
        ignored_tags: tags that others write, which Terraform leaves alone; `*` for all.
        provider: azurerm provider, where a stack has several. Default: the stack's.

    Raises:
        SettingsError: Azure would refuse the group, or it would tell nobody.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        short_name: str,
        resource_group_name: str,
        receivers: Sequence[Receiver],
        enabled: bool = True,
        location: str | None = None,
        workflows: WorkflowPlace | None = None,
        tags: Mapping[str, str] | None = None,
        ignored_tags: Sequence[str] = (),
        provider: Provider | Construct | None = None,
    ) -> None:
        source = f"ActionGroup {id_!r}"
        problems = [
            *action_group_problems(name, short_name, receivers, enabled=enabled),
            *resource_group_problems(resource_group_name, "resource_group_name"),
            *tag_problems(tags or {}, ignored_tags, added=0),
            *_place_problems(receivers, workflows),
        ]
        raise_if_any(problems, source)
        wanted = Claim(what="action group", keys=[(resource_group_name, name)], provider=provider)
        own_place = place_of(scope).child(id_)
        take([(own_place, wanted), *_workflow_claims(own_place, name, receivers, workflows)], source)
        super().__init__(scope, id_)
        adopt(self, scope, id_)
        self._receivers = tuple(receivers)
        self._workflows: dict[str, Workflow] = {}
        blocks: dict[str, list[Block]] = defaultdict(list)
        for receiver in receivers:
            if isinstance(receiver, DirectReceiver):
                blocks[receiver.BLOCK].append(receiver.block())
            elif isinstance(receiver, WorkflowReceiver) and workflows is not None:
                from acrwatch.notifications.workflow import Workflow, workflow_name

                workflow = Workflow(
                    self,
                    f"workflow_{receiver.name}",
                    receiver=receiver,
                    name=workflow_name(name, receiver.name),
                    place=workflows,
                    tags=tags,
                    ignored_tags=ignored_tags,
                )
                self._workflows[receiver.name] = workflow
                blocks[receiver.BLOCK].append(workflow.logic_app.block())
        arguments: Any = blocks
        self._resource = MonitorActionGroup(
            self,
            "Resource",
            name=name,
            short_name=short_name,
            resource_group_name=resource_group_name,
            enabled=enabled,
            location=location,
            tags=dict(tags) if tags else None,
            lifecycle=ignoring(ignored_tags),
            provider=provider,
            **arguments,
        )

    @property
    def id(self) -> str:
        """Reference to the group's id."""
        return self._resource.id

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Who is told."""
        return self._receivers

    @property
    def workflows(self) -> Mapping[str, Workflow]:
        """The Logic Apps that were made, by the names of their receivers."""
        return MappingProxyType(self._workflows)

    @property
    def resource(self) -> MonitorActionGroup:
        """The resource underneath, for what acrwatch does not offer."""
        return self._resource


def _workflow_claims(
    place: Place, group: str, receivers: Sequence[Receiver], workflows: WorkflowPlace | None
) -> Iterator[tuple[Place, Claim]]:
    """What the Logic Apps of a group want, so that the group is not made without them."""
    made = [receiver.name for receiver in receivers if isinstance(receiver, WorkflowReceiver)]
    if made and workflows is not None:
        from acrwatch.notifications.workflow import workflow_claim, workflow_name

        for name in made:
            yield place.child(f"workflow_{name}"), workflow_claim(workflows, workflow_name(group, name))


def _place_problems(receivers: Sequence[Receiver], workflows: WorkflowPlace | None) -> Iterator[Problem]:
    if workflows is not None:
        yield from (problem.below("workflows") for problem in workflows.problems())
    elif made := [receiver.name for receiver in receivers if isinstance(receiver, WorkflowReceiver)]:
        yield Problem(
            path=("workflows",),
            message=f"{', '.join(made)} need a Logic App, and nobody says where it lies",
            way_out="give WorkflowPlace(resource_group_id=..., location=...)",
        )
