"""Question and answer in one callout: shapes S1, S1h, S2, S4, S0 and S8.

Where the parts stand decides which is which:

    S1   the title asks, the body answers          S1h  the same, and ``---`` starts the explanation
    S2   the title is a label, the body asks; blank line; the answer
    S4   the title is a takeaway, the body asks; ``---``; the answer. The title explains: it gives
         the answer away, so it is never on the front
    S0   nobody answers yet                        S8   the title is a topic: someone must look
"""

from __future__ import annotations

from collections.abc import Sequence

from studyapp.items.values import Content, Kind, Status
from studyapp.obsidian.blocks import Block, Comment, Line, List, Paragraph, Rule, source
from studyapp.obsidian.extract.question import (
    Found,
    Problem,
    Question,
    ends_as_question,
    is_generic,
    is_question,
    join,
    markdown,
    one,
)
from studyapp.obsidian.inline import plain

UNANSWERED = Problem(
    Status.NEEDS_ANSWER,
    "",
    "Nobody has answered this question yet: write the answer under it, in the callout.",
)
UNANSWERED_BELOW = Problem(
    Status.NEEDS_ANSWER, "", "Nobody has answered this question yet: write the answer below it."
)
UNCLEAR = Problem(
    Status.AMBIGUOUS,
    "unclear-question",
    "It is not plain where the question ends and the answer begins. Make the title the question, "
    "or put a line of --- between question and answer.",
)
NOT_A_QUESTION = Problem(
    Status.AMBIGUOUS,
    "title-is-no-question",
    "The title does not read as a question. If the body answers it, end the title with a question "
    "mark.",
)


def extract(question: Question) -> Found | None:
    """The item of a question callout whose parts are told apart by place alone."""
    sections = _sections(question.blocks)
    if not sections:
        return _unanswered(question)
    if _is_takeaway(question, sections):
        return _takeaway(question, sections)
    if is_generic(question.title):
        return _labelled(question, sections)
    if ends_as_question(question.title):
        return _titled(question, sections)
    if ends_as_question(markdown(sections[0][:1])):
        return _topic(question, sections)
    if is_question(question.title):
        return _titled(question, sections)
    answer, explanation = _answer(sections)
    content = Content(Kind.BASIC, question.title, answer, explanation)
    return one(question, "S8", content, NOT_A_QUESTION)


def _sections(blocks: Sequence[Block]) -> list[list[Block]]:
    """The body's blocks, parted by its rules; empty parts left out."""
    sections: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Rule):
            sections.append([])
        elif not isinstance(block, Comment):
            sections[-1].append(block)
    return [section for section in sections if section]


def _answer(sections: Sequence[Sequence[Block]]) -> tuple[str, str]:
    """The first section answers, the others explain."""
    return markdown(sections[0]), join(*map(markdown, sections[1:]))


def _unanswered(question: Question) -> Found | None:
    given = question.fields.get("answer", "")
    if given and plain(question.title):
        return one(question, "S1", Content(Kind.BASIC, question.title, given))
    if is_generic(question.title) or not is_question(question.title):
        return None
    return one(question, "S0", Content(Kind.BASIC, question.title), UNANSWERED)


def _titled(question: Question, sections: Sequence[Sequence[Block]]) -> Found:
    answer, explanation = _answer(sections)
    shape = "S1h" if len(sections) > 1 else "S1"
    return one(question, shape, Content(Kind.BASIC, question.title, answer, explanation))


def _is_takeaway(question: Question, sections: Sequence[Sequence[Block]]) -> bool:
    """S4: the first section asks to its very end, and a rule parts it from an answer."""
    return (
        len(sections) > 1
        and not is_generic(question.title)
        and not ends_as_question(question.title)
        and ends_as_question(markdown(sections[0][-1:]))
    )


def _takeaway(question: Question, sections: Sequence[Sequence[Block]]) -> Found:
    answer, remarks = _answer(sections[1:])
    content = Content(Kind.BASIC, markdown(sections[0]), answer, join(question.title, remarks))
    return one(question, "S4", content)


def _labelled(question: Question, sections: Sequence[Sequence[Block]]) -> Found:
    """S2: the question is in the body. What asks ends at the first block that ends in ``?``."""
    first = sections[0]
    given = question.fields.get("answer", "")
    asking = next((n for n, block in enumerate(first, 1) if ends_as_question(markdown([block]))), 0)
    rest = first[asking:]
    problem = None
    if not asking:
        return _without_question_mark(question, sections, given)
    if len(rest) > 1 and isinstance(rest[0], List):
        # The bullets may belong to the scenario; then the last block is the answer.
        asking, problem = len(first) - 1, UNCLEAR
        rest = first[asking:]
    prompt = markdown(first[:asking])
    if rest:
        content = Content(Kind.BASIC, prompt, markdown(rest), join(*map(markdown, sections[1:])))
    elif len(sections) > 1:
        answer, explanation = _answer(sections[1:])
        content = Content(Kind.BASIC, prompt, answer, explanation)
    else:
        content = Content(Kind.BASIC, prompt, given)
        problem = None if given else UNANSWERED
    return one(question, "S2" if content.answer else "S0", content, problem)


def _without_question_mark(
    question: Question, sections: Sequence[Sequence[Block]], given: str
) -> Found:
    """No block ends in ``?``: perhaps one has question and answer in adjoining lines."""
    first = sections[0]
    if given:
        content = Content(Kind.BASIC, markdown(first), given, join(*map(markdown, sections[1:])))
        return one(question, "S2", content)
    if isinstance(first[0], Paragraph) and (split := _split_at_question(first[0].lines)):
        asked, answered = split
        answer = join(source(answered), markdown(first[1:]))
        content = Content(Kind.BASIC, source(asked), answer, join(*map(markdown, sections[1:])))
        return one(question, "S2", content, UNCLEAR)
    if len(first) > 1:
        explanation = join(*map(markdown, sections[1:]))
        content = Content(Kind.BASIC, markdown(first[:1]), markdown(first[1:]), explanation)
        return one(question, "S2", content, UNCLEAR)
    if len(sections) > 1:
        answer, explanation = _answer(sections[1:])
        content = Content(Kind.BASIC, markdown(first), answer, explanation)
        return one(question, "S2", content, None if is_question(content.prompt) else UNCLEAR)
    return one(question, "S0", Content(Kind.BASIC, markdown(first)), UNANSWERED)


def _split_at_question(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]] | None:
    for number, line in enumerate(lines[:-1], 1):
        if ends_as_question(line.text):
            return lines[:number], lines[number:]
    return None


def _topic(question: Question, sections: Sequence[Sequence[Block]]) -> Found:
    """S8 with a question in the body: the title may be a topic or the takeaway, so it stays off
    the front."""
    first = sections[0]
    answer = markdown(first[1:])
    given = question.fields.get("answer", "")
    explanation = join(question.title, *map(markdown, sections[1:]))
    content = Content(Kind.BASIC, markdown(first[:1]), answer or given, explanation)
    if not content.answer:
        return one(question, "S0", content, UNANSWERED)
    return one(question, "S8", content, UNCLEAR)
