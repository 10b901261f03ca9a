"""``manage.py check_cards``: is every card what its review log says?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.accounts.models import User
from studyapp.study.services.rebuilding import differing_cards, rebuild_card
from studyapp.ui.wording import plural


class Command(BaseCommand):
    """Replays every learner's review log and compares. ``--repair`` believes the log."""

    help = "Compare every card with what replaying its review log gives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="set the cards to what it gives")

    def handle(self, *, repair: bool, **options: Any) -> None:
        count = 0
        for learner in User.objects.order_by("pk"):
            for difference in differing_cards(learner):
                count += 1
                self.stdout.write(
                    f"card {difference.card.pk} of {learner} is not what its log says"
                )
                if repair:
                    rebuild_card(
                        learner=learner, card_id=difference.card.pk, memory=difference.logged
                    )
        cards = plural(count, "card,cards")
        if count and not repair:
            raise CommandError(f"{cards} not as logged; --repair believes the log.")
        self.stdout.write(f"{cards} set right." if count else "Every card is as logged.")
