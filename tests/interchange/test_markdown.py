"""HTML of cards as Markdown, and that it is shown as it was meant."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studyapp.interchange.html import parse_html
from studyapp.interchange.markdown import escape, to_markdown
from studyapp.obsidian.render import Hrefs, render_fragment
from studyapp.obsidian.values import VaultSettings

PAIRS = [
    ("plain", "plain"),
    ("a<b>b</b> c", "a**b** c"),
    ("<b>Note:</b>text", "<b>Note:</b>text"),
    ("<b>Note:</b> text", "**Note:** text"),
    ("<i>a</i><b> b </b>c", "*a* **b** c"),
    ("<span style='font-weight: 700'>x</span>", "**x**"),
    ("<s>x</s> <u>y</u> H<sub>2</sub>O <mark>m</mark>", "~~x~~ <u>y</u> H<sub>2</sub>O ==m=="),
    ("<div>one</div><div>two</div>", "one\ntwo"),
    ("<p>one</p><p>two</p>", "one\n\ntwo"),
    ("x<br><br><br>y<br>z", "x\n\ny\nz"),
    ("<b>x<br>y</b>", "**x**\n**y**"),
    ("<ul><li>a<ul><li>b</li></ul></li><li>c", "- a\n  - b\n- c"),
    ("<ol><li>a<li>b</ol>after", "1. a\n2. b\n\nafter"),
    ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
    (
        "<table><tr><th>A<th>B|c<tr><td>1<td>x<br>y</table>",
        "| A | B\\|c |\n|---|---|\n| 1 | x<br>y |",
    ),
    ("<pre><code class='language-py'>a<br>  b&lt;c</code></pre>", "```py\na\n  b<c\n```"),
    ("<code>a`b</code>", "``a`b``"),
    ("<a href='https://a.b/(x)'>l</a>", "[l](https://a.b/%28x%29)"),
    ("<blockquote>q<br>r</blockquote>", "> q\n> r"),
    ("<h2>Head</h2>text", "**Head**\n\ntext"),
    (r"\(x &lt; y\)", "$x < y$"),
    (r"\( \frac{1}{\sqrt{2}} \)", r"$\frac{1}{\sqrt{2} }$"),
    (r"\(x\)3 \[y<br>z\] [latex]w[/latex]", "$$x$$3 $$y z$$ $w$"),
    ("<anki-mathjax>a_b</anki-mathjax>", "$a_b$"),
    ("[sound:a b.mp3]", "![[a b.mp3]]"),
    ('<img src="p%20q.png" width="300">', "![[p q.png|300]]"),
    ("5 &gt; 4 &amp; 3&nbsp;&lt; 4", "5 > 4 & 3 < 4"),
    ("1. x<br>- y<br># z<br>&gt; q", "1\\. x\n\\- y\n\\# z\n\\> q"),
    ("answer:: x", "answer:\\: x"),
    ("{{c1::<b>a</b>::hint}}", "{{c1::**a**::hint}}"),
    ("<code>{{c1::a}}</code>", "<code>{{c1::a}}</code>"),
    ("if a < b", "if a < b"),
    ("__init__ is snake_case", r"\_\_init\_\_ is snake_case"),
    ("<ruby>漢<rp>(</rp><rt>kan</rt></ruby>", "漢(kan)"),
]


@pytest.mark.parametrize(("source", "expected"), PAIRS)
def test_html_becomes_markdown(source: str, expected: str) -> None:
    assert to_markdown(source, lambda name: name).markdown == expected


@pytest.mark.parametrize(
    ("source", "lost"),
    [
        ("<script>alert(1)</script>x", "a script"),
        ("<span style='color: red'>x</span>", "colours"),
        ("<img src='data:image/png;base64,AAAA'>x", "a picture written into the text"),
        ("<img src='https://a.b/c.png'>x", "a picture on the web (it stays a link)"),
        ("<table><tr><td colspan=2>a<td>b</table>x", "cells that span several rows or columns"),
    ],
)
def test_what_markdown_cannot_say_is_named(source: str, lost: str) -> None:
    converted = to_markdown(source, lambda name: name)
    assert converted.lost == [lost]
    assert "x" in converted.markdown
    assert "alert" not in converted.markdown


def test_files_go_by_the_names_the_vault_has() -> None:
    converted = to_markdown("<img src='a#b.png'>", lambda name: name.replace("#", "-"))
    assert (converted.markdown, converted.media) == ("![[a-b.png]]", ["a#b.png"])


def shown(markdown: str) -> str:
    """The words that a reader of ``markdown`` sees."""
    html = render_fragment(markdown, Hrefs({}), VaultSettings())
    return " ".join("".join(parse_html(html).texts()).split())


@given(
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" "
        ),
        max_size=60,
    )
)
def test_text_is_shown_as_it_was(text: str) -> None:
    text = " ".join(text.split())
    assume(not any(mark in text for mark in ("\\(", "\\[", "[$", "[latex]", "[sound:")))
    source = text.replace("&", "&amp;").replace("<", "&lt;")
    assert shown(to_markdown(source, lambda name: name).markdown) == text


@given(st.text("ab*_`[]()!#>-+=~$%|\\<&;:^1.{} \n\"'/", max_size=80))
def test_any_markup_is_read_without_a_crash(source: str) -> None:
    to_markdown(source, lambda name: name)
    escape(source)


@pytest.mark.parametrize(
    "bomb",
    [
        "<" * 200_000,
        "<a " * 100_000,
        "<a '" * 100_000,
        "<b>" * 100_000,
        "<!--" * 100_000,
        "\\(" * 100_000,
        "<script>" * 50_000,
        "<table><tr><td>" * 20_000,
        "<li>" * 50_000,
        "[sound:" * 50_000,
        "<a href='" * 50_000 + ">",
    ],
)
def test_broken_markup_takes_no_longer_than_its_length(bomb: str) -> None:
    began = time.monotonic()
    to_markdown(bomb, lambda name: name)
    assert time.monotonic() - began < 10
