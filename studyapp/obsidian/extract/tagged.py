"""Cards of the flashcards plugin: a heading or line that ends in ``#card`` or ``#card-reverse``,
the answer below it, and perhaps the plugin's id (``^1234567890123``)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyapp.items.values import Content, Kind
from studyapp.obsidian.blocks import Block, Comment, Heading, Paragraph, source
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.plain import UNANSWERED_BELOW
from studyapp.obsidian.extract.question import Found, markdown
from studyapp.obsidian.inline import lone_block_id, trailing_block_id, without_block_id
from studyapp.obsidian.values import Diagnostic, ItemDraft

_PLUGINS_ID = re.compile(r"(?:^|\s)\^\d{13}\s*$")
_TAG = re.compile(r"(?<!\S)#card(-reverse|/reverse|-spaced)?(?!\S)")


def extract(note: NoteText) -> Found:
    """The cards of a note; a reversed one is two siblings."""
    items: list[ItemDraft] = []
    problems: list[Diagnostic] = []
    for at, block in enumerate(note.blocks):
        first = block.lines[0].text
        tag = _TAG.search(first)
        if tag and isinstance(block, Heading):
            below = _section(note.blocks[at + 1 :])
            found = _cards(note, block, tag, markdown(below), below)
        elif tag and isinstance(block, Paragraph):
            below = _adjoining(block, note.blocks[at + 1 :])
            answer = source([*block.lines[1:], *(line for b in below for line in b.lines)])
            found = _cards(note, block, tag, answer, below)
        else:
            continue
        items += found.items
        problems += found.diagnostics
    return Found(tuple(items), tuple(problems))


def _section(blocks: Sequence[Block]) -> list[Block]:
    """What stands under a heading, up to the plugin's id, the next card or the next heading."""
    section = []
    for block in blocks:
        if isinstance(block, Heading) or _is_card(block):
            break
        section.append(block)
        if _PLUGINS_ID.search(block.lines[-1].text):
            break
    return section


def _is_card(block: Block) -> bool:
    return isinstance(block, Paragraph) and _TAG.search(block.lines[0].text) is not None


def _adjoining(block: Block, blocks: Sequence[Block]) -> list[Block]:
    """What follows ``block`` without a blank line, and the id on a line of its own after it."""
    found: list[Block] = []
    last = block
    for following in blocks:
        if following.span[0] > last.span[1] + 1 or isinstance(following, Heading):
            break
        found.append(following)
        last = following
    rest = blocks[len(found) : len(found) + 1]
    if rest and lone_block_id(source(rest[0].lines)):
        found += rest
    return found


def _cards(
    note: NoteText, block: Block, tag: re.Match[str], answer: str, below: Sequence[Block]
) -> Found:
    first = tag.string
    lines = answer.split("\n")
    block_id = trailing_block_id(first) or trailing_block_id(lines[-1])
    if lone_block_id(lines[-1]):
        answer = "\n".join(lines[:-1]).rstrip()
    prompt = without_block_id(first[: tag.start()] + first[tag.end() :]).strip()
    if isinstance(block, Heading):
        prompt = prompt.strip("# ")
    shown = [b for b in below if not isinstance(b, Comment)]
    question = note.question(
        (block.span[0], max([block.span[1], *(b.span[1] for b in shown)])),
        prompt,
        explicit_id=block_id,
    )
    forward = Content(Kind.BASIC, prompt, answer)
    if not prompt:
        return Found(())
    if not answer:
        item = question.draft("card", forward, UNANSWERED_BELOW)
        return Found((item,), tuple(question.report(UNANSWERED_BELOW)))
    if tag[1] not in ("-reverse", "/reverse"):
        return Found((question.draft("card", forward),))
    group = question.group(f"{prompt}\n{answer}")
    backward = Content(Kind.REVERSED, answer, prompt)
    return Found(
        (
            question.draft("card", forward, group=group),
            question.draft("card", backward, part="reversed", group=group),
        )
    )
