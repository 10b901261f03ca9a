"""Importing a vault: read it, match its items with those known, write a revision, flip to it.

The whole import stands in ``import_vault``. Everything written before the flip is invisible (see
``library.models``), so an import may be killed at any moment and simply run again.
"""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.models import (
    OPEN,
    Attachment,
    ImportRun,
    NoteVersion,
    Placement,
    Vault,
)
from studyapp.library.search.indexing import sweep
from studyapp.library.services.blobs import store_blob
from studyapp.library.services.derivation import derivation_key, render_key
from studyapp.library.services.embedding import Embedding
from studyapp.library.services.placing import Changes, Derived, RevisionWriter
from studyapp.library.services.reading import (
    MakeUrl,
    Progress,
    Reading,
    Stored,
    not_rendered,
    parse_notes,
    read_vault,
)
from studyapp.library.services.stored import parsed_from_json
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.images import Size, image_size
from studyapp.obsidian.render import plain_note
from studyapp.obsidian.scan import VaultError, read_bytes, scan_vault
from studyapp.obsidian.values import Diagnostic, Severity, Target, TargetKind
from studyapp.ui.wording import plural

MAX_ATTACHMENT_BYTES = 100 * 1024**2
RESERVED_SLUGS = frozenset({"import", "search"})
"""Addresses below /library/ that are no vault's."""

BATCH = 40
"""Notes written in one transaction: some tens of milliseconds, so that reviews are not starved."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. ``changed`` is false when the vault was already as the folder is."""

    vault: Vault
    reading: Reading
    changes: Changes
    changed: bool

    @property
    def summary(self) -> str:
        """A line for a person."""
        statuses = Counter(
            Placement.objects.live().filter(vault=self.vault).values_list("status", flat=True)
        )
        parts = [
            plural(len(self.reading.notes), "note,notes"),
            plural(sum(statuses.values()), "question,questions"),
        ]
        if statuses[Status.NEEDS_ANSWER]:
            parts.append(f"{statuses[Status.NEEDS_ANSWER]} without an answer")
        if statuses[Status.AMBIGUOUS]:
            parts.append(f"{statuses[Status.AMBIGUOUS]} ambiguous")
        return ", ".join(parts).replace("\N{NO-BREAK SPACE}", " ")


def import_vault(
    *,
    owner: User,
    root: Path,
    title: str = "",
    progress: Progress = lambda step, done, total: None,
) -> ImportResult:
    """Bring the owner's vault for the folder ``root`` up to date with it.

    Raises ``VaultError`` where nothing could be read, or when the same vault is being imported by
    somebody else at this moment. Importing an unchanged folder changes nothing.
    """
    root = root.expanduser()
    with NoteWorkers(count=settings.NOTE_WORKERS, seconds=settings.NOTE_SECONDS) as workers:
        vault = _find_vault(owner, root, title)
        if vault is None:
            scan_vault(root)  # a folder that cannot be read leaves no empty vault behind
            vault = _make_vault(owner, root, title or _title_of(root))
        with _only_import_of(vault):
            _clear_unfinished(vault)
            sweep(vault)
            reading = read_vault(root, workers, stored=_stored_notes(vault), progress=progress)
            return _write_revision(vault, root, reading, workers, progress)


def _write_revision(
    vault: Vault, root: Path, reading: Reading, workers: NoteWorkers, progress: Progress
) -> ImportResult:
    run = ImportRun(vault=vault, revision=vault.revision + 1)
    writer = RevisionWriter(vault, run.revision, reading)
    attachments = _changed_attachments(vault, root, reading)
    standing = _attachments(vault, attachments)
    make_url = _url_maker(vault, standing)

    hrefs = {path: reading.hrefs(path, make_url) for path in reading.notes}
    embedding = Embedding(reading, hrefs, _picture_sizes(standing, make_url))
    keys = {
        path: render_key(
            reading.sha256[path],
            embedding.links(path),
            reading.settings,
            "\x1f".join(reading.trails[path]),
            embedding.digest(path),
        )
        for path in reading.notes
    }
    stale = [path for path, key in keys.items() if writer.render_keys.get(path) != key]
    changed = bool(stale or attachments or writer.gone_notes or writer.gone_attachments)
    if not changed:
        Vault.objects.filter(pk=vault.pk).update(
            imported_at=timezone.now(), source=str(root.resolve())
        )
        vault.refresh_from_db()
        return ImportResult(vault, reading, Changes(), changed=False)

    run.save()
    try:
        wanted = dict.fromkeys(p for path in stale for p in (path, *embedding.notes(path)))
        parse_notes(
            reading, root, workers, [p for p in wanted if p not in reading.fresh], progress=progress
        )
        if any(path not in reading.notes for path in stale):
            raise VaultError(root, "Notes were taken away while the vault was read. Try again.")
        progress("Matching questions", 0, 0)
        writer.match_items(stale)
        jobs = ((reading.notes[path], embedding.hrefs(path), reading.settings) for path in stale)
        rendered = workers.map("render", jobs)
        for start in range(0, len(stale), BATCH):
            batch = []
            for path in stale[start : start + BATCH]:
                note, html = reading.notes[path], next(rendered)
                if isinstance(html, Failure):
                    html = plain_note(note, not_rendered(path, html))
                note = replace(note, diagnostics=note.diagnostics + html.diagnostics)
                reading.notes[path] = note
                batch.append(Derived(note, html, keys[path], hrefs[path]))
            with transaction.atomic():
                writer.write_notes(batch)
            progress("Writing notes", start + len(batch), len(stale))
        with transaction.atomic():
            writer.write_attachments(attachments)
        run.state = ImportRun.State.DONE
        run.finished_at = timezone.now()
        with transaction.atomic():
            writer.close_vanished()
            run.report = _report(reading, writer.changes)
            writer.flip()
            Vault.objects.filter(pk=vault.pk).update(source=str(root.resolve()))
            run.save()
    except BaseException:
        run.state = ImportRun.State.FAILED
        run.finished_at = timezone.now()
        run.save()
        raise
    vault.refresh_from_db()
    return ImportResult(vault, reading, writer.changes, changed=True)


