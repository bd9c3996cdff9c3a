"""What Slack refuses is named with its place, also what its own models let through, and text cannot act unseen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.workflow.bodies.block_kit import mrkdwn_texts, outside_code, problems
from tests.payloads import HOSTILE_TEXTS
from tests.workflow.bodies.judges import slack_sdk_complaints

Message = dict[str, Any]


def plain(text: object = "x", **more: object) -> Message:
    """A text without markup."""
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: object = "x", **more: object) -> Message:
    """A text with markup."""
    return {"type": "mrkdwn", "text": text, **more}


def section(**more: object) -> Message:
    """A section."""
    return {"type": "section", **more}


def context(*elements: object) -> Message:
    """A line of small texts."""
    return {"type": "context", "elements": list(elements)}


def button(text: object = "Open", **more: object) -> Message:
    """A button."""
    return {"type": "button", "text": plain(text), **more}


def actions(*buttons: object) -> Message:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def header(text: object = "x") -> Message:
    """A title."""
    return {"type": "header", "text": plain(text)}


def message(*blocks: object) -> Message:
    """A message of some blocks."""
    return {"text": "x", "blocks": list(blocks)}


def url(length: int) -> str:
    """An address of a length."""
    return "https://example.com/".ljust(length, "x")


FULL = {
    "text": "Sev2: <https://example.com/|many images> pulled &amp; more",
    "attachments": [
        {
            "color": "#a30200",
            "fallback": "x",
            "blocks": [
                header("x" * 150),
                section(text=mrkdwn("x" * 3000, verbatim=True), fields=[mrkdwn("x" * 2000)] * 10),
                section(text=plain(emoji=False), accessory=button(url=url(3000)), expand=True, block_id="b" * 255),
                {"type": "divider"},
                context(*[mrkdwn("x" * 3000)] * 10),
                actions(
                    *[button("x" * 75, url=url(3000), value="v" * 2000, style="danger")] * 24,
                    button(action_id="a" * 255, style="primary", accessibility_label="l" * 75),
                ),
            ],
        }
    ],
}

RIGHT: dict[str, Message] = {
    "a text alone": {"text": "x"},
    "all that there may be": FULL,
    "fifty blocks": message(*[{"type": "divider"}] * 50),
    "ids that differ": message(actions(button(action_id="a"), button(action_id="b"))),
    "code with marks in it": message(section(text=mrkdwn("`*&lt;b&gt;*` and `_`"))),
}

WRONG: list[tuple[object, str, str]] = [
    ([], "", "no object"),
    ({}, "", "text is missing"),
    ({"text": ""}, "text", "empty"),
    ({"text": " \n"}, "text", "empty"),
    ({"text": "x" * 3001}, "text", "3001"),
    ({"text": "🐳" * 1501}, "text", "3002"),
    ({"text": None}, "text", "no text"),
    ({"text": "<!channel>"}, "text", "mention"),
    ({"text": "x", "channel": "y"}, "channel", "no 'channel'"),
    (message(), "blocks", "1 to 50"),
    (message(*[{"type": "divider"}] * 51), "", "51 blocks"),
    ({"text": "x", "blocks": {}}, "blocks", "no list"),
    ({"text": "x", "attachments": {}}, "attachments", "no list"),
    ({"text": "x", "attachments": 5}, "attachments", "no list"),
    ({"text": "x", "attachments": []}, "attachments", "at least 1"),
    ({"text": "x", "attachments": [{"color": "red", "blocks": [header()]}]}, "attachments[0].color", "no colour"),
    ({"text": "x", "attachments": [{"color": "good"}]}, "attachments[0]", "blocks is missing"),
    ({"text": "x", "attachments": [{"blocks": []}]}, "attachments[0].blocks", "1 to 50"),
    ({"text": "x", "attachments": [{"blocks": [header("")]}]}, "attachments[0].blocks[0].text.text", "empty"),
    ({"text": "x", "attachments": [{"blocks": [header()], "text": "x"}]}, "attachments[0].text", "no 'text'"),
    ({"text": "x", "attachments": [{"blocks": [{"type": "divider"}] * 26}] * 2}, "", "52 blocks"),
    (message({"type": "unknown"}), "blocks[0].type", "section"),
    (message({}), "blocks[0].type", "section"),
    (message("x"), "blocks[0]", "section"),
    (message({"type": "divider", "text": "x"}), "blocks[0].text", "no 'text'"),
    (message({"type": "divider", "block_id": "x" * 256}), "blocks[0].block_id", "256"),
    (message(*[{"type": "divider", "block_id": "x"}] * 2), "", "block_id 'x'"),
    (message(section()), "blocks[0]", "text or fields"),
    (message(section(text="x")), "blocks[0].text", "no object"),
    (message(section(text={"type": "mrkdwn"})), "blocks[0].text", "text is missing"),
    (message(section(text={"type": "markdown", "text": "x"})), "blocks[0].text.type", "mrkdwn"),
    (message(section(text=mrkdwn(""))), "blocks[0].text.text", "empty"),
    (message(section(text=mrkdwn("x" * 3001))), "blocks[0].text.text", "3001"),
    (message(section(text=mrkdwn(5))), "blocks[0].text.text", "no text"),
    (message(section(text=mrkdwn(emoji=True))), "blocks[0].text.emoji", "only plain_text"),
    (message(section(text=plain(verbatim=True))), "blocks[0].text.verbatim", "only mrkdwn"),
    (message(section(text=mrkdwn(verbatim="true"))), "blocks[0].text.verbatim", "true nor false"),
    (message(section(fields=[])), "blocks[0].fields", "1 to 10"),
    (message(section(fields=[mrkdwn()] * 11)), "blocks[0].fields", "1 to 10"),
    (message(section(fields=[mrkdwn("x" * 2001)])), "blocks[0].fields[0].text", "2001"),
    (message(section(fields=[mrkdwn(), mrkdwn("")])), "blocks[0].fields[1].text", "empty"),
    (message(section(text=mrkdwn(), accessory={"type": "image"})), "blocks[0].accessory.type", "button"),
    (message(section(text=mrkdwn(), expand=1)), "blocks[0].expand", "true nor false"),
    (message({"type": "header"}), "blocks[0]", "text is missing"),
    (message({"type": "header", "text": mrkdwn()}), "blocks[0].text.type", "plain_text"),
    (message(header("x" * 151)), "blocks[0].text.text", "151"),
    (message(header("")), "blocks[0].text.text", "empty"),
    (message(context()), "blocks[0].elements", "1 to 10"),
    (message(context(*[mrkdwn()] * 11)), "blocks[0].elements", "1 to 10"),
    (message(context(mrkdwn("x" * 3001))), "blocks[0].elements[0].text", "3001"),
    (message(actions()), "blocks[0].elements", "1 to 25"),
    (message(actions(*[button()] * 26)), "blocks[0].elements", "1 to 25"),
    (message(actions(button("x" * 76))), "blocks[0].elements[0].text.text", "76"),
    (message(actions({"type": "button", "text": mrkdwn()})), "blocks[0].elements[0].text.type", "plain_text"),
    (message(actions({"type": "button"})), "blocks[0].elements[0]", "text is missing"),
    (message(actions({"type": "datepicker", "text": plain()})), "blocks[0].elements[0].type", "button"),
    (message(actions(button(url=url(3001)))), "blocks[0].elements[0].url", "3001"),
    (message(actions(button(url=""))), "blocks[0].elements[0].url", "empty"),
    (message(actions(button(url="example.com"))), "blocks[0].elements[0].url", "https://"),
    (message(actions(button(url="http://example.com/"))), "blocks[0].elements[0].url", "https://"),
    (message(actions(button(url="javascript:alert(1)"))), "blocks[0].elements[0].url", "https://"),
    (message(actions(button(url="https://example.com/a b"))), "blocks[0].elements[0].url", "https://"),
    (message(actions(button(url="https://portal.azure.com@example.com/"))), "blocks[0].elements[0].url", "https://"),
    (message(actions(button(url=None))), "blocks[0].elements[0].url", "no text"),
    (message(actions(button(value="v" * 2001))), "blocks[0].elements[0].value", "2001"),
    (message(actions(button(style="warning"))), "blocks[0].elements[0].style", "danger"),
    (message(actions(button(action_id="a" * 256))), "blocks[0].elements[0].action_id", "256"),
    (message(actions(button(action_id="a"), button(action_id="a"))), "", "action_id 'a'"),
    (message(actions(button(link="x"))), "blocks[0].elements[0].link", "no 'link'"),
    (message(section(text=mrkdwn("<!here>"))), "blocks[0].text.text", "mention"),
    (message(section(text=mrkdwn("`<@U00000000>`"))), "blocks[0].text.text", "mention"),
    (message(section(text=mrkdwn("<#C00000000|x>"))), "blocks[0].text.text", "mention"),
    (message(section(text=mrkdwn("<!subteam^S0>"))), "blocks[0].text.text", "mention"),
    (message(section(text=mrkdwn("<javascript:alert(1)|x>"))), "blocks[0].text.text", "no link"),
    (message(section(text=mrkdwn("a < b"))), "blocks[0].text.text", "&lt;"),
    (message(section(text=mrkdwn("a > b"))), "blocks[0].text.text", "&gt;"),
    (message(section(text=mrkdwn("a & b"))), "blocks[0].text.text", "&amp;"),
    (message(section(text=mrkdwn("a &copy; b"))), "blocks[0].text.text", "&amp;"),
    (message(section(text=mrkdwn("<https://example.com/|a|b>"))), "blocks[0].text.text", "no link"),
    (message(section(text=mrkdwn("<https://example.com/|a<!here>"))), "blocks[0].text.text", "mention"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_message_has_no_problem_for_anybody(name: str) -> None:
    """At the limits, not beyond."""
    assert problems(RIGHT[name]) == []
    assert slack_sdk_complaints(RIGHT[name]) == []


@pytest.mark.parametrize(("wrong", "place", "said"), WRONG)
def test_what_slack_refuses_is_named_with_its_place(wrong: object, place: str, said: str) -> None:
    """Slack itself answers `invalid_blocks`, and nobody reads that."""
    found = [(problem.place, problem.message) for problem in problems(wrong)]

    assert any(where == place and said in text for where, text in found), found


BLOCKS = st.one_of(
    st.builds(header, st.text(max_size=200)),
    st.builds(
        lambda text, fields: section(text=mrkdwn(text), fields=fields),
        st.text(),
        st.lists(st.builds(mrkdwn, st.text()), max_size=12),
    ),
    st.builds(lambda texts: context(*map(plain, texts)), st.lists(st.text(), max_size=12)),
    st.builds(
        lambda label, link: actions(button(label, url=link)), st.text(max_size=90), st.integers(2990, 3010).map(url)
    ),
    st.builds(lambda count: actions(*[button()] * count), st.integers(0, 30)),
)


@given(st.lists(BLOCKS, min_size=1, max_size=4))
def test_what_slacks_models_refuse_is_a_problem_here(blocks: list[Message]) -> None:
    """Our rules are no laxer than theirs."""
    value = message(*blocks)

    assert problems(value) or not slack_sdk_complaints(value)


@given(HOSTILE_TEXTS)
def test_escaped_text_in_code_is_never_a_problem_and_never_outside(text: str) -> None:
    """This is how a value from a log is shown: cut, escaped, in a code span that it cannot close."""
    inside = " ".join(text.replace("`", "'").split()) or "-"
    escaped = inside.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert problems(message(section(text=mrkdwn(f"Image: `{escaped}`", verbatim=True)))) == []
    assert outside_code(f"Image: `{escaped}`!") == "Image: !"


MENTIONS = st.sampled_from(["<!channel>", "<!here|x>", "<@U00000000>", "<#C00000000>", "<x", "<>"])


@given(HOSTILE_TEXTS, MENTIONS, HOSTILE_TEXTS)
def test_a_mention_that_was_not_escaped_is_a_problem_whatever_is_around_it(
    before: str, mention: str, after: str
) -> None:
    """A template that forgets to escape is found by any payload with such a text in it."""
    assert problems(message(section(text=mrkdwn(f"{before} {mention} {after}"))))


def test_the_texts_in_which_markup_acts_are_found_wherever_they_are() -> None:
    """So that a test of a template can look at each of them."""
    paths = [path for path, _ in mrkdwn_texts(FULL)]

    assert paths[:2] == [("text",), ("attachments", 0, "blocks", 1, "text", "text")]
    assert len(paths) == 1 + 1 + 10 + 10


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["x", "section", "mrkdwn", "button"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "blocks", "elements", "fields", "attachments"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(ANY_JSON)
def test_any_json_is_looked_at_without_a_crash(value: object) -> None:
    """A user's own template makes what it makes."""
    assert all(problem.message for problem in problems(value))
