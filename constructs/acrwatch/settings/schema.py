"""The JSON Schema of the settings file, so that editors complete and check it.

Made from the model, with what the model does not know: a receiver's name is its key and its
secrets are variables, and each detection has parameters of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection, Parameter, ParameterType
from acrwatch.detection.tuning import DetectionSettings, IdentityLimit, TuningEntry, Variant
from acrwatch.logging_settings import ActivityLogSettings, EventHubDestination, LogSettings, Registry
from acrwatch.processing_settings import DailyTime, ExtraGroups, MaintenanceWindow, WeeklyTime
from acrwatch.settings.docstrings import arguments, summary
from acrwatch.settings.model import (
    ActionGroup,
    AzurermBackend,
    CloudBackend,
    LocalBackend,
    RemoteBackend,
    ResourceGroup,
    Settings,
)
from acrwatch.settings.secrets import OPTIONAL_SECRET_FIELDS, RECEIVERS, SECRET_FIELDS
from acrwatch.watch_settings import NewWorkspace, Routing

DESCRIBED: tuple[type, ...] = (
    ResourceGroup,
    NewWorkspace,
    Registry,
    ActionGroup,
    *RECEIVERS,
    Routing,
    ExtraGroups,
    MaintenanceWindow,
    DailyTime,
    WeeklyTime,
    DetectionSettings,
    Variant,
    TuningEntry,
    IdentityLimit,
    LogSettings,
    EventHubDestination,
    ActivityLogSettings,
    LocalBackend,
    AzurermBackend,
    CloudBackend,
    RemoteBackend,
)
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Mapping[ParameterType, dict[str, Any]] = {
    ParameterType.INTEGER: {"type": "integer"},
    ParameterType.NUMBER: {"type": "number"},
    ParameterType.BOOLEAN: {"type": "boolean"},
    ParameterType.STRING: {"type": "string"},
    ParameterType.STRINGS: {"type": "array", "items": {"type": "string"}},
}


def settings_schema() -> dict[str, Any]:
    """The schema of a settings file with our own detections; a user's own are let through."""
    schema = Settings.model_json_schema()
    for described in DESCRIBED:
        definition = schema["$defs"][described.__name__]
        definition["description"] = summary(described)
        texts = arguments(described)
        for name, member in definition["properties"].items():
            member["description"] = texts.get(name, "Which kind it is.")
        if kind := definition.get("properties", {}).get("type", {}).get("const"):
            _receiver(definition, SECRET_FIELDS.get(kind), OPTIONAL_SECRET_FIELDS.get(kind, ()))
    documented = arguments(Settings)
    for name, member in schema["properties"].items():
        member["description"] = documented[name]
    schema["properties"]["detections"] = {
        "description": documented["detections"],
        "type": "object",
        "properties": {id_: _detection(detection) for id_, detection in catalogue().items()},
        "additionalProperties": {"$ref": "#/$defs/DetectionSettings"},
    }
    return {"$schema": DIALECT, **schema, "title": "acrwatch settings", "description": summary(Settings)}


def _receiver(definition: dict[str, Any], secrets: tuple[str, ...] | None, optional: tuple[str, ...]) -> None:
    if secrets is None:
        return
    for name in optional:
        described = definition["properties"][name]["description"]
        definition["properties"][name] = {"type": "boolean", "default": False, "description": described}
    hidden = {*secrets, "name"}
    for name in hidden:
        del definition["properties"][name]
    definition["required"] = [*(name for name in definition["required"] if name not in hidden), "type"]


def _detection(detection: Detection) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _parameter(parameter) for name, parameter in detection.parameters.items()},
    }
    own = {"properties": {"parameters": parameters}}
    variants = {"additionalProperties": {"allOf": [{"$ref": "#/$defs/Variant"}, own]}}
    return {
        "description": f"{detection.title}. {detection.description}",
        "allOf": [
            {"$ref": "#/$defs/DetectionSettings"},
            {"properties": {"parameters": parameters, "variants": variants}},
        ],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    said: dict[str, Any] = dict(_TYPES[parameter.type])
    if parameter.optional:
        said["type"] = [said["type"], "null"]
    if parameter.minimum is not None:
        said["minimum"] = parameter.minimum
    if parameter.maximum is not None:
        said["maximum"] = parameter.maximum
    return {**said, "default": parameter.default, "description": parameter.doc}


def known_keys(path: tuple[str | int, ...], raw: Any) -> list[str]:
    """The keys that are allowed in the mapping at a path; none where any key is.

    Args:
        path: where the mapping stands.
        raw: the whole file, which tells one kind of receiver from another.
    """
    schema = settings_schema()
    place: list[Any] = [schema]
    for part in path:
        raw = (
            raw.get(part)
            if isinstance(raw, dict)
            else raw[part]
            if isinstance(raw, list) and isinstance(part, int)
            else None
        )
        place = [below for here in place for below in _below(_branches(here, schema), part)]
    kind = raw.get("type") if isinstance(raw, dict) else None
    branches = [branch for here in place for branch in _branches(here, schema)]
    mine = [b for b in branches if b.get("properties", {}).get("type", {}).get("const") == kind]
    return sorted({name for branch in (kind and mine) or branches for name in branch.get("properties", {})})


def _branches(here: Any, schema: dict[str, Any]) -> list[Any]:
    if not isinstance(here, dict):
        return []
    if "$ref" in here:
        return _branches(schema["$defs"][here["$ref"].rpartition("/")[2]], schema)
    several = [branch for word in ("anyOf", "oneOf", "allOf") for branch in here.get(word, [])]
    return [here, *(found for branch in several for found in _branches(branch, schema))]


def _below(branches: list[Any], part: str | int) -> list[Any]:
    if isinstance(part, int):
        return [branch["items"] for branch in branches if "items" in branch]
    named = [branch["properties"][part] for branch in branches if part in branch.get("properties", {})]
    return named or [branch["additionalProperties"] for branch in branches if "additionalProperties" in branch]
