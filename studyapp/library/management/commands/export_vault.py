"""``manage.py export_vault SLUG FILE``: write a vault as a zip archive that opens in Obsidian."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.library.models import Vault
from studyapp.library.services.exporting import export_vault


class Command(BaseCommand):
    help = "Write a vault, with what was edited in the browser, as a zip that opens in Obsidian."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the vault, as its address in the browser names it")
        parser.add_argument("file", type=Path, help="the archive to write; it must not exist")

    def handle(self, *args: Any, slug: str, file: Path, **options: Any) -> None:
        vault = Vault.objects.filter(slug=slug).first()
        if vault is None:
            known = ", ".join(Vault.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no vault “{slug}”. There are: {known}.")
        try:
            with file.open("xb") as archive:
                try:
                    for piece in export_vault(vault):
                        archive.write(piece)
                except BaseException:
                    file.unlink()
                    raise
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote “{vault.title}” to {file}.")
