"""The block tree: what belongs to what, and on which lines."""

from __future__ import annotations

from typing import Any

import pytest

from studyapp.obsidian.blocks import (
    Block,
    Callout,
    Comment,
    Heading,
    List,
    ListItem,
    Quote,
    children,
    parse_blocks,
    walk,
)


def tree(blocks: tuple[Block, ...]) -> list[Any]:
    """Names and spans, containers with their contents."""
    return [
        (type(block).__name__, *block.span, tree(children(block)))
        if children(block)
        else (type(block).__name__, *block.span)
        for block in blocks
    ]


def outline(text: str) -> list[Any]:
    return tree(parse_blocks(text))


def test_blocks_that_need_no_blank_line_between_them() -> None:
    assert outline("para\n# head\n- item\n```\ncode\n```\n> quote\n***\npara") == [
        ("Paragraph", 1, 1),
        ("Heading", 2, 2),
        ("List", 3, 3, [("ListItem", 3, 3, [("Paragraph", 3, 3)])]),
        ("Code", 4, 6),
        ("Quote", 7, 7, [("Paragraph", 7, 7)]),
        ("Rule", 8, 8),
        ("Paragraph", 9, 9),
    ]


def test_a_lazy_line_continues_a_quoted_paragraph_and_nothing_else() -> None:
    assert outline("> [!note] title\nlazy\n\nout") == [
        ("Callout", 1, 2, [("Paragraph", 2, 2)]),
        ("Paragraph", 4, 4),
    ]
    assert [type(b) for b in parse_blocks("> text\n- list")] == [Quote, List]
    assert outline("> text\n>\nout")[1:] == [("Paragraph", 3, 3)]
    assert outline("> ```\n> code\nout")[1:] == [("Paragraph", 3, 3)]


def test_the_head_of_a_callout() -> None:
    (callout,) = parse_blocks("> [!Multi Word|Meta data]+  A *title*  \n> body")
    assert isinstance(callout, Callout)
    assert (callout.type, callout.metadata) == ("multi word", "meta data")
    assert (callout.fold, callout.title) == ("+", "A *title*")
    (glued,) = parse_blocks("> [!tip]-glued")
    assert isinstance(glued, Callout)
    assert glued.title == "glued"
    assert not isinstance(parse_blocks("> [![badge](x)](y)")[0], Callout)


def test_callouts_nest_and_stand_side_by_side() -> None:
    assert outline("> [!a]\n> text\n> > [!b]\n> > inner\n> after\n> [!c] next") == [
        (
            "Callout",
            1,
            5,
            [("Paragraph", 2, 2), ("Callout", 3, 5, [("Paragraph", 4, 5)])],
        ),
        ("Callout", 6, 6),
    ]


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t"])
def test_what_is_indented_belongs_to_its_item(indent: str) -> None:
    text = f"1. one\n{indent}- inner\n{indent}{indent}- deeper\n\n{indent}more\n2. two"
    (numbers,) = parse_blocks(text)
    assert isinstance(numbers, List)
    assert [item.span for item in numbers.items] == [(1, 5), (6, 6)]
    inner = numbers.items[0].children[1]
    assert isinstance(inner, List)
    assert len(inner.items) == 1


def test_tasks_and_markers() -> None:
    items = [
        b
        for b in walk(parse_blocks("- [ ] a\n- [x] b\n- [link](x)\n\n3) [X] c"))
        if isinstance(b, ListItem)
    ]
    assert [(i.marker, i.task) for i in items] == [("-", " "), ("-", "x"), ("-", None), ("3)", "X")]


def test_code_keeps_what_looks_like_blocks() -> None:
    assert outline("````\n> [!question] no\n```\n# no\n````\n\n    > no\n\n    # no") == [
        ("Code", 1, 5),
        ("Code", 7, 9),
    ]


def test_comments_hide_blocks() -> None:
    assert outline("text\n%%\n# no\n%%\n<!--\n# no\n-->\n%% x %% text") == [
        ("Paragraph", 1, 1),
        ("Comment", 2, 4),
        ("Comment", 5, 7),
        ("Paragraph", 8, 8),
    ]
    (comment,) = parse_blocks("%%\nnever closed")
    assert isinstance(comment, Comment)
    assert not comment.closed


def test_headings_with_hashes_and_underlines() -> None:
    found = parse_blocks("# A #\nTitle\n===\n#tag\n\n> text\n> ---\n")
    assert [(b.level, b.text) for b in found if isinstance(b, Heading)] == [(1, "A"), (1, "Title")]
    assert tree(found)[2:] == [
        ("Paragraph", 4, 4),
        ("Quote", 6, 7, [("Paragraph", 6, 6), ("Rule", 7, 7)]),
    ]


def test_tables_math_and_html() -> None:
    assert outline("| a | b |\n|---|:-:|\n| 1 | 2 |\n\n$$\nx\n\ny\n$$\n\n<details>\n\ntext") == [
        ("Table", 1, 3),
        ("Math", 5, 9),
        ("Html", 11, 11),
        ("Paragraph", 13, 13),
    ]


def test_nesting_ends_somewhere() -> None:
    deep = parse_blocks("> " * 500 + "text")
    assert sum(1 for _ in walk(deep)) < 40
