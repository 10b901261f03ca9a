"""Nothing in a note makes reading it fail, or take longer than its length explains."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyapp.items.values import Kind, from_json, to_json
from studyapp.obsidian.blocks import children, parse_blocks, walk
from studyapp.obsidian.extract.question import shows
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.settings import parse_settings
from studyapp.obsidian.values import CardSyntax, ClozeMark, Dialect, ParsedNote, VaultSettings

PIECES = st.sampled_from(
    [
        "> [!question] Why?", "> [!question|cloze]", "> [!question|order] x", "> [!faq]- Q",
        "> [!question|match]", "> [!question|num] n", "> [!success]- Answer", "> > [!success]- B",
        "> > [!tip]", "> ", ">", "> > ", "- [x] a", "> - [x] a", "> - [ ] b", ">   > why",
        "> 1. [ ] c", "> A. a", "> B) b", "> ---", "---", "===", "> | a | b |", "> |---|---|",
        "> answer:: 3 ± x", "> answer:: true", "> domain:: x", "> ==x== y {{c1::z::h}}", "^id",
        "> ^id", "# H", "text", "\ttab", "    code", "```", "> ```", "%%", "<!--", "-->", "$$",
        "Q::A", "Q:::A", "?", "??", "#flashcards", "q #card", "START", "END", "Back: x",
        "STARTI [x] a Back: b ENDI", "<details>", "</details>", "Correct answer: A", "1. q?",
        "   - A. x", "   - B. y", "[[a|b]]", "![[x.png]]", "[t](u)", "`", "``", "\\", "", "\r",
        "# Why?", "## Question (en)", "## Answer", "Q: q", "- **A**: a", "**Q1**: x?", "{1:x} y",
        "{@{z}@}", "a ==b== **c**", "<!--ID: 12-->", "<!--SR:!2026-01-01,1,2!x-->", "> > a) -> x)",
        "> - a) A", "> - x) X", "> > > [!example] G", "#flashcards ==1;;a;;h==",
        "\x00", "\u2028", "**Links**: [[X]]", "> True or false?", "> **False**, no", "- ", "1.",
    ]
)  # fmt: skip
NOTES = st.lists(PIECES | st.text(max_size=8), max_size=25).map("\n".join)
FRONT = st.text("abc:- []{}\n'\"&*!|>#?%@\t1.", max_size=30).map(lambda text: f"---\n{text}\n---\n")


EVERYTHING = VaultSettings(
    cards=CardSyntax(clozes=(ClozeMark("==", "=="), ClozeMark("{{", "}}"))),
    dialects=tuple(("", dialect) for dialect in Dialect),
)


def read(data: bytes, settings: VaultSettings = EVERYTHING) -> ParsedNote:
    return parse_note("folder/Note.md", data, settings)


def read_both_ways(data: bytes) -> None:
    """With every dialect on and with none; ``check`` both, and what the latter offers."""
    plain, whole = read(data, VaultSettings()), read(data)
    check(plain)
    check(whole)
    assert not whole.offers
    assert all(count > 0 for count in plain.offers.values())


def check(note: ParsedNote) -> None:
    """What holds for every note, however strange."""
    last = note.text.count("\n") + 1
    json.dumps(note.frontmatter, allow_nan=False)
    for item in note.items:
        assert 1 <= item.lines[0] <= item.lines[1] <= last
        assert from_json(to_json(item.content)) == item.content
        assert item.content.prompt.strip()
        assert item.status == "ready" or item.reason
        if item.status == "ready":
            assert item.content.answer.strip()
    for problem in note.diagnostics:
        assert 0 <= problem.line <= last
        assert problem.message
    for link in note.links:
        assert 1 <= link.line <= last


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    read_both_ways(data)


@given(FRONT, st.text(max_size=40))
@example("---\n? [a]\n: b\n---\n", "")
def test_any_frontmatter(front: str, text: str) -> None:
    check(read((front + text).encode()))


@given(NOTES)
@example("> [!question|cloze]\n> ====\n> ==\n> ==a====b==")
@example("> [!question]\n> > [!question]\n> > > [!question]")
def test_anything_like_a_note(text: str) -> None:
    read_both_ways(text.encode())
    note = read(text.encode())
    for item in note.items:
        content = item.content
        if content.kind is Kind.CLOZE and item.status == "ready":
            alone = not any(d.code == "cloze-shows-itself" for d in note.diagnostics)
            assert not (alone and shows(content.prompt, content.answer))


@given(NOTES)
def test_reading_is_a_function_of_the_text(text: str) -> None:
    assert read(text.encode()) == read(text.encode())


@given(NOTES)
def test_every_line_stands_in_at_most_one_block_of_a_level(text: str) -> None:
    blocks = parse_blocks(text)
    levels = [blocks, *(children(block) for block in walk(blocks))]
    for level in levels:
        for before, after in pairwise(level):
            assert before.span[1] < after.span[0]


@given(st.binary(max_size=60))
def test_any_settings(data: bytes) -> None:
    paths = (".obsidian/app.json", ".obsidian/plugins/obsidian-spaced-repetition/data.json")
    settings, _ = parse_settings(dict.fromkeys(paths, data))
    parse_note("a.md", b"#flashcards\n\na::b", settings)


# --- time -------------------------------------------------------------------------------------

BOMBS: dict[str, Callable[[int], str]] = {
    name: (lambda size, unit=unit: unit * (size // len(unit)))
    for name, unit in {
        "brackets": "[",
        "wikilinks": "[[",
        "links": "[a](",
        "references": "[a][",
        "quotes": ">",
        "spaced quotes": "> ",
        "backticks": "`",
        "ticks of every length": "`a``b```",
        "asterisks": "*",
        "tags": "<a ",
        "list items": "- ",
        "numbers": "1. ",
        "highlights": "==",
        "clozes": "{{c1::",
        "comments": "%%",
        "lines": "\n",
        "quoted lines": ">\n",
        "callouts": "> [!question] a?\n",
        "options": "> - [ ] a\n",
        "fences": "```\n",
        "tables": "|a|\n|-|\n",
        "cells": "|",
        "rules": "> ---\n",
        "white space": " \t",
        "ids": "^a ",
        "dollars": "$$\n",
        "details": "<details>\n",
        "cards": "a::",
        "letters": "> A. x\n",
        "starts": "START\n",
        "inline starts": "STARTI [",
        "number signs": "#",
        "bold": "**a ",
        "asking headings": "# a?\n",
        "label headings": "## Question\n",
        "answer headings": "## Question (a)\n## Answer\n",
        "labels": "Q: a\n",
        "labels and bullets": "- Q: a\n  - A: b\n",
        "curly clozes": "{1:a} ",
        "curly openings": "{1:",
        "braces": "{@{a",
        "dollars in a row": "$a",
        "arrows": "> > a) -> x)\n",
        "rows": "> a) x\n",
        "escapes": "\\[",
    }.items()
}  # fmt: skip
BOMBS["hidden words"] = lambda size: " ".join(f"==w{n}==" for n in range(size // 9))
BOMBS["words before an answer"] = lambda size: (
    "> A. a\n> B. b\n> > [!success]\n> > " + "the " * (size // 4)
)
BOMBS["groups"] = lambda size: (
    "> [!question] m\n"
    + "> - a) x\n" * (size // 20)
    + ">\n> 1. y\n>\n> > [!success]\n"
    + "> > a) -> 1\n" * (size // 20)
)
BOMBS["histories"] = lambda size: "a::b" + "<!--SR:" * (size // 7)
LEADS = ["", "> [!question] Why?\n> ", "> [!question|cloze] ", "#flashcards\n\n", "- "]


def work(data: bytes) -> int:
    """How many lines of Python reading a note runs: a clock that no other process can touch."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        read(data)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("lead", LEADS, ids=["plain", "callout", "cloze", "cards", "list"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_the_work_grows_no_faster_than_the_note(bomb: str, lead: str) -> None:
    small, large = (work((lead + BOMBS[bomb](size)).encode()) for size in (2_000, 8_000))
    assert large < 4 * small * 1.5 + 3_000


@pytest.mark.parametrize("lead", LEADS, ids=["plain", "callout", "cloze", "cards", "list"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_twenty_kilobytes_of_anything_are_read_at_once(bomb: str, lead: str) -> None:
    # Counting lines does not see what a regular expression does; three seconds are ten
    # times what the slowest takes, and a thirtieth of what a quadratic one would.
    text = (lead + BOMBS[bomb](20_000)).encode()
    begin = time.process_time()
    read(text)
    assert time.process_time() - begin < 3.0
