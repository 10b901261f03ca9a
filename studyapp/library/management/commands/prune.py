"""``manage.py prune``: let go of what earlier revisions kept and nobody can ask for any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from studyapp.accounts.guests import prune_guests
from studyapp.library.models import Vault
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.pruning import prune_blobs, prune_vault
from studyapp.ui.wording import plural


class Command(BaseCommand):
    help = (
        "Let go of what vaults served until a day ago and nobody can ask for any more: pages and "
        "links of earlier texts, files that were replaced, bytes that nothing names; and guests "
        "whose week is over. The texts themselves stay, and so does all that anybody else learnt."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for vault in Vault.objects.order_by("pk"):
                pruned = prune_vault(vault)
                pages = plural(pruned.pages, "page,pages")
                rows = plural(pruned.rows, "repeated text,repeated texts")
                files = plural(pruned.files, "replaced file,replaced files")
                self.stdout.write(f"{vault}: {pages}, {rows}, {files}")
            self.stdout.write(plural(prune_blobs(), "unnamed blob,unnamed blobs"))
            self.stdout.write(plural(prune_guests(timezone.now()), "guest,guests"))
        except VaultBusyError as busy:
            raise CommandError(busy.message) from busy
