"""The report of a rehearsal says all that was found, once and escaped; how it behaves is tested in a browser."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.output.rehearsal_html import as_html
from acrwatch.output.report.markup import el
from acrwatch.output.report.selection import DETAILED_MAX, LISTED_MAX
from acrwatch.output.report.words import cut
from acrwatch.output.visible import visible
from acrwatch.rehearsal.rehearse import rehearse
from tests.output import rehearsals
from tests.output.pages import Element, parsed
from tests.rehearsal.rules import at, pull, stack_with

KINDS = ("day", "quiet", "hostile", "muted")


@cache
def page(kind: str) -> Element:
    """The report of one of our rehearsals."""
    return parsed(as_html(getattr(rehearsals, kind)()))


def opened(page: Element, number: int) -> Element:
    """One alert of a page."""
    return page.one("li", id=f"alert-{number}")


def facts(element: Element) -> dict[str, str]:
    """Names and values in an element."""
    return {one.one("dt").text: one.one("dd").text for one in element.all("div") if len(one.all("dt")) == 1}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_asks_for_nothing_else(kind: str) -> None:
    """No address of a style, script, picture or frame, and a policy that would refuse it."""
    found = page(kind)
    policy = found.one("meta", http_equiv="Content-Security-Policy").attributes["content"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert [each.tag for tag in ("img", "iframe", "object", "embed", "form", "base") for each in found.all(tag)] == []
    assert all("src" not in script.attributes for script in found.all("script"))
    assert [link.attributes for link in found.all("link")] == [{"rel": "icon", "href": "data:,"}]
    assert all(link.attributes["href"].startswith("#") for link in found.all("a"))


def test_the_policy_allows_the_style_and_the_script_of_the_page() -> None:
    """By hash, so that nothing that got in by an error would run."""
    found = page("day")
    policy = found.one("meta", http_equiv="Content-Security-Policy").attributes["content"]

    for tag in ("style", "script"):
        (content,) = found.one(tag).children
        assert isinstance(content, str)
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("kind", [*KINDS, "flood"])
def test_every_link_leads_to_a_place_of_the_page(kind: str) -> None:
    """Ids stand once, and each link has its target."""
    html = as_html(getattr(rehearsals, kind)())
    ids = re.findall(r'\sid="([^"]*)"', html)

    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in re.findall(r'\shref="(#[^"]*)"', html)} <= set(ids)


def test_the_head_has_the_verdict_and_the_period() -> None:
    header = page("day").one("header")

    assert header.one("h1").text == "5 alerts from 5 of 5 rules"
    assert "Complete 2026-01-15 00:00 to 2026-01-16 00:00 UTC (1d)" in header.text


def test_a_partial_rehearsal_says_so_and_why() -> None:
    """All reasons, ahead of everything else."""
    header = page("quiet").one("header")
    reasons = [item.text for item in header.all("li")]

    assert header.one("span", class_="state").text == "Partial"
    assert [reason.partition(":")[0] for reason in reasons] == [
        "It was interrupted",
        "azurerm_monitor_scheduled_query_rules_alert_v2.pulls could not be evaluated to the end",
        "Of the stack could not be read",
        "Of the log is missing",
        "7 records of the log could not be read.",
    ]


def test_no_alert_is_an_answer_too() -> None:
    found = page("quiet")

    assert found.one("h1").text == "No alert, 1 rule"
    assert "No alert fired." in found.one("section", id="alerts").text


def test_an_alert_has_all_that_a_reviewer_asks_of_it() -> None:
    """Dimensions, measure against threshold, times, rows of the result and of the log, the way to the query."""
    found = opened(page("day"), 2)
    told = facts(found)

    assert told["Measured"] == "Images 41 (fires at Images >= 30)"
    assert (told["Fired"], told["Resolved"]) == ("2026-01-15 03:30", "2026-01-15 04:30")
    assert told["First log row to alert"] == "10m"
    assert (told["Registry"], told["Identity"]) == ("contoso", "former-contractor@example.com")
    assert (told["Images"], told["Repositories"]) == ("41", "9")
    assert "Log rows behind it (the first 20 of 41)" in found.text
    assert told["CallerIpAddress"] == "198.51.100.7"
    assert len(found.one("table").one("tbody").all("tr")) == 20
    assert "#rule-1" in {link.attributes["href"] for link in found.all("a")}


def test_the_first_alert_of_a_rule_shows_its_payload_but_for_the_ends_of_links() -> None:
    """It is what a receiver would be developed against; that links are cut is said."""
    sent = rehearsals.day().alerts[1].notifications[0].payload
    found = opened(page("day"), 2)
    (shown, _) = found.all("pre", class_="json")
    told = json.loads("".join(map(str, shown.children)))
    (condition,) = sent["data"]["alertContext"]["condition"]["allOf"]
    (cut,) = told["data"]["alertContext"]["condition"]["allOf"]

    assert all(condition[name].startswith(cut[name][:120]) for name in condition if name.startswith("linkTo"))
    told["data"]["alertContext"]["condition"]["allOf"] = [
        {name: condition[name] if name.startswith("linkTo") else value for name, value in cut.items()}
    ]
    assert told == sent
    assert "Links are cut; the JSON output has them." in found.text


def test_a_later_payload_of_a_rule_says_how_much_of_a_text_is_cut() -> None:
    """Without that a query in it could be taken for the whole one."""
    found = opened(parsed(as_html(rehearsals.flood())), 2)
    told = json.loads("".join(map(str, found.all("pre", class_="json")[0].children)))

    assert re.search(
        r" \N{HORIZONTAL ELLIPSIS} \(and [\d,]+ more characters\)$",
        told["data"]["alertContext"]["condition"]["allOf"][0]["searchQuery"],
    )


@pytest.mark.parametrize(("length", "shown"), [(10, 10), (37, 37), (38, 10)])
def test_a_text_is_cut_where_that_spares_room(length: int, shown: int) -> None:
    found = cut("x" * length, 10)

    assert found.count("x") == shown
    assert ("(and 28 more characters)" in found) == (length > shown)


def test_a_resolution_that_is_kept_quiet_names_the_rule_that_did_it() -> None:
    found = opened(page("day"), 1)
    fired, resolved = found.all("div", class_="notification")

    assert "Told: acrwatch-people (1 receiver: email team@example.com) since the alert rule names it" in fired.text
    assert "Not told: acrwatch-people" in resolved.text
    assert "acrwatch-image_vulnerability_scan_disabled-resolved" in resolved.text


def test_a_muted_alert_tells_nobody_and_says_why() -> None:
    found = page("muted")
    muted = [opened(found, number).one("span", class_="who").text for number in range(1, 8)]

    assert muted[:3] == ["→ team", "→ muted", "→ team"]
    assert "Nobody is told : muted by an earlier alert of the same combination" in opened(found, 2).text


def test_a_rule_shows_the_tuning_in_force_and_the_query() -> None:
    """The `let` statements that stand ahead of the detection's own text."""
    found = next(rule for rule in page("day").all("section", class_="rule") if "images_deleted" in rule.one("h3").text)
    tuning, query = (pre.text for pre in found.all("pre", class_="kql"))

    assert tuning.startswith("let min_images = 1; let count_untags = true;")
    assert tuning.endswith("};")
    assert "purge-task@example" in tuning
    assert query.startswith(tuning)
    assert "summarize" in query


