"""Questions as a CSV file: for spreadsheets, for Anki's text import, and for reading back.

All texts are Markdown. What a spreadsheet would run as a formula begins with an apostrophe, which
reading takes away again.
"""

from __future__ import annotations

from collections.abc import Iterator

from studyapp.interchange.csv_.reading import OURS
from studyapp.interchange.csv_.records import write_record
from studyapp.interchange.outgoing import Together, whole_question
from studyapp.interchange.questions import Question, option_lines
from studyapp.items.values import Kind

COLUMNS = (
    *("Front", "Back", "Kind", "Options", "Explanation", "Hint", "Details"),
    *("Tags", "Deck", "GUID"),
)
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it, Excel takes the file for one in the encoding of the country."""


def head() -> str:
    """The lines before the rows."""
    return (
        f"{MARK}#separator:Comma\n#html:false\n#{OURS}:1\n"
        f"#columns:{','.join(COLUMNS)}\n"
        f"#tags column:{COLUMNS.index('Tags') + 1}\n"
        f"#deck column:{COLUMNS.index('Deck') + 1}\n"
        f"#guid column:{COLUMNS.index('GUID') + 1}\n"
    )


def row(note: Together) -> str:
    """The row of a note."""
    question = whole_question(note)
    first = note.first
    details = "\n".join(
        f"{key}:: {' '.join(value.split())}" for key, value in question.details.items()
    )
    return write_record(
        [
            question.prompt,
            question.answer,
            question.kind.value,
            "\n".join(_options(question)),
            question.explanation,
            question.hint,
            details,
            " ".join(first.tags),
            "::".join(name.replace("::", ":") for name in first.deck),
            note.guid,
        ]
    )


def _options(question: Question) -> Iterator[str]:
    match question.kind:
        case Kind.CHOICE:
            for text, correct, why in question.rows:
                yield option_lines(text, correct, why)
        case Kind.ORDER:
            for number, (text, _, _) in enumerate(question.rows, 1):
                yield f"{number}. " + text.replace("\n", "\n   ")
        case Kind.MATCH:
            for left, right in question.pairs:
                yield f"{' '.join(left.split())} → {' '.join(right.split())}"
