"""Secrets never stand in a settings file: each is a Terraform variable, given as `TF_VAR_...`.

A secret field of a receiver takes no value. Before the file is validated it gets the reference to
its variable here; the stack declares the variables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from acrwatch.errors import Path, Problem, dotted
from acrwatch.notifications.teams import CONNECTOR, NEW_WEBHOOK
from acrwatch.notifications.workflow_receiver import SecretForm, WorkflowReceiver
from acrwatch.record import dataclass
from acrwatch.secrecy import secret_in
from acrwatch.settings.model import AnyReceiver, Settings

RECEIVERS: tuple[Any, ...] = get_args(get_args(AnyReceiver)[0])

# Kind of receiver, as the file names it -> its secret fields.
SECRET_FIELDS: dict[str, tuple[str, ...]] = {kind.type: kind.SECRETS for kind in RECEIVERS}
OPTIONAL_SECRET_FIELDS: dict[str, tuple[str, ...]] = {kind.type: kind.OPTIONAL_SECRETS for kind in RECEIVERS}


@dataclass(frozen=True, kw_only=True)
class SecretVariable:
    """A Terraform variable that holds a secret.

    Args:
        name: name of the variable; the value is given as `TF_VAR_<name>`.
        receiver: the receiver that needs it.
        field: the field of the receiver.
        ephemeral: whether Terraform keeps it in no state and no plan, as it can where only a write-only body has it.
        form: what its value has to look like, as far as that is known.
    """

    name: str
    receiver: str
    field: str
    ephemeral: bool = False
    form: SecretForm | None = None


def variable_name(receiver: str, field: str) -> str:
    """`<receiver>_<field>`, with what a variable's name does not allow as `_`."""
    return f"{receiver}_{field}".replace("-", "_")


def condition_of(form: SecretForm, variable: str) -> str:
    """What Terraform evaluates to find out whether the value of a secret has its form.

    Args:
        form: the form.
        variable: name of the variable.
    """
    wanted = f"can(regex({json.dumps(form.pattern)}, var.{variable}))"
    unwanted = "" if form.unwanted is None else f" && !can(regex({json.dumps(form.unwanted)}, var.{variable}))"
    return wanted + unwanted


def secret_variables(settings: Settings) -> list[SecretVariable]:
    """The variables that the receivers of a settings file need, in order."""
    return [
        SecretVariable(
            name=variable_name(name, field),
            receiver=name,
            field=field,
            ephemeral=isinstance(receiver, WorkflowReceiver),
            form=receiver.FORMS.get(field) if isinstance(receiver, WorkflowReceiver) else None,
        )
        for group in settings.action_groups.values()
        if not isinstance(group, str)
        for name, receiver in group.receivers.items()
        for field in receiver.secrets
    ]


def text_problems(raw: object, path: Path = ()) -> Iterator[Problem]:
    """Every text in the file that looks like a secret; the text itself is not repeated."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield from text_problems(str(key), (*path, "(a key)"))
            yield from text_problems(value, (*path, str(key)))
    elif isinstance(raw, list):
        for position, value in enumerate(raw):
            yield from text_problems(value, (*path, position))
    elif isinstance(raw, str) and (kind := secret_in(raw)) is not None:
        variables = "secret fields are Terraform variables, given as TF_VAR_<receiver>_<field>"
        advice = f". {NEW_WEBHOOK}" if CONNECTOR in raw.lower() else ""
        yield Problem(
            path=path,
            message=f"this looks like {kind}, and a settings file is no place for secrets",
            way_out=f"leave the value out; {variables}{advice}",
        )


def receivers_with_variables(raw: Any, problems: list[Problem]) -> Any:
    """The file's content with names and secret references in its receivers.

    Args:
        raw: plain values, not yet validated.
        problems: gets a problem for each secret field that has a value.
    """
    groups = raw.get("action_groups") if isinstance(raw, dict) else None
    if not isinstance(groups, dict):
        return raw
    taken: dict[str, Path] = {}
    return {**raw, "action_groups": {key: _group(str(key), group, taken, problems) for key, group in groups.items()}}


def _group(key: str, group: Any, taken: dict[str, Path], problems: list[Problem]) -> Any:
    receivers = group.get("receivers") if isinstance(group, dict) else None
    if not isinstance(receivers, dict):
        return group
    path = ("action_groups", key, "receivers")
    return {
        **group,
        "receivers": {
            name: _receiver(str(name), receiver, (*path, str(name)), taken, problems)
            for name, receiver in receivers.items()
        },
    }


def _receiver(name: str, raw: Any, path: Path, taken: dict[str, Path], problems: list[Problem]) -> Any:
    if not isinstance(raw, dict):
        return raw
    type_ = str(raw.get("type"))
    secrets = list(SECRET_FIELDS.get(type_, ()))
    for field in OPTIONAL_SECRET_FIELDS.get(type_, ()):
        if isinstance(raw.get(field), bool):
            secrets += [field] * raw[field]
            raw = {key: value for key, value in raw.items() if key != field}
        elif raw.get(field) is not None:
            # The value itself may be the secret.
            problems.append(
                Problem(
                    path=(*path, field),
                    message="it is a secret and takes no value here, but true where there is one",
                    way_out=f"write true and export TF_VAR_{variable_name(name, field)}",
                )
            )
    if "name" in raw:
        problems.append(Problem(path=(*path, "name"), message="the key above is the name of the receiver"))
    for field in secrets:
        variable = variable_name(name, field)
        if field in raw:
            problems.append(
                Problem(
                    path=(*path, field),
                    message="it is a secret and takes no value here",
                    way_out=f"leave the line out and export TF_VAR_{variable}",
                )
            )
        owner = taken.setdefault(variable, path)
        if owner != path:
            said = f"its variable {variable} is that of {dotted(owner)} already"
            problems.append(Problem(path=path, message=said, way_out="give one of them another name"))
    references = {field: f"${{var.{variable_name(name, field)}}}" for field in secrets}
    return {**raw, "name": name, **references}