def _report(reading: Reading, changes: Changes) -> dict[str, Any]:
    """What the report page shows that no table holds."""
    return {
        "notes": len(reading.notes),
        "attachments_found": len(reading.links.found),
        "attachments_missing": [[m.path, m.line, m.target] for m in reading.links.missing],
        "links_resolved": reading.links.resolved,
        "links_broken": [[m.path, m.line, m.target] for m in reading.links.broken],
        "scan": [
            [d.path, d.line, d.code, d.severity.value, d.message] for d in reading.diagnostics
        ],
        "changes": changes.to_json(),
    }


# --- which vault ----------------------------------------------------------------------------


def _find_vault(owner: User, root: Path, title: str) -> Vault | None:
    """The vault that was imported from this folder, else the owner's vault of this title (which
    has moved: its source changes when the import succeeds)."""
    vaults = owner.vaults
    by_source = vaults.filter(source=str(root.resolve())).first()
    if by_source is not None:
        return by_source
    return vaults.filter(title=title).first() if title else None


def _make_vault(owner: User, root: Path, title: str) -> Vault:
    base = slugify(title)[:60] or "vault"
    slug, number = base, 2
    while slug in RESERVED_SLUGS or Vault.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return Vault.objects.create(owner=owner, title=title, slug=slug, source=str(root.resolve()))


def _title_of(root: Path) -> str:
    return root.resolve().name or "Vault"


@contextmanager
def _only_import_of(vault: Vault) -> Iterator[None]:
    """Hold the vault's import lock; the system lets go of it when the process dies."""
    folder = settings.DATA_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"vault-{vault.pk}").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise VaultError(
                vault.source,
                f"The vault “{vault.title}” is being imported already; try again when that is "
                "done.",
            ) from error
        yield


def _clear_unfinished(vault: Vault) -> None:
    """Clear away what an import that died left behind. Nobody could see it."""
    vault.refresh_from_db()
    for model in (Placement, NoteVersion, Attachment):
        rows = model.objects.filter(vault=vault)
        with transaction.atomic():
            rows.filter(since__gt=vault.revision).delete()
            rows.filter(until__gt=vault.revision, until__lt=OPEN).update(until=OPEN)
    ImportRun.objects.filter(vault=vault, state=ImportRun.State.RUNNING).update(
        state=ImportRun.State.FAILED, finished_at=timezone.now()
    )


# --- what is there --------------------------------------------------------------------------


def _stored_notes(vault: Vault) -> dict[str, Stored]:
    """The notes being served, as far as they need not be parsed again."""
    rows = (
        NoteVersion.objects.live()
        .filter(vault=vault, parsed__derivation=derivation_key())
        .values_list("note__path", "sha256", "title", "tags", "parsed", "diagnostics")
    )
    return {
        path: Stored(
            sha256,
            parsed_from_json(parsed, path=path, title=title, tags=tags, diagnostics=diagnostics),
        )
        for path, sha256, title, tags, parsed, diagnostics in rows.iterator()
    }


def _changed_attachments(vault: Vault, root: Path, reading: Reading) -> list[Attachment]:
    """Attachments that are new or differ, with their bytes stored. A file whose size and time of
    change are as before is not read again."""
    known = {a.path: a for a in Attachment.objects.live().filter(vault=vault)}
    changed = []
    for source in reading.listing.attachments:
        before = known.get(source.path)
        if (
            before
            and (before.size, before.mtime_ns) == (source.size, source.mtime_ns)
            and before.width is not None
        ):
            continue
        if source.size > MAX_ATTACHMENT_BYTES:
            reading.diagnostics.append(
                Diagnostic(
                    source.path,
                    0,
                    "attachment-too-large",
                    Severity.ERROR,
                    f"{source.size // 1024**2} MB is more than the "
                    f"{MAX_ATTACHMENT_BYTES // 1024**2} MB an attachment may have; left out.",
                )
            )
            continue
        try:
            data = read_bytes(root, source.path)
        except OSError as error:
            reading.diagnostics.append(
                diagnose.error(source.path, 0, "unreadable", f"Cannot be read: {error.strerror}.")
            )
            continue
        blob = store_blob(data)
        width, height = image_size(data) or (0, 0)
        if before and before.blob_id == blob.pk:
            # Touched, not changed: remember the new time so that it is not read next time.
            before.size, before.mtime_ns = source.size, source.mtime_ns
            before.width, before.height = width, height
            before.save(update_fields=["size", "mtime_ns", "width", "height"])
            continue
        changed.append(
            Attachment(
                vault=vault,
                path=source.path,
                blob=blob,
                size=source.size,
                mtime_ns=source.mtime_ns,
                suits_dark=source.path.lower().endswith(".svg") and b"prefers-color-scheme" in data,
                width=width,
                height=height,
                since=vault.revision + 1,
            )
        )
    return changed


def _attachments(vault: Vault, changed: list[Attachment]) -> dict[str, Attachment]:
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

    @cache
    def make_url(target: Target) -> str:
        view = "library:note" if target.kind is TargetKind.NOTE else "library:attachment"
        url = reverse(view, args=[vault.slug, target.path])
        if target.path in suits_dark and target.kind is TargetKind.ATTACHMENT:
            return f"{url}#suits-dark"  # for the stylesheet: needs no pale ground at night
        return f"{url}#{target.anchor}" if target.anchor else url

    return make_url
