"""WatchStack: a whole stack from a settings file.

Only here are providers, backend, resource group, variables and outputs; a watch inside somebody
else's stack brings none of them.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from acrwatch.azurerm.provider import AzurermProvider, AzurermProviderFeatures
from acrwatch.azurerm.resource_group import ResourceGroup
from acrwatch.claims import Claim, take
from acrwatch.core import adopt, core_of, place_of
from acrwatch.errors import raise_if_any
from acrwatch.notifications.workflow_receiver import needs_azapi
from acrwatch.settings.checks import stack_problems
from acrwatch.settings.model import AzurermBackend, CloudBackend, LocalBackend, RemoteBackend, Settings
from acrwatch.settings.secrets import SecretVariable, condition_of, secret_variables
from acrwatch.tags import ignoring
from acrwatch.watch import RegistryWatch
from acrwatch.watch_claims import watch_claims
from acrwatch.watch_plan import WatchPlan, plan_watch

if TYPE_CHECKING:
    from constructs import Construct

# From the folder of a synthesised stack, which is thrown away, back to the folder of cdktf.json.
_PROJECT = "../../.."

REQUIRED_VERSION = "required_version"
OLDEST_TERRAFORM = ">= 1.11"


class WatchStack:
    """Builds the stack of a settings file under an app of either core.

    It is a plain handle; the core's own stack is `.stack`.

    Args:
        app: the app, of cdktf or cdktn.
        settings: what `load_settings` read.

    Raises:
        SettingsError: something in the settings cannot work.
    """

    def __init__(self, app: Construct, settings: Settings) -> None:
        source = f"WatchStack {settings.name!r}"
        plan, problems = plan_watch(settings.watch())
        raise_if_any([*stack_problems(settings), *problems], source)
        core = core_of(app)
        _take_names(app, settings, plan, source)
        self._stack = _stack_class(core)(app, settings.name)
        adopt(self._stack, app, settings.name)
        _add_backend(core, self._stack, settings)
        AzurermProvider(
            self._stack,
            "azurerm",
            features=AzurermProviderFeatures(),
            subscription_id=settings.subscription_id,
            environment=settings.environment.value,
            resource_provider_registrations=settings.resource_provider_registrations,
            version=settings.provider_version,
        )
        made = [group for group in settings.action_groups.values() if not isinstance(group, str)]
        if any(needs_azapi(group.receivers.values()) for group in made):
            self._add_azapi(settings)
        for variable in secret_variables(settings):
            _add_variable(core, self._stack, variable)
        group_name = settings.resource_group.name
        if settings.resource_group.create:
            group_name = ResourceGroup(
                self._stack,
                "resource_group",
                name=settings.resource_group.name,
                location=settings.location,
                tags=settings.tags or None,
                lifecycle=ignoring(settings.ignored_tags),
            ).name
        # The settings of a watch are the arguments of RegistryWatch, by the same names.
        watch = replace(settings.watch(), resource_group_name=group_name)
        self._watch = RegistryWatch(self._stack, "watch", **vars(watch))
        self._add_outputs(core)

    @property
    def stack(self) -> Any:
        """The core's `TerraformStack`."""
        return self._stack

    @property
    def watch(self) -> RegistryWatch:
        """The watch in it."""
        return self._watch

    def _add_azapi(self, settings: Settings) -> None:
        from acrwatch.azapi.provider import AzapiProvider

        AzapiProvider(
            self._stack,
            "azapi",
            subscription_id=settings.subscription_id,
            environment=settings.environment.value,
        )
        # The first with write-only arguments, which keep a secret out of the state (Terraform and OpenTofu: 1.11).
        self._stack.add_override(f"terraform.{REQUIRED_VERSION}", OLDEST_TERRAFORM)

    def _add_outputs(self, core: Any) -> None:
        outputs = {
            "workspace_id": self._watch.workspace_id,
            "alert_rule_ids": {id_: alert.id for id_, alert in self._watch.alerts.items()},
            "action_group_ids": dict(self._watch.action_group_ids),
        }
        for name, value in outputs.items():
            core.TerraformOutput(self._stack, name, value=value, static_id=True)


