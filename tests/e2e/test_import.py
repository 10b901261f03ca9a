"""Bringing a vault in with a browser: a zip, a folder, with JavaScript off."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from studyapp.library.services.importing import import_vault
from tests.e2e.conftest import PATIENCE, OpenPage
from tests.library.uploading import work, zipped
from tests.library.vaults import MESSAGING, messaging, write_vault
from tests.ui.axe import barriers

OPEN = {**MESSAGING, "Open.md": "> [!question] Why?\n\n![[gone.png]]\n"}


@pytest.fixture(autouse=True)
def _own_data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "notes.zip"
    path.write_bytes(zipped(OPEN))
    return path


def send(page: Page, button: str = "Bring it in") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/library/import/*-*/")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=PATIENCE)


def test_a_zip_is_checked_then_brought_in_and_reported(
    open_page: OpenPage, learner: User, archive: Path
) -> None:
    page = open_page("/library/")
    page.get_by_role("link", name="Bring in a vault").click()
    page.get_by_label("Zip of the vault").set_input_files(archive)
    expect(page.get_by_role("status").filter(has_text="notes.zip is ready")).to_be_visible()
    assert barriers(page) == []
    send(page, "Check first")
    heading(page, "Checking Messaging")
    page.evaluate("window.stayed = true")
    work()
    heading(page, "What Messaging holds")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text("gone.png")).to_be_visible()
    assert page.evaluate("window.stayed")
    assert not Vault.objects.exists()

    page.get_by_role("button", name="Bring it in").click()
    heading(page, "Bringing in Messaging")
    work()
    heading(page, "Messaging is up to date")
    assert barriers(page) == []
    page.get_by_role("link", name="Open.md:1").first.click()
    page.wait_for_url("**/library/messaging/notes/Open.md#L1")


def test_what_is_proposed_is_switched_on_with_one_press(
    open_page: OpenPage, learner: User, tmp_path: Path
) -> None:
    terms = "What is a queue?::A line\nTopic:::A subject\nDead letter:::One nobody could read\n"
    root = write_vault(tmp_path / "Terms", {"Terms.md": terms})
    import_vault(owner=learner, root=root)
    page = open_page("/library/terms/report/")
    assert barriers(page) == []
    page.get_by_role("button", name="Switch on: Cards without the tag would add 5").click()
    page.wait_for_url("**/library/import/*-*/")
    work()
    heading(page, "Terms is up to date")
    page.get_by_role("link", name="Open the vault").click()
    expect(page.get_by_text("1 note, 5 questions")).to_be_visible()


def test_a_folder_is_zipped_in_the_browser(
    open_page: OpenPage, learner: User, tmp_path: Path
) -> None:
    root = write_vault(
        messaging(tmp_path / "Größe"),
        {
            "Sub/Überblick.md": "> [!question] Was?\n> Das.\n",
            ".git/config": "x",
            ".obsidian/app.json": '{"strictLineBreaks": true}',
            ".obsidian/workspace.json": "{}",
        },
    )
    page = open_page("/library/import/")
    page.locator("[data-tree]").set_input_files(root)
    expect(page.get_by_role("status").filter(has_text="6 files are ready")).to_be_visible()
    send(page)
    work()
    heading(page, "Größe is up to date")
    vault = Vault.objects.get()
    assert sorted(vault.notes.values_list("path", flat=True)) == [
        "Messaging Index.md",
        "Queues.md",
        "Sub/Überblick.md",
        "Topics.md",
    ]
    assert vault.attachments.count() == 1
    assert (Path(vault.source) / ".obsidian" / "app.json").is_file()


def test_a_folder_is_dropped(open_page: OpenPage, learner: User, tmp_path: Path) -> None:
    root = write_vault(messaging(tmp_path / "Dropped"), {".git/config": "x", "Sub/a.md": "A"})
    page = open_page("/library/import/")
    page.wait_for_load_state()
    box = page.locator("[data-drop]").bounding_box()
    assert box is not None
    drag = {
        "x": box["x"] + 20,
        "y": box["y"] + 20,
        "data": {"items": [], "files": [str(root)], "dragOperationsMask": 1},
    }
    chromium = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        chromium.send("Input.dispatchDragEvent", {"type": kind, **drag})
    expect(page.get_by_role("status").filter(has_text="5 files are ready")).to_be_visible()
    send(page)
    work()
    heading(page, "Dropped is up to date")
    assert Vault.objects.get().notes.filter(path="Sub/a.md").exists()


def test_a_zip_is_dropped(open_page: OpenPage, learner: User) -> None:
    page = open_page("/library/import/")
    page.evaluate(
        """(bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "dropped.zip"));
            const about = { dataTransfer: transfer, bubbles: true, cancelable: true };
            document.querySelector("[data-drop]").dispatchEvent(new DragEvent("drop", about));
        }""",
        list(zipped()),
    )
    expect(page.get_by_role("status").filter(has_text="dropped.zip is ready")).to_be_visible()
    send(page)
    work()
    heading(page, "Messaging is up to date")


def test_without_javascript(open_page: OpenPage, learner: User, archive: Path) -> None:
    page = open_page("/library/import/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Choose a folder")).to_be_hidden()
    page.get_by_label("Zip of the vault").set_input_files(archive)
    send(page)
    heading(page, "Bringing in Messaging")
    work()
    heading(page, "Messaging is up to date")


def test_a_refusal_stands_beside_the_field(
    open_page: OpenPage, learner: User, tmp_path: Path
) -> None:
    path = tmp_path / "evil.zip"
    path.write_bytes(zipped({"../evil.md": "x"}, folder=""))
    page = open_page("/library/import/")
    page.get_by_label("Zip of the vault").set_input_files(path)
    page.get_by_role("button", name="Bring it in").click()
    expect(page.get_by_role("alert")).to_contain_text("points outside the vault's folder")
    expect(page.get_by_role("button", name="Bring it in")).to_be_enabled()
    assert barriers(page) == []
