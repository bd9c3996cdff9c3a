"""The picture of a message is one page that loads nothing, and in which nothing from a log acts."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Browser, Route, sync_playwright

from acrwatch.output.preview.html import as_page
from acrwatch.output.preview.picture import Links, Picture
from acrwatch.output.preview.slack import slack_picture
from acrwatch.output.preview.teams import teams_picture
from acrwatch.synthesised import MessageTarget
from tests import needs
from tests.notifications.sending import SLACK, TEAMS, odd_alerts, own, ran, sent
from tests.output.pages import Element, parsed
from tests.output.rehearsals import HOSTILE
from tests.payloads import Payload

ADDRESS = "http://message.example.com/"
AXE = Path(needs.NPM).parent / "axe-core" / "axe.min.js"
TAGS = {
    *("html", "head", "meta", "link", "title", "style", "body", "main", "article", "div", "p", "b", "span"),
    *("h1", "dl", "dt", "dd", "a", "svg", "circle", "rect", "path"),
}
DRAWN = {MessageTarget.SLACK: (SLACK, slack_picture), MessageTarget.TEAMS: (TEAMS, teams_picture)}


def picture(target: MessageTarget, alert: Payload) -> Picture:
    receiver, draw = DRAWN[target]
    return draw(sent(receiver, alert))


def hostile() -> Payload:
    """An alert in which every text that somebody may choose wants the page to do their work."""
    names = ("Registry", "Repository", "Identity", "CallerIpAddress", "Client", "Operation")
    return own(dict(zip(names, HOSTILE, strict=True)), properties={"title": HOSTILE[1], "meaning": HOSTILE[0]})


def elements(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element):
            yield child
            yield from elements(child)


@pytest.mark.parametrize("target", DRAWN)
def test_the_page_allows_its_own_style_and_nothing_else(target: MessageTarget) -> None:
    page = parsed(as_page(picture(target, own()), target))
    (style,) = page.all("style")
    (policy,) = page.all("meta", http_equiv="Content-Security-Policy")
    content = "".join(child for child in style.children if isinstance(child, str))
    hashed = b64encode(sha256(content.encode()).digest()).decode()

    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{hashed}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"@import|url\(", content)


@given(odd_alerts())
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_payload_adds_an_element_or_an_address(alert: Payload) -> None:
    """Nor an attribute that would run; links lead to https alone."""
    for target, (receiver, draw) in DRAWN.items():
        for delivery in ran(receiver, alert).deliveries:
            found = list(elements(parsed(as_page(draw(delivery.request().json()), target))))
            attributes = {name for one in found for name in one.attributes}
            assert {one.tag for one in found} <= TAGS
            assert not [name for name in attributes if name.startswith("on") or name in ("style", "src")]
            assert all(one.attributes["href"].startswith("https://") for one in found if one.tag == "a")


def test_an_address_of_another_kind_is_no_link() -> None:
    odd = replace(picture(MessageTarget.SLACK, own()), parts=(Links((("Go", "javascript:alert(1)"),)),))

    page = parsed(as_page(odd, MessageTarget.SLACK))

    assert page.all("a") == []
    assert page.one("span", class_="dead").text == "Go"


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is no colour"):
        as_page(replace(picture(MessageTarget.SLACK, own()), colour="red; } * { x"), MessageTarget.SLACK)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which the package does not bring."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=needs.CHROMIUM)
        yield launched
        launched.close()


@needs.browser()
@pytest.mark.parametrize("width", [390, 800])
@pytest.mark.parametrize("kind", ["ordinary", "resolved", "hostile"])
@pytest.mark.parametrize("target", DRAWN)
def test_in_a_browser_nothing_acts_and_nothing_is_cut(
    browser: Browser, target: MessageTarget, kind: str, width: int
) -> None:
    """No request, a quiet console, no script, the style in force, nothing wider than the page."""
    alert = {
        "ordinary": own(),
        "resolved": own(essentials={"monitorCondition": "Resolved"}),
        "hostile": hostile(),
    }[kind]
    html = as_page(picture(target, alert), target)
    asked: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900})

    def answer(route: Route) -> None:
        if route.request.url == ADDRESS:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            asked.append(route.request.url[:200])
            route.abort()

    page.route("**/*", answer)
    page.on("console", lambda message: asked.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: asked.append(f"error: {error}"))
    page.goto(ADDRESS)

    assert "Sev2" in page.title() or "Resolved" in page.title()
    assert page.locator("#owned, img, script").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('article')).display") == "flex"
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert asked == []
    page.close()


@needs.browser()
@needs.npm_package("axe-core")
@pytest.mark.parametrize("target", DRAWN)
def test_everybody_can_read_it(browser: Browser, target: MessageTarget) -> None:
    """WCAG at level AA as far as axe can tell."""
    page = browser.new_page(bypass_csp=True)
    page.set_content(as_page(picture(target, own()), target))
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")

    assert [(one["id"], [node["failureSummary"] for node in one["nodes"][:3]]) for one in found["violations"]] == []
    page.close()
