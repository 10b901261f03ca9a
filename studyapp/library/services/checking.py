"""The vault doctor: what an import would find, without importing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from studyapp.interchange.values import ForeignCard
from studyapp.items.values import Status
from studyapp.library.models import FolderState, Vault
from studyapp.library.queries.naming import Asked
from studyapp.library.services.embedding import Embedding
from studyapp.library.services.foreseeing import foresee
from studyapp.library.services.histories import look_at_histories
from studyapp.library.services.reading import (
    LinksOnDemand,
    Progress,
    Reading,
    look_at,
    not_rendered,
    read_vault,
)
from studyapp.library.services.reconciling import ServedEdits
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian import doctor
from studyapp.obsidian.dialects import Samples, Tally, some_samples, tally_offers
from studyapp.obsidian.links import LinkReport
from studyapp.obsidian.lint import lint_quiz_sets
from studyapp.obsidian.readings import readings
from studyapp.obsidian.spans import lines_of
from studyapp.obsidian.values import Diagnostic, Dialect, ItemDraft

LAID_OUT = 200
"""Ambiguous questions of which a check says how each can be read."""


def check_vault(
    root: Path,
    workers: NoteWorkers,
    *,
    vault: Vault | None = None,
    remarks: Sequence[Diagnostic] = (),
    cards: Mapping[str, ForeignCard] = MappingProxyType({}),
    dialects: tuple[tuple[str, Dialect], ...] = (),
    whole: bool = False,
    progress: Progress = lambda step, done, total: None,
) -> dict[str, Any]:
    """Read the vault at ``root``, lay out every note as an import would, and store nothing. With
    the ``vault`` that would be brought up to date, the report says what would change in it, and
    its dialects are on beside ``dialects``. ``remarks`` are what is known about it already, and
    ``cards`` what the package that it was made of knows of its questions. The ``whole`` report
    has all that the questions say."""
    edits = ServedEdits(vault) if vault else None
    on = (*vault.switched_on, *dialects) if vault else dialects
    reading = read_vault(look_at(root), workers, edits=edits, dialects=on, progress=progress)
    reading.diagnostics.extend(remarks)
    hrefs = LinksOnDemand(reading, lambda target: target.path)
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
    reading.diagnostics.extend(_quiz_set_problems(reading))
    report = report_on(
        notes=len(reading.notes),
        links=reading.links,
        items=map(doctor.Asked.of, _drafts(reading)),
        offers=tally_offers((path, note.offers) for path, note in reading.notes.items()),
        samples=some_samples((path, note.samples) for path, note in reading.notes.items()),
        diagnostics=[
            *reading.diagnostics,
            *(each for note in reading.notes.values() for each in note.diagnostics),
        ],
    )
    if whole:
        report["items"] = doctor.items_to_json(_drafts(reading))
    foreseen = foresee(vault, reading) if vault else None
    if foreseen is not None:
        report["changes"] = foreseen.changes
    return report | {
        "readings": _readings(reading),
        "apart": {
            path: file.state
            for path, file in reading.files.items()
            if file.state in (FolderState.CONFLICT, FolderState.DELETED)
        },
        "merged": reading.merged,
        "histories": look_at_histories(
            vault.owner if vault else None,
            _drafts(reading),
            cards,
            foreseen.items if foreseen else {},
        ),
    }


def _drafts(reading: Reading) -> Iterator[ItemDraft]:
    """The items of all notes, one after the other: they are too many to keep."""
    return (draft for path in reading.notes for draft in reading.fresh[path].items)


def _readings(reading: Reading) -> list[dict[str, Any]]:
    """Why each question is ambiguous and how it can be read, for as many as a page shows."""
    unclear = (draft for draft in _drafts(reading) if draft.status is Status.AMBIGUOUS)
    return [
        {
            "path": draft.path,
            "line": draft.lines[0],
            "reason": draft.reason,
            "readings": [
                astuple(Asked.of(each.content))
                for each in readings(
                    lines_of(reading.fresh[draft.path].text, draft.lines).split("\n")
                )
            ],
        }
        for draft in islice(unclear, LAID_OUT)
    ]


def _quiz_set_problems(reading: Reading) -> Iterator[Diagnostic]:
    notes = (reading.fresh[path] for path in reading.notes)
    sets = [(n.path, n.frontmatter, n.text) for n in notes if "quiz" in n.frontmatter]
    if not sets:
        return
    questions = (
        (draft.path, draft.content.kind, draft.content.metadata.get("domain", ""))
        for draft in _drafts(reading)
    )
    yield from lint_quiz_sets(sets, questions, timezone.localdate())


def report_on(
    *,
    notes: int,
    links: LinkReport,
    items: Iterable[doctor.Asked],
    offers: Tally,
    samples: Samples,
    diagnostics: Sequence[Diagnostic],
) -> dict[str, Any]:
    """The doctor's report of what was read or is served."""
    questions = doctor.Questions.count(items)
    if not questions.total:
        nothing = diagnose.info(
            "",
            0,
            "no-questions",
            "There is no question in this vault yet. A callout that begins with "
            "“> [!question]” becomes one.",
        )
        diagnostics = [*diagnostics, nothing]
    return doctor.Report(notes, links, questions, offers, tuple(diagnostics), samples).to_json()
