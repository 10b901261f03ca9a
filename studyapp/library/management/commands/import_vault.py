"""``manage.py import_vault PATH``: bring a vault up to date with a folder."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.accounts.services import LOCAL_LEARNER, ensure_learner
from studyapp.interchange.values import InterchangeError
from studyapp.library.dialect_words import dialect_argument
from studyapp.library.doctor_text import format_report
from studyapp.library.live_workers import live_workers
from studyapp.library.services.following import follow
from studyapp.library.services.importing import ImportResult, import_vault
from studyapp.library.services.reporting import import_report
from studyapp.library.services.taking_in import take_in_file
from studyapp.library.services.unpacking import ArchiveError
from studyapp.obsidian.scan import VaultError
from studyapp.stopping import Stop


class Command(BaseCommand):
    help = (
        "Import a vault from its folder, a zip, Anki package, CSV or quiz file, or bring it up to "
        "date."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path",
            type=Path,
            help="the vault's folder, a zip of it, a deck exported from Anki, or "
            "cards as CSV or TSV, or a quiz as GIFT, Aiken, Moodle XML or QTI",
        )
        parser.add_argument(
            "--owner", default=LOCAL_LEARNER, help="whose vault it is (default: %(default)s)"
        )
        parser.add_argument(
            "--title", default="", help="default: the name of the folder, file or deck"
        )
        parser.add_argument(
            "--dialect",
            action="append",
            type=dialect_argument,
            metavar="NAME[:FOLDER]",
            help="switch this way of asking on, and others off: headings, labels, cards, "
            "highlights or bold (default: as the vault's settings have it)",
        )
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument(
            "--watch",
            action="store_true",
            help="follow the folder: import again whenever something changes, until Ctrl-C",
        )

    def handle(self, *args: Any, path: Path, owner: str, title: str, **options: Any) -> None:
        if options["watch"] and path.is_file():
            raise CommandError(f"{path} is a file: only a folder can be followed.")
        if options["dialect"] and path.is_file():
            raise CommandError(f"{path} is a file: switch --dialect on in its vault's settings.")
        learner = ensure_learner(username=owner)
        try:
            if path.is_file():
                result = take_in_file(
                    owner=learner, file=path, title=title, progress=self._show_progress
                )
            else:
                result = import_vault(
                    owner=learner,
                    root=path,
                    title=title,
                    dialects=tuple(options["dialect"]) if options["dialect"] else None,
                    progress=self._show_progress,
                )
        except VaultError as error:
            raise CommandError(str(error)) from error
        except (ArchiveError, InterchangeError) as error:
            raise CommandError(f"{path}: {error}") from error
        self._tell(result, **options)
        if options["watch"]:
            self._watch(learner, path, title)

    def _watch(self, learner: User, path: Path, title: str) -> None:
        def import_again() -> ImportResult:
            start = time.perf_counter()
            result = import_vault(owner=learner, root=path, title=title)
            if result.changed:
                self._say(f"{result.summary}; took {time.perf_counter() - start:.1f} s.")
            return result

        live_workers().start()
        stop = Stop()
        stop.on_signals()
        self._say(f"Following {path}. Ctrl-C ends it.")
        follow(path.expanduser().resolve(), import_again=import_again, stop=stop, say=self._say)
        self._say("Stopped following.")

    def _say(self, words: str) -> None:
        self.stdout.write(f"{timezone.localtime():%H:%M:%S}  {words}")
        self.stdout.flush()

    def _tell(self, result: ImportResult, **options: Any) -> None:
        report = import_report(result, whole=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        self.stdout.write(format_report(report, self.style))
        if result.vault.commit:
            where = result.vault.branch or "no branch"
            self.stdout.write(f"Git has {where} checked out, at {result.vault.commit[:10]}.")
        if result.changed:
            self.stdout.write(f"Imported “{result.vault.title}”: {result.summary}.")
        else:
            self.stdout.write(f"“{result.vault.title}” is as the folder is: nothing to change.")

    def _show_progress(self, step: str, done: int, total: int) -> None:
        if self.stderr.isatty():
            end = "\n" if done == total else ""
            self.stderr.write(f"\r{step}: {done} of {total}", ending=end)