def test_a_rule_of_others_has_a_query_and_no_tuning() -> None:
    assert [pre.attributes["class"] for pre in page("muted").one("section", class_="rule").all("pre")] == ["kql"]


def test_rules_can_be_compared() -> None:
    """Evaluations, alerts, series, noise, delay and price of each in one line."""
    table = page("day").one("table", class_="compared")
    lines = [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in table.one("tbody").all("tr")]

    assert ["excessive_images_pulled", "1", "1", "1", "289", "10m", "1.50", ""] in lines
    assert len(lines) == 5


def test_a_limit_and_an_unknown_rule_stand_out() -> None:
    found = page("quiet").one("section", class_="rule")

    assert "Limit of Azure hit: 300 alerts of a stateful rule at one evaluation" in found.text
    assert "Not known: the query has <script>" in found.text


def test_the_log_says_what_could_not_be_read() -> None:
    log = page("quiet").one("section", id="log").text

    assert "7 records could not be read" in log
    assert "Shown here: the first 1 of 7." in log


def test_the_timeline_has_a_lane_for_each_rule_and_bars_for_each_table() -> None:
    found = page("day").one("section", id="timeline")
    names = [name.text for kind in ("span", "a") for name in found.all(kind, class_="name")]

    assert names[:2] == ["Container Registry Repository Events", "Azure Activity"]
    assert len(names) == 7
    assert sorted(link.attributes["href"] for link in found.all("a") if link.all("rect", class_="area")) == [
        f"#alert-{number}" for number in range(1, 6)
    ]


