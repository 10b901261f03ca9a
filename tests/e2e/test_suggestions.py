"""Going through suggested cards, and acting on a report, with the keys and in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from studyapp.library.models import NoteVersion, Verdict
from tests.e2e.conftest import OpenPage
from tests.library.test_import import run
from tests.library.vaults import write_vault
from tests.ui.axe import barriers

NOTE = """\
- A message can be **kept for 14 days** at most
- **Queue**: keeps what was sent
- Long polling waits for **up to 20 seconds** and saves calls

> [!question] Practice question
> Which queue is it?
> - order
>
> FIFO.
"""


@pytest.fixture(autouse=True)
def _vault(transactional_db: None, tmp_path: Path) -> None:
    run(write_vault(tmp_path / "V", {"Queues.md": NOTE}))


def test_cards_are_decided_by_key(open_page: OpenPage) -> None:
    page = open_page("/library/v/suggestions/")
    progress = page.locator(".progress__text .num")
    expect(progress).to_have_text("0 of 3")
    assert barriers(page) == []
    page.keyboard.press("d")
    expect(progress).to_have_text("1 of 3")
    page.keyboard.press("e")
    text = page.get_by_label("The card")
    text.fill("> [!question] What does a queue keep?\n> What was sent.")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(progress).to_have_text("2 of 3")
    assert "What does a queue keep?" in NoteVersion.objects.live().get().text
    page.keyboard.press("a")
    expect(page.get_by_text("There is nothing left to decide.")).to_be_visible()
    page.keyboard.press("u")
    expect(progress).to_have_text("2 of 3")
    assert Verdict.objects.count() == 2


def test_a_reading_is_chosen_in_the_report(open_page: OpenPage) -> None:
    page = open_page("/library/v/report/")
    assert barriers(page) == []
    page.get_by_role("button", name="It is meant like this").first.click()
    expect(page.get_by_text("Settled, in Queues.md")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    assert NoteVersion.objects.live().get().text == NOTE
