import pytest

from .pairs import flat


def box(kind, title, body="", *, label=""):
    body = f'<div class="callout__body">{body}</div>' if body else ""
    label = label or kind.capitalize()
    title = f" {title}" if title else ""
    return (
        f'<div class="callout" data-callout="{kind}"><p class="callout__title">'
        f'<span class="callout__label">{label}</span>{title}</p>{body}</div>'
    )


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("> [!note] A title\n> body", box("note", "A title", "<p>body</p>")),
        ("> [!NOTE] A title", box("note", "A title")),
        ("> [!note]\n> body", box("note", "", "<p>body</p>")),
        ("> [!tip] *Use* `STS` now", box("tip", "<em>Use</em> <code>STS</code> now")),
        ("> [!success] Answer\n> a", box("success", "", "<p>a</p>", label="Answer")),
        ("> [!my-type] A title", box("my-type", "A title", label="My type")),
        ("> [!two words] A title", box("two words", "A title")),
        ("> [!question|order] A title", box("question", "A title")),
        ("> [!note] A title\nlazy", box("note", "A title", "<p>lazy</p>")),
        ("text\n> [!note] A title", "<p>text</p>" + box("note", "A title")),
        ("- > [!note] A title", f"<ul><li>{box('note', 'A title')}</li></ul>"),
        ("- a\n  > [!note] A title", f"<ul><li>a{box('note', 'A title')}</li></ul>"),
        (
            "> [!note] A title\n> > [!tip] In it\n> > x\n>\n> y",
            box("note", "A title", box("tip", "In it", "<p>x</p>") + "<p>y</p>"),
        ),
        (
            "> [!note] One of two\n\n> [!tip] Two of two",
            box("note", "One of two") + box("tip", "Two of two"),
        ),
        ("> [note] no callout", "<blockquote><p>[note] no callout</p></blockquote>"),
    ],
)
def test_callouts(markdown, expected):
    assert flat(markdown) == expected


@pytest.mark.parametrize(("mark", "opening"), [("-", "<details"), ("+", '<details open=""')])
def test_callouts_fold(mark, opening):
    rendered = flat(f"> [!question]{mark} Which is it?\n> a").replace(
        ' class="callout" data-callout="question"', ""
    )
    assert rendered == (
        f'{opening}><summary class="callout__title"><span class="callout__label">Question</span>'
        ' Which is it?</summary><div class="callout__body"><p>a</p></div></details>'
    )


def test_text_and_a_rule_in_a_quote_are_a_heading_as_in_obsidian():
    assert '<div class="callout__body"><h2>Which?</h2><ul>' in flat(
        "> [!question] Scenario one\n> Which?\n> ---\n> - a"
    )
    assert "<p>Which?</p><hr>" in flat("> [!question] Scenario one\n> Which?\n>\n> ---\n> a")
