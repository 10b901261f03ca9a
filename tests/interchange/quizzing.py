"""What tests of quiz files share: the questions that a file's notes ask."""

from __future__ import annotations

from studyapp.interchange.quiz_file import QuizFile, vault_of
from studyapp.items.values import Content
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ItemDraft, VaultSettings


def items(quiz: QuizFile, name: str = "x.gift") -> list[ItemDraft]:
    """The questions of the notes that ``quiz`` comes to."""
    found: list[ItemDraft] = []
    for path, text in vault_of(quiz, name).notes.items():
        note = parse_note(path, text.encode(), VaultSettings())
        found += note.items
    return found


def contents(quiz: QuizFile) -> list[Content]:
    """What they ask."""
    return [item.content for item in items(quiz)]


def said(quiz: QuizFile) -> list[tuple[int, str]]:
    """The remarks: line and message."""
    return [(remark.line, remark.message) for remark in quiz.remarks]
