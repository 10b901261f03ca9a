"""Long notes in parts: nothing is lost between them, and each is whole HTML."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.obsidian import parts as module
from studyapp.obsidian.markdown.sanitise import sanitise
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.parts import part_html, split_parts
from studyapp.obsidian.render import Hrefs, render_note
from studyapp.obsidian.values import RenderedNote, VaultSettings

SIZE = 4_000


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts short enough for the tests to be quick."""
    monkeypatch.setattr(module, "PART", SIZE)


def note(text: str) -> RenderedNote:
    parsed = parse_note("Note.md", text.encode(), VaultSettings())
    return render_note(parsed, Hrefs(), VaultSettings())


def shown(rendered: RenderedNote) -> list[str]:
    return [part_html(rendered.html, rendered.parts, n) for n in range(len(rendered.parts))]


def words(html: str) -> Counter[str]:
    return Counter(re.sub(r"<[^>]*>", " ", html).split())


def test_an_ordinary_note_is_whole() -> None:
    assert note("a\n\nb").parts == ()


@pytest.mark.parametrize(
    "unit",
    [
        "text\n\n",
        "> [!question] Which one is it?\n> This one.\n\n",
        "- item\n",
        "1. item\n",
        "- item\n\n  more\n\n",
        "> quoted\n>\n",
        "# Heading\n",
        "```\ncode\n```\n",
        "a\n\n---\n",
    ],
)
def test_a_long_note_comes_in_parts_of_a_size_that_lose_nothing(unit: str) -> None:
    count = 4 * SIZE // len(note(unit * 10).html) * 10
    rendered = note(unit * count)
    whole = shown(rendered)
    assert len(whole) > 2
    assert all(len(part) < SIZE * 1.2 for part in whole)
    assert sum(map(words, whole), Counter()) == words(rendered.html)
    for part in whole:
        assert sanitise(part, settle=False) == part


def test_a_part_ends_between_questions() -> None:
    rendered = note("> [!question] Which one is it?\n> This one.\n\n" * 60)
    whole = shown(rendered)
    assert len(whole) > 2
    assert all(part.count("Which one") == part.count("This one") for part in whole)
    assert all(part.before == "" for part in rendered.parts)


def test_a_table_goes_on_in_the_next_part() -> None:
    rendered = note("| a | b |\n|---|---|\n" + "| one | two |\n" * 200)
    whole = shown(rendered)
    assert len(whole) > 1
    assert all(part.count("<table") == part.count("</table>") == 1 for part in whole)
    assert sum(part.count("<td>") for part in whole) == 400


def test_numbers_go_on_where_the_part_before_ended() -> None:
    rendered = note("3. item\n" * 200)
    first, second = shown(rendered)[:2]
    items = first.count("<li")
    assert first.startswith('<ol data-line="1" start="3">')
    assert second.startswith(f'<ol start="{3 + items}">')
    assert rendered.parts[1].line == 1 + items


def test_parts_say_the_line_that_they_begin_with() -> None:
    rendered = note("text\n\n" * 400 + "a^[b]")
    for part, html in zip(rendered.parts, shown(rendered), strict=True):
        line = re.search(r'data-line="(\d+)"', html)
        assert line
        assert int(line[1]) == part.line


HTML = st.recursive(
    st.sampled_from(["<p>a</p>", "<hr>", "<pre>b</pre>", "<p>c > d</p>", '<p title="x>y">e</p>']),
    lambda inner: st.tuples(
        st.sampled_from(["ul", "ol", "blockquote", "div", "details"]), st.lists(inner, max_size=6)
    ).map(
        lambda it: (
            f"<{it[0]}>"
            + "".join(f"<li>{part}</li>" if it[0] in ("ul", "ol") else part for part in it[1])
            + f"</{it[0]}>"
        )
    ),
    max_leaves=40,
)


@settings(deadline=None)
@given(st.lists(HTML, min_size=1, max_size=12).map("".join), st.integers(10, 90))
def test_any_html_may_be_parted(html: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PART", size)
        clean = sanitise(html, settle=False)
        parts = split_parts(clean)
    whole = [part_html(clean, parts, n) for n in range(len(parts))] or [clean]
    assert sum(map(words, whole), Counter()) == words(clean)
    assert sum(part.count("<li") for part in whole) == clean.count("<li")
    for part in whole:
        assert sanitise(part, settle=False) == part
