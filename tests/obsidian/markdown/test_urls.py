import pytest

from .pairs import inline

A = '<a class="external" href="https://a.b/c_d_e">https://a.b/c_d_e</a>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("https://a.b/c_d_e", A),
        ("see https://a.b/c_d_e.", f"see {A}."),
        ("(https://a.b/c_d_e)", f"({A})"),
        ("**https://a.b/c_d_e**", f"<strong>{A}</strong>"),
        ("<https://a.b/c_d_e>", A),
        ("<a@b.c>", '<a class="external" href="mailto:a@b.c">a@b.c</a>'),
        ("https://a.b/(c)", '<a class="external" href="https://a.b/(c)">https://a.b/(c)</a>'),
        ("[https://a.b/c_d_e](https://a.b/c_d_e)", A),
        ("`https://a.b`", "<code>https://a.b</code>"),
        ("xhttps://a.b", "xhttps://a.b"),
    ],
)
def test_bare_addresses(markdown, expected):
    assert inline(markdown) == expected
