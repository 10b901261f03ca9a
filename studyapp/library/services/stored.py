"""What the next import needs of a note that has not changed, as JSON on its version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studyapp.obsidian.values import (
    Diagnostic,
    Dialect,
    Heading,
    Link,
    LinkKind,
    ParsedNote,
    Part,
    Sample,
    Severity,
)


def parsed_to_json(note: ParsedNote) -> dict[str, Any]:
    """Everything of ``note`` that other notes or the reader's page need, without its text."""
    return {
        "body_line": note.body_line,
        "aliases": list(note.aliases),
        "parent": note.parent,
        "headings": [[h.level, h.text, h.line, h.anchor] for h in note.headings],
        "block_ids": dict(note.block_ids),
        "offers": {dialect.value: count for dialect, count in note.offers.items()},
        "samples": {
            dialect.value: [sample.line, sample.question, sample.answer]
            for dialect, sample in note.samples.items()
        },
        "suggestions": list(note.suggestions),
        "links": [[x.kind.value, x.target, x.fragment, x.alias, x.line] for x in note.links],
    }


def parsed_from_json(
    data: dict[str, Any], *, path: str, title: str, tags: list[str], diagnostics: list[list[Any]]
) -> ParsedNote:
    """Undo ``parsed_to_json``; text, frontmatter and items are empty.

    What was not kept yet when an older release read the note is empty, too: the next import reads
    it again, and until then it can be edited.
    """
    return ParsedNote(
        path=path,
        text="",
        title=title,
        body_line=data["body_line"],
        aliases=tuple(data["aliases"]),
        tags=tuple(tags),
        parent=data["parent"],
        headings=tuple(Heading(*row) for row in data["headings"]),
        block_ids=data["block_ids"],
        links=tuple(Link(LinkKind(row[0]), *row[1:]) for row in data["links"]),
        offers={Dialect(name): count for name, count in data.get("offers", {}).items()},
        samples={Dialect(name): Sample(*row) for name, row in data.get("samples", {}).items()},
        suggestions=tuple(data.get("suggestions", ())),
        diagnostics=tuple(diagnostics_from_json(path, diagnostics)),
    )


def parts_to_json(parts: Sequence[Part]) -> dict[str, Any]:
    """The parts in which the page shows a long note; nothing for other notes."""
    rows = [[part.start, part.line, part.before, part.after] for part in parts]
    return {"parts": rows} if rows else {}


def parts_from_json(data: dict[str, Any]) -> tuple[Part, ...]:
    """Undo ``parts_to_json``."""
    return tuple(Part(*row) for row in data.get("parts", ()))


def diagnostics_to_json(diagnostics: tuple[Diagnostic, ...]) -> list[list[Any]]:
    """``[line, code, severity, message]`` rows; the path is the note's own."""
    return [[d.line, d.code, d.severity.value, d.message] for d in diagnostics]


def diagnostics_from_json(path: str, rows: list[list[Any]]) -> list[Diagnostic]:
    """Undo ``diagnostics_to_json``."""
    return [Diagnostic(path, row[0], row[1], Severity(row[2]), row[3]) for row in rows]
