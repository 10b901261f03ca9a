import pytest

from .pairs import flat


def body(html: str) -> str:
    return html.split('<div class="callout__body">')[1].removesuffix("</div></div>")


def field(key: str, value: str) -> str:
    return f'<span class="field"><span class="field__key">{key}</span> {value}</span>'


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            "> [!question] Q?\n> a\n>\n> difficulty:: easy",
            f'<p>a</p><p class="fields">{field("difficulty", "easy")}</p>',
        ),
        (
            "> [!question] Q?\n> Domain:: *S*\n> source:: [t](https://e.org)",
            f'<p class="fields">{field("domain", "<em>S</em>")} '
            + field(
                "source",
                '<a class="external" href="https://e.org">t</a>',
            )
            + "</p>",
        ),
        ("> [!question] Q?\n> price:: 3", "<p>price:: 3</p>"),
        ("> [!note] N\n> difficulty:: easy", "<p>difficulty:: easy</p>"),
    ],
)
def test_only_the_fields_of_questions_are_set_small(markdown: str, expected: str) -> None:
    assert body(flat(markdown)) == expected
