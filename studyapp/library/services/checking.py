"""The vault doctor: what an import would find, without importing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from studyapp.interchange.values import ForeignCard
from studyapp.library.models import Vault
from studyapp.library.services.embedding import Embedding
from studyapp.library.services.foreseeing import foresee
from studyapp.library.services.histories import look_at_histories
from studyapp.library.services.reading import Progress, Reading, look_at, not_rendered, read_vault
from studyapp.library.services.reconciling import ServedEdits
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian import doctor
from studyapp.obsidian.dialects import tally_offers
from studyapp.obsidian.values import Diagnostic, Dialect, ItemDraft


def check_vault(
    root: Path,
    workers: NoteWorkers,
    *,
    vault: Vault | None = None,
    remarks: Sequence[Diagnostic] = (),
    cards: Mapping[str, ForeignCard] = MappingProxyType({}),
    dialects: tuple[tuple[str, Dialect], ...] = (),
    progress: Progress = lambda step, done, total: None,
) -> dict[str, Any]:
    """Read the vault at ``root``, lay out every note as an import would, and store nothing. With
    the ``vault`` that would be brought up to date, the report says what would change in it, and
    its dialects are on beside ``dialects``. ``remarks`` are what is known about it already, and
    ``cards`` what the package that it was made of knows of its questions."""
    edits = ServedEdits(vault) if vault else None
    on = (*vault.switched_on, *dialects) if vault else dialects
    reading = read_vault(look_at(root), workers, edits=edits, dialects=on, progress=progress)
    reading.diagnostics.extend(remarks)
    hrefs = {path: reading.hrefs(path, lambda target: target.path) for path in reading.notes}
    embedding = Embedding(reading, hrefs, {})
    fresh, settings = reading.fresh, reading.settings
    jobs = ((fresh.packed(path), embedding.hrefs(path), settings) for path in reading.notes)
    results = zip(reading.notes, workers.map("render", jobs), strict=True)
    for done, (path, html) in enumerate(results, 1):
        if isinstance(html, Failure):
            reading.diagnostics.append(not_rendered(path, html))
        else:
            reading.diagnostics.extend(html.diagnostics)
        progress("Laying out notes", done, len(reading.notes))
    drafts = [draft for path in reading.notes for draft in fresh[path].items]
    report = report_on(reading, drafts)
    foreseen = foresee(vault, reading) if vault else None
    if foreseen is not None:
        report["changes"] = foreseen.changes
    return report | {
        "histories": look_at_histories(
            vault.owner if vault else None, drafts, cards, foreseen.items if foreseen else {}
        )
    }


def report_on(reading: Reading, drafts: Iterable[ItemDraft]) -> dict[str, Any]:
    """The doctor's report of ``reading``, whose items are ``drafts``."""
    diagnostics = [*reading.diagnostics]
    for note in reading.notes.values():
        diagnostics.extend(note.diagnostics)
    items = tuple(drafts)
    if not items:
        diagnostics.append(
            diagnose.info(
                "",
                0,
                "no-questions",
                "There is no question in this vault yet. A callout that begins with "
                "“> [!question]” becomes one.",
            )
        )
    offers = tally_offers((path, note.offers) for path, note in reading.notes.items())
    return doctor.Report(
        len(reading.notes), reading.links, items, offers, tuple(diagnostics)
    ).to_json()
