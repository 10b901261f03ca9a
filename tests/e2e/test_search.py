"""Searching in a browser: while typing, by keyboard alone, on a phone, and without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from studyapp.accounts.services import ensure_learner
from studyapp.library.services.importing import import_vault
from tests.e2e.conftest import PHONE, OpenPage
from tests.library.vaults import messaging
from tests.ui.axe import barriers, overflow

FIELD = "Search your notes and questions"


@pytest.fixture(autouse=True)
def _vault(tmp_path: Path, transactional_db: None) -> None:
    import_vault(owner=ensure_learner(), root=messaging(tmp_path / "Messaging"))


def test_results_come_while_typing_and_open_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/library/")
    page.keyboard.press("/")
    field = page.get_by_label(FIELD)
    expect(field).to_be_focused()
    history = page.evaluate("history.length")
    page.keyboard.type("subscri", delay=20)
    expect(page.locator("mark").first).to_have_text("subscriber")
    expect(page.locator("#announce")).to_have_text("1 note")
    expect(page).to_have_url(re.compile(r"\?q=subscri$"))
    assert page.evaluate("history.length") == history

    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Topics")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/library/messaging/notes/Topics\.md#L\d+$"))
    page.go_back()
    expect(page.get_by_label(FIELD)).to_have_value("subscri")
    expect(page.locator("mark").first).to_have_text("subscriber")


def test_escape_goes_back_to_the_field_and_then_empties_it(open_page: OpenPage) -> None:
    page = open_page("/library/search/?q=message")
    field = page.get_by_label(FIELD)
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(page.get_by_role("heading", name="What you can look for")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()


def test_enter_in_the_field_opens_the_best_result(open_page: OpenPage) -> None:
    page = open_page("/library/search/")
    page.keyboard.type("queues", delay=20)
    expect(page.locator("mark").first).to_have_text("Queues")
    expect(page).to_have_url(re.compile(r"\?q=queues$"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/notes/Queues\.md$"))


def test_without_javascript_it_is_a_form(open_page: OpenPage) -> None:
    page = open_page("/library/search/", java_script_enabled=False)
    page.get_by_label(FIELD).fill("tag:aws kind:choice")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("Which queue keeps the order")).click()
    expect(page).to_have_url(re.compile(r"Queues\.md#L15$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["", "message", "quuees", "colour:red message"])
def test_it_has_no_barrier_and_fits_a_phone(open_page: OpenPage, text: str, scheme: str) -> None:
    page = open_page(f"/library/search/?q={text}", color_scheme=scheme, **PHONE)
    assert barriers(page) == []
    assert overflow(page) == 0
