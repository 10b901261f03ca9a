"""What the dialects are called, for a person."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studyapp.obsidian.values import Dialect
from studyapp.ui.wording import plural


@dataclass(frozen=True, slots=True)
class Words:
    """A dialect's name, what it takes for a question, and how that looks in a note."""

    name: str
    meaning: str
    example: str


WORDS: Mapping[Dialect, Words] = {
    Dialect.HEADINGS: Words(
        "Headings that ask",
        "A heading that ends in a question mark, answered by what stands below it (options with "
        "boxes make a choice); headings “Question” and “Answer”; or a note whose title asks.",
        "## What hides a message?\nThe visibility timeout.",
    ),
    Dialect.LABELS: Words(
        "Q: and A: lines",
        "Also in bold, with numbers or in a list. The answer runs to the next question, heading or "
        "rule.",
        "Q: What hides a message?\nA: The visibility timeout.",
    ),
    Dialect.CARDS: Words(
        "Cards without the tag",
        "What the spaced-repetition plugin takes for cards in notes with its tag, in other notes "
        "as well; three colons ask both ways. Properties (key:: value) and code are left alone.",
        "What hides a message?::The visibility timeout\nVisibility timeout:::Hides a message",
    ),
    Dialect.HIGHLIGHTS: Words(
        "Highlights as gaps",
        "Every highlight is asked for, as a gap in its paragraph or bullet.",
        "A message is hidden for the ==visibility timeout==.",
    ),
    Dialect.BOLD: Words(
        "Bold text as gaps",
        "Everything bold is asked for, as a gap in its paragraph or bullet.",
        "- **Visibility timeout**: hides a message",
    ),
}


def dialect_argument(text: str) -> tuple[str, Dialect]:
    """``headings`` or ``headings:Folder`` of a command line, as folder and dialect."""
    name, _, folder = text.partition(":")
    try:
        return folder.strip("/"), Dialect(name)
    except ValueError as error:
        names = ", ".join(Dialect)
        raise ArgumentTypeError(f"{name!r} is none of {names}") from error


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that a dialect would ask, and where it stands."""

    path: str
    line: int
    url: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as a sentence, the ``place`` that its button switches on, and some of what it
    would ask."""

    sentence: str
    place: str
    samples: tuple[Shown, ...] = ()

    @classmethod
    def of(
        cls, proposal: Mapping[str, Any], url: Callable[[str, int], str] = lambda path, line: ""
    ) -> Proposed:
        """A proposal of the doctor's report; ``url`` leads to a line of a note."""
        samples = (
            Shown(path, line, url(path, line), question, answer)
            for path, line, question, answer in proposal.get("samples", ())
        )
        place = place_value(proposal["dialect"], proposal["folder"])
        return cls(proposed(proposal), place, tuple(samples))


def place_value(dialect: str, folder: str) -> str:
    """What a form calls ``dialect`` in ``folder``."""
    return f"{dialect}:{folder}"


def proposed(proposal: Mapping[str, Any]) -> str:
    """A proposal of the doctor's report as a sentence."""
    where = f" in {proposal['folder']}/" if proposal["folder"] else ""
    items = plural(proposal["items"], "question,questions")
    notes = plural(proposal["notes"], "note,notes")
    name = WORDS[Dialect(proposal["dialect"])].name
    return f"{name} would add {items} in {notes}{where}."
