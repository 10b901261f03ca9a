"""Diagrams, in notes and in questions."""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from studyapp.accounts.models import User
from studyapp.items.values import Kind
from studyapp.library.models import NoteVersion, Vault
from studyapp.study.plan import Scope
from studyapp.study.services.sessions import start_session
from tests.e2e.conftest import OpenPage
from tests.e2e.test_math import WATCH
from tests.library.factories import make_item, make_note

DRAWN = (
    '<pre class="mermaid" data-line="3" tabindex="0"><code>flowchart LR\n A[App] --> B</code></pre>'
)
WRONG = '<pre class="mermaid" data-line="9" tabindex="0"><code>flowchart LR\n [[[</code></pre>'
PATIENCE = 30_000  # milliseconds; the script is large and the machine may be busy


def first_pixel(page: Page) -> object:
    """The colour in the middle of the first node of the drawing, as red, green and blue."""
    return page.locator(".diagram img").evaluate(
        """async (image) => {
            await image.decode();
            const canvas = document.createElement("canvas");
            const brush = canvas.getContext("2d");
            brush.drawImage(image, 0, 0);
            return [...brush.getImageData(20, image.naturalHeight / 2, 1, 1).data.slice(0, 3)];
        }"""
    )


def test_a_diagram_is_drawn_and_one_that_is_wrong_stays(open_page: OpenPage, vault: Vault) -> None:
    note = make_note(vault)
    NoteVersion.objects.filter(note=note).update(html=DRAWN + WRONG)
    page = open_page("/", color_scheme="light")
    page.context.add_init_script(WATCH)
    page.goto(note.get_absolute_url())
    picture = page.locator(".diagram img")
    expect(picture).to_be_visible(timeout=PATIENCE)
    assert picture.bounding_box()["width"] > 100  # type: ignore[index]
    expect(page.locator("pre.mermaid").first).not_to_be_visible()
    page.get_by_text("Source of the diagram").click()
    expect(page.locator("pre.mermaid").first).to_have_text(re.compile("A.App. --> B"))
    expect(page.locator(".diagram__problem")).to_have_text(
        re.compile(r"cannot be drawn: Parse error on line 2"), timeout=PATIENCE
    )
    expect(page.locator("pre.mermaid").last).to_be_visible()
    assert page.evaluate("window.refused") == []
    by_day = first_pixel(page)
    page.get_by_role("button", name="Use the dark theme").click()
    expect(picture).to_have_attribute("data-shade", "dark", timeout=PATIENCE)
    assert first_pixel(page) != by_day


def test_the_diagram_of_a_question_is_drawn_when_it_comes(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    plain = make_item(vault, kind=Kind.BASIC, prompt="Question 1?")
    plain.version.html = {"answer": DRAWN}
    plain.version.save()
    session = start_session(learner=learner, scope=Scope(), now=timezone.now())
    asked: list[str] = []
    page = open_page("/")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(session.get_absolute_url())
    expect(page.locator("#question")).to_have_text("Question 1?")
    assert not [url for url in asked if "mermaid" in url]
    page.keyboard.press("Space")
    expect(page.locator("#answer .diagram img")).to_be_visible(timeout=PATIENCE)


def test_the_frame_has_no_rights_of_the_site(open_page: OpenPage, vault: Vault) -> None:
    page = open_page("/diagrams/")
    assert page.evaluate("origin") == "null"
    assert page.evaluate("fetch('/').then(() => 'fetched', () => 'refused')") == "refused"


def test_without_javascript_the_source_is_there(open_page: OpenPage, vault: Vault) -> None:
    note = make_note(vault)
    NoteVersion.objects.filter(note=note).update(html=DRAWN)
    page = open_page(note.get_absolute_url(), java_script_enabled=False)
    expect(page.locator("pre.mermaid")).to_be_visible()
