"""Every component passes axe, in both themes, wide and narrow."""

import pytest
from playwright.sync_api import Browser

from tests.ui.axe import barriers, overflow


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_style_guide_has_no_barrier(
    browser: Browser, live_server: object, theme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server}/style/?theme={theme}")
    found = barriers(page)
    sideways = overflow(page)
    context.close()
    assert found == []
    assert sideways == 0, "the page scrolls sideways"
