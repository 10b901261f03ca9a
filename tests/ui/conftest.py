"""A real browser for the scripts and for accessibility."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it the test is skipped, or fails where a browser is required."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("STUDYAPP_BROWSER") == "required":
            pytest.fail("Chromium is required here and is not installed")
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def guide(chromium: Browser, live_server: object) -> Iterator[Page]:
    """The style guide in a window of its own; at the end nothing may have gone wrong in it."""
    context = chromium.new_context(
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
