"""What ``bench_import`` runs in a process of its own: ``... tests.benchmarks.importing FOLDER``.

Prints a JSON object: the milliseconds of importing again, of saving an edit and of previews, each
several times, in the vault that the database in ``STUDYAPP_DATA_DIR`` has of the folder. The worker
processes are at hand, as they are while a folder is followed or somebody edits.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

TIMES = 5


def main(root: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "studyapp.settings"
    django.setup()
    from studyapp.accounts.services import ensure_learner
    from studyapp.library.models import NoteVersion, Vault
    from studyapp.library.services.editing import edit_note
    from studyapp.library.services.importing import import_vault
    from studyapp.library.services.previewing import preview_note
    from tests.benchmarks.measuring import seconds

    learner = ensure_learner()

    def served(number: int) -> NoteVersion:
        found: NoteVersion = NoteVersion.objects.live().select_related("vault", "note")[number]
        return found

    def bring_up_to_date(*, changed: bool) -> None:
        result = import_vault(owner=learner, root=root)
        assert result.changed is changed

    def edit(number: int) -> None:
        version = served(number)
        edit_note(
            vault=version.vault,
            path=version.note.path,
            text=f"{version.text}\nAn edited line.\n",
            seen=version.sha256,
        )

    def preview(number: int, words: str) -> None:
        version = served(number)
        shown = preview_note(
            vault=Vault.objects.get(pk=version.vault_id),
            path=version.note.path,
            text=f"{version.text}\n{words}\n",
        )
        assert not shown.problem

    took: dict[str, list[float]] = {}

    def measure(name: str, step: int, work: object) -> None:
        assert callable(work)
        milliseconds = 1000 * seconds(work)
        if step:  # the first time warms up
            took.setdefault(name, []).append(milliseconds)

    notes = sorted(root.rglob("* *.md"))
    for step in range(TIMES + 1):
        measure("unchanged", step, lambda: bring_up_to_date(changed=False))
        note = notes[step * 7]
        note.write_text(f"{note.read_text()}\nAnother line.\n")
        measure("one changed", step, lambda: bring_up_to_date(changed=True))
    for step in range(TIMES + 1):
        measure("edited", step, lambda number=20 + step: edit(number))
        measure("first preview", step, lambda number=40 + step: preview(number, "A line."))
        measure("preview", step, lambda number=40 + step: preview(number, "A line more."))
    print(json.dumps(took))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