@cache
def _stack_class(core: ModuleType) -> Any:
    """Make the class of the stack under a core, which is synthesised in one pass where it is alone."""

    class Stack(core.TerraformStack):  # type: ignore[misc, name-defined]  # known at run time only
        def __init__(self, scope: Construct, id_: str) -> None:
            super().__init__(scope, id_)
            self._scope = scope

        def prepare_stack(self) -> None:
            # The core would ask for all values once more, for nothing but what they refer to in other stacks.
            alone = isinstance(self._scope, core.App) and not any(
                isinstance(node, core.TerraformStack) and node is not self for node in self._scope.node.find_all()
            )
            if not alone:
                super().prepare_stack()

    return Stack


def _add_variable(core: Any, stack: Any, secret: SecretVariable) -> None:
    form = secret.form
    validation = core.TerraformVariableValidationConfig
    variable = core.TerraformVariable(
        stack,
        secret.name,
        type="string",
        sensitive=True,
        nullable=False,
        description=f"{secret.field} of the receiver {secret.receiver}; set TF_VAR_{secret.name}",
        validation=None
        if form is None
        else [validation(condition=f"${{{condition_of(form, secret.name)}}}", error_message=form.says)],
    )
    if secret.ephemeral:
        # The core has no argument for it.
        variable.add_override("ephemeral", value=True)


def _take_names(app: Construct, settings: Settings, plan: WatchPlan, source: str) -> None:
    """Take the names of the stack and its watch while all are known: a group that is made is a reference later."""
    place = place_of(app).child(settings.name)
    within = settings.subscription_id.lower()
    made = [(settings.resource_group.name,)] if settings.resource_group.create else []
    group = Claim(what="resource group", keys=made, within=within)
    take([(place, group), *watch_claims(place.child("watch"), settings.watch(), plan, subscription=within)], source)


def _add_backend(core: Any, stack: Any, settings: Settings) -> None:
    backend = settings.backend
    match backend:
        case LocalBackend():
            core.LocalBackend(stack, path=f"{_PROJECT}/{backend.path or f'terraform.{settings.name}.tfstate'}")
        case AzurermBackend():
            core.AzurermBackend(
                stack,
                resource_group_name=backend.resource_group_name,
                storage_account_name=backend.storage_account_name,
                container_name=backend.container_name,
                key=backend.key or f"{settings.name}.tfstate",
                subscription_id=backend.subscription_id,
                use_azuread_auth=True,
                environment=None if settings.environment.value == "public" else settings.environment.value,
            )
        case CloudBackend():
            core.CloudBackend(
                stack,
                organization=backend.organization,
                hostname=backend.hostname,
                workspaces=core.NamedCloudWorkspace(backend.workspace),
            )
        case RemoteBackend():
            core.RemoteBackend(
                stack,
                organization=backend.organization,
                hostname=backend.hostname,
                workspaces=core.NamedRemoteWorkspace(backend.workspace),
            )


def synthesise(app: Any) -> None:
    """Write an app's stacks, and take away what an earlier synthesis left in the other form.

    The core writes `cdk.tf.json`, or `cdk.tf` under `cdktf synth --hcl`, and leaves the other one where it
    is; Terraform would read both and find everything twice.

    Args:
        app: the app, of cdktf or cdktn.
    """
    app.synth()
    folder = Path(app.outdir)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for stack in manifest["stacks"].values():
        written = folder / stack["synthesizedStackPath"]
        if written.suffix == ".tf":
            _mend(written)
        for other in {"cdk.tf", "cdk.tf.json"} - {written.name}:
            (written.parent / other).unlink(missing_ok=True)


def _mend(file: Path) -> None:
    """Write out the version of Terraform that a stack asks for, of which the core's HCL has only the name."""
    text = file.read_text(encoding="utf-8")
    mended = re.sub(
        rf'^(\s*)\d+ = "{REQUIRED_VERSION}"$', rf'\1{REQUIRED_VERSION} = "{OLDEST_TERRAFORM}"', text, flags=re.M
    )
    if mended != text:
        file.write_text(mended, encoding="utf-8")
