"""The frozen part of ATT&CK holds together."""

import re

import pytest

from acrwatch.detection.attack import TACTICS, TECHNIQUES
from acrwatch.detection.model import AttackMapping

PLACES = [
    (version, id_, tactic)
    for version, techniques in TECHNIQUES.items()
    for id_, technique in techniques.items()
    for tactic in technique.tactics
]


def test_both_tables_speak_of_the_same_versions() -> None:
    assert set(TACTICS) == set(TECHNIQUES) == {"18", "19"}


@pytest.mark.parametrize(("version", "technique", "tactic"), PLACES)
def test_a_technique_belongs_to_a_tactic_of_its_version(version: str, technique: str, tactic: str) -> None:
    assert tactic in TACTICS[version]
    assert re.fullmatch(r"T\d{4}(\.\d{3})?", technique)


def test_version_19_moved_what_the_design_says_it_moved() -> None:
    assert TECHNIQUES["18"]["T1578"].tactics == ("TA0005",)
    assert TECHNIQUES["19"]["T1578"].tactics == ("TA0112",)
    assert "T1562.001" not in TECHNIQUES["19"]
    assert "T1685" not in TECHNIQUES["18"]


def test_a_sub_technique_has_a_page_below_its_technique() -> None:
    places = [AttackMapping(version="18", tactic="TA0005", technique=id_) for id_ in ("T1562.001", "T1530")]

    assert [place.url for place in places] == [
        "https://attack.mitre.org/techniques/T1562/001/",
        "https://attack.mitre.org/techniques/T1530/",
    ]
