"""Results as JUnit XML, which pipelines show as tests.

A test that could not be run is an error there, and one that found something a failure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from acrwatch.output.result import Outcome, Suite

# What XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(suites: Sequence[Suite]) -> str:
    """The tests as one XML document.

    Args:
        suites: what was tested.
    """
    root = ET.Element("testsuites", {"name": "acrwatch", **_counts([case for suite in suites for case in suite.cases])})
    for suite in suites:
        element = ET.SubElement(root, "testsuite", {"name": _xml(suite.name), **_counts(suite.cases)})
        for case in suite.cases:
            test = ET.SubElement(element, "testcase", classname=_xml(suite.name), name=_xml(case.name))
            for tag, said in (("failure", case.failure), ("error", case.unknown)):
                if said is not None:
                    ET.SubElement(test, tag, message=_xml(said.partition("\n")[0])).text = _xml(said)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _counts(cases: Sequence[Outcome]) -> dict[str, str]:
    failures = sum(case.failure is not None for case in cases)
    errors = sum(case.unknown is not None and case.failure is None for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
