"""The report in a real browser: quiet console, no request, every width, keyboard, WCAG at level AA, paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from acrwatch.output.rehearsal_html import as_html
from tests import needs
from tests.output import rehearsals

pytestmark = needs.browser()

# A name that documentation may use; the page is given to the browser and never fetched.
ADDRESS = "http://report.example.com/"
PHONE, DESK, PAPER = 390, 1280, 718
AXE = Path(needs.NPM).parent / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
KINDS = ("day", "quiet", "hostile", "muted")
Scheme = Literal["light", "dark"]

# What is wider than it may be: beyond the page, unless it lies in something that scrolls on its own.
TOO_WIDE = """() => Array.from(document.querySelectorAll("body *"))
  .filter((one) => one.closest(".scroll table") === null && !one.matches(".skip, .skip *"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.tagName} ${one.textContent.slice(0, 60)}`)"""
# What a sheet of paper would cut off: hidden text, and boxes that may be smaller than what is in them.
CUT = """() => Array.from(document.querySelectorAll("main *, header *")).filter((one) => {
    if (one.closest("svg, .tools") !== null) return false;
    const style = getComputedStyle(one);
    const clipped = style.overflowX !== "visible" || style.overflowY !== "visible";
    const lost = !one.checkVisibility({ contentVisibilityAuto: true }) && one.textContent.trim() !== "";
    return clipped || lost || one.getBoundingClientRect().right > innerWidth + 1;
  }).map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 60)}`)"""
OPEN_ALL = 'document.querySelectorAll("details").forEach((one) => { one.open = true; })'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which the package does not bring."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=needs.CHROMIUM)
        yield launched
        launched.close()


class Show:
    """Shows reports, and keeps what the console says and what a page asks for.

    Args:
        browser: where.
    """

    def __init__(self, browser: Browser) -> None:
        self.said: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __call__(self, kind: str, *, width: int = DESK, scheme: Scheme = "light", script: bool = True) -> Page:
        """The page of one of our rehearsals."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        self._contexts.append(context)
        html = as_html(getattr(rehearsals, kind)())

        def answer(route: Route) -> None:
            if route.request.url.partition("#")[0] == ADDRESS:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            else:
                self.said.append(f"asked for {route.request.url[:200]}")
                route.abort()

        context.route("**/*", answer)
        page = context.new_page()
        page.on("console", lambda message: self.said.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.goto(ADDRESS)
        return page

    def close(self) -> None:
        """Close the pages."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """Fails the test when the console said anything or a page asked for anything."""
    shown = Show(browser)
    yield shown
    shown.close()
    assert shown.said == []


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_but_tables_on_their_own(show: Show, kind: str, width: int) -> None:
    """With everything open, and words that have no place to break."""
    page = show(kind, width=width)
    page.evaluate(OPEN_ALL)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(TOO_WIDE) == []


@needs.npm_package("axe-core")
@pytest.mark.parametrize(
    ("kind", "scheme", "width"),
    [
        *(("day", scheme, width) for scheme in ("light", "dark") for width in (PHONE, DESK)),
        *(("quiet", scheme, DESK) for scheme in ("light", "dark")),
        *(("hostile", scheme, PHONE) for scheme in ("light", "dark")),
        *(("muted", scheme, PHONE) for scheme in ("light", "dark")),
    ],
)
def test_everybody_can_use_it(show: Show, kind: str, scheme: Scheme, width: int) -> None:
    """WCAG 2.2 at level AA as far as axe can tell, with everything open."""
    page = show(kind, width=width, scheme=scheme)
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("(tags) => axe.run({ runOnly: tags })", LEVELS)

    assert [
        (one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"][:3]])
        for one in found["violations"]
    ] == []
    assert len(found["passes"]) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_paper_shows_everything(show: Show, kind: str) -> None:
    """What is folded on the screen is open on paper, no row is parted, and nothing is cut."""
    page = show(kind, width=PAPER)
    page.emulate_media(media="print")

    assert page.evaluate(CUT) == []
    parted = (
        'Array.from(document.querySelectorAll("tr")).filter((row) => getComputedStyle(row).breakInside !== "avoid")'
    )
    assert page.evaluate(f"{parted}.length") == 0


def test_paper_shows_everything_without_the_script(show: Show) -> None:
    """The style alone opens what is folded."""
    page = show("day", script=False)
    page.emulate_media(media="print")

    hidden = page.locator("details > :not(summary)").filter(visible=False)
    assert page.locator("details").count() > 10
    assert hidden.count() == 0


def test_printing_leaves_the_page_as_it_was(show: Show) -> None:
    page = show("day")
    page.locator("#alert-3 > details > summary").click()
    before = page.locator("details[open]").count()

    assert page.pdf(format="A4").startswith(b"%PDF")
    assert page.locator("details[open]").count() == before == 1


def test_the_keyboard_leads_from_the_timeline_to_the_alert_and_into_it(show: Show) -> None:
    """Tab to a mark, Enter to its alert, Enter again to close it."""
    page = show("day")
    mark = page.locator('svg a[href="#alert-2"]')
    for _ in range(20):
        page.keyboard.press("Tab")
        if mark.evaluate("(one) => one === document.activeElement"):
            break
    else:
        pytest.fail("the mark cannot be reached")

    page.keyboard.press("Enter")

    details = page.locator("#alert-2 > details")
    assert details.get_attribute("open") is not None
    assert details.locator("> summary").evaluate("(one) => one === document.activeElement")
    page.keyboard.press("Enter")
    assert details.get_attribute("open") is None


def test_every_mark_names_its_rule_and_time(show: Show) -> None:
    """For those who hear the page."""
    page = show("day")

    page.get_by_role("link", name="Excessive DCR Images Pulled: 1 alert fired at 2026-01-15 03:30").click()

    assert page.locator("#alert-2 > details").get_attribute("open") is not None


def test_the_way_to_the_alerts_is_short(show: Show) -> None:
    """One Tab and Enter, past the timeline."""
    page = show("day")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.locator("#filter").evaluate("(one) => one === document.activeElement")


def test_alerts_can_be_filtered_opened_and_closed(show: Show) -> None:
    """What is filtered out stays as it was, and how many are left is said aloud."""
    page = show("day")
    alerts = page.locator(".alerts > li")

    page.get_by_label("Filter alerts").fill("team/payments")
    assert alerts.filter(visible=True).count() == 1
    assert page.get_by_role("status").inner_text() == "1 of 5 shown"
    page.get_by_role("button", name="Open all").click()
    page.get_by_label("Filter alerts").fill("")

    assert alerts.filter(visible=True).count() == 5
    assert page.locator(".alerts > li > details[open]").count() == 1
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".alerts > li > details[open]").count() == 0


def test_a_link_to_an_alert_that_is_filtered_out_shows_it(show: Show) -> None:
    page = show("day")
    page.get_by_label("Filter alerts").fill("nothing has this")

    page.locator('svg a[href="#alert-4"]').click()

    assert page.locator("#alert-4").is_visible()


def test_without_a_script_all_can_be_read(show: Show) -> None:
    """What only the script does is not offered."""
    page = show("day", script=False)

    assert not page.locator("#tools").is_visible()
    page.locator("#alert-1 > details > summary").click()
    assert page.locator("#alert-1").get_by_role("heading", name="Dimensions").is_visible()


def test_hostile_texts_stay_texts(show: Show) -> None:
    """Nothing of them runs, and a person can read them."""
    page = show("hostile")
    title = page.title()
    page.evaluate(OPEN_ALL)

    assert title.startswith("6 alerts")
    assert page.locator("#owned, img").count() == 0
    assert page.get_by_text(rehearsals.SCRIPT).first.is_visible()


def test_a_text_that_got_in_as_markup_would_not_run(show: Show) -> None:
    """The second line of defence, if the first had a hole."""
    page = show("day")
    refused: list[str] = page.evaluate(
        """() => new Promise((resolve) => {
          const refused = (event) => resolve([event.effectiveDirective, document.title]);
          document.addEventListener("securitypolicyviolation", refused);
          const script = document.createElement("script");
          script.textContent = "document.title = 'owned'";
          document.body.append(script);
        })"""
    )

    assert refused[0] == "script-src-elem"
    assert refused[1] != "owned"
    assert len(show.said) == 1
    assert "Content Security Policy" in show.said.pop()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_five_thousand_alerts_can_be_looked_at(show: Show, width: int) -> None:
    """The page stays usable: it can be filtered, and links lead to what is there."""
    page = show("flood", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_label("Filter alerts").fill("alone")
    assert page.locator(".alerts > li").filter(visible=True).count() == 1
    assert page.locator("#alert-5001 > details").count() == 1
