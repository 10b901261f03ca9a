"""Formulas, in notes and in questions."""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import expect

from studyapp.accounts.models import User
from studyapp.items.values import Kind
from studyapp.library.models import NoteVersion, Vault
from studyapp.study.plan import Scope
from studyapp.study.services.sessions import start_session
from tests.e2e.conftest import OpenPage
from tests.library.factories import make_item, make_note

WATCH = """
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        window.refused.push(event.violatedDirective);
    });
"""
FORMULAS = """
    <p>So <span class="math">\\frac{1}{2}</span>, not <span class="math">\\frac{1</span>
    nor <span class="math">\\href{javascript:alert(1)}{x}</span>.</p>
    <div class="math">\\color{red}{\\boxed{a}} \\begin{pmatrix} 1 &amp; 0 \\end{pmatrix}</div>
"""


def test_formulas_are_set_and_what_is_none_stays(open_page: OpenPage, vault: Vault) -> None:
    note = make_note(vault)
    NoteVersion.objects.filter(note=note).update(html=FORMULAS)
    page = open_page("/")
    page.context.add_init_script(WATCH)
    page.goto(note.get_absolute_url())
    expect(page.locator("p .math math mfrac").first).to_be_visible()
    assert page.locator(".math").first.bounding_box()["height"] > 20  # type: ignore[index]
    wrong = page.locator(".math--wrong")
    expect(wrong).to_have_text([r"\frac{1"])
    expect(wrong).to_have_attribute("title", re.compile("expected '}' at end of input"))
    assert page.locator(".math a, .math [href], .math [style]").count() == 0
    expect(page.locator("div.math math")).to_have_attribute("display", "block")
    assert page.evaluate("window.refused") == []


def test_formulas_of_the_next_question_are_set_too(
    open_page: OpenPage, learner: User, vault: Vault
) -> None:
    plain = make_item(vault, kind=Kind.BASIC, prompt="Question 1?")
    make_item(vault, kind=Kind.BASIC, prompt="Question 2?")
    plain.version.html = {"answer": '<p><span class="math">x^2</span></p>'}
    plain.version.save()
    session = start_session(learner=learner, scope=Scope(), now=timezone.now())
    asked: list[str] = []
    page = open_page("/")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(session.get_absolute_url())
    expect(page.locator("#question")).to_have_text("Question 1?")
    assert not [url for url in asked if "katex" in url]
    page.keyboard.press("Space")
    expect(page.locator("#answer .math msup")).to_be_visible()


def test_without_javascript_the_source_is_there(open_page: OpenPage, vault: Vault) -> None:
    note = make_note(vault)
    NoteVersion.objects.filter(note=note).update(html=FORMULAS)
    page = open_page(note.get_absolute_url(), java_script_enabled=False)
    expect(page.locator(".math").first).to_have_text(r"\frac{1}{2}")
