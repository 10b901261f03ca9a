"""``manage.py rebuild_search``: make the search index anew from the notes being served."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from studyapp.library.models import Vault
from studyapp.library.search.engines import engine
from studyapp.library.search.indexing import rebuild
from studyapp.ui.wording import plural


class Command(BaseCommand):
    help = (
        "Make the search index anew from the notes being served. Imports keep it up to date; this "
        "is for vaults imported before there was one, and for repair."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        engine().rebuild_index()
        for vault in Vault.objects.all():
            self.stdout.write(f"{vault}: {plural(rebuild(vault), 'entry,entries')}")
