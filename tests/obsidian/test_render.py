import re

import pytest

from studyapp.items.values import Content, Kind, make_options, make_pairs
from studyapp.obsidian.anchors import block_anchor, heading_anchor, unique_anchor
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.render import Hrefs, render_fragment, render_note
from studyapp.obsidian.values import ItemDraft, ParsedNote, Status, VaultSettings

NOTE = """---
tags: [a]
---
# IAM Roles

A paragraph
of two lines.

- one
- two
  - three ^inner

## IAM Roles

> [!question] Which?
> STS

^q-sts
"""


def rendered(text, links=None):
    note = parse_note("Note.md", text.encode(), VaultSettings())
    return render_note(note, Hrefs(links or {}), VaultSettings())


def item(**fields):
    content = Content(**{"kind": Kind.BASIC, "prompt": "Which?"} | fields)
    return ItemDraft(content, Status.READY, "S1", "Note.md", (1, 1))


def rendered_item(text="", links=None, **fields):
    note = ParsedNote("Note.md", text, "Note", items=(item(**fields),))
    return render_note(note, Hrefs(links or {}), VaultSettings()).items[0]


def test_blocks_say_their_line_in_the_file_and_properties_are_not_shown():
    html = rendered(NOTE).html
    assert "tags" not in html
    assert '<p data-line="6" id="L6">A paragraph<br>of two lines.</p>' in html
    assert '<ul data-line="9">\n<li data-line="9" id="L9">one</li>' in html
    assert '<li data-line="10" id="L10">two' in html
    assert html.count('id="L9"') == 1


def test_headings_have_the_anchors_of_the_outline():
    html = rendered(NOTE).html
    assert '<h1 data-line="4" id="h-iam-roles">' in html
    assert '<h2 data-line="13" id="h-iam-roles-2">' in html


def test_named_blocks_have_their_name_and_keep_the_place_of_their_line():
    html = rendered(NOTE).html
    assert 'data-callout="question" data-line="15" id="b-q-sts"' in html
    assert '<span id="L15"></span>' in html
    assert '<li id="b-inner">three</li>' in html or 'id="b-inner">' in html
    assert "^q-sts" not in html


def test_the_fields_of_an_item_are_html_without_ids():
    result = rendered_item(
        prompt="Which *one*? ^q",
        answer="STS\n\n- a",
        explanation="```py\nx = 1\n```",
        hint="`x`",
    )
    assert result.prompt == "<p>Which <em>one</em>?</p>"
    assert result.answer == "<p>STS</p>\n<ul>\n<li>a</li>\n</ul>"
    assert "id=" not in result.explanation + result.answer
    assert result.hint == "<p><code>x</code></p>"


def test_options_and_pairs_have_no_paragraph_around_them():
    result = rendered_item(
        kind=Kind.CHOICE,
        options=make_options([("A *b*", True, "Because."), ("- c", False, "")]),
        pairs=make_pairs([("`k`", "v"), ("", "w")]),
    )
    assert result.options == (
        ("A <em>b</em>", "<p>Because.</p>"),
        ("<ul>\n<li>c</li>\n</ul>", ""),
    )
    assert result.pairs == (("<code>k</code>", "v"), ("", "w"))


def test_the_gap_of_a_cloze_is_marked_and_what_filled_it():
    result = rendered_item(
        kind=Kind.CLOZE, prompt="STS issues […] `[…]`", revealed="STS issues ==credentials=="
    )
    assert result.prompt == '<p>STS issues <span class="cloze">[…]</span> <code>[…]</code></p>'
    assert result.revealed == "<p>STS issues <mark>credentials</mark></p>"
    assert rendered_item(prompt="quoted […]").prompt == "<p>quoted […]</p>"


def test_what_a_cloze_hides_is_marked_in_the_note_and_nowhere_else():
    html = rendered("A {{c1::*queue*::what?}} keeps {{c2::them}}, `{{c1::x}}` {{x}}").html
    assert '<mark title="what?"><em>queue</em></mark> keeps <mark>them</mark>' in html
    assert "<code>{{c1::x}}</code> {{x}}" in html
    assert rendered_item(prompt="A {{c1::queue}}").prompt == "<p>A {{c1::queue}}</p>"


