"""The messages of a whole rehearsal are built, counted, and what would not arrive is a finding."""

from dataclasses import replace

from acrwatch.errors import ExitCode
from acrwatch.output.rehearsal import Rehearsed
from acrwatch.output.rehearsal_html import as_html
from acrwatch.output.table import as_table
from acrwatch.rehearsal.messages import SHOWN, Messages, build_messages
from acrwatch.synthesised import Workflow
from tests.output.pages import parsed
from tests.rehearsal import notified
from tests.rehearsal.rules import at, pull, stack_with


def test_every_message_that_somebody_is_told_is_built_once() -> None:
    """Six alerts, two of them bursts whose end is told; the webhook wants none of these."""
    done: list[tuple[int, int]] = []

    found = build_messages(notified.rehearsal().alerts, lambda *now: done.append(now))

    assert found is not None
    assert (found.failures, found.unknown) == ((), ())
    assert sorted(found.built.values()) == [6, 8, 8, 8]
    assert done[-1] == (32, 32)


def test_a_rehearsal_without_such_receivers_has_no_messages() -> None:
    from acrwatch.rehearsal.rehearse import rehearse

    found = rehearse(stack_with(), [pull(8)], start=at(0), end=at(400))

    assert found.alerts
    assert build_messages(found.alerts) is None


def test_a_message_that_would_not_arrive_is_a_finding_everywhere() -> None:
    messages = build_messages([notified.through(one, notified.broken) for one in notified.rehearsal().alerts])
    assert messages is not None
    rehearsed = Rehearsed(rehearsal=notified.rehearsal(), messages=messages)

    table = as_table(rehearsed, terminal=False)

    assert rehearsed.exit_code is ExitCode.FINDINGS
    assert len(messages.failures) == 30
    assert "forced_repository_deleted {Registry: contoso, Repository: team/web" in " ".join(messages.failures)
    assert "the message for JSON webhook cannot be built" in table
    assert f"! and {30 - SHOWN} more" in table
    assert "30 messages would not arrive" in table
    assert rehearsed.data()["messages"] == messages.data()
    (suite,) = [one for one in rehearsed.tests() if one.name == "messages"]
    assert suite.cases[0].failure == "\n".join(messages.failures)
    page = parsed(as_html(notified.rehearsal(), messages))
    lines = [line.text for line in page.one("section", id="messages").all("li")]
    assert len(lines) == 30
    assert any("the message for JSON webhook cannot be built" in line for line in lines)
    assert "messages that would not arrive 30" in page.one("header").text


def test_a_message_of_which_nothing_can_be_said_is_unknown() -> None:
    def unreadable(workflow: Workflow) -> Workflow:
        return replace(workflow, definition={})

    messages = build_messages([notified.through(one, unreadable) for one in notified.rehearsal().alerts])

    assert messages is not None
    assert messages.failures == ()
    assert len(messages.unknown) == 32
    assert Rehearsed(rehearsal=notified.rehearsal(), messages=messages).exit_code is ExitCode.UNKNOWN
    page = parsed(as_html(notified.rehearsal(), messages))
    assert len(page.one("section", id="messages").all("li")) == 32
    assert "Partial" in page.one("header").text
    assert "Whether 32 messages would arrive is not known." in page.one("header").text


def test_messages_that_are_fine_change_no_exit_code() -> None:
    fine = Messages(built={"Slack through the Logic App x": 3})

    assert Rehearsed(rehearsal=notified.rehearsal(), messages=fine).exit_code is ExitCode.FINE
    assert "3 built for Slack through the Logic App x" in fine.said()
    page = parsed(as_html(notified.rehearsal(), fine))
    assert "Slack through the Logic App x 3 messages built" in page.one("section", id="messages").text
    assert "Complete" in page.one("header").text


def test_a_page_without_messages_has_no_part_about_them() -> None:
    assert parsed(as_html(notified.rehearsal())).all("section", id="messages") == []


def test_messages_that_would_not_arrive_do_not_fill_the_page() -> None:
    """One broken Logic App may tell of every alert of a year."""
    many = Messages(built={"x": 0}, failures=tuple(f"message {number}" for number in range(5_000)))
    section = parsed(as_html(notified.rehearsal(), many)).one("section", id="messages")

    assert len(section.all("li")) == 100
    assert "the first 100 of 5,000" in section.text
