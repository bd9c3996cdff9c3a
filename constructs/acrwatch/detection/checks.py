"""What must fit together inside one detection, ours or a user's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from math import isfinite

from acrwatch.alert_rule import Kind
from acrwatch.detection.attack import TECHNIQUES
from acrwatch.detection.model import Detection, ParameterType, RuleNumbers
from acrwatch.detection.rule import alert_rule
from acrwatch.detection.tuning import Variant
from acrwatch.detection.tuning_checks import value_problem
from acrwatch.durations import parse_duration, short
from acrwatch.errors import Problem, did_you_mean, one_of
from acrwatch.kql.text import code_of

ID = re.compile(r"[a-z][a-z0-9_]{2,59}")
_COLUMN = re.compile(r"[A-Za-z_]\w*")
_AGO = re.compile(r"\bago\s*\(([^)]*)\)")
_SCOPE = re.compile(r"\bin_scope\s*\(")
# Names that stand above the query already, or are its grammar.
_TAKEN = {
    "in_scope",
    "and",
    "or",
    "not",
    "in",
    "by",
    "on",
    "kind",
    "true",
    "false",
    "let",
    "where",
    "extend",
    "project",
}
_TAKEN |= {"distinct", "summarize", "union", "join", "lookup", "case", "iff", "count", "bin", "ago", "now", "dynamic"}
_TIME_BIN = re.compile(r"\bbin\s*\(\s*TimeGenerated\s*,\s*([^)]*)\)")


def detection_problems(detection: Detection, folder: str) -> list[Problem]:
    """Everything that does not fit, so that what is loaded can be deployed.

    Args:
        detection: what was read.
        folder: name of its folder, which is its id.
    """
    problems = [
        *_name_problems(detection, folder),
        *_rule_problems(detection),
        *_attack_problems(detection),
        *_parameter_problems(detection),
        *_scope_problems(detection),
        *_column_problems(detection),
        *_query_problems(detection),
    ]
    return problems or [_in_file(problem) for problem in alert_rule(detection, Variant())[1]]


def _in_file(problem: Problem) -> Problem:
    """A problem of the rule's values as it stands in the file, where most of them are under `rule`."""
    return problem.below("rule") if problem.path[0] in {member.name for member in fields(RuleNumbers)} else problem


def _name_problems(detection: Detection, folder: str) -> Iterator[Problem]:
    if detection.id != folder:
        yield Problem(path=("id",), message=f"{detection.id} is not the name of its folder, {folder}")
    if ID.fullmatch(detection.id) is None:
        yield Problem(path=("id",), message="3 to 60 lower-case letters, digits and _ are allowed, a letter first")
    if re.fullmatch(r"\d+\.\d+\.\d+", detection.version) is None:
        yield Problem(path=("version",), message=f"{detection.version} is not major.minor.patch")
    for name in ("title", "description", "impact"):
        if not getattr(detection, name).strip():
            yield Problem(path=(name,), message="it is empty")
    for name in ("mitigation", "attack", "references"):
        if not getattr(detection, name):
            yield Problem(path=(name,), message="it is empty; at least one is needed")
    for name in ("tables", "categories"):
        if not getattr(detection.data, name):
            yield Problem(path=("data", name), message="it is empty; at least one is needed")


def _attack_problems(detection: Detection) -> Iterator[Problem]:
    """Ids of the right form, and a technique that we know under a tactic to which it belongs."""
    for position, place in enumerate(detection.attack):
        path = ("attack", position)
        if re.fullmatch(r"TA\d{4}", place.tactic) is None:
            yield Problem(path=(*path, "tactic"), message=f"{place.tactic} is not the id of a tactic, such as TA0040")
        if re.fullmatch(r"T\d{4}(\.\d{3})?", place.technique) is None:
            said = f"{place.technique} is not the id of a technique, such as T1485 or T1562.001"
            yield Problem(path=(*path, "technique"), message=said)
        known = TECHNIQUES.get(place.version, {}).get(place.technique)
        if known is not None and place.tactic not in known.tactics:
            said = f"{place.technique} does not belong to {place.tactic} in v{place.version}; {one_of(known.tactics)}"
            yield Problem(path=path, message=said)


def _rule_problems(detection: Detection) -> Iterator[Problem]:
    numbers = detection.rule
    wanted = {"bin"} if detection.kind is Kind.EVENT else {"interval", "hop"}
    for name in ("bin", "interval", "hop"):
        if (getattr(numbers, name) is not None) != (name in wanted):
            verb = "needs" if name in wanted else "has no"
            yield Problem(path=("rule", name), message=f"a rule of kind {detection.kind} {verb} {name}")
    if numbers.interval and numbers.hop and (numbers.hop >= numbers.interval or numbers.interval % numbers.hop):
        yield Problem(
            path=("rule", "hop"), message=f"{short(numbers.interval)} is not several hops of {short(numbers.hop)}"
        )
    if numbers.bin and timedelta(days=1) % numbers.bin:
        yield Problem(path=("rule", "bin"), message=f"{short(numbers.bin)} does not divide a day")
    for name in ("frequency", "window", "look_back", "bin", "interval", "hop", "mute"):
        if (length := getattr(numbers, name)) is not None and length <= timedelta():
            yield Problem(path=("rule", name), message="it is no time at all")
    yield from _threshold_problems(detection)


