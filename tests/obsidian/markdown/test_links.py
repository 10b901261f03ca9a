import pytest

from .pairs import html, inline, picture


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("[so](Note)", '<a href="/v/note">so</a>'),
        ("[so](a%20b.md)", '<a href="/v/a-b">so</a>'),
        ("[so](<a b.md>)", '<a href="/v/a-b">so</a>'),
        ("[so](Note#Part)", '<a href="/v/note#h-part">so</a>'),
        ("[*so* `x`](Note)", '<a href="/v/note"><em>so</em> <code>x</code></a>'),
        ("[a [b] c](Note)", '<a href="/v/note">a [b] c</a>'),
        (
            "[so](gone.md)",
            '<span class="link--broken" title="Not in this vault: gone.md">so</span>',
        ),
        ("[so](https://a.b/c_(d))", '<a class="external" href="https://a.b/c_(d)">so</a>'),
        ('[so](https://a.b "T")', '<a class="external" href="https://a.b" title="T">so</a>'),
        (
            '[so](https://a.b?c&amp;d&e "&lt;T")',
            '<a class="external" href="https://a.b?c&amp;d&amp;e" title="&lt;T">so</a>',
        ),
        ("[so](mailto:a@b.c)", '<a class="external" href="mailto:a@b.c">so</a>'),
        (
            "[so](javascript:alert(1))",
            '<span class="link--broken" title="Not opened: javascript:alert(1)">so</span>',
        ),
        (
            "[so](//evil.example)",
            '<span class="link--broken" title="Not opened: //evil.example">so</span>',
        ),
        ("[so] (Note)", "[so] (Note)"),
        (r"\[so](Note)", "[so](Note)"),
        ("![alt](pic.png)", picture('alt="alt" {src}')),
        ("![250](pic.png)", picture('alt="pic" {src} width="250"')),
        ("![a|25x9](pic.png)", picture('alt="a" class="sized" height="9" {src} width="25"')),
        (
            "[![a](pic.png)](Note)",
            '<a href="/v/note"><img alt="a" loading="lazy" src="/f/pic.png"></a>',
        ),
    ],
)
def test_links_and_images(markdown, expected):
    assert inline(markdown) == expected


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("A pool", "A pool"),
        ("A pool|250x100", "A pool"),
        ("250", "https://a.b/p.png"),
        ("", "https://a.b/p.png"),
    ],
)
def test_an_image_from_elsewhere_is_a_link_and_nothing_is_fetched(label, text):
    assert inline(f"![{label}](https://a.b/p.png)") == (
        f'<a class="external" href="https://a.b/p.png">{text}</a>'
    )


@pytest.mark.parametrize("mention", ["[so][ref]", "[SO  ref][REF]", "[ref][]", "[ref]"])
def test_links_by_reference(mention):
    rendered = html(f'{mention}\n\n[ref]: https://a.b "T"')
    assert rendered.startswith('<p><a class="external" href="https://a.b" title="T">')
    assert "[ref]:" not in rendered


def test_a_definition_may_stand_before_text_and_a_label_without_one_is_text():
    assert html("[ref]: Note\nmore [x][y]") == "<p>more [x][y]</p>"
