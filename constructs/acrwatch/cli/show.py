"""`acrwatch show`: everything about one detection, and its query ready to paste."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from acrwatch.alert_rule import condition
from acrwatch.cli.options import DetectionsDirOption, FormatOption, OutputOption
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection
from acrwatch.detection.query import deployed_query, parameter_value, threshold
from acrwatch.detection.tuning import DetectionSettings, TuningEntry, Variant
from acrwatch.durations import parse_duration, short
from acrwatch.errors import InputError, did_you_mean
from acrwatch.from_yaml import yaml_name
from acrwatch.output.result import Format, Part, Table
from acrwatch.output.show import show, show_text
from acrwatch.references import unescaped
from acrwatch.settings.file import load_settings

EXAMPLE = "Example: acrwatch show excessive_images_pulled --kql"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One detection as it would be deployed.

    Args:
        detection: its content.
        settings: its tuning.
        kql: the query as Azure gets it.
    """

    detection: Detection
    settings: Variant
    kql: str

    @property
    def bound_minutes(self) -> int:
        """The delay up to which the rule keeps its promise, at the frequency it is given."""
        chosen = self.settings.frequency
        frequency = parse_duration(chosen) if chosen is not None else None
        return int(self.detection.bound(frequency).total_seconds()) // 60

    def table(self) -> Sequence[Part]:
        """Metadata, rule, parameters, tuning and query."""
        detection, numbers = self.detection, self.detection.rule
        rule = [
            ("severity", f"Sev{detection.severity if self.settings.severity is None else self.settings.severity}"),
            ("enabled", "yes" if self.settings.enabled else "no"),
            ("frequency", self.settings.frequency or short(numbers.frequency)),
            ("reads", f"{short(numbers.window)}, of which the query uses {short(numbers.look_back)}"),
            ("promise holds for rows up to", f"{self.bound_minutes} minutes late"),
            ("fires when", condition(numbers.measure, numbers.operator, threshold(detection, self.settings))),
            ("one alert per", ", ".join(detection.dimensions)),
            ("tables", ", ".join(detection.data.tables)),
        ]
        places = [
            f"{place.tactic} / {place.technique} (v{place.version})" + (f": {place.reason}" if place.reason else "")
            for place in detection.attack
        ]
        return [
            f"{detection.title} ({detection.id} {detection.version}, {detection.status}, {detection.kind})",
            detection.description.strip(),
            f"Impact: {detection.impact.strip()}",
            Table(title="Rule", columns=("what", "value"), rows=rule),
            *self._parameters(),
            *self._tuning(),
            _listed("What to do", detection.mitigation),
            _listed("Known false positives", detection.false_positives),
            _listed("Known gaps", detection.known_gaps),
            _listed("ATT&CK", places),
            _listed("References", detection.references),
            "KQL (paste into Log Analytics)\n\n" + self.kql.rstrip(),
        ]

    def _parameters(self) -> Sequence[Part]:
        rows = [
            (
                name,
                unescaped(_value(parameter_value(self.detection, self.settings, name))),
                _value(parameter.default),
                parameter.doc,
            )
            for name, parameter in self.detection.parameters.items()
        ]
        return [Table(title="Parameters", columns=("name", "value", "default", "meaning"), rows=rows)] if rows else []

    def _tuning(self) -> Sequence[Part]:
        rows = [
            (word, _entry(entry), unescaped(entry.reason or ""))
            for word, entries in (("only", self.settings.only), ("except", self.settings.except_))
            for entry in entries
        ]
        rows += [
            (
                "limit",
                unescaped(f"{limit.identity}: {', '.join(f'{k}={v}' for k, v in limit.parameters.items())}"),
                unescaped(limit.reason or ""),
            )
            for limit in self.settings.limits
        ]
        return [Table(title="Tuning", columns=("kind", "what", "reason"), rows=rows)] if rows else []

    def data(self) -> Any:
        """Everything of the detection, its tuning, and the query."""
        detection = asdict(self.detection)
        del detection["query"]
        numbers = self.detection.rule
        detection["rule"] |= {
            name: short(value)
            for name in ("frequency", "window", "look_back", "bin", "interval", "hop", "mute")
            if (value := getattr(numbers, name)) is not None
        }
        return {
            **detection,
            "bound_minutes": self.bound_minutes,
            "settings": _as_written(asdict(self.settings)),
            "kql": self.kql,
        }


def _listed(title: str, items: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {number}. {item.strip()}" for number, item in enumerate(items, 1))])


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _as_written(value: Any) -> Any:
    """Settings as a file has them: without Terraform's escapes, and with `except`."""
    if isinstance(value, dict):
        return {yaml_name(key): _as_written(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_as_written(member) for member in value]
    return unescaped(value) if isinstance(value, str) else value


def _entry(entry: TuningEntry) -> str:
    named = {key: value for key, value in asdict(entry).items() if value is not None and key != "reason"}
    return unescaped(", ".join(f"{key}: {value}" for key, value in named.items()))


def shown(
    id_: str, *, settings_file: Path | None = None, variant: str | None = None, detections_dir: Path | None = None
) -> Shown:
    """One detection as a settings file has it, or as it comes.

    Args:
        id_: the detection.
        settings_file: whose tuning is shown. Default: none.
        variant: a variant in that file. Default: the base rule.
        detections_dir: a folder of further detections, unless the settings file names one.

    Raises:
        InputError: there is no such detection or variant.
    """
    chosen: Variant = DetectionSettings()
    tolerate = True
    if settings_file is not None:
        settings = load_settings(settings_file)
        detections_dir = Path(settings.detections_dir) if settings.detections_dir is not None else detections_dir
        tolerate = settings.tolerate_missing_tables
        chosen = settings.detections.get(id_, DetectionSettings())
    known = catalogue(detections_dir)
    if id_ not in known:
        raise InputError(f"there is no detection {id_!r}; {did_you_mean(id_, known)}")
    if variant is not None:
        variants = chosen.variants if isinstance(chosen, DetectionSettings) else {}
        if variant not in variants:
            has = did_you_mean(variant, variants) if variants else "it has none in these settings"
            raise InputError(f"{id_} has no variant {variant!r}; {has}")
        chosen = variants[variant]
    elif isinstance(chosen, DetectionSettings):
        chosen = replace(chosen, variants={})
    kql = deployed_query(known[id_], chosen, tolerate_missing_tables=tolerate)
    return Shown(detection=known[id_], settings=chosen, kql=kql)


def command(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id of the detection.")],
    settings: Annotated[Path | None, typer.Option("--settings", help="Show it as this settings file tunes it.")] = None,
    variant: Annotated[str | None, typer.Option("--variant", help="A variant in the settings file.")] = None,
    kql: Annotated[bool, typer.Option("--kql", help="Only the query, ready to paste into Log Analytics.")] = False,
    detections_dir: DetectionsDirOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """Show one detection: what it means, its rule, parameters, how to respond, and its KQL."""
    if kql and format_ is Format.JSON:
        raise InputError("--kql is the query alone, and no JSON; leave it out: --format json has the query as kql")
    found = shown(id_, settings_file=settings, variant=variant, detections_dir=detections_dir)
    if kql:
        show_text(f"{found.kql}\n", output)
    else:
        show(found, format_, output)