def _threshold_problems(detection: Detection) -> Iterator[Problem]:
    numbers = detection.rule
    if isinstance(numbers.threshold, float) and not isfinite(numbers.threshold):
        yield Problem(path=("rule", "threshold"), message=f"{numbers.threshold} is not a finite number")
    if numbers.threshold == ():
        yield Problem(path=("rule", "threshold"), message="it names no parameter, so the rule would never fire")
    for name in numbers.threshold if isinstance(numbers.threshold, tuple) else ():
        parameter = detection.parameters.get(name)
        if parameter is None or parameter.type not in (ParameterType.INTEGER, ParameterType.NUMBER):
            yield Problem(
                path=("rule", "threshold"), message=f"{name} is not the name of a number among the parameters"
            )


def _parameter_problems(detection: Detection) -> Iterator[Problem]:
    words = set(re.findall(r"\w+", code_of(detection.query)))
    for name, parameter in detection.parameters.items():
        path = ("parameters", name)
        if _COLUMN.fullmatch(name) is None:
            yield Problem(path=path, message="a parameter is named with letters, digits and _")
        if parameter.type is not ParameterType.INTEGER and (parameter.per_identity or parameter.optional):
            yield Problem(path=path, message=f"per_identity and optional are for integers, not for {parameter.type}")
        elif said := value_problem(parameter, parameter.default):
            yield Problem(path=(*path, "default"), message=said)
        if name not in words:
            yield Problem(path=path, message="the query does not use it")
        elif parameter.per_identity and not re.search(rf"\b{name}\s*\(", code_of(detection.query)):
            yield Problem(path=path, message=f"it differs by identity, so the query has to call it: {name}(Identity)")
        if name in _TAKEN or name in detection.data.tables or name in detection.columns:
            yield Problem(path=path, message=f"the name {name} means something else in the query")


def _scope_problems(detection: Detection) -> Iterator[Problem]:
    """`only` and `except` reach the query as one function, called with the fields in the order of `tuning`."""
    if len(set(detection.tuning)) < len(detection.tuning):
        yield Problem(path=("tuning",), message=f"a field stands here twice: {', '.join(detection.tuning)}")
    code = code_of(detection.query)
    calls = [_argument_count(code[found.end() :]) for found in _SCOPE.finditer(code)]
    if detection.tuning and not calls:
        yield Problem(path=("tuning",), message="the query does not call in_scope, so only and except would do nothing")
    for count in calls:
        if count != len(detection.tuning):
            said = f"the query calls in_scope with {count} arguments, but tuning has {len(detection.tuning)} fields"
            yield Problem(path=("tuning",), message=said)


def _argument_count(code: str) -> int:
    """How many arguments a call has, from the code behind its opening parenthesis."""
    depth, arguments = 1, [""]
    for character in code:
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            break
        if character == "," and depth == 1:
            arguments.append("")
        else:
            arguments[-1] += character
    return len([argument for argument in arguments if argument.strip()])


def _column_problems(detection: Detection) -> Iterator[Problem]:
    for position, name in enumerate(detection.dimensions):
        if name not in detection.columns:
            known = did_you_mean(name, detection.columns)
            yield Problem(path=("dimensions", position), message=f"{name} is not an output column; {known}")
    measure = detection.rule.measure
    if measure is not None and measure not in detection.columns:
        known = did_you_mean(measure, detection.columns)
        yield Problem(path=("rule", "measure"), message=f"{measure} is not an output column; {known}")


def _query_problems(detection: Detection) -> Iterator[Problem]:
    code = code_of(detection.query)
    for table in detection.data.tables:
        if not re.search(rf"\b{re.escape(table)}\b", code):
            yield Problem(path=("data", "tables"), message=f"the query does not read {table}")
    numbers = detection.rule
    spans = {"the one literal ago()": (_AGO, numbers.look_back, "look_back")}
    if step := numbers.bin or numbers.hop:
        spans["bin(TimeGenerated, ...)"] = (_TIME_BIN, step, "bin" if numbers.bin else "hop")
    for what, (pattern, wanted, name) in spans.items():
        found = pattern.findall(code)
        if len(found) != 1:
            yield Problem(path=("query",), message=f"it has {len(found)} times {what}; exactly one is allowed")
            continue
        try:
            same = parse_duration(found[0].strip()) == wanted
        except ValueError:
            same = False
        if not same:
            said = f"{what} says {found[0].strip()}, but rule.{name} is {short(wanted)}"
            yield Problem(path=("query",), message=said, way_out="write the same length, as a literal, in both")
