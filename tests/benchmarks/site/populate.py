"""A learner with many cards: ``python -m tests.benchmarks.site.populate CARDS``.

Needs a migrated database. Imports a small vault as anybody would, then clones its ready items,
wording and HTML included, and gives the learner a card and a review of each. ``DUE`` cards are due;
the others, as with real learners, some day within the next half year.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.site.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from studyapp.accounts.services import ensure_learner  # noqa: E402
from studyapp.library.models import Item, ItemVersion, Note, NoteVersion, Placement, Vault  # noqa: E402
from studyapp.library.services.importing import import_vault  # noqa: E402
from studyapp.scheduling.days import study_day  # noqa: E402
from studyapp.scheduling.values import CardState, Rating  # noqa: E402
from studyapp.study.models import Card, Review, StudyPreset  # noqa: E402
from studyapp.study.services.presets import change_preset  # noqa: E402
from tests.benchmarks.make_vault import make_vault  # noqa: E402

DUE = 450
NOTES = 60
ITEMS_A_NOTE = 20
BATCH = 2_000


def populate(cards: int) -> None:
    """Make the learner, their vault and their ``cards`` cards, in a database that has none yet."""
    if Vault.objects.exists():
        sys.exit("There is a vault here already: this is for a database of its own.")
    learner = ensure_learner()
    with TemporaryDirectory() as folder:
        make_vault(Path(folder) / "vault", NOTES)
        vault = import_vault(owner=learner, root=Path(folder) / "vault").vault
    rules = change_preset(learner=learner, reviews_per_day=9_999, new_per_day=0)
    models = list(Placement.objects.ready().filter(vault=vault).select_related("version"))
    with transaction.atomic():
        notes = _clone_notes(models[0].note, cards // ITEMS_A_NOTE + 1)
        places = (note for note in notes for _ in range(ITEMS_A_NOTE))
        clones = zip(islice(cycle(models), cards), places, strict=False)
        seen = _clone_items(clones)
        _give_cards(seen, rules)


def _clone_notes(model: Note, count: int) -> list[Note]:
    """``count`` notes of a line each in the vault of ``model``."""
    version = NoteVersion.objects.live().get(note=model)
    notes = Note.objects.bulk_create(
        [Note(vault=model.vault, path=f"clone {n}.md", position=n) for n in range(count)], BATCH
    )
    versions = (
        NoteVersion(
            vault=model.vault,
            note=note,
            topic=version.topic,
            title=note.path,
            sha256=f"{note.pk:064x}",
            text="A clone.\n",
            html="<p>A clone.</p>",
            render_key=version.render_key,
            since=version.since,
        )
        for note in notes
    )
    NoteVersion.objects.bulk_create(versions, BATCH)
    return notes


def _clone_items(clones: Iterator[tuple[Placement, Note]]) -> list[Placement]:
    """A new item for every ``(placement to copy, note to put it in)``."""
    placements: list[Placement] = []
    while batch := list(islice(clones, BATCH)):
        items = Item.objects.bulk_create([Item(vault_id=model.vault_id) for model, _ in batch])
        versions = ItemVersion.objects.bulk_create(
            ItemVersion(
                item=item,
                number=1,
                content_hash=model.version.content_hash,
                data=model.version.data,
                html=model.version.html,
            )
            for item, (model, _) in zip(items, batch, strict=True)
        )
        placements += Placement.objects.bulk_create(
            Placement(
                vault_id=model.vault_id,
                item=version.item,
                version=version,
                note=note,
                topic_id=model.topic_id,
                position=position,
                first_line=1,
                last_line=1,
                kind=model.kind,
                status=model.status,
                shape=model.shape,
                since=model.since,
            )
            for position, (version, (model, note)) in enumerate(zip(versions, batch, strict=True))
        )
    return placements


def _give_cards(placements: list[Placement], rules: StudyPreset) -> None:
    """A card in days for each item, and the review that put it there."""
    random, now = Random(len(placements)), timezone.now()
    due_now = set(random.sample(range(len(placements)), DUE))
    for start in range(0, len(placements), BATCH):
        batch = list(enumerate(placements))[start : start + BATCH]
        cards = Card.objects.bulk_create(
            Card(
                learner=rules.learner,
                item_id=placement.item_id,
                state=CardState.REVIEW,
                stability=random.uniform(5, 200),
                difficulty=random.uniform(1, 10),
                due=now + timedelta(days=-1 if at in due_now else random.randint(2, 180)),
                last_review=now - timedelta(days=random.randint(3, 60)),
                reps=random.randint(2, 9),
            )
            for at, placement in batch
        )
        Review.objects.bulk_create(
            _past_review(card, placement, rules)
            for card, (_, placement) in zip(cards, batch, strict=True)
        )


def _past_review(card: Card, placement: Placement, rules: StudyPreset) -> Review:
    preset = rules.preset
    at: datetime = card.last_review
    return Review(
        learner=rules.learner,
        card=card,
        request_id=uuid.uuid4(),
        rating=Rating.GOOD,
        reviewed_at=at,
        day=study_day(at, preset.zone, preset.day_start),
        preset=rules,
        version_id=placement.version_id,
        before={"card": card.snapshot(), "session": None},
        state_before=CardState.REVIEW,
        stability=card.stability,
        difficulty=card.difficulty,
        interval_seconds=(card.due - at).total_seconds(),
        moves=1,
    )


if __name__ == "__main__":
    populate(int(sys.argv[1]))
