"""The pages of docs/detections, one for each detection and an index; `generate` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from acrwatch.alert_rule import Kind, condition
from acrwatch.detection.attack import TACTICS, TECHNIQUES
from acrwatch.detection.cases import read_cases
from acrwatch.detection.catalogue import catalogue, shipped_folder
from acrwatch.detection.model import AttackMapping, Detection, Parameter
from acrwatch.detection.query import deployed_query, threshold
from acrwatch.detection.tuning import DetectionSettings, Variant
from acrwatch.durations import short

Row = Sequence[str]

INTRO = """\
`acrwatch detections` lists them, and `acrwatch show <id>` prints one with your settings. Each has cases that
`acrwatch test` runs on the very text that is deployed; [mutation.md](mutation.md) shows that they bite.

An *event* rule alerts each operation once. A *volume* rule alerts a burst once while it lasts. *Bound* is how many
minutes late a log row may reach the workspace for the rule to keep that promise, even if one evaluation is skipped
and the next runs two minutes late. Azure's logs usually take 3 to 20 minutes."""


def detection_pages() -> Mapping[str, Sequence[str]]:
    """The parts of each page by its file name."""
    found = catalogue()
    return {
        "README.md": list(_index(found.values())),
        **{f"{id_}.md": list(_page(each)) for id_, each in found.items()},
    }


def table(columns: Row, rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def parameter_rows(detection: Detection) -> list[Row]:
    """Name, type, default and meaning of each parameter."""
    return [
        (f"`{name}`", _parameter_type(parameter), f"`{json.dumps(parameter.default)}`", parameter.doc)
        for name, parameter in detection.parameters.items()
    ]


def _parameter_type(parameter: Parameter) -> str:
    said = [parameter.type.value]
    if parameter.minimum is not None and parameter.maximum is not None:
        said.append(f"{parameter.minimum:g} to {parameter.maximum:,.0f}")
    said += ["or null"] * parameter.optional + ["*per identity*"] * parameter.per_identity
    return ", ".join(said)


def _index(detections: Iterable[Detection]) -> Iterator[str]:
    yield "# The detections"
    yield INTRO
    rows = [
        (
            f"[{detection.title}]({detection.id}.md)",
            detection.kind.value,
            f"Sev{detection.severity}",
            _fires_when(detection),
            f"{int(detection.bound().total_seconds()) // 60}",
        )
        for detection in detections
    ]
    yield table(("detection", "kind", "severity", "fires when", "bound in minutes"), rows)


def _fires_when(detection: Detection) -> str:
    numbers = detection.rule
    value = f"`{condition(numbers.measure, numbers.operator, threshold(detection, DetectionSettings()))}`"
    within = f" within {short(numbers.span)}" if detection.kind is Kind.VOLUME else ""
    return f"{value}{within}, for each {', '.join(f'`{name}`' for name in detection.dimensions)}"


def _page(detection: Detection) -> Iterator[str]:
    numbers = detection.rule
    yield f"# {detection.title}"
    yield f"`{detection.id}` {detection.version}, {detection.status}, {detection.kind}, Sev{detection.severity}."
    yield paragraph(detection.description)
    yield f"**Impact.** {paragraph(detection.impact)}"
    yield "## How to respond"
    yield f"[The runbook](../operate.md#{detection.id}) has the same beside a query to begin with."
    yield numbered(detection.mitigation)
    yield "## When it fires"
    often = f"It runs every {short(numbers.frequency)} and looks back {short(numbers.look_back)}."
    yield f"When {_fires_when(detection)}. {often}"
    bound = int(detection.bound().total_seconds()) // 60
    yield f"The promise holds for rows that reach the workspace within {bound} minutes."
    categories = _codes(detection.data.categories)
    yield f"It reads {_codes(detection.data.tables)}, which the log categories {categories} fill."
    yield table(("column", "meaning"), [(f"`{name}`", text) for name, text in detection.columns.items()])
    yield "## How to tune it"
    yield table(("parameter", "type", "default", "meaning"), parameter_rows(detection))
    yield (
        f"`only` and `except` entries may name {_codes(detection.tuning)}. "
        "[The settings file](../settings.md#only-and-except) says how."
    )
    yield "## Known false positives"
    yield listed(detection.false_positives)
    yield "## Known gaps"
    yield listed(detection.known_gaps)
    yield "## ATT&CK"
    yield listed(map(_place, detection.attack))
    yield "## Cases"
    yield from _cases(detection)
    yield "## Query"
    yield f"```kusto\n{deployed_query(detection, Variant())}\n```"
    yield "## References"
    yield listed(detection.references)


def _cases(detection: Detection) -> Iterator[str]:
    cases = read_cases(shipped_folder() / detection.id, detection)
    for fires, heading in ((True, "It fires"), (False, "It stays quiet")):
        yield f"{heading}:"
        yield listed(case.name for case in cases if case.fires is fires)


def _place(place: AttackMapping) -> str:
    tactic = TACTICS[place.version][place.tactic]
    technique = TECHNIQUES[place.version][place.technique].name
    where = f"{place.tactic} {tactic} / [{place.technique} {technique}]({place.url})"
    return f"v{place.version}: {where}" + (f". {place.reason}" if place.reason else "")


def paragraph(text: str) -> str:
    """One line of a text that has several."""
    return " ".join(text.split())


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def listed(items: Iterable[str]) -> str:
    """A Markdown list."""
    return "\n".join(f"- {paragraph(item)}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """A Markdown list with numbers."""
    return "\n".join(f"{number}. {paragraph(item)}" for number, item in enumerate(items, 1))
