"""The vault doctor: everything a vault holds and everything amiss with it, as plain values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from studyapp.items.values import Content, normalise
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.dialects import Tally, propose
from studyapp.obsidian.links import LinkReport, Missing
from studyapp.obsidian.values import Diagnostic, ItemDraft


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: how many notes, their links, their items, what each dialect that is off would
    add (see ``dialects``), and every diagnostic."""

    notes: int
    links: LinkReport
    items: tuple[ItemDraft, ...]
    offers: Tally
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
            "proposals": [
                {
                    "dialect": proposal.dialect.value,
                    "folder": proposal.folder,
                    "notes": proposal.notes,
                    "items": proposal.items,
                }
                for proposal in propose(self.offers, len(self.items))
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
        "options": _options(content),
        "explanation": content.explanation,
        "schedule": item.schedule.to_json() if item.schedule else None,
        "id": item_id(item),
    }


def _options(content: Content) -> list[dict[str, Any]]:
    """Options, steps, or pairs as ``left → right``, of which a distractor is not correct."""
    rows = [(option.text, option.correct, option.why) for option in content.options]
    rows += [
        (f"{pair.left} → {pair.right}" if pair.left else pair.right, bool(pair.left), "")
        for pair in content.pairs
    ]
    return [{"text": text, "correct": correct, "why": why} for text, correct, why in rows]
