import pytest

from .pairs import flat


def table(head, *rows):
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    body = f"<tbody>{body}</tbody>" if rows else ""
    return f'<table tabindex="0"><thead><tr>{head}</tr></thead>{body}</table>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            "| a | b |\n|---|---|\n| *c* | d |",
            table("<th>a</th><th>b</th>", "<td><em>c</em></td><td>d</td>"),
        ),
        ("a | b\n--|--\nc | d", table("<th>a</th><th>b</th>", "<td>c</td><td>d</td>")),
        ("| a |\n|:-:|", table('<th align="center">a</th>')),
        ("| a |\n|--:|\n| b |", table('<th align="right">a</th>', '<td align="right">b</td>')),
        (r"| a |" + "\n|---|\n" + r"| `x\|y` |", table("<th>a</th>", "<td><code>x|y</code></td>")),
        ("| a | b |\n|---|---|\n| c |", table("<th>a</th><th>b</th>", "<td>c</td>")),
        ("| a | b |\n|---|\n| c |", "<p>| a | b |<br>|---|<br>| c |</p>"),
        ("text\n| a |\n|---|", "<p>text<br>| a |<br>|---|</p>"),
        ("- x\n\n  | a |\n  |---|", f"<ul><li><p>x</p>{table('<th>a</th>')}</li></ul>"),
    ],
)
def test_tables(markdown, expected):
    assert flat(markdown) == expected
