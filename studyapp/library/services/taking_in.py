"""What the background worker does with a vault that somebody asked for in the browser.

An upload lies in a folder of its own until something newer takes its place. A vault's ``source``
is what points at that folder, and it changes in the same transaction as the revision: the folder
served before stays until then, and nothing is moved or overwritten on the way.
"""

from __future__ import annotations

import logging
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.interchange.values import InterchangeError
from studyapp.library.live_workers import live_workers
from studyapp.library.models import ImportRun, Intake, Vault
from studyapp.library.services.adding import add_notes, notes_to_add
from studyapp.library.services.checking import check_vault
from studyapp.library.services.importing import ImportResult, find_vault, import_vault
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.note_files import is_note_file, make_note_vault
from studyapp.library.services.packages import (
    Package,
    holds_cards,
    is_card_file,
    is_package,
    make_card_vault,
    read_record,
    unpack_cards,
    unpack_package,
)
from studyapp.library.services.placing import Changes
from studyapp.library.services.quiz_files import (
    is_qti_package,
    is_quiz_file,
    make_quiz_vault,
    unpack_qti,
)
from studyapp.library.services.reading import Progress
from studyapp.library.services.switching import derive_again
from studyapp.library.services.unpacking import ArchiveError, inspect_archive, unpack_archive
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.scan import VaultError
from studyapp.obsidian.values import Diagnostic

UPLOAD = "upload"
"""What an uploaded file is called until it is unpacked."""

_COPY = re.compile(r" ?\(\d{1,3}\)$")
"""What a browser adds to the name of a file that was downloaded before."""

LONGEST_WAIT = 600.0
"""Seconds that a change waits for another one to the same vault."""

SAY_EVERY = 0.4
"""Seconds between two signs of life within a step: the page asks once a second."""

_Outcome = TypeVar("_Outcome")

logger = logging.getLogger(__name__)


def run_intake(key: str) -> None:
    """Do what was asked, if nobody else does. Whatever happens is written into the row."""
    claimed = Intake.objects.filter(pk=key, state=Intake.State.WAITING).update(
        state=Intake.State.RUNNING, moved_at=timezone.now()
    )
    if not claimed:
        return
    intake = Intake.objects.select_related("owner", "into").get(pk=key)
    say = _Sayer(intake)
    try:
        if intake.derives_again:
            outcome = _derive(intake, say)
        else:
            if not intake.folder:
                _unpack(intake, say)
            say("Looking through the folder", 0, 0)
            outcome = _check(intake, say) if intake.check_only else _import(intake, say)
    except (VaultError, ArchiveError, InterchangeError) as error:
        _fail(intake, getattr(error, "message", str(error)))
    except OSError as error:
        logger.exception("Reading %s failed", intake)
        _fail(intake, f"The files could not be read or written: {error.strerror or error}.")
    except (SystemExit, KeyboardInterrupt):
        _fail(intake, "The background worker was stopped in the middle. Try again.")
        raise
    except Exception as error:
        logger.exception("Reading %s failed", intake)
        _fail(
            intake,
            f"Something went wrong in studyapp itself ({type(error).__name__}); its log says "
            "what. Try again.",
        )
        raise
    else:
        _end(intake, Intake.State.DONE, **outcome)
        if not intake.check_only:
            discard_leftovers(intake.owner, but=intake)


class _Sayer:
    """Writes how far it is into the row, now and then."""

    def __init__(self, intake: Intake) -> None:
        self._rows = Intake.objects.filter(pk=intake.pk)
        self._step, self._said = "", 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == self._step and done < total and now - self._said < SAY_EVERY:
            return
        self._step, self._said = step, now
        self._rows.update(step=step, done=done, total=total, moved_at=timezone.now())


def _end(intake: Intake, state: Intake.State, **fields: Any) -> None:
    Intake.objects.filter(pk=intake.pk).update(state=state, finished_at=timezone.now(), **fields)


def _fail(intake: Intake, problem: str) -> None:
    _end(intake, Intake.State.FAILED, problem=problem)


def take_in_file(
    *,
    owner: User,
    file: Path,
    title: str = "",
    progress: Progress = lambda step, done, total: None,
) -> ImportResult:
    """Import a ``file`` of this machine, as the browser would one that is uploaded, at once.
    Raises ArchiveError, InterchangeError, VaultError, OSError."""
    intake = Intake(owner=owner, title=title, upload_name=file.name, state=Intake.State.RUNNING)
    intake.save()
    try:
        intake.home.mkdir(parents=True)
        shutil.copyfile(file, intake.home / UPLOAD)
        _unpack(intake, progress)
        result = _import_vault(intake, progress)
    except BaseException:
        _fail(intake, "Bringing the file in was broken off.")
        discard_leftovers(owner)
        raise
    _end(intake, Intake.State.DONE, **_outcome(result))
    discard_leftovers(owner, but=intake)
    return result


def _unpack(intake: Intake, say: Progress) -> None:
    """Unpack beside where the vault is to lie, then put it there: a half-unpacked one never is."""
    archive = intake.home / UPLOAD
    if not intake.root.is_dir():
        if not archive.is_file():
            raise ArchiveError("The uploaded archive is not here any more. Upload it again.")
        part = intake.home / "part"
        shutil.rmtree(part, ignore_errors=True)
        with archive.open("rb") as file:
            try:
                _unpack_file(intake, file, part, say)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
        part.rename(intake.root)
        archive.unlink()
    if not intake.title:
        intake.title = _title(intake)
        Intake.objects.filter(pk=intake.pk).update(title=intake.title)