def test_an_item_has_the_footnotes_and_references_of_its_note():
    text = "[^1]: The quota.\n\n[ref]: https://a.b"
    result = rendered_item(text, prompt="a[^1] [b][ref]", answer="c[^1]")
    assert "The quota." in result.prompt
    assert 'href="https://a.b"' in result.prompt
    ids = [part.partition('"')[0] for part in result.prompt.split('id="')[1:]]
    assert ids
    assert not [name for name in ids if name in result.answer]


def test_no_two_texts_of_a_note_share_an_id():
    question = "> [!question] Which[^1] is it?\n> This^[here] one[^1].\n> - ^x\n\n"
    text = question * 3 + "[^1]: The quota.\n"
    result = render_note(
        parse_note("Note.md", text.encode(), VaultSettings()), Hrefs(), VaultSettings()
    )
    texts = [result.html, *(part for item in result.items for part in (item.prompt, item.answer))]
    ids = re.findall(r'\sid="([^"]*)"', "\n".join(texts))
    assert len(texts) == 7
    assert len(ids) == len(set(ids)) > 20
    for part in texts:
        assert set(re.findall(r'href="#(fn[^"]*)"', part)) <= set(re.findall(r'id="([^"]*)"', part))


def test_links_of_notes_and_items_lead_where_the_caller_says():
    links = {("Other", ""): "/notes/other"}
    assert 'href="/notes/other"' in rendered("[[Other]]", links).html
    assert 'href="/notes/other"' in rendered_item(links=links, prompt="[[Other]]").prompt


def test_what_could_not_be_shown_well_is_a_diagnostic_with_its_line():
    long = rendered("a\n\n" + "*a* " * 20_000)
    assert [(d.line, d.code) for d in long.diagnostics] == [(3, "paragraph-too-long")]
    assert "*a* *a*" in long.html


def test_a_fragment_may_do_without_its_paragraph():
    def fragment(text):
        return render_fragment(text, Hrefs(), VaultSettings(), inline=True)

    assert fragment("a *b*") == "a <em>b</em>"
    assert fragment("a\n\nb") == "<p>a</p>\n<p>b</p>"


def test_anchors():
    taken: dict[str, int] = {}
    names = ["A b!", "a  B", "A b 2", "---", "A-b"]
    assert [unique_anchor(heading_anchor(name), taken) for name in names] == [
        "h-a-b",
        "h-a-b-2",
        "h-a-b-2-2",
        "h-section",
        "h-a-b-3",
    ]
    assert block_anchor("Q-sts") == "b-q-sts"


def test_nothing_of_one_note_reaches_the_next():
    first = "[ref]: https://a.b\n\n[^1]: kept\n\n<b><b><b>\n\na[^1]"
    before = rendered("[x][ref] y[^1]").html
    rendered(first)
    assert (
        rendered("[x][ref] y[^1]").html == before == ('<p data-line="1" id="L1">[x][ref] y[^1]</p>')
    )


@pytest.mark.parametrize(
    ("embed", "attributes"),
    [
        ("![[a.png]]", ' height="300" loading="lazy" src="/a" width="400"'),
        ("![[a.png|200]]", ' height="150" loading="lazy" src="/a" width="200"'),
        ("![200](a.png)", ' height="150" loading="lazy" src="/a" width="200"'),
        ("![[a.png|200x20]]", ' class="sized" height="20" loading="lazy" src="/a" width="200"'),
        ("![[b.png]]", ' loading="lazy" src="/b"'),
    ],
)
def test_the_page_keeps_the_place_of_a_picture_whose_size_is_known(embed, attributes):
    links = {("a.png", ""): "/a", ("b.png", ""): "/b"}
    note = ParsedNote("Note.md", embed, "Note", items=(item(answer=embed),))
    result = render_note(note, Hrefs(links, sizes={"/a": (400, 300)}), VaultSettings())
    image = re.search(r'<img alt="\w+"([^>]*)>', result.html)
    assert image
    assert image[1] == attributes
    assert image[0] in result.items[0].answer
