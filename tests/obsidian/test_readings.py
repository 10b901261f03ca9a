"""An ambiguous question is offered in the ways it may be meant, each as the edit that says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.values import Status
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.readings import MOST, readings
from studyapp.obsidian.values import ItemDraft, VaultSettings

CORPUS = Path(__file__).parents[1] / "corpus" / "extract"


def offered(*lines: str) -> list[tuple[str, str, str]]:
    """(question, answer, explanation) of each reading."""
    found = [reading.content for reading in readings(lines)]
    return [(content.prompt, content.answer, content.explanation) for content in found]


def items_of(lines: list[str]) -> list[ItemDraft]:
    return list(parse_note("a.md", "\n".join(lines).encode(), VaultSettings()).items)


def test_bullets_belong_to_the_scenario_or_to_the_answer() -> None:
    assert offered(
        "> [!question] Practice question",
        "> Which service meets these needs?",
        "> - order",
        "> - no duplicates",
        ">",
        "> A FIFO queue.",
    ) == [
        ("Which service meets these needs?\n- order\n- no duplicates", "A FIFO queue.", ""),
        ("Which service meets these needs?", "- order\n- no duplicates\n\nA FIFO queue.", ""),
        ("Which service meets these needs?", "- order\n- no duplicates", "A FIFO queue."),
    ]


def test_an_answer_right_under_its_question_is_parted_from_it() -> None:
    (reading,) = readings(
        ["> [!question] Example question", "> Which queue keeps the order?", "> FIFO."]
    )
    assert reading.lines == (
        "> [!question] Example question",
        "> Which queue keeps the order?",
        ">",
        "> ---",
        ">",
        "> FIFO.",
    )


def test_a_topic_as_title_asks_itself_or_stands_over_the_question() -> None:
    assert offered(
        "> [!question]- Notes on ordering", "> Which queue keeps the order?", ">", "> FIFO."
    ) == [
        ("Which queue keeps the order?", "FIFO.", "Notes on ordering"),
        ("Notes on ordering?", "Which queue keeps the order?\n\nFIFO.", ""),
        ("Notes on ordering\n\nWhich queue keeps the order?", "FIFO.", ""),
    ]


def test_a_title_that_is_no_question_is_made_one() -> None:
    (reading,) = readings(["> [!question] Visibility timeout", "> How long it stays hidden."])
    assert reading.lines[0] == "> [!question] Visibility timeout?"


def test_what_else_the_callout_says_stays() -> None:
    for reading in readings(
        [
            "> [!question] Practice",
            "> A team has a queue.",
            ">",
            "> Use FIFO.",
            ">",
            "> > [!tip]- Hint",
            "> > Think of the order.",
            ">",
            "> difficulty:: easy",
        ]
    ):
        assert reading.content.hint == "Think of the order."
        assert dict(reading.content.metadata) == {"difficulty": "easy"}


def test_a_callout_in_a_list_stays_in_it() -> None:
    lines = ["  - > [!question] Question", "    > Which queue orders?", "    > FIFO."]
    (reading,) = readings(lines)
    (item,) = items_of(["- A list", *reading.lines])
    assert (item.content.prompt, item.content.answer) == ("Which queue orders?", "FIFO.")


@pytest.mark.parametrize(
    "lines",
    [
        ["> [!question] What is a queue?", "> A line."],
        ["> [!question|cloze] Nothing is hidden here."],
        ["> [!question] Which port?", "> - [x] 443", "> - 80"],
        ["Only text."],
        [""],
        [],
    ],
)
def test_only_a_question_whose_end_is_unclear_has_readings(lines: list[str]) -> None:
    assert readings(lines) == ()


TITLES = st.sampled_from(["Example question", "", "Ordering", "A queue keeps order: how"])
BLOCKS = st.lists(
    st.sampled_from(
        [
            ["A team has a queue."],
            ["Which of them fits?"],
            ["Which of them fits?", "A FIFO queue."],
            ["- order", "- no duplicates"],
            ["1. first", "2. second"],
            ["| a | b |", "|---|---|", "| 1 | 2 |"],
            ["```", "code?", "```"],
            ["---"],
            ["difficulty:: easy"],
            ["> [!tip]- Hint", "> Think."],
            ["**Bold** and `code`."],
            ["%% a remark %%"],
        ]
    ),
    max_size=5,
)
QUOTES = st.sampled_from([("> ", "> "), ("- > ", "  > "), ("> > ", "> > "), (">", ">")])


@given(TITLES, BLOCKS, QUOTES)
def test_the_note_then_says_exactly_what_was_chosen(
    title: str, blocks: list[list[str]], quotes: tuple[str, str]
) -> None:
    head, quote = quotes
    lines = [f"{head}[!question] {title}".rstrip()]
    for number, block in enumerate(blocks):
        lines += [quote.rstrip()] * bool(number) + [f"{quote}{line}" for line in block]
    around = (["# A note", "", "Before.", ""], ["", "After."])
    before = items_of([*around[0], *lines, *around[1]])
    if len(before) != 1:
        return
    first, last = before[0].lines
    found = readings([*around[0], *lines, *around[1]][first - 1 : last])
    assert len(found) <= MOST
    if before[0].status is not Status.AMBIGUOUS:
        assert found == ()
    for reading in found:
        note = [*around[0], *lines, *around[1]]
        note[first - 1 : last] = reading.lines
        (item,) = items_of(note)
        assert item.status is Status.READY
        assert item.content == reading.content


def test_every_ambiguous_question_of_the_corpus_that_can_be_settled_is() -> None:
    """Those that stay have something else amiss."""
    for path in [*CORPUS.glob("S2/*.md"), *CORPUS.glob("S8/*.md")]:
        text = path.read_text()
        for item in parse_note(path.name, text.encode(), VaultSettings()).items:
            first, last = item.lines
            found = readings(text.split("\n")[first - 1 : last])
            assert bool(found) == (item.status is Status.AMBIGUOUS), path
