"""What axe has against a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    # No rule of these reads the style sheets; fetching them all again takes longer than the rest.
    "preload": False,
}
_ASK = """async (options) => (await axe.run(options)).violations.map(
    (found) => [found.id, found.nodes.map((node) => node.target.join(" "))],
)"""


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that ``page`` breaks as it stands, each with the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [(rule, elements) for rule, elements in page.evaluate(_ASK, _OPTIONS)]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window: it then scrolls sideways."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(wide, 0)
