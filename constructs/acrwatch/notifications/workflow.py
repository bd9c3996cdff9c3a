"""The Logic App of a receiver: one resource with definition and secret, and the URL that starts it.

One request carries all of it, so it is right whatever Azure does with a secure parameter that is not sent again. That
rules out azurerm's resources, which read the workflow and send it back without its secrets
(azurerm: logic_app_action_custom).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import jsii
from constructs import Construct, IValidation

from acrwatch.azapi._source import AZAPI
from acrwatch.azapi.resource import AzapiResource
from acrwatch.azapi.resource_action import ResourceAction
from acrwatch.claims import EVERYWHERE, Claim, take
from acrwatch.core import adopt, core_of, place_of
from acrwatch.errors import Problem, raise_if_any, shown
from acrwatch.notifications.definition import TRIGGER, digest
from acrwatch.notifications.logic_app import LogicApp
from acrwatch.notifications.workflow_place import WorkflowPlace
from acrwatch.notifications.workflow_receiver import definition_problems
from acrwatch.references import is_reference, template_parts
from acrwatch.tags import ignoring

if TYPE_CHECKING:
    from acrwatch.notifications.workflow_receiver import WorkflowReceiver

# The first version of the API that azapi has in its embedded schema and that Azure recommends.
_API = "2019-05-01"
NAME_MAX = 80
DIGEST_TAG = "acrwatch_definition"

NO_PROVIDER = """\
a receiver makes a Logic App with the provider azapi, and the stack has none. Add to it:
    from acrwatch.azapi import AzapiProvider
    AzapiProvider(stack, "azapi")
    stack.add_override("terraform.required_version", ">= 1.11")"""


class Workflow(Construct):
    """The Logic App that turns alerts into messages of one receiver.

    Args:
        scope: construct it belongs to.
        id_: id within the scope.
        receiver: what it sends, and where to.
        name: name of the Azure resource, 1 to 80 characters.
        place: resource group and region.
        tags: its tags, beside one that changes with the definition. Default: none.
        ignored_tags: tags that others write, which Terraform leaves alone; `*` for all.

    Raises:
        SettingsError: Azure would refuse the name or the definition.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        receiver: WorkflowReceiver,
        name: str,
        place: WorkflowPlace,
        tags: Mapping[str, str] | None = None,
        ignored_tags: Sequence[str] = (),
    ) -> None:
        definition = receiver.definition()
        source = f"Workflow {id_!r}"
        raise_if_any([*_name_problems(name), *definition_problems(receiver, definition)], source)
        take([(place_of(scope).child(id_), workflow_claim(place, name))], source)
        super().__init__(scope, id_)
        adopt(self, scope, id_)
        self._receiver = receiver
        values = {secret: {"value": reference} for secret, reference in receiver.secrets.items()}
        self._resource = AzapiResource(
            self,
            "Resource",
            type=f"Microsoft.Logic/workflows@{_API}",
            name=name,
            parent_id=place.resource_group_id,
            location=place.location,
            body={"properties": {"state": "Enabled", "definition": definition}},
            # Never with a version: azapi would then leave the secret out of requests that do not change it.
            sensitive_body={"properties": {"parameters": values}},
            response_export_values=[],
            # azapi sends nothing for a body from which something is only gone, unless something else changes too.
            tags={**(tags or {}), DIGEST_TAG: digest(definition)},
            lifecycle=ignoring(ignored_tags),
        )
        self._callback = ResourceAction(
            self,
            "Callback",
            type=f"Microsoft.Logic/workflows/triggers@{_API}",
            resource_id=f"{self._resource.id}/triggers/{TRIGGER}",
            action="listCallbackUrl",
            # In the sensitive output only: it is redacted wherever Terraform prints it, and follows into the group.
            sensitive_response_export_values={"url": "value"},
        )
        # One that comes later, or is made with other bindings, is found when the stack is complete.
        if AZAPI.name not in place_of(self).providers:
            self.node.add_validation(_HasProvider(self))

    @property
    def id(self) -> str:
        """Reference to the workflow's id."""
        return self._resource.id

    @property
    def resource(self) -> AzapiResource:
        """The resource underneath, for what acrwatch does not offer."""
        return self._resource

    @property
    def logic_app(self) -> LogicApp:
        """The receiver of the action group that starts the workflow."""
        url = self._callback.reference("sensitive_output.url")
        return LogicApp(name=self._receiver.name, resource_id=self.id, callback_url=url)


def workflow_claim(place: WorkflowPlace, name: str) -> Claim:
    """The Azure name that a workflow wants."""
    return Claim(what="Logic App", keys=[(place.resource_group_id, name)], within=EVERYWHERE)


def workflow_name(group: str, receiver: str) -> str:
    """The Azure name of a receiver's workflow: that of its group and its own, without what Azure refuses."""
    parts = [*template_parts(group), (False, "-"), (False, receiver)]
    return "".join(part if reference else re.sub(r"[^A-Za-z0-9._()-]", "-", part) for reference, part in parts)


def _name_problems(name: str) -> list[Problem]:
    if is_reference(name) or len(name) <= NAME_MAX:
        return []
    said = f"{shown(name)} has {len(name)} characters, and a Logic App takes {NAME_MAX}"
    return [Problem(path=("name",), message=said, way_out="give the action group or the receiver a shorter name")]


@jsii.implements(IValidation)
class _HasProvider:
    """Looks for a provider when the stack is complete; Terraform would take one without any configuration."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow

    def validate(self) -> list[str]:
        core = core_of(self._workflow)
        stack = core.TerraformStack.of(self._workflow)
        for construct in stack.node.find_all():
            if isinstance(construct, core.TerraformProvider) and construct.terraform_resource_type == AZAPI.name:
                return []
        return [NO_PROVIDER]
