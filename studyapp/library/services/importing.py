"""Importing a vault: read its folder, and serve what it says (``revising`` writes the revision)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.live_workers import live_workers
from studyapp.library.models import Attachment, ImportRun, NoteVersion, Placement, Vault
from studyapp.library.search.indexing import sweep
from studyapp.library.services.blobs import store_blob
from studyapp.library.services.checked_out import CheckedOut, checked_out
from studyapp.library.services.derivation import derivation_key
from studyapp.library.services.histories import take_over
from studyapp.library.services.locking import only_change_to
from studyapp.library.services.looking import look_of, remember, remembered
from studyapp.library.services.making import make_vault
from studyapp.library.services.placing import Changes
from studyapp.library.services.reading import Folder, Progress, look_at, read_vault
from studyapp.library.services.reconciling import ServedEdits
from studyapp.library.services.revising import write_revision
from studyapp.library.services.served import stored_notes
from studyapp.library.services.switching import switch_dialects
from studyapp.library.services.touching import read_touched
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.images import image_size
from studyapp.obsidian.links import LinkReport
from studyapp.obsidian.scan import read_bytes, scan_vault
from studyapp.obsidian.values import Diagnostic, Dialect, Severity
from studyapp.ui.wording import plural

MAX_ATTACHMENT_BYTES = 100 * 1024**2


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. ``changed`` is false when the vault was already as the folder is.
    ``histories`` says what was taken over from another program (see ``services.histories``), and
    ``links`` where the vault's links lead, if all of them were looked at."""

    vault: Vault
    changes: Changes
    changed: bool
    histories: dict[str, Any]
    links: LinkReport | None = None

    @property
    def summary(self) -> str:
        """A line for a person."""
        statuses = Counter(
            Placement.objects.live().filter(vault=self.vault).values_list("status", flat=True)
        )
        parts = [
            plural(NoteVersion.objects.live().filter(vault=self.vault).count(), "note,notes"),
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
    remarks: Sequence[Diagnostic] = (),
    dialects: tuple[tuple[str, Dialect], ...] | None = None,
    progress: Progress = lambda step, done, total: None,
) -> ImportResult:
    """Bring the owner's vault for the folder ``root`` up to date with it. ``remarks`` are what is
    known about it already, for the report.

    Raises ``VaultError`` where nothing could be read, or when the same vault is being imported by
    somebody else at this moment. Importing an unchanged folder changes nothing. ``dialects`` are
    switched on in place of those that the vault had; None leaves them.
    """
    root = root.expanduser()
    workers = live_workers()
    workers.start()  # takes as long as looking at the folder does, and is needed after that
    vault = find_vault(owner, root, title)
    if vault is None:
        scan_vault(root)  # a folder that cannot be read leaves no empty vault behind
        source = str(root.resolve())
        vault = make_vault(owner=owner, title=title or _title_of(root), source=source)
    with only_change_to(vault):
        sweep(vault)
        folder = look_at(root)
        if dialects is not None:
            switch_dialects(vault=vault, on=dialects)
        look, before = look_of(folder, vault), remembered(vault)
        changes, links, source = None, None, str(root.resolve())
        if not look.is_as(before):
            attachments, problems = _changed_attachments(vault, folder)
            reading = None
            if look.basis == before.basis and not attachments:
                reading = read_touched(vault, folder, look.differing(before), workers)
            if reading is None:
                reading = read_vault(
                    folder,
                    workers,
                    stored=stored_notes(vault, derivation=derivation_key()),
                    same=look.same_as(before),
                    edits=ServedEdits.of(vault),
                    dialects=vault.switched_on,
                    progress=progress,
                )
            reading.diagnostics += [*problems, *remarks]
            changes = write_revision(
                vault,
                reading,
                workers,
                kind=ImportRun.Kind.IMPORT,
                attachments=attachments,
                source=source,
                progress=progress,
            )
            remember(vault, look, reading)
            links = reading.links if reading.touched is None else None
        if changes is None:
            Vault.objects.filter(pk=vault.pk).update(imported_at=timezone.now(), source=source)
            vault.refresh_from_db()
        _note_commit(vault, root)
    changed = changes is not None
    histories = take_over(vault, changed=changed, progress=progress)
    return ImportResult(vault, changes or Changes(), changed, histories, links)


def _note_commit(vault: Vault, root: Path) -> None:
    """Remember what a Git working copy has checked out. (An upload's is nobody's to point at.)"""
    now = checked_out(root) if vault.folder else CheckedOut()
    if (vault.branch, vault.commit) != (now.branch, now.commit):
        vault.branch, vault.commit = now.branch, now.commit
        vault.save(update_fields=["branch", "commit"])


# --- which vault ----------------------------------------------------------------------------


def find_vault(owner: User, root: Path, title: str) -> Vault | None:
    """The vault that was imported from this folder, else the owner's vault of this title (which
    has moved: its source changes when the import succeeds)."""
    vaults = owner.vaults
    by_source = vaults.filter(source=str(root.resolve())).first()
    if by_source is not None:
        return by_source
    return vaults.filter(title=title).first() if title else None


def _title_of(root: Path) -> str:
    return root.resolve().name or "Vault"


# --- what is there --------------------------------------------------------------------------


def _changed_attachments(vault: Vault, folder: Folder) -> tuple[list[Attachment], list[Diagnostic]]:
    """Attachments that are new or differ, with their bytes stored, and what could not be taken. A
    file whose size and time of change are as before is not read again."""
    known = {a.path: a for a in Attachment.objects.live().filter(vault=vault)}
    changed, problems = [], []
    for source in folder.listing.attachments:
        before = known.get(source.path)
        if (
            before
            and (before.size, before.mtime_ns) == (source.size, source.mtime_ns)
            and before.width is not None
        ):
            continue
        if source.size > MAX_ATTACHMENT_BYTES:
            problems.append(
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
            data = read_bytes(folder.root, source.path)
        except OSError as error:
            problems.append(
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
    return changed, problems
