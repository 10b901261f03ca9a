"""Headings that ask, where the vault says that they do (see ``Dialect``).

## What is a queue?          the answer is what stands below, to the end of the section
- [x] or - [ ]              boxes there are options to choose from
## Question (en)             label headings, paired by what follows the word, then by order
## Answer (en)
## Explanation               goes with the answer before it

A note that is called by a question and has no such heading is answered by its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from studyapp.items.values import Content, Kind, Status, normalise
from studyapp.obsidian.blocks import (
    Block,
    Callout,
    Comment,
    Heading,
    Paragraph,
    Rule,
    source,
    walk,
)
from studyapp.obsidian.extract import choice
from studyapp.obsidian.extract.anki_blocks import comment_id
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.plain import UNANSWERED_BELOW
from studyapp.obsidian.extract.question import (
    QUESTION_TYPES,
    Found,
    Problem,
    Question,
    ends_as_question,
    join,
    markdown,
)
from studyapp.obsidian.inline import lone_block_id, plain, trailing_block_id, without_block_id
from studyapp.obsidian.values import Span

_LABEL = re.compile(
    r"(?:(?:model|sample|correct|example) )?"
    r"(?:(questions?\b|q(?=\d))|answers?\b|solutions?\b|a(?=\d))"
    r"[\s:#.–-]*([^?]{0,20})",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(r"(?:explanation|rationale)s?\b[\s:#.–-]*", re.IGNORECASE)
_SUFFIX = re.compile(r"\(([^()?]{1,20})\)\s*$")

UNCLEAR_PAIR = Problem(
    Status.AMBIGUOUS,
    "unclear-pair",
    "There are more questions than answers here, so it is not plain which answer is meant. Put "
    "each answer right after its question.",
)


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading that asks or answers, and what stands below it.

    ``is_label`` says that its text is a mere "Question" or "Answer"; ``suffix`` tells it from
    others of its kind (``(en)``, ``2``). ``starts`` is true where a heading of a higher level
    stands between it and the section before, ``holds`` where a deeper section follows.
    """

    heading: Heading
    body: tuple[Block, ...]
    asks: bool
    is_label: bool
    suffix: str
    starts: bool = False
    holds: bool = False

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Heading and body."""
        return (self.heading, *self.body)


def extract(note: NoteText, taken: Set[int]) -> Found:
    """The items of a note's headings, but for those on lines that are ``taken``."""
    found: list[Found] = []
    questions: list[_Section] = []
    answers: list[_Section] = []
    for section in _sections(note, taken):
        if (answers and section.asks) or section.starts:
            found += _items(note, questions, answers)
            questions, answers = [], []
        (questions if section.asks else answers).append(section)
    found += _items(note, questions, answers)
    if not found and not taken:
        found = _whole_note(note)
    return Found(
        tuple(item for part in found for item in part.items),
        tuple(problem for part in found for problem in part.diagnostics),
    )


def _sections(note: NoteText, taken: Set[int]) -> Iterator[_Section]:
    roles = [
        (at, *role)
        for at, block in enumerate(note.blocks)
        if isinstance(block, Heading)
        and block.span[0] not in taken
        and (role := _role(block)) is not None
    ]
    recognised = {at for at, *_ in roles}
    for place, (at, asks, is_label, suffix) in enumerate(roles):
        heading = note.blocks[at]
        assert isinstance(heading, Heading)
        end = at + 1
        while end < len(note.blocks) and end not in recognised:
            block = note.blocks[end]
            level = block.level if isinstance(block, Heading) else 7
            if level < heading.level or (level == heading.level and not _explains(block)):
                break
            end += 1
        between = note.blocks[roles[place - 1][0] : at] if place else ()
        following = note.blocks[roles[place + 1][0]] if place + 1 < len(roles) else None
        yield _Section(
            heading,
            tuple(b for b in note.blocks[at + 1 : end] if not _is_question(b)),
            asks,
            is_label,
            suffix,
            starts=any(isinstance(b, Heading) and b.level < heading.level for b in between[1:]),
            holds=isinstance(following, Heading) and following.level > heading.level,
        )


def _role(heading: Heading) -> tuple[bool, bool, str] | None:
    """Whether ``heading`` asks, is a label, and its suffix; None for any other heading."""
    words = plain(without_block_id(heading.text))
    if label := _LABEL.fullmatch(words):
        return bool(label[1]), True, normalise(label[2].strip("()[] "))
    if ends_as_question(words):
        suffix = _SUFFIX.search(words)
        return True, False, normalise(suffix[1]) if suffix else ""
    return None


def _explains(block: Block) -> bool:
    return isinstance(block, Heading) and _EXPLAINS.fullmatch(plain(block.text)) is not None


