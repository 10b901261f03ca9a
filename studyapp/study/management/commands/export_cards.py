"""``manage.py export_cards VAULT -o FILE``: write questions as a deck for Anki, CSV or a quiz."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.library.models import Topic, Vault
from studyapp.study.models import CardExport
from studyapp.study.services.card_exports import Selection, write_cards


class Command(BaseCommand):
    help = "Write the questions of a vault, or some of them, as a deck for Anki, CSV or a quiz."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("vault", help="the vault, as its address in the browser names it")
        parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
        parser.add_argument("--format", choices=CardExport.Format.values, default="apkg")
        parser.add_argument(
            "--topic", default="", help="only what stands under it; levels are parted by “ / ”"
        )
        parser.add_argument("--tag", default="", help="only notes with it, or one nested in it")
        parser.add_argument("--search", default="", help="only what this search finds")
        parser.add_argument(
            "--schedule", action="store_true", help="with what the vault's owner has learnt"
        )

    def handle(self, *args: Any, vault: str, output: Path, **options: Any) -> None:
        found = Vault.objects.select_related("owner").filter(slug=vault).first()
        if found is None:
            known = ", ".join(Vault.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no vault “{vault}”. There are: {known}.")
        selection = Selection(
            found, self._topic(found, options["topic"]), options["tag"], options["search"]
        )
        if output.exists():
            raise CommandError(f"{output} is there already.")
        try:
            written = write_cards(
                output,
                learner=found.owner,
                selection=selection,
                format=options["format"],
                with_schedule=options["schedule"],
            )
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        for what, loss in written.losses.items():
            self.stderr.write(f"{what} ({loss['count']}):")
            for _, path, line, words in loss["rows"]:
                self.stderr.write(f"  {path}:{line}: {words}")
        self.stdout.write(f"Wrote {written.cards} cards to {output}.")

    def _topic(self, vault: Vault, name: str) -> Topic | None:
        if not name:
            return None
        path = Topic.SEPARATOR.join(name.split(" / "))
        topic = vault.topics.filter(path=path).first() or vault.topics.filter(name=name).first()
        if topic is None:
            raise CommandError(f"There is no topic “{name}” in “{vault.title}”.")
        return topic
