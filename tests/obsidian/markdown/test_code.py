import pytest

from .pairs import flat, html, inline


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("`a`", "<code>a</code>"),
        ("``a`b``", "<code>a`b</code>"),
        ("`` `a` ``", "<code>`a`</code>"),
        (r"`a\`", "<code>a\\</code>"),
        (r"\`a`", "`a`"),
        ("`*a* <b> &amp; $x$ [[N]] #t`", "<code>*a* &lt;b&gt; &amp;amp; $x$ [[N]] #t</code>"),
        ("`a", "`a"),
    ],
)
def test_code_spans_hold_anything(markdown, expected):
    assert inline(markdown) == expected


def test_a_fence_keeps_its_text_and_its_language():
    assert html("```nolang\n<b> *a* %%c%%\n\n\tb ^id\n```") == (
        '<pre tabindex="0"><code class="language-nolang">'
        "&lt;b&gt; *a* %%c%%\n\n\tb ^id\n</code></pre>"
    )


def test_code_is_coloured_with_classes_never_with_styles():
    rendered = html("```python\nimport boto3\n```")
    assert '<code class="language-python"><span class="kn">import</span>' in rendered
    assert "style" not in rendered


@pytest.mark.parametrize(
    ("markdown", "around"),
    [
        ("text\n```\nx\n```\ntext", "<p>text</p>{}<p>text</p>"),
        ("> ```\n> x\n> ```", "<blockquote>{}</blockquote>"),
        ("- a\n  ```\n  x\n  ```", "<ul><li>a{}</li></ul>"),
        ("- > ```\n  > x\n  > ```", "<ul><li><blockquote>{}</blockquote></li></ul>"),
        ("~~~\nx\n~~~", "{}"),
        ("```\nx", "{}"),
        ("    x", "{}"),
    ],
)
def test_code_blocks_stand_anywhere(markdown, around):
    assert flat(markdown) == around.format('<pre tabindex="0"><code>x</code></pre>')


def test_a_diagram_keeps_its_source_for_a_script_to_draw():
    assert html('```mermaid\ngraph LR\n  A["<b>"] --> B & C\n```') == (
        '<pre class="mermaid" tabindex="0"><code>'
        'graph LR\n  A["&lt;b&gt;"] --&gt; B &amp; C\n</code></pre>'
    )


def test_an_exotic_language_name_does_not_leave_its_class():
    assert 'class="language-x"' in html('```x" onclick="y\n```')
