"""Headings, quotes, paragraphs, comments, HTML: what has little syntax of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .pairs import flat, html, inline


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# a", "<h1>a</h1>"),
        ("###### *a* ##", "<h6><em>a</em></h6>"),
        ("a\n===", "<h1>a</h1>"),
        ("a\n---", "<h2>a</h2>"),
        ("---\n\na", "<hr><p>a</p>"),
        ("#tag", '<p><span class="tag">#tag</span></p>'),
        ("> a\nb", "<blockquote><p>a<br>b</p></blockquote>"),
        ("> a\n\n> b", "<blockquote><p>a</p></blockquote><blockquote><p>b</p></blockquote>"),
        ("> > a", "<blockquote><blockquote><p>a</p></blockquote></blockquote>"),
    ],
)
def test_headings_and_quotes(markdown, expected):
    assert flat(markdown) == expected


def test_a_line_is_a_line_unless_the_vault_is_strict():
    assert html("a\nb") == "<p>a<br>b</p>"
    assert html("a\nb", strict_line_breaks=True) == "<p>a\nb</p>"
    assert html("a  \nb\\\nc", strict_line_breaks=True) == "<p>a<br>b<br>c</p>"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a %%b%% c", "<p>a c</p>"),
        ("%%b%%", ""),
        ("a\n\n%%\nb\n\nc\n%%\n\nd", "<p>a</p><p>d</p>"),
        ("`%%a%%`", "<p><code>%%a%%</code></p>"),
        ("100%% sure", "<p>100%% sure</p>"),
        ("a <!-- b --> c", "<p>a  c</p>"),
        ("a ^block-1", "<p>a</p>"),
        ("- a ^x\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("> a\n\n^x", "<blockquote><p>a</p></blockquote>"),
        ("`a ^x`", "<p><code>a ^x</code></p>"),
        ("2 ^2 is", "<p>2 ^2 is</p>"),
    ],
)
def test_comments_and_block_ids_are_hidden_outside_code(markdown, expected):
    assert flat(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("#a/b-c d", '<span class="tag">#a/b-c</span> d'),
        ("a #1 b", "a #1 b"),
        ("a#b", "a#b"),
        (r"\#a", "#a"),
        ("a\n#b", 'a<br><span class="tag">#b</span>'),
        ("#été", '<span class="tag">#été</span>'),
    ],
)
def test_tags(markdown, expected):
    assert inline(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("$x_1 * y_1$", '<span class="math">x_1 * y_1</span>'),
        (r"$\frac{a}{b}$", r'<span class="math">\frac{a}{b}</span>'),
        ("costs $5 and $6", "costs $5 and $6"),
        ("$ a $", "$ a $"),
        (r"\$a$", "$a$"),
        ("`$a$`", "<code>$a$</code>"),
        ("in $$x$$ text", 'in <span class="math">x</span> text'),
    ],
)
def test_formulas_keep_their_source(markdown, expected):
    assert inline(markdown) == expected


def test_a_formula_of_its_own():
    assert html("$$\na < b\n$$") == '<div class="math">a &lt; b</div>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a <b>c</b>", "<p>a <b>c</b></p>"),
        ("<b>*c*</b> d", "<p><b><em>c</em></b> d</p>"),
        ("H<sub>2</sub>O<br>x", "<p>H<sub>2</sub>O<br>x</p>"),
        ("arn:aws:s3:::<your-bucket>/x", "<p>arn:aws:s3:::&lt;your-bucket&gt;/x</p>"),
        ("<div>\n*a*\n</div>", "<div>*a*</div>"),
        ("a < b > c & d", "<p>a &lt; b &gt; c &amp; d</p>"),
        ("&copy; &#169; &nope;", "<p>© © &amp;nope;</p>"),
        (
            "<details><summary>a</summary>\n\n*b*\n\n</details>",
            "<details><summary>a</summary><p><em>b</em></p></details>",
        ),
    ],
)
def test_html(markdown, expected):
    assert flat(markdown) == expected


def test_escaped_punctuation_is_text():
    assert inline(r"\# \* \[ \= \~ \$ \| \< \\ \a") == r"# * [ = ~ $ | &lt; \ \a"


@given(st.text("abzAé19 ,.;!?'’“”()/-", min_size=1, max_size=30))
def test_plain_text_is_rendered_alone_as_it_is_among_other_text(text):
    assert html(f"x{text}\n\n*y*") == html(f"x{text}") + "\n<p><em>y</em></p>"
