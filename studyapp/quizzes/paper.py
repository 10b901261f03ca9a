"""A quiz set on paper: forms with what they ask, and their keys by letters.

Everything follows from the set and a number, so that the same address prints the same form again,
and the key that goes with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from studyapp.items.drawing import draw_form
from studyapp.items.shuffling import shuffled_options, shuffled_rights
from studyapp.items.values import OPEN_KINDS, Content, Kind, normalise
from studyapp.library.asking.face import Face
from studyapp.library.asking.layout import lay_out
from studyapp.library.asking.values import NOTHING
from studyapp.library.models import ItemVersion, NoteVersion
from studyapp.obsidian.quiz_set import QuizSet
from studyapp.quizzes.selecting import Question, Selection, select_questions

FORMS = "ABCD"
MOST_NUMBER = 9999
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPEN_LINES = 6
"""Lines to write on where the answer is a text; one for a word or a number."""


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question of a form and its key.

    ``stem`` describes the case that it is the first question of. ``choices`` are what is to be
    chosen, put in order or matched with ``lefts``, each with its letter; without any there are
    ``lines`` to write on. ``letters`` and ``answer`` are what is right.
    """

    number: int
    instruction: str
    case: str
    stem: SafeString
    prompt: SafeString
    lefts: Sequence[SafeString]
    choices: Sequence[tuple[str, SafeString]]
    lines: range
    unit: str
    points: str
    letters: str
    answer: SafeString
    explanation: SafeString


@dataclass(frozen=True, slots=True)
class Paper:
    """A form. ``letter`` tells it from the others of its ``number``."""

    letter: str
    number: int
    questions: Sequence[PaperQuestion]

    @property
    def name(self) -> str:
        """What is printed on it, and on its key."""
        return f"{self.letter}-{self.number:04}"


def some_number() -> int:
    """A number to draw forms by."""
    return secrets.randbelow(MOST_NUMBER) + 1


def draw_papers(
    note: NoteVersion, rules: QuizSet, *, number: int, forms: int, everything: bool
) -> list[Paper]:
    """So many forms of the set that ``note`` is: the same questions, on each in another order and
    with their options in another. ``everything`` asks all that the set may ask. One query beside
    those of the selection."""
    selection = select_questions(note, rules)
    count, blueprint = (0, None) if everything else (rules.count, rules.blueprint)
    # As for nobody, so that it does not matter who prints it.
    drawn = draw_form(selection.candidates(), seed=number, count=count, blueprint=blueprint)
    chosen = replace(
        selection, questions=tuple(q for q in selection.questions if q.item in set(drawn.keys))
    )
    by_item = {question.item: question for question in chosen.questions}
    versions = ItemVersion.objects.in_bulk([question.version for question in chosen.questions])
    return [
        Paper(letter, number, _questions(chosen, rules, by_item, versions, f"{number}{letter}"))
        for letter in FORMS[:forms]
    ]


def _questions(
    chosen: Selection,
    rules: QuizSet,
    by_item: dict[int, Question],
    versions: dict[int, ItemVersion],
    name: str,
) -> list[PaperQuestion]:
    seed = int.from_bytes(name.encode())
    form = draw_form(chosen.candidates(), seed=seed, keep_order=rules.keep_order)
    questions: list[PaperQuestion] = []
    told = ""
    for place, item in enumerate(form.keys, 1):
        version = versions[by_item[item].version]
        question = _question(place, version, seed + place)
        if question.stem and question.stem == told:
            question = replace(question, stem=NOTHING)
        else:
            told = question.stem
        questions.append(question)
    return questions


def _question(number: int, version: ItemVersion, seed: int) -> PaperQuestion:
    face = Face(version)
    content = face.content
    choices, letters = _lettered(face, seed)
    sheet = lay_out(version, trail=(), seed=seed, is_revealed=True, is_written=True)
    asked = lay_out(version, trail=(), seed=seed, is_written=True)
    return PaperQuestion(
        number=number,
        instruction=_instruction(content, asked.instruction),
        case=sheet.case,
        stem=sheet.stem,
        prompt=asked.question,
        lefts=[face.pair(pair.id)[0] for pair in content.pairs if pair.left],
        choices=choices,
        lines=range(0 if choices else OPEN_LINES if content.kind in OPEN_KINDS else 1),
        unit=content.number.unit if content.number else "",
        points=content.metadata.get("points", ""),
        letters=letters,
        answer=NOTHING if letters else sheet.answer,
        explanation=sheet.explanation,
    )


def _lettered(face: Face, seed: int) -> tuple[list[tuple[str, SafeString]], str]:
    """What there is to choose from, with letters, and the letters of what is right."""
    content = face.content
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE | Kind.ORDER:
            options = shuffled_options(content, seed)
            at = {option.id: letter(n) for n, option in enumerate(options)}
            choices = [(at[option.id], face.option(option.id)[0]) for option in options]
            if content.kind is Kind.ORDER:
                return choices, ", ".join(at[step.id] for step in content.options)
            return choices, ", ".join(at[option.id] for option in options if option.correct)
        case Kind.MATCH:
            rights = shuffled_rights(content, seed)
            named = {normalise(pair.right): letter(n) for n, pair in enumerate(rights)}
            lefts = [pair for pair in content.pairs if pair.left]
            return (
                [(letter(n), face.pair(pair.id)[1]) for n, pair in enumerate(rights)],
                ", ".join(f"{n} {named[normalise(p.right)]}" for n, p in enumerate(lefts, 1)),
            )
    return [], ""


def letter(place: int) -> str:
    """What the choice at ``place`` (from 0) is called: A to Z, then AA, AB."""
    before, last = divmod(place, len(LETTERS))
    return f"{letter(before - 1) if before else ''}{LETTERS[last]}"


def _instruction(content: Content, said: str) -> str:
    """What to do, on paper."""
    match content.kind:
        case Kind.ORDER:
            return "Write the letters in the right order."
        case Kind.MATCH:
            return "Write beside each the letter of what belongs to it."
    return f"{said}." if content.chooses_several else ""
