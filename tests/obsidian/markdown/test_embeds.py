"""Embeds of notes: text, passages and the HTML they become."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.items.values import Content, Kind, make_options
from studyapp.obsidian.markdown.sanitise import sanitise
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.render import MAX_EMBED_DEPTH, MAX_EMBEDDED, Hrefs, render_note
from studyapp.obsidian.values import (
    ItemDraft,
    ParsedNote,
    Passage,
    RenderedNote,
    Status,
    VaultSettings,
)

Texts = dict[str, str]
TITLE = '<p class="embed__title"><a class="wikilink" href="/{0}">{0}</a></p>\n'


def hrefs(texts: Texts) -> Hrefs:
    """A vault in which the note ``A`` has the text ``texts["A"]`` and nothing called ``x``."""
    links = {(name, fragment): f"/{name}" for name in texts for fragment in ("", "x")}
    embeds = {(name, ""): f"{name}#" for name in texts} | {(name, "x"): "" for name in texts}
    passages = {f"{name}#": Passage(name, text, links, embeds) for name, text in texts.items()}
    return Hrefs(links, embeds, passages)


def note(text: str, **texts: str) -> RenderedNote:
    parsed = parse_note("Note", text.encode(), VaultSettings())
    return render_note(parsed, hrefs({"Note": text} | texts), VaultSettings())


def html(text: str, **texts: str) -> str:
    rendered = note(text, **texts).html.replace(' rel="noopener noreferrer"', "")
    return re.sub(r' data-line="\d+"| id="L\d+"', "", rendered)


def embedded(name: str, body: str) -> str:
    title = TITLE.format(name)
    return f'<div class="embed">\n{title}<div class="embed__body">{body}</div>\n</div>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![[A]]", embedded("A", "<p>an <em>a</em></p>")),
        ("![](A)", embedded("A", "<p>an <em>a</em></p>")),
        ("one\n![[A]]\ntwo", f"<p>one</p>\n{embedded('A', '<p>an <em>a</em></p>')}\n<p>two</p>"),
        ("so ![[A]]: it", f"<p>so</p>\n{embedded('A', '<p>an <em>a</em></p>')}\n<p>: it</p>"),
        ("- ![[A]]", f"<ul>\n<li>{embedded('A', '<p>an <em>a</em></p>')}\n</li>\n</ul>"),
        ("`![[A]]`", "<p><code>![[A]]</code></p>"),
        (r"\![[A]]", '<p>!<a class="wikilink" href="/A">A</a></p>'),
        ("## ![[A]]", '<h2 id="h-section"><a class="embed" href="/A">A</a></h2>'),
        (
            "![[A#x]]",
            '<p><span class="link--broken" title="Not in this vault: A#x">A &gt; x</span></p>',
        ),
        (
            "![[gone]]",
            '<p><span class="link--broken" title="Not in this vault: gone">gone</span></p>',
        ),
    ],
)
def test_embeds(text, expected):
    assert html(text, A="an *a*") == expected


def test_an_alias_names_the_passage():
    assert '<p class="embed__title"><a class="wikilink" href="/A">About A</a></p>' in html(
        "![[A|About A]]", A="a"
    )


def test_passages_nest_and_their_links_lead_from_their_own_note():
    inner = Passage("B", "[[C]]", {("C", ""): "/b/C"})
    outer = Passage("A", "![[B]] [[C]]", {("B", ""): "/B", ("C", ""): "/a/C"}, {("B", ""): "B#"})
    found = Hrefs({("A", ""): "/A"}, {("A", ""): "A#"}, {"A#": outer, "B#": inner})
    parsed = ParsedNote("Note", "![[A]] [[C]]", "Note")
    rendered = render_note(parsed, found, VaultSettings()).html
    assert rendered.count('class="embed"') == 2
    assert [place for place in ("/a/C", "/b/C") if place in rendered] == ["/a/C", "/b/C"]
    assert rendered.count("Not in this vault: C") == 1


def test_only_the_notes_own_lines_have_places():
    rendered = note("![[A]]\n\nown ^own", A="## Heading\n\ntext ^named\n").html
    assert re.findall(r'\sid="([^"]*)"', rendered) == ["L1", "b-own", "L3"]
    assert re.findall(r'data-line="(\d+)"', rendered) == ["1", "3"]


def test_footnotes_are_told_apart():
    rendered = note("own^[mine]\n\n![[A]]\n\n![[A]]", A="theirs[^1]\n\n[^1]: of A").html
    ids = re.findall(r'\sid="(fn[^"]*)"', rendered)
    assert len(ids) == len(set(ids)) == 6
    assert set(re.findall(r'href="#(fn[^"]*)"', rendered)) == set(ids)


@pytest.mark.parametrize("texts", [{}, {"A": "![[Note]]"}, {"A": "![[B]]", "B": "![[A]]"}])
def test_an_embed_of_itself_is_stopped_and_named(texts):
    rendered = note("first\n\n![[A]]" if texts else "first\n\n![[Note]]", **texts)
    assert rendered.html.count("Shown already") == 1
    assert [(d.line, d.code) for d in rendered.diagnostics] == [(3, "embed-cycle")]


def test_passages_nest_only_so_deep():
    texts = {f"N{number}": f"![[N{number + 1}]]" for number in range(10)} | {"N10": "end"}
    rendered = note("![[N0]]", **texts)
    assert rendered.html.count('class="embed__title"') == MAX_EMBED_DEPTH
    assert f'<a class="embed" href="/N{MAX_EMBED_DEPTH}"' in rendered.html
    assert [d.code for d in rendered.diagnostics] == ["embed-left-out"]


def test_a_doubling_bomb_is_harmless():
    texts = {f"N{number}": f"![[N{number + 1}]]\n" * 100 for number in range(6)} | {"N6": "x" * 999}
    rendered = note("![[N0]]", **texts)
    assert len(rendered.html) < 10 * MAX_EMBEDDED
    assert {d.code for d in rendered.diagnostics} == {"embed-left-out"}


def test_questions_and_answers_show_passages_and_options_link_to_them():
    content = Content(
        kind=Kind.CHOICE,
        prompt="Given\n![[A]]\nwhich?",
        answer="![[A]]",
        options=make_options([("![[A]]", True, "![[A]]"), ("no", False, "")]),
    )
    draft = ItemDraft(content, Status.READY, "S1", "Note", (1, 1))
    parsed = ParsedNote("Note", "", "Note", items=(draft,))
    item = render_note(parsed, hrefs({"A": "an a"}), VaultSettings()).items[0]
    assert '<div class="embed__body"><p>an a</p></div>' in item.prompt
    assert item.prompt.endswith("<p>which?</p>")
    assert '<div class="embed__body"><p>an a</p></div>' in item.answer
    text, why = item.options[0]
    assert text == '<a class="embed" href="/A" rel="noopener noreferrer">A</a>'
    assert "an a" in why


PIECES = st.sampled_from(
    [
        "![[A]]", "![[B]]", "![[Note]]", "![[A#x]]", "![[A|b]]", "![](B)", "text", "\n", "\n\n",
        "> ", "> [!tip] ", "- ", "`", "```\n", "<div title=\"", "<b>", "</div>", "\">", "<!--",
        "%%", "^[n ", "]", "| a |\n|---|\n", "^id", "&#2;wzxhzdk:0&#3;", "\x02wzxhzdk:0\x03", "==",
        "[^1]", "\n\n[^1]: ", "$$",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_any_notes_may_embed_each_other(text, a, b):
    rendered = note(text, A=a, B=b).html
    assert sanitise(rendered, settle=False) == rendered
    assert len(rendered) < 30 * MAX_EMBEDDED
    assert "wzxhzdk" not in rendered or "wzxhzdk" in text + a + b
