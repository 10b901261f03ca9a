"""Adding notes to a vault that is there, without its folder: they are served beside what that says,
and stay when it is imported again (see ``reconciling``)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from studyapp.interchange.values import InterchangeError
from studyapp.interchange.vault import file_name
from studyapp.library.live_workers import live_workers
from studyapp.library.models import FolderState, ImportRun, NoteVersion, Vault
from studyapp.library.search.indexing import sweep
from studyapp.library.services.editing import say
from studyapp.library.services.locking import only_change_to
from studyapp.library.services.making import EMPTY_FILE
from studyapp.library.services.placing import Changes
from studyapp.library.services.reading import NoteFile, Progress, parse_notes, resolve
from studyapp.library.services.revising import write_revision
from studyapp.library.services.served import served_reading
from studyapp.obsidian.encoding import UTF8, tidy
from studyapp.obsidian.values import Diagnostic


def notes_to_add(folder: Path, name: str) -> dict[str, str]:
    """The texts of the notes below ``folder``, by the paths that they are to have: several lie in a
    folder called as the file ``name`` that they were made of. Raises InterchangeError where
    there is more than notes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if any(path.suffix != ".md" for path in files):
        raise InterchangeError(
            "It brings pictures or other files along, and only a vault of its own has room for "
            "them. Choose that instead."
        )
    above = f"{file_name(Path(name).stem)}/" if len(files) > 1 else ""
    return {
        f"{above}{path.relative_to(folder).as_posix()}": path.read_text(encoding="utf-8")
        for path in files
    }


def add_notes(
    *,
    vault: Vault,
    notes: Mapping[str, str],
    remarks: Sequence[Diagnostic] = (),
    progress: Progress = lambda step, done, total: None,
) -> Changes | None:
    """Serve ``notes`` (path -> text) as well; None where they were there already. One that was
    added under the same name before says this from now on; the vault's own notes are left alone,
    and one of the same name stands beside them as ``Name (2)``. Raises ``VaultError``."""
    with only_change_to(vault):
        reading = served_reading(vault)
        rows = NoteVersion.objects.live().filter(vault=vault)
        standing = {
            path.casefold(): state == FolderState.KEPT and file != EMPTY_FILE
            for path, state, file in rows.values_list("note__path", "folder_state", "file")
        }
        paths = []
        for wanted, text in notes.items():
            path = _free(wanted, standing)
            data = tidy(text).encode("utf-8", "replace")
            digest = hashlib.sha256(data).hexdigest()
            reading.bytes[digest] = data
            file = NoteFile(digest, UTF8, kept=digest, state=FolderState.KEPT)
            say(reading, path, data.decode(), file)
            paths.append(path)
        reading.fetch()
        for path in paths:
            reading.notes.drop(path)
        workers = live_workers()
        parse_notes(reading, workers, paths, progress=progress)
        resolve(reading)
        scan = vault.served_report().get("scan", [])
        told = [[d.path, d.line, d.code, d.severity.value, d.message] for d in remarks]
        changes = write_revision(
            vault,
            reading,
            workers,
            kind=ImportRun.Kind.IMPORT,
            attachments=[],
            source=vault.source,
            found={"scan": [*scan, *(row for row in told if row not in scan)]},
            progress=progress,
        )
        sweep(vault)
        return changes


def _free(wanted: str, standing: dict[str, bool]) -> str:
    """``wanted``, or the first of ``wanted (2)``, ``wanted (3)``... that is free, or was added."""
    stem, number, path = wanted.removesuffix(".md"), 1, wanted
    while standing.get(path.casefold()) is False:
        number += 1
        path = f"{stem} ({number}).md"
    return path
