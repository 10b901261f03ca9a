"""A page of a followed vault shows what was saved, where the reader is."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from studyapp.library.services.importing import import_vault
from tests.e2e.conftest import OpenPage
from tests.library.vaults import write_vault

TEXT = "".join(f"## Heading {number}\n\nSome words, *number {number}*.\n\n" for number in range(60))


def test_an_open_note_shows_what_was_saved(
    learner: User, open_page: OpenPage, tmp_path: Path
) -> None:
    def save(words: str) -> None:
        import_vault(owner=learner, root=write_vault(tmp_path / "v", {"Note.md": TEXT + words}))

    save("Old end.\n")
    Vault.objects.update(followed_at=timezone.now())
    page = open_page("/library/v/notes/Note.md")
    expect(page.locator("[data-outline] a").first).to_be_visible()
    link = page.locator("[data-outline] a").nth(50)
    link.focus()
    page.evaluate("window.scrollTo(0, 1500)")
    save("New end.\n")
    expect(page.locator("#main")).to_contain_text("New end.")
    expect(link).to_be_focused()  # the same place of the new page
    assert abs(page.evaluate("window.scrollY") - 1500) < 5
    expect(page.locator("[data-outline] a").first).to_be_visible()  # the side is still open

    # Not while somebody writes; and then after all.
    page.evaluate(
        "document.querySelector('#announce').insertAdjacentHTML('afterend', '<input id=field>')"
    )
    page.locator("#field").focus()
    save("Newest end.\n")
    page.wait_for_timeout(1500)
    expect(page.locator("#main")).to_contain_text("New end.")
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#main")).to_contain_text("Newest end.")
