"""What a good editor of questions would remark: nothing is refused for it.

Each remark stands at the line it is about and says what to do. What keeps a question from being
asked at all (no key, two identical options) its extractor says; this is about questions that can
be asked, and ask badly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from studyapp.items.drawing import apportion
from studyapp.items.shuffling import pinned_places
from studyapp.items.values import RECALLED_KINDS, Content, Kind, Status, normalise
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.extract.question import shows
from studyapp.obsidian.inline import plain
from studyapp.obsidian.quiz_set import Mode, QuizSet, read_quiz_set
from studyapp.obsidian.values import Diagnostic, ItemDraft

ENOUGH_TO_COMPARE = 6
"""Questions of a note from which on the lengths of their options say something."""

TOO_OFTEN_LONGEST = 0.75
"""Of four options the right one is the longest in a quarter of the questions, by chance."""

SHORTEST_IN_STEM = 3
"""Characters of an answer from which on the stem is searched for it."""

_NAMES_LETTER = re.compile(r"\b(?i:options?|answers?|choices?)[ \t]+\(?[A-H]\b")
_NAMES_OTHERS = re.compile(
    r"\b(?:all|none|neither|both|any)\b(?: of)?(?: the)?(?: (?:answers|options|choices))? above\b"
    r"|\b(?:both|either|neither)\b (?-i:[A-H] (?:and|or|nor) [A-H])\b",
    re.IGNORECASE,
)


def lint_items(
    path: str, items: Sequence[ItemDraft], text: str, quiz_set: QuizSet | None
) -> list[Diagnostic]:
    """What there is to remark about the ``items`` of the note at ``path``, whose whole ``text``
    tells the lines; ``quiz_set`` is what the note is, if it is one."""
    lines = text.split("\n")
    graded = [
        item
        for item in items
        if item.status is Status.READY and item.content.kind not in RECALLED_KINDS
    ]
    found = []
    for item in graded:
        for words, code, message in _remarks(item.content):
            found.append(diagnose.warning(path, _line_of(words, item, lines), code, message))
    found += _longest(path, graded)
    if quiz_set is not None and quiz_set.mode is Mode.EXAM:
        message = (
            "This exam question explains nothing, so who misses it learns nothing from it: add "
            "“> > [!success]- Explanation”, or a quote under each option."
        )
        found += [
            diagnose.warning(path, item.lines[0], "no-explanation", message)
            for item in graded
            if not item.content.explanation and not any(o.why for o in item.content.options)
        ]
    return found


def lint_quiz_sets(
    notes: Iterable[tuple[str, Mapping[str, Any], str]],
    questions: Iterable[tuple[str, Kind, str]],
    today: date,
) -> Iterator[Diagnostic]:
    """``lint_quiz_set`` of all ``notes`` (path, properties, text) that are one."""
    bank = tuple(questions)
    for path, properties, text in notes:
        if (quiz_set := read_quiz_set(path, properties, text).quiz_set) is not None:
            yield from lint_quiz_set(path, quiz_set, bank, today)


def lint_quiz_set(
    path: str,
    quiz_set: QuizSet,
    questions: Iterable[tuple[str, Kind, str]],
    today: date,
) -> list[Diagnostic]:
    """What is wrong with a quiz set that its note alone does not tell: a date that is past, a
    blueprint that its vault cannot fill. ``questions`` are those of the vault: path, kind, domain.

    A set that selects by topic, tag or search is held against the whole vault, so that what is
    said here is never false; what its selection lacks its own page says.
    """
    found = []
    if quiz_set.closes and quiz_set.closes < today:
        message = f"It closed on {quiz_set.closes}, which is past: nobody can begin it any more."
        line = quiz_set.lines.get("closes", 1)
        found.append(diagnose.warning(path, line, "quiz-closes", message))
    if not quiz_set.blueprint:
        return found
    kinds = quiz_set.kinds or tuple(kind for kind in Kind if kind not in RECALLED_KINDS)
    asked = [(at, domain.casefold()) for at, kind, domain in questions if kind in kinds]
    own = any(at == path for at, _ in asked) and not quiz_set.selects
    there = Counter(domain for at, domain in asked if at == path or not own)
    named = sum(there[name.casefold()] for name in quiz_set.blueprint)
    line = quiz_set.lines.get("blueprint", 1)
    for name, wanted in apportion(quiz_set.blueprint, quiz_set.count or named).items():
        if there[name.casefold()] < wanted:
            message = (
                f"“{name}” should give {wanted} of its questions, and there are "
                f"{there[name.casefold()] or 'none'}: other domains fill its places. Write more, "
                "or give it less weight."
            )
            found.append(diagnose.warning(path, line, "quiz-blueprint", message))
    return found


def _remarks(content: Content) -> Iterator[tuple[str, str, str]]:
    """What is weak in one question: the words that it is about, a code and a message."""
    if content.kind is Kind.CHOICE:
        yield from _about_options(content)
    told = _told_answer(content)
    if told:
        message = "The question itself says its answer. Word one of them otherwise."
        yield content.prompt, "answer-in-stem", message


def _about_options(content: Content) -> Iterator[tuple[str, str, str]]:
    if content.correct_count == len(content.options) > 1:
        message = (
            "Every option is right, so there is nothing to choose: write [ ] at the wrong ones."
        )
        yield content.options[0].text, "every-option-right", message
    if not content.shuffle:
        return
    pinned = pinned_places(content.metadata.get("pin", ""), len(content.options))
    for at, option in enumerate(content.options):
        words = plain(option.text)
        if at not in pinned and (_NAMES_OTHERS.search(words) or _NAMES_LETTER.search(words)):
            message = (
                "This option means others by their place, but options are shuffled: name them by "
                "their text, or write pin:: last or shuffle:: false."
            )
            yield option.text, "option-names-place", message
        if _NAMES_LETTER.search(plain(option.why)):
            yield option.why, "explanation-names-letter", _LETTER
    if _NAMES_LETTER.search(plain(content.explanation)):
        yield content.explanation, "explanation-names-letter", _LETTER


_LETTER = (
    "The explanation names an option by its letter, but options are shuffled: "
    "name it by its text, or write shuffle:: false."
)


def _told_answer(content: Content) -> bool:
    """Whether the stem holds the answer, and no other option. Code is what a stem talks about, so
    an answer that is all code may stand in it."""
    if content.kind is Kind.TEXT:
        right: Sequence[str] = content.accept
        wrong: Sequence[str] = ()
    elif content.kind is Kind.CHOICE and content.correct_count == 1:
        right = [option.text for option in content.options if option.correct]
        wrong = [option.text for option in content.options if not option.correct]
    else:
        return False
    return any(
        len(plain(text)) >= SHORTEST_IN_STEM
        and not text.startswith("`")
        and shows(content.prompt, text)
        for text in right
    ) and not any(shows(content.prompt, text) for text in wrong)


def _longest(path: str, items: Sequence[ItemDraft]) -> list[Diagnostic]:
    """Whether one could pass by taking the longest option each time."""
    compared = [
        item
        for item in items
        if item.content.kind is Kind.CHOICE
        and item.content.correct_count == 1
        and len(item.content.options) > 2
    ]
    telling = [item for item in compared if _right_is_longest(item.content)]
    if len(compared) < ENOUGH_TO_COMPARE or len(telling) < TOO_OFTEN_LONGEST * len(compared):
        return []
    message = (
        f"In {len(telling)} of this note’s {len(compared)} questions the right option is the "
        "longest, so one can pass without knowing. Shorten it, or say more in the wrong ones."
    )
    return [diagnose.warning(path, telling[0].lines[0], "longest-is-right", message)]


def _right_is_longest(content: Content) -> bool:
    lengths = {option.correct: 0 for option in content.options}
    for option in content.options:
        lengths[option.correct] = max(lengths[option.correct], len(normalise(plain(option.text))))
    return lengths[True] > lengths[False]


def _line_of(words: str, item: ItemDraft, lines: Sequence[str]) -> int:
    """The line of the question on which ``words`` begin; its first where that cannot be told."""
    first = words.strip().partition("\n")[0].strip()
    for number in range(item.lines[0], item.lines[1] + 1):
        if first and number <= len(lines) and first in lines[number - 1]:
            return number
    return item.lines[0]
