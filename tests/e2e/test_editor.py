"""Editing a note in the browser: typing, seeing what it comes to, saving, leaving."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studyapp.library.models import NoteVersion, Vault
from studyapp.library.services import previewing
from tests.e2e.conftest import OpenPage
from tests.library.test_editing import edit
from tests.library.test_import import run
from tests.library.vaults import TOPICS, messaging
from tests.ui.axe import barriers, overflow

ADDRESS = "/library/messaging/edit/Topics.md"


@pytest.fixture(autouse=True)
def _vault(transactional_db: None, tmp_path: Path) -> None:
    run(messaging(tmp_path / "Messaging"))


@pytest.fixture
def editor(open_page: OpenPage, _vault: None) -> Page:
    return open_page(ADDRESS)


def served() -> str:
    text: str = NoteVersion.objects.live().get(note__path="Topics.md").text
    return text


def test_one_sees_what_one_types_saves_and_goes_on(editor: Page) -> None:
    text = editor.get_by_label("Markdown")
    expect(text).to_be_focused()
    expect(editor.locator("#editor-preview")).to_contain_text("Every subscriber whose filter")
    text.fill(TOPICS.replace("Every subscriber", "*Each* one"))
    expect(editor.locator("#editor-preview em").first).to_have_text("Each")
    editor.keyboard.press("Control+s")
    expect(editor.locator("[data-saved]")).to_be_visible()
    assert "*Each* one" in served()
    text.press_sequentially("!")
    expect(editor.locator("[data-saved]")).to_have_count(0)
    editor.keyboard.press("Control+s")
    expect(editor.locator("[data-saved]")).to_be_visible()
    editor.keyboard.press("Escape")
    editor.wait_for_url("**/library/messaging/notes/Topics.md")


def test_a_preview_that_was_busy_comes_by_itself(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "TURN_SECONDS", 0.01)
    with previewing.only_preview:
        preview = open_page(ADDRESS).locator("#editor-preview")
        expect(preview).to_contain_text("it comes in a moment")
    expect(preview).to_contain_text("Every subscriber whose filter")


def test_a_question_that_was_changed_elsewhere_is_saved_with_its_note(open_page: OpenPage) -> None:
    page = open_page(f"{ADDRESS}?lines=5-6")
    text = page.get_by_label("Markdown")
    text.fill("> [!question] Who gets it?\n> Each one.")
    edit(Vault.objects.get(), "Topics.md", f"One more line.\n{TOPICS}")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text("changed since you opened it")
    before = TOPICS[: TOPICS.index("> [!question]")]
    both = f"One more line.\n{before}> [!question] Who gets it?\n> Each one.\n"
    expect(text).to_have_value(both)
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved]")).to_be_visible()
    assert served() == both


def test_unsaved_text_is_not_left_unasked(editor: Page) -> None:
    editor.get_by_label("Markdown").press_sequentially("x")
    editor.on("dialog", lambda dialog: dialog.dismiss())
    with editor.expect_event("dialog") as asked:
        editor.keyboard.press("Escape")
    assert asked.value.type == "beforeunload"
    expect(editor.get_by_label("Markdown")).to_have_value(f"x{TOPICS}")


def test_a_form_is_not_left_unasked_and_saves_by_key(open_page: OpenPage) -> None:
    page = open_page("/library/messaging/question/Topics.md")
    prompt = page.get_by_label("Question", exact=True)
    prompt.press_sequentially("Why?")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.keyboard.press("Escape")
    expect(prompt).to_have_value("Why?")
    page.keyboard.press("Control+s")  # refused: no option yet
    expect(page.get_by_role("alert")).to_be_visible()
    page.keyboard.press("Escape")  # nothing was typed here, and yet it is not saved
    prompt.focus()
    page.keyboard.press("Escape")
    expect(prompt).to_have_value("Why?")
    assert set(asked) == {"beforeunload"}
    page.get_by_label("Option 1", exact=True).fill("So.")
    page.get_by_label("Option 2", exact=True).fill("Not so.")
    page.get_by_label("Option 1 is right", exact=True).check()
    page.keyboard.press("Control+s")
    page.wait_for_url("**/library/messaging/notes/Topics.md**")
    assert "- [x] So." in served()


def test_a_remark_leads_to_its_line(editor: Page) -> None:
    editor.get_by_label("Markdown").fill("One.\n[[Nowhere]]\nThree.")
    editor.get_by_role("link", name="Line 2").click()
    selected = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert editor.get_by_label("Markdown").evaluate(selected) == "[[Nowhere]]"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_editor_has_no_barrier(open_page: OpenPage, scheme: str, width: int) -> None:
    size = {"width": width, "height": 900}
    editor = open_page(ADDRESS, color_scheme=scheme, viewport=size)
    expect(editor.locator("#editor-preview")).to_contain_text("Every subscriber whose filter")
    assert barriers(editor) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_two_texts_and_earlier_versions_have_no_barrier(
    open_page: OpenPage, tmp_path: Path, scheme: str, width: int
) -> None:
    vault = Vault.objects.get()
    edit(vault, "Topics.md", TOPICS.replace("Every subscriber", "Each subscriber"))
    run(messaging(tmp_path / "Messaging", Topics=TOPICS.replace("Every", "All")))
    size = {"width": width, "height": 900}
    page = open_page("/library/messaging/", color_scheme=scheme, viewport=size)
    for address in ("", "conflict/Topics.md", "versions/Topics.md?version=1"):
        page.goto(f"/library/messaging/{address}")
        assert barriers(page) == [], address
        assert overflow(page) == 0, address


def test_a_version_is_looked_at_and_taken_back(open_page: OpenPage) -> None:
    edit(Vault.objects.get(), "Topics.md", "Something else.")
    page = open_page("/library/messaging/versions/Topics.md")
    page.get_by_role("link", name="Imported").click()
    expect(page.locator("#version")).to_contain_text("Every subscriber whose filter")
    page.get_by_role("button", name="Go back to this version").click()
    page.wait_for_url("**/library/messaging/notes/Topics.md")
    assert served() == TOPICS
