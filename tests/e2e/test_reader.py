"""The reader's own behaviours: pictures that enlarge, sides that fold, a place that is kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from studyapp.library.models import Note, NoteVersion, Vault
from tests.e2e.conftest import OpenPage
from tests.library.factories import make_note

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='900' height='300'"
    " viewBox='0 0 9 3'%3E%3Crect width='9' height='3'/%3E%3C/svg%3E"
)
PARAGRAPHS = "".join(f'<p data-line="{n}" id="L{n}">Line {n}</p>' for n in range(1, 90))
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def note(vault: Vault) -> Note:
    note = make_note(vault)
    html = f'<h2 id="a">A</h2><p><img src="{PICTURE}" alt="One"></p>'
    html += f'<figure><img src="{PICTURE}" alt="Two"><figcaption>Said of it</figcaption></figure>'
    headings = {"headings": [[2, "A", 1, "a"]]}
    NoteVersion.objects.filter(note=note).update(html=html + PARAGRAPHS, parsed=headings)
    return note


def test_pictures_enlarge_and_are_gone_through_with_the_keys(
    open_page: OpenPage, note: Note
) -> None:
    page = open_page(note.get_absolute_url(), viewport=WIDE)
    first = page.get_by_role("button", name="One")
    first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="One")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("1 of 2")).to_be_visible()
    dialog.locator("img").evaluate("(image) => image.decode()")
    assert dialog.locator("img").bounding_box()["width"] > 1000  # type: ignore[index]
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="Said of it")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Own size")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.enlarged")).not_to_be_visible()
    expect(page.get_by_role("button", name="Two")).to_be_focused()


def test_a_picture_is_a_link_to_its_file_that_a_script_makes_larger(
    open_page: OpenPage, note: Note
) -> None:
    html = f'<p><a class="picture" href="/style/"><img src="{PICTURE}" alt="Linked"></a></p>'
    NoteVersion.objects.filter(note=note).update(html=html)
    page = open_page(note.get_absolute_url(), viewport=WIDE)
    page.get_by_role("link", name="Linked").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Linked")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Linked")).to_be_focused()
    page.get_by_role("img", name="Linked").click()
    expect(page.get_by_role("dialog", name="Linked")).to_be_visible()
    plain = open_page(note.get_absolute_url(), java_script_enabled=False)
    plain.get_by_role("img", name="Linked").click()
    expect(plain).to_have_url(re.compile("/style/$"))


def test_the_sides_fold_away_and_stay_so(open_page: OpenPage, note: Note) -> None:
    page = open_page(note.get_absolute_url(), viewport=WIDE)
    outline = page.get_by_role("navigation", name="Outline")
    expect(outline.get_by_role("link", name="A")).to_be_visible()
    page.keyboard.press("o")
    expect(outline.get_by_role("link", name="A")).not_to_be_visible()
    page.keyboard.press("f")
    expect(outline).not_to_be_visible()
    page.reload()
    expect(page.locator(".reader__note")).to_be_visible()
    expect(outline).not_to_be_visible()
    page.keyboard.press("f")
    expect(outline).to_be_visible()


def test_a_long_outline_goes_along_with_its_reader(open_page: OpenPage, note: Note) -> None:
    headings = [[2, f"Section {n}", n, f"s{n}"] for n in range(1, 90)]
    html = "".join(f'<h2 id="s{n}">Section {n}</h2><p>Text</p>' for n in range(1, 90))
    NoteVersion.objects.filter(note=note).update(html=html, parsed={"headings": headings})
    page = open_page(note.get_absolute_url(), viewport=WIDE)
    page.evaluate("document.querySelector('#s70').scrollIntoView({ block: 'start' })")
    marked = page.locator("[data-outline] a[aria-current]")
    expect(marked).to_have_text(re.compile("Section 7"))
    expect(marked).to_be_in_viewport()


def test_it_offers_to_go_on_where_one_was(open_page: OpenPage, note: Note) -> None:
    page = open_page(note.get_absolute_url(), viewport=WIDE)
    offer = page.get_by_role("link", name="Go on where you were")
    expect(offer).not_to_be_visible()
    page.evaluate("document.querySelector('#L70').scrollIntoView({ block: 'start' })")
    for _ in range(100):
        if page.evaluate("(localStorage.getItem('studyapp.places') ?? '').length > 10"):
            break
        page.wait_for_timeout(100)
    page.goto("/")
    page.goto(note.get_absolute_url())
    offer.click()
    expect(page.locator(".is-cited")).to_be_in_viewport()
    line = page.locator(".is-cited").get_attribute("data-line")
    assert 60 <= int(line or 0) <= 85


def test_an_address_of_a_place_in_another_part_leads_there(open_page: OpenPage, note: Note) -> None:
    html = "".join(f'<p data-line="{n}" id="L{n}">Line {n}</p>' for n in range(1, 101))
    parts = [[0, 1, "", ""], [html.index('<p data-line="60"'), 60, "", ""]]
    NoteVersion.objects.filter(note=note).update(html=html, parsed={"parts": parts})
    page = open_page(f"{note.get_absolute_url()}#L75", viewport=WIDE)
    expect(page.locator("#L75")).to_be_in_viewport()
    expect(page.locator("#L59")).to_have_count(0)
    page.get_by_role("link", name="The part before").first.click()
    expect(page.locator("#L59")).to_have_count(1)
    page.evaluate("location.hash = 'L99'")
    expect(page.locator("#L99")).to_be_in_viewport()