def test_alerts_that_fired_together_lie_below_each_other_each_with_a_link_of_its_own() -> None:
    """Only what finds no room on the fourth row shares a link, which says how many they are."""
    found = rehearse(stack_with(), [pull(0, Identity=f"id-{number}") for number in range(6)], end=at(300))
    timeline = parsed(as_html(found)).one("section", id="timeline")
    links = [link for link in timeline.all("a") if link.all("rect", class_="area")]

    assert [link.attributes["href"] for link in links] == ["#alert-1", "#alert-2", "#alert-3", "#alert-4"]
    assert [link.attributes["aria-label"] for link in links[1:]] == [
        "pulls: 1 alert fired at 2026-01-15 00:00 (id-1)",
        "pulls: 1 alert fired at 2026-01-15 00:00 (id-2)",
        "pulls: 3 alerts fired at 2026-01-15 00:00",
    ]


def test_what_was_not_played_is_marked_and_no_alert_is_open_there() -> None:
    """An interrupted rehearsal knows nothing of what came after."""
    found = replace(rehearse(stack_with(), [pull(0)], end=at(50)), interrupted=at(25))
    timeline = parsed(as_html(found)).one("section", id="timeline")
    (unplayed,), (open_,) = (timeline.all("rect", class_=kind) for kind in ("unplayed", "open"))

    assert "not played" in timeline.one("p", class_="legend").text
    assert (unplayed.attributes["x"], unplayed.attributes["width"]) == ("50%", "50%")
    assert (open_.attributes["x"], open_.attributes["width"]) == ("0%", "50%")


def test_an_alert_without_state_is_never_open() -> None:
    assert page("muted").all("rect", class_="open") == []


def test_the_chance_it_was_played_with_is_told() -> None:
    found = rehearse(stack_with(), [pull(0)], end=at(30), jitter=timedelta(minutes=2), skip=0.1, seed=7)

    said = parsed(as_html(found)).one("section", id="assumptions").text

    assert "up to 2m late, and 10% of them are skipped, by chance with the seed 7" in said


def test_five_thousand_alerts_of_one_rule_do_not_hide_the_only_one_of_another() -> None:
    """The page holds some of them, and says what it leaves out."""
    html = as_html(rehearsals.flood())
    found = parsed(html).one("section", id="alerts")
    listed = found.one("ol", class_="alerts").children

    assert len(html) < 4_000_000
    assert len(listed) == LISTED_MAX
    assert len([one for one in listed if isinstance(one, Element) and one.all("summary")]) == DETAILED_MAX
    assert opened(found, 5001).all("summary")
    assert "5,001 alerts fired. 100 of them can be opened" in found.text
    assert "Not listed here: 4,001 alerts." in found.one("p", id="more").text


def test_a_period_without_length_can_be_drawn() -> None:
    """One evaluation is a rehearsal too."""
    found = rehearse(stack_with(), [pull(0)], start=at(0), end=at(0))

    assert parsed(as_html(found)).one("h1").text == "1 alert from 1 of 1 rule"


def test_a_rehearsal_without_rules_rows_and_dimensions_can_be_shown() -> None:
    """A stack whose rules cannot be read, and an empty log."""
    empty = rehearse(stack_with({"threshold": 9}), [], start=at(0), end=at(5))

    assert "No rule of the stack could be read." in parsed(as_html(replace(empty, rules=()))).text
    assert "The log has no rows." in parsed(as_html(empty)).text


def test_hostile_texts_are_shown_and_nothing_more() -> None:
    """They reach the reader as the log has them, but for what no eye can see."""
    html = as_html(rehearsals.hostile())
    found = parsed(html)

    assert all(alert.behind is not None for alert in rehearsals.hostile().alerts)
    assert len(found.all("script")) == 1
    assert found.all("b") == found.all("img") == []
    assert {name for element in _elements(found) for name in element.attributes if name.startswith("on")} == set()
    for text in (rehearsals.SCRIPT, rehearsals.IMAGE, rehearsals.CLOSING):
        assert " ".join(text.split()) in found.text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in html
    assert "team/⟨U+202E⟩gpj.exe⟨U+200E⟩⟨U+0000⟩" in found.text
    assert "half a pair ⟨U+D800⟩" in found.text
    html.encode("utf-8")


def _elements(element: Element) -> list[Element]:
    children = [child for child in element.children if isinstance(child, Element)]
    return [each for child in children for each in (child, *_elements(child))]


@given(st.text(), st.text())
def test_any_text_is_one_text_and_one_attribute(content: str, title: str) -> None:
    """Whatever stands in it, no element is made of it."""
    html = el("p", content, title=title)

    (found,) = parsed(html).children

    assert isinstance(found, Element)
    assert found.attributes == {"title": visible(title)}
    assert "".join(map(str, found.children)) == visible(content)
    html.encode("utf-8")


def test_the_same_rehearsal_gives_the_same_page() -> None:
    """No moment of writing is in it, so that two reports can be compared."""
    assert as_html(rehearsals.muted()) == as_html(rehearsals.muted())
