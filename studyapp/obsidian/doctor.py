"""The vault doctor: everything a vault holds and everything amiss with it, as plain values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from studyapp.items.values import Content, Status, normalise
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.dialects import Samples, Tally, propose
from studyapp.obsidian.links import LinkReport, Missing
from studyapp.obsidian.values import Diagnostic, ItemDraft, Span


@dataclass(frozen=True, slots=True)
class Asked:
    """What counts of an item: where it stands, its kind, whether it can be asked, what it asks."""

    path: str
    lines: Span
    kind: str
    status: str
    prompt: str

    @classmethod
    def of(cls, item: ItemDraft) -> Self:
        """Of one that was read now."""
        content = item.content
        return cls(item.path, item.lines, content.kind.value, item.status.value, content.prompt)


@dataclass(frozen=True, slots=True)
class Questions:
    """How many items there are of each kind and status, and those that cannot be asked yet."""

    kinds: Counter[str]
    statuses: Counter[str]
    not_ready: tuple[Asked, ...]

    @classmethod
    def count(cls, items: Iterable[Asked]) -> Self:
        """Of ``items``, which are looked at one by one: a large vault has a hundred thousand."""
        kinds, statuses = Counter[str](), Counter[str]()
        not_ready = []
        for item in items:
            kinds[item.kind] += 1
            statuses[item.status] += 1
            if item.status != Status.READY:
                not_ready.append(item)
        return cls(kinds, statuses, tuple(sorted(not_ready, key=_place)))

    @property
    def total(self) -> int:
        return self.kinds.total()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; the commonest kind first."""
        return {
            "count": self.total,
            "kinds": dict(self.kinds.most_common()),
            "statuses": dict(self.statuses.most_common()),
            "not_ready": [
                {
                    "path": item.path,
                    "lines": list(item.lines),
                    "status": item.status,
                    "prompt": item.prompt,
                }
                for item in self.not_ready
            ],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: how many notes, their links, how many items, what each dialect that is off
    would add with ``samples`` (see ``dialects``), and every diagnostic."""

    notes: int
    links: LinkReport
    questions: Questions
    offers: Tally
    diagnostics: tuple[Diagnostic, ...]
    samples: Samples = field(default_factory=dict)

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
            "questions": self.questions.to_json(),
            "proposals": [
                {
                    "dialect": proposal.dialect.value,
                    "folder": proposal.folder,
                    "notes": proposal.notes,
                    "items": proposal.items,
                    "samples": [list(sample) for sample in proposal.samples],
                }
                for proposal in propose(self.offers, self.questions.total, self.samples)
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


def items_to_json(items: Iterable[ItemDraft]) -> list[dict[str, Any]]:
    """All that ``items`` say, in a stable order."""
    return [_item(item) for item in sorted(items, key=_place)]


def item_id(item: ItemDraft) -> str:
    """The author's id, or else a fingerprint of what the item asks and answers."""
    if item.explicit_id:
        return item.explicit_id
    content = item.content
    text = "\n".join((content.kind.value, normalise(content.prompt), normalise(content.answer)))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _place(item: Asked | ItemDraft) -> tuple[str, Span]:
    return item.path, item.lines


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
