"""What a text would come to if it were saved: the note laid out, its questions as they are studied,
and what is wrong with it. Nothing is stored.

The text is read and laid out in a worker process, as in an import, but for two seconds at most, and
one preview at a time: somebody who saves never waits for those who type.
"""

from __future__ import annotations

import copy
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from studyapp.items.values import Content
from studyapp.library.live_workers import live_workers
from studyapp.library.models import Vault
from studyapp.library.packing import pack, unpack
from studyapp.library.queries.naming import KIND_LABELS
from studyapp.library.queries.quiz_sets import draft_problems
from studyapp.library.services.placing import html_fields
from studyapp.library.services.reading import Reading, parse_notes
from studyapp.library.services.revising import Layout
from studyapp.library.services.served import ServedTexts, served_reading
from studyapp.library.services.spool import Spool
from studyapp.library.services.touching import served_resolver
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian.encoding import tidy
from studyapp.obsidian.links import check_links
from studyapp.obsidian.scan import MAX_NOTE_BYTES
from studyapp.obsidian.spans import lines_of
from studyapp.obsidian.values import Diagnostic, ItemDraft, RenderedItem, Severity, Span

SECONDS = 2.0
"""For each of reading and laying out."""

TURN_SECONDS = 1.0
"""How long a preview waits for another."""

only_preview = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """A question as it would be studied. ``html`` has its fields as an item version has them;
    ``draft`` are the lines that ask it, of which it is the ``part``-th question (from 0)."""

    kind: str
    status: str
    reason: str
    line: int
    draft: str
    part: int
    content: Content
    html: dict[str, Any]

    @property
    def options(self) -> Iterator[tuple[str, bool, str]]:
        """Each option: its HTML, whether it is right, and why."""
        for option, (text, why) in zip(
            self.content.options, self.html.get("options", ()), strict=False
        ):
            yield text, option.correct, why


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text would come to; ``problem`` says why there is nothing to see. Where the preview
    ``is_busy`` there may be in a moment."""

    html: str = ""
    items: tuple[PreviewItem, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    problem: str = ""
    is_busy: bool = False


def preview_note(*, vault: Vault, path: str, text: str, lines: Span | None = None) -> Preview:
    """The note at ``path`` as if it said ``text``; of the questions, and of what is wrong, only
    what is in ``lines``, if given."""
    text = tidy(text)
    if len(text.encode("utf-8", "replace")) > MAX_NOTE_BYTES:
        return Preview(problem=f"A note may have {MAX_NOTE_BYTES:,} bytes, and this has more.")
    if not only_preview.acquire(timeout=TURN_SECONDS):
        return Preview(is_busy=True)
    try:
        return _preview(vault, path, text, lines)
    finally:
        only_preview.release()


def _preview(vault: Vault, path: str, text: str, lines: Span | None) -> Preview:
    served, layout = _desk(vault.pk, vault.revision, vault.imported_at)
    workers = live_workers().within(SECONDS)
    (packed,) = workers.map("parse", [(path, text.encode("utf-8-sig"), served.settings)])
    if isinstance(packed, Failure):
        return Preview(problem=f"Reading this text {packed.message}.")
    reading = copy.copy(served)
    reading.texts = ServedTexts.of(vault)
    reading.fresh = Spool()
    reading.notes.keep(path, packed.head)
    try:
        embedding = layout.of(reading).embedding
        _parse_embedded(reading, workers, embedding.notes(path))
        job = packed.whole, embedding.hrefs(path), served.settings
        (html,) = workers.map("render", [job])
        nowhere = [*_leading_nowhere(path, reading)]
    finally:
        reading.notes.drop(path)
    if isinstance(html, Failure):
        return Preview(problem=f"Laying out this text {html.message}.")
    parsed = unpack(packed.whole)
    parts: Counter[Span] = Counter()
    items = [
        _item(draft, rendered, text, parts)
        for draft, rendered in zip(parsed.items, html.items, strict=True)
        if lines is None or (draft.lines[0] <= lines[1] and lines[0] <= draft.lines[1])
    ]
    found = [*parsed.diagnostics, *html.diagnostics, *nowhere, *draft_problems(vault, parsed)]
    shown = {d for d in found if lines is None or lines[0] <= d.line <= lines[1]}
    return Preview(html.html, tuple(items), tuple(sorted(shown, key=lambda d: d.line)))


def _item(draft: ItemDraft, rendered: RenderedItem, text: str, parts: Counter[Span]) -> PreviewItem:
    content = draft.content
    parts[draft.lines] += 1
    return PreviewItem(
        KIND_LABELS[content.kind.value],
        draft.status.value,
        draft.reason,
        draft.lines[0],
        lines_of(text, draft.lines),
        parts[draft.lines] - 1,
        content,
        html_fields(rendered),
    )


def _leading_nowhere(path: str, reading: Reading) -> Iterator[Diagnostic]:
    report = check_links(reading.notes, reading.resolver, [path])
    for missing in (*report.broken, *report.missing):
        yield Diagnostic(path, missing.line, "broken-link", Severity.WARNING, missing.message)


def _parse_embedded(reading: Reading, workers: NoteWorkers, paths: list[str]) -> None:
    """Parse what is embedded, as far as there is time for it; the rest is shown empty."""
    deadline = time.monotonic() + SECONDS
    for path in paths:
        if path in reading.fresh:
            continue
        if time.monotonic() < deadline:
            parse_notes(reading, workers, [path])
        else:
            reading.fresh.keep(path, pack(reading.notes[path]).whole)


@lru_cache(maxsize=2)
def _desk(vault: int, revision: int, imported_at: datetime | None) -> tuple[Reading, Layout]:
    """A vault as it is served, ready to lay out notes of it. Asked for at every pause of somebody
    who types, so it is kept; a revision never changes. Notes are fetched as they are asked for."""
    found = Vault.objects.get(pk=vault)
    reading = served_reading(found)
    reading.resolver = served_resolver(found, reading)
    return reading, Layout.of_vault(found, reading)
