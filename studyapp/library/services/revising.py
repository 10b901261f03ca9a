"""Making the next revision of a vault from a reading of it: the one way from texts to what is
served, for an import and for an edit alike.

Everything written before the flip is invisible (see ``library.models``), so this may be killed at
any moment and simply be done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import RFC3986_SUBDELIMS

from studyapp.library.models import Attachment, ImportRun, Vault
from studyapp.library.services.derivation import derivation_key, render_key
from studyapp.library.services.embedding import Embedding
from studyapp.library.services.placing import Changes, Derived, EditedLines, RevisionWriter
from studyapp.library.services.reading import (
    LinksOnDemand,
    LinkUrls,
    MakeUrl,
    NoteFile,
    Progress,
    Reading,
    not_rendered,
    parse_notes,
)
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian.dialects import Offers, some_samples, tally_offers
from studyapp.obsidian.images import Size
from studyapp.obsidian.render import plain_note
from studyapp.obsidian.scan import VaultError
from studyapp.obsidian.values import ParsedNote, Target, TargetKind

BATCH = 40
"""Notes written in one transaction: some tens of milliseconds, so that reviews are not starved."""


UNQUOTED = RFC3986_SUBDELIMS + "/~:@"
"""What ``reverse`` leaves as it is in a path, beside letters, digits and ``-._``."""


class Layout:
    """How the notes of a reading are laid out: where their links lead, what they
    embed, and the key that changes with either."""

    def __init__(
        self, reading: Reading, make_url: MakeUrl, sizes: Mapping[str, Size], tags: str
    ) -> None:
        self._reading, self._make_url, self._sizes, self._tags = reading, make_url, sizes, tags
        self.hrefs: Mapping[str, LinkUrls] = LinksOnDemand(reading, make_url)
        self.embedding = Embedding(reading, self.hrefs, sizes, tags)

    @classmethod
    def of_vault(cls, vault: Vault, reading: Reading, changed: Iterable[Attachment] = ()) -> Layout:
        """With the attachments that ``vault`` has, but for those ``changed``."""
        attachments = _attachments(vault, changed)
        make_url = _url_maker(vault, attachments)
        tags = reverse("library:tags", args=[vault.slug])
        return cls(reading, make_url, _picture_sizes(attachments, make_url), tags)

    def of(self, reading: Reading) -> Layout:
        """With the same attachments, for another reading."""
        return Layout(reading, self._make_url, self._sizes, self._tags)

    def key(self, path: str, derivation: str) -> str:
        """The ``render_key`` of the note at ``path``."""
        return render_key(
            derivation,
            self._reading.files[path].sha256,
            self.embedding.links(path),
            self._reading.settings.of_note(path),
            "\x1f".join(self._reading.trails[path]),
            self.embedding.digest(path),
        )


def write_revision(
    vault: Vault,
    reading: Reading,
    workers: NoteWorkers,
    *,
    kind: ImportRun.Kind,
    attachments: list[Attachment],
    source: str,
    found: Mapping[str, Any] | None = None,
    edited: EditedLines | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Changes | None:
    """Serve what ``reading`` says; returns what changed, or None where nothing did.

    ``attachments`` are those that are new or differ, ``source`` is the vault's folder from now on,
    and ``found`` goes into the report beside what the reading has. Raises ``VaultError``.
    """
    run = ImportRun(vault=vault, revision=vault.revision + 1, kind=kind)
    writer = RevisionWriter(vault, run.revision, reading)
    layout = Layout.of_vault(vault, reading, attachments)
    now = derivation_key()

    def standing(path: str) -> tuple[str, NoteFile]:
        derivation = now if path in reading.fresh else reading.derivations.get(path, now)
        return layout.key(path, derivation), reading.files[path]

    known = writer.standing
    stale = [path for path in writer.touched if path not in known or known[path] != standing(path)]
    gone = writer.gone_notes or writer.gone_attachments
    if not (stale or attachments or gone or writer.settings_changed):
        return None

    run.save()
    try:
        wanted = dict.fromkeys(p for path in stale for p in (path, *layout.embedding.notes(path)))
        parse_notes(
            reading, workers, [p for p in wanted if p not in reading.fresh], progress=progress
        )
        if any(path not in reading.notes for path in stale):
            raise VaultError(
                vault.source, "Notes were taken away while the vault was read. Try again."
            )
        jobs = (
            (reading.fresh.packed(path), layout.embedding.hrefs(path), reading.settings)
            for path in stale
        )
        rendered = workers.map("render", jobs)
        progress("Matching questions", 0, 0)
        writer.match_items(stale, edited)
        for start in range(0, len(stale), BATCH):
            batch = []
            for path in stale[start : start + BATCH]:
                note, html = reading.fresh[path], next(rendered)
                if isinstance(html, Failure):
                    html = plain_note(note, not_rendered(path, html))
                note = replace(note, diagnostics=note.diagnostics + html.diagnostics)
                batch.append(Derived(note, html, layout.key(path, now), layout.hrefs[path]))
            with transaction.atomic():
                writer.write_notes(batch)
            progress("Writing notes", start + len(batch), len(stale))
        with transaction.atomic():
            writer.write_attachments(attachments)
            writer.write_settings()
        run.state = ImportRun.State.DONE
        run.finished_at = timezone.now()
        with transaction.atomic():
            writer.close_vanished()
            run.report = {**_report(vault, reading, writer.changes), **(found or {})}
            writer.flip()
            Vault.objects.filter(pk=vault.pk).update(source=source)
            run.save()
    except BaseException:
        run.state = ImportRun.State.FAILED
        run.finished_at = timezone.now()
        run.save()
        raise
    vault.refresh_from_db()
    return writer.changes


def _report(vault: Vault, reading: Reading, changes: Changes) -> dict[str, Any]:
    """What the report page shows that no table holds."""
    missing = [[m.path, m.line, m.target] for m in reading.links.missing]
    broken = [[m.path, m.line, m.target] for m in reading.links.broken]
    if reading.touched is None:
        offers = tally_offers(_offers(reading.notes))
        samples = some_samples((path, note.samples) for path, note in reading.notes.items())
    else:  # of the others, what was found before still holds
        before, touched = vault.served_report(), set(reading.touched)
        offers = tally_offers(
            [(path, reading.notes[path].offers) for path in reading.before],
            before=before.get("offers", {}),
            gone=_offers(reading.before),
        )
        samples = some_samples(
            ((path, reading.notes[path].samples) for path in reading.before),
            before={
                name: [row for row in rows if row[0] not in reading.before]
                for name, rows in before.get("samples", {}).items()
            },
        )
        missing += [row for row in before["attachments_missing"] if row[0] not in touched]
        broken += [row for row in before["links_broken"] if row[0] not in touched]
    return {
        "notes": len(reading.notes if reading.touched is None else reading.listing.notes),
        "attachments_missing": sorted(missing),
        "links_broken": sorted(broken),
        "scan": [
            [d.path, d.line, d.code, d.severity.value, d.message] for d in reading.diagnostics
        ],
        "merged": reading.merged,
        "offers": offers,
        "samples": samples,
        "changes": changes.to_json(),
    }


def _offers(notes: Mapping[str, ParsedNote]) -> Offers:
    return ((path, note.offers) for path, note in notes.items())


def _attachments(vault: Vault, changed: Iterable[Attachment]) -> dict[str, Attachment]:
    """Every attachment by its path, as it will be."""
    served = {a.path: a for a in Attachment.objects.live().filter(vault=vault)}
    return served | {a.path: a for a in changed}


def _picture_sizes(attachments: dict[str, Attachment], make_url: MakeUrl) -> dict[str, Size]:
    return {
        make_url(Target(TargetKind.ATTACHMENT, path)): (a.width, a.height)
        for path, a in attachments.items()
        if a.width and a.height
    }


def _url_maker(vault: Vault, attachments: dict[str, Attachment]) -> MakeUrl:
    suits_dark = {path for path, attachment in attachments.items() if attachment.suits_dark}

    # A vault has thousands, and they differ in their end alone.
    notes = reverse("library:note", args=[vault.slug, "x"]).removesuffix("x")
    files = reverse("library:attachment", args=[vault.slug, "x"]).removesuffix("x")

    @lru_cache(maxsize=50_000)
    def make_url(target: Target) -> str:
        start = notes if target.kind is TargetKind.NOTE else files
        url = start + quote(target.path, safe=UNQUOTED)
        if target.path in suits_dark and target.kind is TargetKind.ATTACHMENT:
            return f"{url}#suits-dark"  # for the stylesheet: needs no pale ground at night
        return f"{url}#{target.anchor}" if target.anchor else url

    return make_url
