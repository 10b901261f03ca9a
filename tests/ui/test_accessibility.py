"""Every component passes axe, in both themes, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_style_guide_has_no_barrier(
    browser: Browser, live_server: object, theme: str, width: int
) -> None:
    # axe is put into the page as a script, which the page's own policy rightly refuses.
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live_server}/style/?theme={theme}")
    result = Axe().run(page, options={"runOnly": RULES})
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert [
        (found["id"], [node["target"] for node in found["nodes"]])
        for found in result.response["violations"]
    ] == []
    assert sideways <= 0, "the page scrolls sideways"
