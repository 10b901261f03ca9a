"""What every test gets, and the one browser for those that ask for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from playwright.sync_api import Browser, sync_playwright
from pytest_django.fixtures import Settings

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's sync API runs an event loop

# A machine that has other work to do is no bug.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    """Attachments a test stores go where pytest cleans up."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _own_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a request or a task does not end the transaction a test runs in. (SQLite in memory
    refuses to be closed; PostgreSQL would be.)"""
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def close_unless_in_a_test(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    monkeypatch.setattr(
        BaseDatabaseWrapper, "close_if_unusable_or_obsolete", close_unless_in_a_test
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without it the test is skipped, and says so; where STUDYAPP_BROWSER is
    ``required`` it fails instead."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("STUDYAPP_BROWSER") == "required":
            pytest.fail("there is no Chromium, and STUDYAPP_BROWSER says it is required")
        pytest.skip("there is no Chromium here: browser test not run")
    # Chromium's own sandbox does not work for root, whom a container mostly runs as; and it must
    # not look for hosts of its maker's, which no test needs.
    arguments = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()
