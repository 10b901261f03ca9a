"""Which question shapes there are, and the walk through a note that asks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.blocks import Block, Callout, Heading, Paragraph, children, source, walk
from studyapp.obsidian.extract import (
    anki_blocks,
    basic,
    cases,
    choice,
    cloze,
    details,
    groups,
    headings,
    labels,
    match,
    numbered,
    open_answer,
    order,
    plain,
    prose,
    reverse,
    spaced_repetition,
    tagged,
    true_false,
    typed,
)
from studyapp.obsidian.extract.note_text import NoteText, Trail
from studyapp.obsidian.extract.question import (
    QUESTION_TYPES,
    Found,
    Question,
    is_generic,
    read_question,
)
from studyapp.obsidian.inline import lone_block_id
from studyapp.obsidian.inline import plain as words
from studyapp.obsidian.values import Diagnostic, Dialect, ItemDraft, Sample, VaultSettings

CALLOUT_SHAPES: tuple[Callable[[Question], Found | None], ...] = (
    # said outright in the callout's metadata
    order.extract,
    match.extract,
    typed.extract_text,
    typed.extract_number,
    cloze.extract,
    reverse.extract,
    basic.extract,
    # told by what the callout holds
    groups.extract,
    true_false.extract,
    choice.extract,
    cloze.extract_said_outright,
    open_answer.extract,
    plain.extract,
)
"""Asked in this order; the first that finds something has the callout."""


NOTE_SHAPES: tuple[Callable[[NoteText], Found], ...] = (
    numbered.extract,
    details.extract,
    spaced_repetition.extract,
    tagged.extract,
    anki_blocks.extract,
)
"""Asked one after the other; each takes what is its own, outside question callouts."""

DIALECTS: Mapping[Dialect, Callable[[NoteText, Set[int]], Found]] = {
    Dialect.CARDS: spaced_repetition.extract_elsewhere,
    Dialect.LABELS: labels.extract,
    Dialect.HEADINGS: headings.extract,
}
"""Asked where they are switched on, of the lines that no other shape has taken."""


SAMPLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class Extracted:
    """The items of a note in their order, what is amiss with them, and how many more each dialect
    that is off would add, with the first of those."""

    items: tuple[ItemDraft, ...]
    diagnostics: tuple[Diagnostic, ...]
    offers: Mapping[Dialect, int]
    samples: Mapping[Dialect, Sample]


@dataclass(frozen=True, slots=True)
class _Place:
    """A question callout where it stands: the headings above it, the block id after it."""

    callout: Callout
    topic: tuple[str, ...]
    following_id: str


def extract_items(
    path: str,
    text: str,
    blocks: Sequence[Block],
    properties: Mapping[str, Any],
    tags: Sequence[str],
    settings: VaultSettings,
) -> Extracted:
    """The items of the note at ``path``, whose body is ``text``. ``settings`` are those of this
    note (see ``VaultSettings.of_note``)."""
    items: list[ItemDraft] = []
    diagnostics: list[Diagnostic] = []
    for place in _questions(blocks, Trail()):
        question = read_question(place.callout, path, place.topic, place.following_id, properties)
        for shape in CALLOUT_SHAPES:
            if (found := shape(question)) is not None:
                asking = [item for item in found.items if item.content.prompt.strip()]
                if len(asking) < len(found.items):
                    found = Found((), (_asks_nothing(question),))
                items += found.items
                diagnostics += found.diagnostics
                break
    note = NoteText(
        path,
        text,
        tuple(blocks),
        properties,
        tuple(tags),
        settings.cards,
        frozenset(dialect for _, dialect in settings.dialects),
    )
    for note_shape in NOTE_SHAPES:
        found = note_shape(note)
        items += found.items
        diagnostics += found.diagnostics
    for dialect, dialect_shape in DIALECTS.items():
        if dialect in note.dialects:
            found = dialect_shape(note, _lines(items))
            items += found.items
            diagnostics += found.diagnostics
    found = prose.extract(note, _lines(items))
    items += found.items
    diagnostics += found.diagnostics
    offers, samples = _offers(note, _lines(items))
    items.sort(key=lambda item: item.lines)
    items, problems = cases.with_cases(path, blocks, items)
    return Extracted(tuple(items), (*diagnostics, *problems), offers, samples)


def _lines(items: Sequence[ItemDraft]) -> set[int]:
    """The lines that items stand on."""
    return {line for item in items for line in range(item.lines[0], item.lines[1] + 1)}


def _offers(note: NoteText, taken: Set[int]) -> tuple[dict[Dialect, int], dict[Dialect, Sample]]:
    """How many items each dialect that is off would add, and the first of them."""
    offers, samples = {}, {}
    for dialect in Dialect:
        if dialect in note.dialects:
            continue
        if dialect in DIALECTS:
            items = DIALECTS[dialect](note, taken).items
            if items:
                offers[dialect] = len(items)
                content = items[0].content
                samples[dialect] = _sample(items[0].lines[0], content.prompt, content.answer)
        elif count := prose.count(note, dialect, taken):
            offers[dialect] = count
            samples[dialect] = _sample(*prose.first(note, dialect, taken))
    return offers, samples


def _sample(line: int, question: str, answer: str = "") -> Sample:
    asked, told = (" ".join(words(text).split())[:SAMPLE_CHARS] for text in (question, answer))
    return Sample(line, asked, told)


def _asks_nothing(question: Question) -> Diagnostic:
    message = "This asks nothing, so it is no item: write the question as the callout's title."
    return diagnose.warning(question.path, question.lines[0], "no-question", message)


def _questions(
    blocks: Sequence[Block], trail: Trail, sections: tuple[str, ...] = ()
) -> Iterator[_Place]:
    """Every question callout. One that holds others is a section: its title is their topic."""
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            trail.enter(block)
        elif isinstance(block, Callout) and block.type in QUESTION_TYPES:
            if any(
                isinstance(b, Callout) and b.type in QUESTION_TYPES for b in walk(block.children)
            ):
                title = () if is_generic(block.title) else (words(block.title),)
                yield from _questions(block.children, trail, sections + title)
            else:
                following = blocks[at + 1] if at + 1 < len(blocks) else None
                yield _Place(block, trail.texts() + sections, _lone_id(following))
        else:
            yield from _questions(children(block), trail, sections)


def _lone_id(block: Block | None) -> str:
    """The id of a block that is nothing but ``^id``."""
    if not isinstance(block, Paragraph):
        return ""
    return lone_block_id(source(block.lines))
