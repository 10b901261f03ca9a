"""Taking a vault and its cards elsewhere with a browser."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.library.services.importing import import_vault
from tests.e2e.conftest import PATIENCE, OpenPage
from tests.library.uploading import work
from tests.library.vaults import MESSAGING, write_vault
from tests.ui.axe import barriers, overflow


@pytest.fixture(autouse=True)
def _own_data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


def downloaded(page: Page, link: str) -> zipfile.ZipFile:
    with page.expect_download() as download:
        page.get_by_role("link", name=link, exact=True).click()
    return zipfile.ZipFile(download.value.path())


def test_cards_and_notes_are_taken_elsewhere(
    open_page: OpenPage, learner: User, tmp_path: Path
) -> None:
    files = {**MESSAGING, "Open.md": "> [!question] Why?\n"}
    import_vault(owner=learner, root=write_vault(tmp_path / "Messaging", files))
    page = open_page("/library/messaging/", viewport={"width": 390, "height": 800})
    assert "Open.md" in "".join(downloaded(page, "Download as a zip").namelist())

    page.get_by_role("link", name="Export cards").click()
    page.wait_for_url("**/study/export/**")
    assert barriers(page) == []
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exporting Messaging")
    assert barriers(page) == []
    work()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Messaging is ready", timeout=PATIENCE
    )
    page.get_by_text("it cannot be studied yet").click()
    expect(page.get_by_role("link", name="Open.md:1")).to_be_visible()
    assert barriers(page) == []
    assert overflow(page) == 0
    assert "collection.anki21" in downloaded(page, "Download").namelist()
