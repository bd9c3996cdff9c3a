"""Takes the pictures of the documentation, in the browser that the tests use.

    python -m docs.pictures

What is on a picture comes from a function of `PICTURES`, so that another rehearsal can take its place.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import FloatRect, sync_playwright

from acrwatch.output.rehearsal_html import as_html
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.rehearse import rehearse
from docs.messages import example_stack, picture_page
from docs.png import small

FOLDER = Path(__file__).parent / "images"
WIDTH, MESSAGE_WIDTH = 1280, 800

# File -> the page, its width, and the element up to which it is shown.
PICTURES: Mapping[str, tuple[Callable[[], str], int, str]] = {
    "report.png": (lambda: _report(), WIDTH, "#alert-4"),
    "slack.png": (lambda: picture_page("slack"), MESSAGE_WIDTH, "article"),
    "teams.png": (lambda: picture_page("teams"), MESSAGE_WIDTH, "article"),
}
_BELOW = 12
# As a reader would give it: the report shows the path.
_RECORDED_DAY = Path("examples", "recorded-day", "events")


def _report() -> str:
    """The recorded day on the rules of the example."""
    with EventLog.read([_RECORDED_DAY]) as log:
        return as_html(rehearse(example_stack(), log))


def main() -> None:
    """Take the pictures.

    Raises:
        SystemExit: there is no browser.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("docs/pictures.py: chromium is not on PATH; on Debian apt-get install chromium brings it")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for name, (html, width, last) in PICTURES.items():
            # A page of its own, or the policy of the one before would still hold.
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="light")
            page.set_content(html())
            box = page.locator(last).bounding_box()
            if box is None:
                raise SystemExit(f"docs/pictures.py: {name} has no {last}")
            shown = FloatRect(x=0, y=0, width=width, height=box["y"] + box["height"] + _BELOW)
            (FOLDER / name).write_bytes(small(page.screenshot(clip=shown, full_page=True)))
        browser.close()


if __name__ == "__main__":
    main()
