from studyapp.obsidian.render import Hrefs, render_fragment
from studyapp.obsidian.values import VaultSettings

from .pairs import flat, html


def test_footnotes_are_numbered_as_they_are_mentioned():
    rendered = html("a[^z] b[^y] c[^z]\n\n[^y]: *why*\n[^z]: zed\n[^x]: never mentioned")
    assert rendered.index("zed") < rendered.index("why")
    assert rendered.count("<li") == 2
    assert "never" not in rendered
    first = rendered.partition("</sup>")[0]
    assert first.endswith(">1</a>")


def test_a_footnote_may_have_several_paragraphs():
    assert "<p>one</p><p>two" in flat("a[^1]\n\n[^1]: one\n\n    two")


def test_a_footnote_written_in_place():
    rendered = flat("a^[see *this* [[Note]]]")
    assert '<li id="' in rendered
    assert 'see <em>this</em> <a class="wikilink"' in rendered


def test_a_mention_without_a_text_stays_as_written():
    assert html("a[^1]") == "<p>a[^1]</p>"


def test_a_footnote_that_mentions_itself_ends():
    assert html("a[^1]\n\n[^1]: b[^1]").count("<li") == 1


def test_ids_differ_between_the_texts_of_a_page():
    texts = [
        render_fragment("a^[b]", Hrefs(), VaultSettings(), name=name) for name in ("one", "two")
    ]
    assert texts[0] != texts[1]
