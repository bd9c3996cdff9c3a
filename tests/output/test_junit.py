"""Tests become JUnit XML that any pipeline can read."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from acrwatch.output.junit import as_junit
from acrwatch.output.result import Outcome, Suite

SUITES = [
    Suite(
        name="one",
        cases=(
            Outcome(name="fine"),
            Outcome(name="wrong", failure="at +5m\n  missing  <nil> & more"),
            Outcome(name="not known", unknown="the engine refuses it"),
        ),
    ),
    Suite(name="two", cases=(Outcome(name="fine"),)),
]


def test_a_suite_for_each_with_failures_and_errors_told_apart() -> None:
    assert as_junit(SUITES) == (
        '<testsuites name="acrwatch" tests="4" failures="1" errors="1">\n'
        '  <testsuite name="one" tests="3" failures="1" errors="1">\n'
        '    <testcase classname="one" name="fine" />\n'
        '    <testcase classname="one" name="wrong">\n'
        '      <failure message="at +5m">at +5m\n  missing  &lt;nil&gt; &amp; more</failure>\n'
        "    </testcase>\n"
        '    <testcase classname="one" name="not known">\n'
        '      <error message="the engine refuses it">the engine refuses it</error>\n'
        "    </testcase>\n"
        "  </testsuite>\n"
        '  <testsuite name="two" tests="1" failures="0" errors="0">\n'
        '    <testcase classname="two" name="fine" />\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


@given(st.text(), st.text())
def test_any_text_gives_xml_that_can_be_read(name: str, said: str) -> None:
    """Control characters and halves of pairs among it, which XML cannot hold."""
    text = as_junit([Suite(name=name, cases=(Outcome(name=name, failure=said),))])

    root = ET.fromstring(text.encode("utf-8"))  # noqa: S314  # our own
    assert root.get("failures") == "1"


def test_nothing_tested_is_a_document_too() -> None:
    assert ET.fromstring(as_junit([])).get("tests") == "0"  # noqa: S314  # our own
