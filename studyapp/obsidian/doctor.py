"""What a vault comes to, as one JSON object: counts, items, and everything that is amiss."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from studyapp.items.values import content_hash
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.links import LinkReport, Missing
from studyapp.obsidian.values import Diagnostic, ItemDraft


def report(
    *,
    notes: int,
    links: LinkReport,
    items: Iterable[ItemDraft],
    diagnostics: Iterable[Diagnostic],
) -> dict[str, Any]:
    """The report as plain JSON values, in the order of paths and lines.

    ``{"notes", "attachments": {"found", "missing"}, "links": {"resolved", "broken"}, "items",
    "diagnostics"}``; ``found`` counts the attachments that notes use, ``resolved`` the links.
    """
    rows = [item_json(draft) for draft in items]
    found = list(diagnostics)
    if not rows:
        found.append(
            diagnose.info(
                "",
                0,
                "no-questions",
                "There is no question in this vault yet. A callout that begins with "
                "“> [!question]” becomes one.",
            )
        )
    return {
        "notes": notes,
        "attachments": {"found": len(links.found), "missing": _located(links.missing)},
        "links": {"resolved": links.resolved, "broken": _located(links.broken)},
        "items": sorted(rows, key=lambda row: (row["path"], row["lines"])),
        "diagnostics": [
            {
                "path": d.path,
                "line": d.line,
                "code": d.code,
                "severity": d.severity.value,
                "message": d.message,
            }
            for d in diagnose.in_order(found)
        ],
    }


def item_json(draft: ItemDraft) -> dict[str, Any]:
    """An item as the report shows it; prompt, answer and explanation are the note's Markdown.

    The options of a matching item are its pairs, ``left → right``; a distractor is not correct.
    ``id`` is the author's own, else a fingerprint of the content.
    """
    content = draft.content
    options = [
        {"text": option.text, "correct": option.correct, "why": option.why}
        for option in content.options
    ]
    options += [
        {
            "text": f"{pair.left} → {pair.right}" if pair.left else pair.right,
            "correct": bool(pair.left),
            "why": "",
        }
        for pair in content.pairs
    ]
    return {
        "path": draft.path,
        "lines": list(draft.lines),
        "kind": content.kind.value,
        "status": draft.status.value,
        "shape": draft.shape,
        "prompt": content.prompt,
        "answer": content.answer,
        "options": options,
        "explanation": content.explanation,
        "id": draft.explicit_id or _fingerprint(draft),
    }


def _fingerprint(draft: ItemDraft) -> str:
    return hashlib.sha256(f"{draft.path}\n{content_hash(draft.content)}".encode()).hexdigest()[:16]


def _located(rows: Iterable[Missing]) -> list[dict[str, Any]]:
    return [{"path": row.path, "line": row.line, "target": row.target} for row in rows]
