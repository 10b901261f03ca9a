"""``manage.py follow_vault KEY``: what ``manage.py run`` starts for a vault that is followed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.library.live_workers import live_workers
from studyapp.library.models import Vault
from studyapp.library.services.following import follow
from studyapp.library.services.importing import ImportResult, import_vault
from studyapp.stopping import Stop


class Command(BaseCommand):
    help = "Follow the folder of the vault with this key; import_vault --watch is for people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", type=int)

    def handle(self, *args: Any, key: int, **options: Any) -> None:
        vault = Vault.objects.select_related("owner").filter(pk=key).first()
        if vault is None or vault.folder is None:
            raise CommandError(f"There is no vault {key} with a folder on this machine.")
        owner, folder, title = vault.owner, vault.folder, vault.title

        def import_again() -> ImportResult:
            return import_vault(owner=owner, root=folder, title=title)

        def say(words: str) -> None:
            self.stderr.write(f"{title}: {words}")

        live_workers().start()
        stop = Stop()
        stop.on_signals()
        follow(folder, import_again=import_again, stop=stop, say=say)