def _whole_note(note: NoteText) -> list[Found]:
    """The item of a note that is one question: its title asks, its text answers."""
    title = note.properties.get("title")
    if not isinstance(title, str) or not title.strip():
        title = note.path.rpartition("/")[2].removesuffix(".md")
    if not note.blocks or not ends_as_question(title):
        return []
    span = (note.blocks[0].span[0], note.blocks[-1].span[1])
    return [_found(note, span, title.strip(), "", [], *_without_ids(note.blocks))]


def _is_question(block: Block) -> bool:
    return any(isinstance(b, Callout) and b.type in QUESTION_TYPES for b in walk((block,)))


def _items(
    note: NoteText, questions: Sequence[_Section], answers: Sequence[_Section]
) -> list[Found]:
    """The items of some questions and the answers that follow them."""
    found = []
    waiting = []
    for number, question in enumerate(questions, 1):
        last = number == len(questions)
        if question.is_label or not question.body or (last and answers):
            waiting.append(question)
        else:
            found.append(_item(note, question, ()))
    for question, its_answers, problem in _paired(waiting, answers):
        if its_answers or question.is_label or not question.holds:
            found.append(_item(note, question, its_answers, problem))
    return found


def _paired(
    questions: Sequence[_Section], answers: Sequence[_Section]
) -> Iterator[tuple[_Section, Sequence[_Section], Problem | None]]:
    """Each question with its answers: by what follows the label, and within that by order."""
    by_suffix: dict[str, tuple[list[_Section], list[_Section]]] = defaultdict(lambda: ([], []))
    for section in (*questions, *answers):
        by_suffix[section.suffix][not section.asks].append(section)
    parts = list(by_suffix.values())
    if not all(asked and given for asked, given in parts):
        parts = [(list(questions), list(answers))]
    for asked, given in parts:
        problem = UNCLEAR_PAIR if given and len(asked) != len(given) else None
        for number, question in enumerate(asked):
            its = given[number:] if number == len(asked) - 1 else given[number : number + 1]
            yield question, its, problem if its else None


def _item(
    note: NoteText, asked: _Section, answers: Sequence[_Section], problem: Problem | None = None
) -> Found:
    title = "" if asked.is_label else without_block_id(asked.heading.text)
    body, its_id = _without_ids(asked.body)
    given: list[Block] = []
    for section in answers:
        blocks, found_id = _without_ids(section.body)
        given += blocks
        its_id = its_id or found_id
    if not answers and not asked.is_label:
        body, given = [], body
    last = max(block.span[1] for section in (asked, *answers) for block in section.blocks)
    span = (asked.heading.span[0], last)
    own_id = trailing_block_id(asked.heading.text) or its_id
    return _found(note, span, title, own_id, body, given, problem=problem)


def _found(
    note: NoteText,
    span: Span,
    title: str,
    own_id: str,
    body: Sequence[Block],
    given: Sequence[Block],
    its_id: str = "",
    problem: Problem | None = None,
) -> Found:
    """The item that asks ``title`` and ``body``, and that ``given`` answers."""
    body = [block for block in body if not isinstance(block, Rule)]
    prompt = join(title, markdown(body))
    if not plain(prompt):
        return Found(())
    answer, explanation = map(markdown, _split(given))
    question = note.question(span, prompt, explicit_id=own_id or its_id)
    if problem is None and (chosen := _choice(replace(question, title=title), body, given)):
        return chosen
    problem = problem if answer else UNANSWERED_BELOW
    content = Content(Kind.BASIC, prompt, answer, explanation)
    return Found((question.draft("headings", content, problem),), tuple(question.report(problem)))


def _choice(question: Question, body: Sequence[Block], given: Sequence[Block]) -> Found | None:
    """The choice that the question is, where it plainly is one: boxes of which some are ticked, or
    lettered options and an answer that names some."""
    answers, explains = _split(given)
    if body:
        question = replace(question, blocks=tuple(body), answer=markdown(answers))
    else:
        question = replace(question, blocks=tuple(answers))
    found = choice.extract(replace(question, explanation=markdown(explains)))
    if found is None:
        return None
    [item] = found.items
    done = all(option.correct for option in item.content.options)  # a list of what was to be done
    if item.status is not Status.READY or done or not plain(item.content.prompt):
        return None
    return Found((replace(item, shape="headings"),))


def _split(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks before a rule or a heading "Explanation", and those after it."""
    parts: tuple[list[Block], list[Block]] = ([], [])
    after = False
    for block in blocks:
        divides = isinstance(block, Rule) or _explains(block)
        after = after or divides
        if not divides:
            parts[after].append(block)
    return parts


def _without_ids(blocks: Sequence[Block]) -> tuple[list[Block], str]:
    """``blocks`` as they are shown, and the id that the last of them gives."""
    shown: list[Block] = []
    its_id = ""
    for block in blocks:
        text = source(block.lines)
        if isinstance(block, Comment):
            its_id = comment_id(text) or its_id
        elif isinstance(block, Paragraph) and (block_id := lone_block_id(text)):
            its_id = block_id
        else:
            shown.append(block)
    return shown, its_id
