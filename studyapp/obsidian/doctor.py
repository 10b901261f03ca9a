"""The vault doctor: everything a vault holds and everything amiss with it, as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studyapp.items.values import normalise
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.links import LinkReport, Missing, Resolver, check_links
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.scan import read_bytes, read_settings, scan_vault
from studyapp.obsidian.values import Diagnostic, ItemDraft, ParsedNote, VaultSettings

Jobs = Iterable[tuple[str, bytes, VaultSettings]]
Parse = Callable[[Jobs], Iterable[ParsedNote]]
"""Parses notes, given the arguments of ``parse_note``; notes come back in the same order."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: how many notes, their links, their items, and every diagnostic."""

    notes: int
    links: LinkReport
    items: tuple[ItemDraft, ...]
    diagnostics: tuple[Diagnostic, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values, in a stable order (path, then line)."""
        return {
            "notes": self.notes,
            "attachments": {
                "found": len(self.links.found),
                "missing": [_missing(entry) for entry in self.links.missing],
            },
            "links": {
                "resolved": self.links.resolved,
                "broken": [_missing(entry) for entry in self.links.broken],
            },
            "items": [
                _item(item) for item in sorted(self.items, key=lambda item: (item.path, item.lines))
            ],
            "diagnostics": [
                {
                    "path": problem.path,
                    "line": problem.line,
                    "code": problem.code,
                    "severity": problem.severity.value,
                    "message": problem.message,
                }
                for problem in diagnose.in_order(self.diagnostics)
            ],
        }


def inspect(root: Path, parse: Parse | None = None) -> Report:
    """Read the vault at ``root`` and report. Raises VaultError where nothing could be read.

    ``parse`` may spread the work; by default notes are parsed here, one after the other.
    """
    listing = scan_vault(root)
    settings = read_settings(root)
    problems = list(listing.diagnostics)
    jobs: list[tuple[str, bytes, VaultSettings]] = []
    for source in listing.notes:
        try:
            jobs.append((source.path, read_bytes(root, source.path), settings))
        except OSError as failure:
            message = f"Cannot be read: {failure.strerror}."
            problems.append(diagnose.error(source.path, 0, "unreadable", message))
    notes = list(parse(jobs)) if parse else [parse_note(*job) for job in jobs]
    aliases: dict[str, str] = {}
    for note in notes:
        problems += note.diagnostics
        for alias in note.aliases:
            aliases.setdefault(alias, note.path)
    resolver = Resolver(
        (note.path for note in notes), (source.path for source in listing.attachments), aliases
    )
    items = tuple(item for note in notes for item in note.items)
    return Report(len(notes), check_links(notes, resolver), items, tuple(problems))


def item_id(item: ItemDraft) -> str:
    """The author's id, or else a fingerprint of what the item asks and answers."""
    if item.explicit_id:
        return item.explicit_id
    content = item.content
    text = "\n".join((content.kind.value, normalise(content.prompt), normalise(content.answer)))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _missing(entry: Missing) -> dict[str, Any]:
    return {"path": entry.path, "line": entry.line, "target": entry.target}


def _item(item: ItemDraft) -> dict[str, Any]:
    content = item.content
    return {
        "path": item.path,
        "lines": list(item.lines),
        "kind": content.kind.value,
        "status": item.status.value,
        "shape": item.shape,
        "prompt": content.prompt,
        "answer": content.answer,
        "options": [
            {"text": option.text, "correct": option.correct, "why": option.why}
            for option in content.options
        ],
        "explanation": content.explanation,
        "id": item_id(item),
    }
