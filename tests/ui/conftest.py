"""A real browser for the scripts and for accessibility."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page


@pytest.fixture
def guide(browser: Browser, live_server: object) -> Iterator[Page]:
    """The style guide in a window of its own; at the end nothing may have gone wrong in it."""
    context = browser.new_context(
        base_url=str(live_server), color_scheme="light", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/style/")
    yield page
    context.close()
    assert problems == []