def _unpack_file(intake: Intake, file: BinaryIO, into: Path, say: Progress) -> None:
    if is_note_file(intake.upload_name):
        say("Reading the note", 0, 0)
        make_note_vault(file, intake.upload_name, into)
        return
    if is_quiz_file(file, intake.upload_name):
        say("Reading the quiz", 0, 0)
        make_quiz_vault(file, intake.upload_name, into)
        return
    begins = file.read(4)
    file.seek(0)
    if is_card_file(intake.upload_name, begins):
        say("Reading the cards", 0, 0)
        make_card_vault(file, intake.upload_name, into)
        return
    contents = inspect_archive(file)
    if is_package(contents):
        unpack_package(file, contents, into, progress=say)
    elif is_qti_package(contents):
        unpack_qti(file, contents, intake.upload_name, into, progress=say)
    elif holds_cards(contents):
        unpack_cards(file, contents, into, progress=say)
    else:
        unpack_archive(file, into, progress=say)


def _title(intake: Intake) -> str:
    """What a vault is called whose title nobody gave: as its package says, else as the file. A
    vault of that title which was made of no such file is somebody's own notes, and left alone."""
    package = read_record(intake.root)
    title = _COPY.sub("", package.title) if package else ""
    title = title or _COPY.sub("", Path(intake.upload_name).stem) or "Vault"
    namesake = intake.owner.vaults.filter(title=title[:200]).first()
    if package and namesake:
        theirs = read_record(Path(namesake.source))
        if theirs is None or theirs.program != package.program:
            title = f"{title[:190]} ({package.program})"
    return title[:200]


def _import(intake: Intake, say: _Sayer) -> dict[str, Any]:
    return _outcome(_in_turn(lambda: _bring_in(intake, say), say))


def _bring_in(intake: Intake, say: _Sayer) -> ImportResult:
    return _import_vault(intake, say) if intake.into is None else _add(intake, intake.into, say)


def _add(intake: Intake, vault: Vault, say: _Sayer) -> ImportResult:
    notes = notes_to_add(intake.root, intake.upload_name)
    remarks = _remarks(_package(intake))
    changes = add_notes(vault=vault, notes=notes, remarks=remarks, progress=say)
    vault.refresh_from_db()
    return ImportResult(vault, changes or Changes(), changes is not None, {})


def _derive(intake: Intake, say: _Sayer) -> dict[str, Any]:
    assert intake.vault is not None
    vault = intake.vault
    changes = _in_turn(lambda: derive_again(vault=vault, progress=say), say)
    return _outcome(ImportResult(vault, changes or Changes(), changes is not None, {}))


def _in_turn(change: Callable[[], _Outcome], say: _Sayer) -> _Outcome:
    """Make a ``change`` to a vault when no other one is being made."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            return change()
        except VaultBusyError:
            if time.monotonic() >= deadline:
                raise
            say("Waiting for another change to the vault", 0, 0)


def _import_vault(intake: Intake, progress: Progress) -> ImportResult:
    return import_vault(
        owner=intake.owner,
        root=intake.root,
        title=intake.title,
        remarks=_remarks(_package(intake)),
        progress=progress,
    )


def _outcome(result: ImportResult) -> dict[str, Any]:
    vault = result.vault
    run = vault.runs.filter(state=ImportRun.State.DONE, revision=vault.revision).first()
    report = {"changed": result.changed, "histories": result.histories}
    return {"vault": vault, "run": run, "report": report}


def _package(intake: Intake) -> Package | None:
    return None if intake.folder else read_record(intake.root)


def _remarks(package: Package | None) -> list[Diagnostic]:
    """What the file that the vault was made of knew and a vault cannot hold."""
    return [
        diagnose.warning(remark.path, remark.line, "not-carried-over", remark.message)
        for remark in (package.remarks if package else ())
    ]


def _check(intake: Intake, say: _Sayer) -> dict[str, Any]:
    if intake.into is None:
        vault = find_vault(intake.owner, intake.root, intake.title)
    else:
        vault = None  # what is added takes nothing away
        notes_to_add(intake.root, intake.upload_name)
    package = _package(intake)
    report = check_vault(
        intake.root,
        live_workers(),
        vault=vault,
        remarks=_remarks(package),
        cards=package.cards if package else {},
        progress=say,
    )
    questions = report["questions"]
    if intake.into is not None:  # that vault may have what the notes name
        report["attachments"]["missing"] = report["links"]["broken"] = []
    return {
        "report": {
            "notes": report["notes"],
            "items": questions["count"],
            "attachments_found": report["attachments"]["found"],
            "attachments_missing": _places(report["attachments"]["missing"]),
            "links_broken": _places(report["links"]["broken"]),
            "changes": report.get("changes", {}),
            "histories": report["histories"],
            "proposals": report["proposals"],
            "not_ready": [
                [item["path"], item["lines"][0], item["status"], item["prompt"]]
                for item in questions["not_ready"]
            ],
            "readings": [
                [row["path"], row["line"], row["reason"], row["readings"]]
                for row in report["readings"]
            ],
            "apart": report["apart"],
            "merged": report["merged"],
            "diagnostics": [
                [d["path"], d["line"], d["code"], d["severity"], d["message"]]
                for d in report["diagnostics"]
            ],
        }
    }


def _places(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[row["path"], row["line"], row["target"]] for row in rows]


def discard_leftovers(owner: User, *, but: Intake | None = None) -> None:
    """Delete the owner's uploads that nothing points at any more: neither a vault nor somebody who
    is still being answered."""
    settled = owner.intakes.filter(folder="", state__in=[Intake.State.DONE, Intake.State.FAILED])
    sources = set(Vault.objects.filter(owner=owner).values_list("source", flat=True))
    for intake in settled:
        if intake != but and intake.home.is_dir() and str(intake.root) not in sources:
            shutil.rmtree(intake.home, ignore_errors=True)
