import pytest

from .pairs import inline


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("*a*", "<em>a</em>"),
        ("_a_", "<em>a</em>"),
        ("**a**", "<strong>a</strong>"),
        ("***a***", "<em><strong>a</strong></em>"),
        ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
        ("_a **b**_", "<em>a <strong>b</strong></em>"),
        ("**a *b***", "<strong>a <em>b</em></strong>"),
        ("**a *b* `c*`**", "<strong>a <em>b</em> <code>c*</code></strong>"),
        ("*a* and *b*", "<em>a</em> and <em>b</em>"),
        ("snake_case_name", "snake_case_name"),
        ("foo*bar*baz", "foo<em>bar</em>baz"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("==a==", "<mark>a</mark>"),
        ("==a **b**==", "<mark>a <strong>b</strong></mark>"),
        ("a == b == c", "a == b == c"),
        ("~~a~~", "<del>a</del>"),
        ("~a~", "~a~"),
        ("**a\nb**", "<strong>a<br>b</strong>"),
        ("x\n**a**\ny", "x<br><strong>a</strong><br>y"),
        ("*a\nb* *c*", "<em>a<br>b</em> <em>c</em>"),
        (r"\*a\*", "*a*"),
        (r"*a\*b*", "<em>a*b</em>"),
        (r"__***\!***__", "<strong><em><strong>!</strong></em></strong>"),
        ("***a b*", "**<em>a b</em>"),
        ("a*****b***", "a**<em><strong>b</strong></em>"),
        ('**"a"**b', '**"a"**b'),
        ("**[a](Note)**", '<strong><a href="/v/note">a</a></strong>'),
        ("*a* x *b* y *c", "<em>a</em> x <em>b</em> y *c"),
    ],
)
def test_emphasis_pairs_as_in_commonmark(markdown, expected):
    assert inline(markdown) == expected


def test_the_same_text_after_another_is_read_afresh():
    assert inline("*a* *b*") == inline("*a* *b*") == "<em>a</em> <em>b</em>"
    assert inline("x *b*") == "x <em>b</em>"
