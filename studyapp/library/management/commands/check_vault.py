"""``manage.py check_vault PATH``: the vault doctor. Reads without importing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.library.dialect_words import dialect_argument
from studyapp.library.doctor_text import format_report
from studyapp.library.live_workers import live_workers
from studyapp.library.services.checking import check_vault
from studyapp.obsidian.scan import VaultError


class Command(BaseCommand):
    help = "Read an Obsidian vault without importing it, and say what was found and what is amiss."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the vault's folder")
        parser.add_argument(
            "--dialect",
            action="append",
            default=[],
            type=dialect_argument,
            metavar="NAME[:FOLDER]",
            help="read as if this way of asking were switched on: headings, labels, cards, "
            "highlights or bold",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            report = check_vault(
                path.expanduser(),
                live_workers(),
                dialects=tuple(options["dialect"]),
                whole=options["json"],
            )
        except VaultError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(format_report(report, self.style))
