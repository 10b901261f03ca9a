import pytest

from .pairs import flat

BOX = '<input aria-label="to do" disabled="" type="checkbox">'
DONE = '<input aria-label="done" checked="" disabled="" type="checkbox">'
NESTED = "<ul><li>a<ul><li>b</li></ul></li></ul>"


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("text\n- a", "<p>text</p><ul><li>a</li></ul>"),
        ("- a\n  - b", NESTED),
        ("- a\n   - b", NESTED),
        ("- a\n    - b", NESTED),
        ("- a\n\t- b", NESTED),
        ("- a\n\t- b\n\t\t- c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("> q\n- a", "<blockquote><p>q</p></blockquote><ul><li>a</li></ul>"),
        ("- a\n* b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
        ("- a\nb", "<ul><li>a<br>b</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("- a\n  - b\n\n    c", "<ul><li>a<ul><li><p>b</p><p>c</p></li></ul></li></ul>"),
        (
            "- a\n  > q\n  \n  b",
            "<ul><li><p>a</p><blockquote><p>q</p></blockquote><p>b</p></li></ul>",
        ),
        ("-\n- a", "<ul><li></li><li>a</li></ul>"),
        ("2024. was a year", '<ol start="2024"><li>was a year</li></ol>'),
        ("In\n2024. it was", "<p>In<br>2024. it was</p>"),
    ],
)
def test_lists_nest_as_in_obsidian(markdown, expected):
    assert flat(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("- [ ] a", f'<ul><li class="task">{BOX} a</li></ul>'),
        ("- [x] a", f'<ul><li class="task">{DONE} a</li></ul>'),
        ("- [-] a", f'<ul><li class="task">{DONE} a</li></ul>'),
        ("1. [x] *a*", f'<ol><li class="task">{DONE} <em>a</em></li></ol>'),
        (
            "- [ ] a\n\n- b",
            f'<ul><li class="task"><p>{BOX} a</p></li><li><p>b</p></li></ul>',
        ),
        ("- [x](Note)", '<ul><li><a href="/v/note">x</a></li></ul>'),
    ],
)
def test_tasks(markdown, expected):
    assert flat(markdown) == expected


def test_the_boxes_of_a_question_say_right_and_wrong():
    rendered = flat("> [!question] Which?\n> - [ ] a\n> - [x] b")
    assert '<input aria-label="wrong" disabled="" type="checkbox"> a' in rendered
    assert '<input aria-label="right" checked="" disabled="" type="checkbox"> b' in rendered
