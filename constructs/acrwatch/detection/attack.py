"""The few places of MITRE ATT&CK that detections refer to, per version, frozen.

Up to v18 TA0005 is Defense Evasion; v19 (2026) split it into Stealth, which keeps the id, and
Defense Impairment, TA0112. T1562 became T1685. The full STIX data is tens of megabytes and not
needed to check a handful of ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TACTICS: Mapping[str, Mapping[str, str]] = {
    "18": {
        "TA0003": "Persistence",
        "TA0005": "Defense Evasion",
        "TA0007": "Discovery",
        "TA0009": "Collection",
        "TA0040": "Impact",
    },
    "19": {
        "TA0003": "Persistence",
        "TA0005": "Stealth",
        "TA0007": "Discovery",
        "TA0009": "Collection",
        "TA0040": "Impact",
        "TA0112": "Defense Impairment",
    },
}


@dataclass(frozen=True, kw_only=True)
class Technique:
    """A technique and the tactics it belongs to in one version.

    Args:
        name: MITRE's name.
        tactics: ids of the tactics.
    """

    name: str
    tactics: tuple[str, ...]


TECHNIQUES: Mapping[str, Mapping[str, Technique]] = {
    "18": {
        "T1485": Technique(name="Data Destruction", tactics=("TA0040",)),
        "T1525": Technique(name="Implant Internal Image", tactics=("TA0003",)),
        "T1530": Technique(name="Data from Cloud Storage", tactics=("TA0009",)),
        "T1562.001": Technique(name="Impair Defenses: Disable or Modify Tools", tactics=("TA0005",)),
        "T1578": Technique(name="Modify Cloud Compute Infrastructure", tactics=("TA0005",)),
        "T1613": Technique(name="Container and Resource Discovery", tactics=("TA0007",)),
    },
    "19": {
        "T1485": Technique(name="Data Destruction", tactics=("TA0040",)),
        "T1525": Technique(name="Implant Internal Image", tactics=("TA0003",)),
        "T1530": Technique(name="Data from Cloud Storage", tactics=("TA0009",)),
        "T1578": Technique(name="Modify Cloud Compute Infrastructure", tactics=("TA0112",)),
        "T1613": Technique(name="Container and Resource Discovery", tactics=("TA0007",)),
        "T1685": Technique(name="Disable or Modify Tools", tactics=("TA0112",)),
    },
}
