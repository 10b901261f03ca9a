"""Cases: ``> [!case] Name`` describes what several questions of its note are about, those that say
``case:: Name``. Each of these carries the description, so that it is asked whole wherever it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studyapp.items.values import normalise
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.blocks import Block, Callout, walk
from studyapp.obsidian.extract.question import QUESTION_TYPES, markdown
from studyapp.obsidian.inline import plain
from studyapp.obsidian.values import Diagnostic, ItemDraft

CASE_TYPE = "case"


def with_cases(
    path: str, blocks: Sequence[Block], items: Sequence[ItemDraft]
) -> tuple[list[ItemDraft], list[Diagnostic]]:
    """The ``items`` of the note at ``path``, those of a case with its description."""
    stems: dict[str, str] = {}
    found: list[Diagnostic] = []
    for block in walk(blocks):
        if not isinstance(block, Callout) or block.type != CASE_TYPE:
            continue
        name, line = normalise(plain(block.title)), block.lines[0].number
        if not name:
            message = "A case needs a name: write “> [!case] Name”, and “case:: Name” in questions."
            found.append(diagnose.warning(path, line, "case-without-name", message))
        elif name in stems:
            message = f"“{block.title}” is described above already, so this is not shown with it."
            found.append(diagnose.warning(path, line, "case-twice", message))
        else:
            stems[name] = markdown(each for each in block.children if not _asks(each))
    if not stems:
        return list(items), found
    told = []
    for item in items:
        case = item.content.metadata.get("case", "")
        stem = stems.get(normalise(plain(case)), "")
        if case and not stem:
            message = f"No “> [!case] {case}” of this note describes its case."
            found.append(diagnose.warning(path, item.lines[0], "case-not-described", message))
        told.append(replace(item, content=replace(item.content, stem=stem)) if stem else item)
    return told, found


def _asks(block: Block) -> bool:
    """Whether a block is a question or holds one: its key does not belong into the description."""
    return any(isinstance(b, Callout) and b.type in QUESTION_TYPES for b in walk([block]))
