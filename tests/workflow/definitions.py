"""Workflows for tests: one that is right, and ways to change one thing about it."""

from copy import deepcopy
from typing import Any

from acrwatch.workflow import Run, run

Definition = dict[str, Any]

SECURED = {"secureData": {"properties": ["inputs", "outputs"]}}
URL = "https://example.com/hook"
CANARY = "https://example.com/canary-5f1c0e7a"


def http(after: dict[str, list[str]] | None = None, body: object = "x", **inputs: object) -> Definition:
    """An Http action that posts a body to the address in the parameter `url`."""
    return {
        "type": "Http",
        "runAfter": after or {},
        "operationOptions": "DisableAsyncPattern, SuppressWorkflowHeaders",
        "runtimeConfiguration": SECURED,
        "inputs": {"method": "POST", "uri": "@parameters('url')", "body": body, **inputs},
    }


def compose(inputs: object, after: dict[str, list[str]] | None = None) -> Definition:
    """A Compose action."""
    secured = {"secureData": {"properties": ["inputs"]}}
    return {"type": "Compose", "runAfter": after or {}, "runtimeConfiguration": secured, "inputs": inputs}


def select(source: object, item: object, after: dict[str, list[str]] | None = None) -> Definition:
    """A Select action."""
    inputs = {"from": source, "select": item}
    return {"type": "Select", "runAfter": after or {}, "runtimeConfiguration": SECURED, "inputs": inputs}


def query(source: object, where: object, after: dict[str, list[str]] | None = None) -> Definition:
    """A Query action."""
    inputs = {"from": source, "where": where}
    return {"type": "Query", "runAfter": after or {}, "runtimeConfiguration": SECURED, "inputs": inputs}


def foreach(items: object, actions: Definition, after: dict[str, list[str]] | None = None) -> Definition:
    """A Foreach action."""
    return {"type": "Foreach", "runAfter": after or {}, "foreach": items, "actions": actions}


def when(condition: object, actions: Definition, otherwise: Definition | None = None) -> Definition:
    """An If action that runs first."""
    action = {"type": "If", "runAfter": {}, "expression": condition, "actions": actions}
    return action if otherwise is None else {**action, "else": {"actions": otherwise}}


def definition(actions: Definition | None = None, **changes: object) -> Definition:
    """A workflow of some actions; by default one that posts what it gets."""
    schema = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/"
    return deepcopy(
        {
            "$schema": f"{schema}workflowdefinition.json#",
            "contentVersion": "1.0.0.0",
            "parameters": {"url": {"type": "SecureString"}},
            "triggers": {
                "manual": {
                    "type": "Request",
                    "kind": "Http",
                    "inputs": {"schema": {}},
                    "runtimeConfiguration": SECURED,
                }
            },
            "actions": actions if actions is not None else {"Post": http()},
            **changes,
        }
    )


def carried_out(actions: Definition, body: object = None, url: str = URL) -> Run:
    """The run of a workflow of some actions."""
    return run(definition(actions), body, {"url": url})


def bodies(actions: Definition, body: object = None) -> list[object]:
    """The bodies that a workflow of some actions would send."""
    return [delivery.body for delivery in carried_out(actions, body).deliveries]
