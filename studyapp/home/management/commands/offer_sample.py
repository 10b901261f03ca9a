"""``manage.py offer_sample``: what guests try, where there are many people."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.accounts.services import ensure_learner
from studyapp.home.management.commands.run import SAMPLE, TITLE
from studyapp.library.models import Vault
from studyapp.library.services.importing import import_vault
from studyapp.obsidian.scan import VaultError

OWNER = "sample"


class Command(BaseCommand):
    help = (
        "Import the sample vault for guests to try (see STUDYAPP_GUESTS), or bring it up to date. "
        "It belongs to nobody who can sign in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--withdraw", action="store_true", help="offer it no more")

    def handle(self, *args: Any, withdraw: bool, **options: Any) -> None:
        if withdraw:
            Vault.objects.filter(is_sample=True).update(is_sample=False)
            self.stdout.write("The sample vault is not offered any more.")
            return
        try:
            result = import_vault(owner=ensure_learner(username=OWNER), root=SAMPLE, title=TITLE)
        except VaultError as error:
            raise CommandError(str(error)) from error
        Vault.objects.filter(pk=result.vault.pk).update(is_sample=True)
        self.stdout.write(f"Guests can try the sample vault: {result.summary}")
