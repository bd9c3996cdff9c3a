"""`acrwatch detections`: which detections are there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from acrwatch.cli.options import DetectionsDirOption, FormatOption, OutputOption
from acrwatch.counted import counted
from acrwatch.detection.catalogue import Catalogue, catalogue
from acrwatch.durations import short
from acrwatch.output.result import Format, Part, Table
from acrwatch.output.show import show

EXAMPLE = "Example: acrwatch detections --format json"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """All detections.

    Args:
        detections: by id.
    """

    detections: Catalogue

    def table(self) -> Sequence[Part]:
        """A row for each detection."""
        rows = [
            (
                detection.id,
                detection.title,
                f"Sev{detection.severity}",
                detection.kind.value,
                short(detection.rule.frequency),
                f"{detection.attack[0].tactic} / {detection.attack[0].technique}",
            )
            for detection in self.detections.values()
        ]
        columns = ("id", "title", "severity", "kind", "every", "ATT&CK")
        return [Table(title="Detections", columns=columns, rows=rows), counted(len(rows), "detection")]

    def data(self) -> Any:
        """The same with versions and parameters."""
        return [
            {
                "id": detection.id,
                "version": detection.version,
                "status": detection.status.value,
                "title": detection.title,
                "severity": detection.severity,
                "kind": detection.kind.value,
                "frequency": short(detection.rule.frequency),
                "attack": [
                    {"version": place.version, "tactic": place.tactic, "technique": place.technique}
                    for place in detection.attack
                ],
                "parameters": {name: parameter.default for name, parameter in detection.parameters.items()},
            }
            for detection in self.detections.values()
        ]


def command(
    detections_dir: DetectionsDirOption = None,
    format_: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """List the detections: id, title, severity, kind, frequency and place in ATT&CK."""
    show(Listing(detections=catalogue(detections_dir)), format_, output)
