"""Definitions with one thing wrong, where that is said, and a word of what is said."""

from typing import Any

from acrwatch.workflow.limits import ACTIONS, NESTING, PARAMETERS
from tests.workflow.definitions import SECURED, Definition, compose, definition, foreach, http, query, select, when

AFTER = {"A": ["Succeeded"]}
REMOVE = object()


def changed(*path: str | int, to: object) -> Definition:
    """A right workflow with one value changed or removed."""
    workflow = definition(
        {
            "A": select("@triggerBody()", "@item()"),
            "Post": http(AFTER, {"text": "@{join(body('A'), ', ')}"}),
        }
    )
    inner: Any = workflow
    for key in path[:-1]:
        inner = inner[key]
    if to is REMOVE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return workflow


def actions(**named: Definition) -> Definition:
    """A workflow of some actions, whose parameter is used in any case."""
    return definition({**named, "Last": http()})


def nested(depth: int) -> Definition:
    """A workflow with loops in each other."""
    inner: Definition = {"Send": http()}
    for level in range(depth - 1, 0, -1):
        inner = {f"Loop{level}": foreach("@triggerBody()", inner)}
    return definition(inner)


TRIGGER = ("triggers", "manual")
POST = ("actions", "Post")

WRONG: list[tuple[Definition | object, str, str]] = [
    ([], "", "no object"),
    (changed("$schema", to="https://example.com/"), "$schema", "is not possible"),
    (changed("$schema", to=REMOVE), "", "$schema is missing"),
    (changed("contentVersion", to="1.0"), "contentVersion", "no version"),
    (changed("contentVersion", to=1), "contentVersion", "no version"),
    (changed("actions", to=[]), "actions", "no object"),
    (changed("outputs", to={"a": {}}), "outputs", "leave them out"),
    (changed("staticResults", to={}), "staticResults", "no 'staticResults'"),
    (changed("parameters", "unused", to={"type": "String"}), "parameters.unused", "no expression reads"),
    (changed("parameters", "url", "type", to="securestring"), "parameters.url.type", "SecureString"),
    (changed("parameters", "url", "type", to="SecureObject"), "parameters.url.type", "not possible"),
    (changed("parameters", "url", to={}), "parameters.url", "type is missing"),
    (changed("parameters", "url", "defaultValue", to="x"), "parameters.url.defaultValue", "in clear"),
    (changed("parameters", "url", "allowedValues", to=[]), "parameters.url.allowedValues", "no 'allowedValues'"),
    (changed("parameters", "url", to={"type": "Int", "defaultValue": "x"}), "parameters.url.defaultValue", "no Int"),
    (changed("parameters", to=REMOVE), "actions.Post.inputs.uri", "no parameter 'url'"),
    (changed("triggers", to={}), "triggers", "one trigger"),
    (changed("triggers", "second", to={}), "triggers", "one trigger"),
    (changed(*TRIGGER, "type", to="Recurrence"), "triggers.manual.type", "Request"),
    (changed(*TRIGGER, "kind", to="Button"), "triggers.manual.kind", "Http"),
    (changed(*TRIGGER, "splitOn", to="@x"), "triggers.manual.splitOn", "no 'splitOn'"),
    (changed(*TRIGGER, "inputs", "schema", to={"type": "object"}), "triggers.manual.inputs.schema", "not documented"),
    (changed(*TRIGGER, "inputs", "method", to="GET"), "triggers.manual.inputs.method", "POST"),
    (changed(*TRIGGER, "runtimeConfiguration", to={}), "triggers.manual.runtimeConfiguration", "secureData"),
    (changed(*TRIGGER, "runtimeConfiguration", to=REMOVE), "triggers.manual.runtimeConfiguration", "secureData"),
    (changed(*TRIGGER, "conditions", to="@x"), "triggers.manual.conditions", "no array"),
    (changed(*TRIGGER, "conditions", to=["@x"]), "triggers.manual.conditions[0]", "no object"),
    (
        changed(*TRIGGER, "conditions", to=[{"expression": "x"}]),
        "triggers.manual.conditions[0].expression",
        "begins with @",
    ),
    (
        changed(*TRIGGER, "conditions", to=[{"expression": "@body('A')"}]),
        "triggers.manual.conditions[0].expression",
        "'A'",
    ),
    (definition({}, parameters={}), "actions", "no action"),
    (definition({f"A{n}": http() for n in range(ACTIONS + 1)}), "actions", "251 actions"),
    (
        definition(
            parameters={"url": {"type": "SecureString"}, **{f"p{n}": {"type": "String"} for n in range(PARAMETERS)}}
        ),
        "parameters",
        "51 parameters",
    ),
    (
        nested(NESTING + 1),
        "actions.Loop1.actions.Loop2.actions.Loop3.actions.Loop4.actions.Loop5.actions.Loop6.actions.Loop7.actions.Loop8.actions.Send",
        "8 levels",
    ),
    (actions(A=http(), a=http()), "actions", "called 'a'"),
    (actions(A=foreach("@triggerBody()", {"last": http()})), "actions", "called 'last'"),
    (actions(**{"x" * 81: http()}), f"actions.{'x' * 81}", "81 characters"),
    (actions(**{"a'b": http()}), "actions.a'b", "letters"),
    (changed("actions", "A", "type", to="Until"), "actions.A.type", "Compose"),
    (changed("actions", "A", to="x"), "actions.A", "no object"),
    (changed("actions", "A", "runAfter", to=REMOVE), "actions.A", "runAfter is missing"),
    (changed(*POST, "runAfter", to={"B": ["Succeeded"]}), "actions.Post.runAfter.B", "no action of this level"),
    (changed(*POST, "runAfter", to={"A": []}), "actions.Post.runAfter.A", "no list of statuses"),
    (changed(*POST, "runAfter", to={"A": ["SUCCEEDED"]}), "actions.Post.runAfter.A", "Succeeded"),
    (changed(*POST, "runAfter", to={"A": "Succeeded"}), "actions.Post.runAfter.A", "no list of statuses"),
    (actions(A=http({"B": ["Succeeded"]}), B=http({"A": ["Succeeded"]})), "actions", "circle"),
    (actions(A=http({"A": ["Succeeded"]})), "actions", "circle"),
    (changed(*POST, "runAfter", to={}), "actions.Post.inputs.body.text", "no action 'A' has ended"),
    (changed(*POST, "inputs", "body", to="@body('Other')"), "actions.Post.inputs.body", "no action 'Other'"),
    (changed(*POST, "inputs", "body", to="@body('a')"), "actions.Post.inputs.body", "no action 'a' has ended"),
    (actions(A=compose("x"), B=http(AFTER, "@body('A')")), "actions.B.inputs.body", "'A' is of type Compose"),
    (actions(A=http(), B=http(AFTER, "@outputs('A')")), "actions.B.inputs.body", "'A' is of type Http"),
    (
        actions(A=foreach("@triggerBody()", {"C": compose("x")}), B=http(AFTER, "@outputs('C')")),
        "actions.B.inputs.body",
        "no action 'C'",
    ),
    (
        actions(A=when("@true", {"C": compose("x")}), B=http(AFTER, "@outputs('C')")),
        "actions.B.inputs.body",
        "no action 'C'",
    ),
    (changed(*POST, "inputs", "body", to="@item()"), "actions.Post.inputs.body", "outside of a Foreach"),
    (changed(*POST, "inputs", "body", to="@items('Loop')"), "actions.Post.inputs.body", "no Foreach 'Loop'"),
    (changed(*POST, "inputs", "body", to="@outputs(concat('A', ''))"), "actions.Post.inputs.body", "written out"),
    (changed(*POST, "inputs", "body", to={"a": ["@length()"]}), "actions.Post.inputs.body.a[0]", "takes 1 arguments"),
    (changed(*POST, "inputs", "body", to="@lenght('')"), "actions.Post.inputs.body", "did you mean length?"),
    (changed(*POST, "inputs", "body", to="@if(true, 1, utcNow())"), "actions.Post.inputs.body", "utcNow()"),
    (changed(*POST, "inputs", "body", to="@triggerBody()?[lenght('')]"), "actions.Post.inputs.body", "lenght"),
    (changed(*POST, "inputs", "body", to="@("), "actions.Post.inputs.body", "out of place"),
    (changed(*POST, "inputs", "body", to={"@{x}": 1}), "actions.Post.inputs.body", "looks like an expression"),
    (changed(*POST, "inputs", "body", to=[{"@x": 1}]), "actions.Post.inputs.body[0]", "looks like an expression"),
    (changed(*POST, "inputs", "body", to="@{'" + "x" * 8192 + "'}"), "actions.Post.inputs.body", "8192"),
    (changed(*POST, "inputs", "method", to="post"), "actions.Post.inputs.method", "POST"),
    (changed(*POST, "inputs", "method", to="GET"), "actions.Post.inputs.body", "no body"),
    (changed(*POST, "inputs", "uri", to=REMOVE), "actions.Post.inputs", "uri is missing"),
    (changed(*POST, "inputs", "authentication", to={}), "actions.Post.inputs.authentication", "no 'authentication'"),
    (changed(*POST, "inputs", "headers", to=[]), "actions.Post.inputs.headers", "no object"),
    (changed(*POST, "inputs", "headers", to={"Host": "x"}), "actions.Post.inputs.headers.Host", "does not send"),
    (
        changed(*POST, "inputs", "headers", to={"accept-language": "x"}),
        "actions.Post.inputs.headers.accept-language",
        "does not send",
    ),
    (
        changed(*POST, "inputs", "headers", to={"Content-Length": "1"}),
        "actions.Post.inputs.headers.Content-Length",
        "does not send",
    ),
    (changed(*POST, "inputs", "headers", to={"Cookie": "1"}), "actions.Post.inputs.headers.Cookie", "does not send"),
    (changed(*POST, "inputs", "headers", to={"A B": "x"}), "actions.Post.inputs.headers.A B", "no name of a header"),
    (changed(*POST, "inputs", "headers", to={"X": 1}), "actions.Post.inputs.headers.X", "no text"),
    (changed(*POST, "inputs", "retryPolicy", to="none"), "actions.Post.inputs.retryPolicy", "no object"),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "linear"}),
        "actions.Post.inputs.retryPolicy.type",
        "exponential",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "fixed", "interval": "PT5S"}),
        "actions.Post.inputs.retryPolicy",
        "needs count",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "none", "count": 1}),
        "actions.Post.inputs.retryPolicy.count",
        "has no count",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "fixed", "count": 91, "interval": "PT5S"}),
        "actions.Post.inputs.retryPolicy.count",
        "1 to 90",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "fixed", "count": 0, "interval": "PT5S"}),
        "actions.Post.inputs.retryPolicy.count",
        "1 to 90",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "fixed", "count": True, "interval": "PT5S"}),
        "actions.Post.inputs.retryPolicy.count",
        "1 to 90",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "fixed", "count": 1, "interval": "PT4S"}),
        "actions.Post.inputs.retryPolicy.interval",
        "PT5S to P1D",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "fixed", "count": 1, "interval": "P1DT1S"}),
        "actions.Post.inputs.retryPolicy.interval",
        "PT5S to P1D",
    ),
    (
        changed(*POST, "inputs", "retryPolicy", to={"type": "fixed", "count": 1, "interval": "5s"}),
        "actions.Post.inputs.retryPolicy.interval",
        "PT5S to P1D",
    ),
    (
        changed(*POST, "operationOptions", to="DisableAsyncPattern, Sequential"),
        "actions.Post.operationOptions",
        "'Sequential'",
    ),
    (changed(*POST, "operationOptions", to="SuppressWorkflowHeaders"), "actions.Post.operationOptions", "202"),
    (changed(*POST, "operationOptions", to=REMOVE), "actions.Post.operationOptions", "202"),
    (changed(*POST, "limit", to={}), "actions.Post.limit", "no 'limit'"),
    (changed(*POST, "description", to="x" * 257), "actions.Post.description", "256"),
    (
        changed(*POST, "runtimeConfiguration", "secureData", to={"properties": ["inputs"]}),
        "actions.Post.runtimeConfiguration",
        "secureData",
    ),
    (changed("actions", "A", "runtimeConfiguration", to=[]), "actions.A.runtimeConfiguration", "no object"),
    (actions(A={**compose("x"), "runtimeConfiguration": SECURED}), "actions.A.runtimeConfiguration", "secureData"),
    (
        actions(A={**foreach("@triggerBody()", {}), "runtimeConfiguration": SECURED}),
        "actions.A.runtimeConfiguration.secureData",
        "no 'secureData'",
    ),
    (
        actions(A={**when("@true", {}), "runtimeConfiguration": SECURED}),
        "actions.A.runtimeConfiguration.secureData",
        "no 'secureData'",
    ),
    (
        actions(A={**foreach("@triggerBody()", {}), "runtimeConfiguration": {"concurrency": {"repetitions": 51}}}),
        "actions.A.runtimeConfiguration.concurrency.repetitions",
        "1 to 50",
    ),
    (
        actions(
            A={
                **foreach("@triggerBody()", {}),
                "operationOptions": "Sequential",
                "runtimeConfiguration": {"concurrency": {"repetitions": 1}},
            }
        ),
        "actions.A.runtimeConfiguration.concurrency.repetitions",
        "twice",
    ),
    (actions(A=select("triggerBody()", "x")), "actions.A.inputs.from", "begins with @"),
    (actions(A=select("@{triggerBody()}", "x")), "actions.A.inputs.from", "begins with @"),
    (actions(A=select("@item()", "x")), "actions.A.inputs.from", "outside of a Foreach"),
    (
        actions(A={**select("@triggerBody()", "x"), "inputs": {"from": "@triggerBody()"}}),
        "actions.A.inputs",
        "select is missing",
    ),
    (actions(A=query("@triggerBody()", "true")), "actions.A.inputs.where", "begins with @"),
    (actions(A=query("@triggerBody()", True)), "actions.A.inputs.where", "begins with @"),
    (actions(A=foreach("x", {})), "actions.A.foreach", "begins with @"),
    (actions(A={**foreach("@triggerBody()", {}), "actions": []}), "actions.A.actions", "no object"),
    (actions(A=when("true", {})), "actions.A.expression", "begins with @"),
    (actions(A=when({}, {})), "actions.A.expression", "no object with one"),
    (actions(A=when({"xor": []}, {})), "actions.A.expression.xor", "did you mean or?"),
    (actions(A=when({"and": []}, {})), "actions.A.expression.and", "at least one"),
    (actions(A=when({"equals": ["x"]}, {})), "actions.A.expression.equals", "two values"),
    (actions(A=when({"not": {"equals": ["@lengh('')", 1]}}, {})), "actions.A.expression.not.equals[0]", "length"),
    (actions(A={**when("@true", {}), "else": {}}), "actions.A.else", "actions is missing"),
]
