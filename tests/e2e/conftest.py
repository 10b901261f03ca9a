"""A real browser on the whole site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from tests.library.factories import make_learner, make_vault

PATIENCE = 10_000  # milliseconds; the machine may be busy
expect.set_options(timeout=PATIENCE)

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[OpenPage]:
    """Opens an address of the site in a window of its own; keyword arguments are Playwright's for
    a new context. An error that a script does not catch fails the test."""
    contexts = []
    problems: list[str] = []

    def open_page(address: str, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def learner(transactional_db: None) -> User:
    return make_learner()


@pytest.fixture
def vault(learner: User) -> Vault:
    return make_vault(learner)
