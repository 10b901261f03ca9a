"""What learners did stays with its questions while their vault is worked in and imported again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.accounts.models import User
from studyapp.library.models import Placement
from studyapp.library.services.importing import import_vault
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import VaultSettings
from studyapp.scheduling.values import Rating
from studyapp.study.models import Card, Review
from studyapp.study.services.presets import change_preset
from studyapp.study.services.rebuilding import differing_cards
from tests.library.vaults import write_vault
from tests.obsidian.vault_life import Desk
from tests.study.conftest import NOON
from tests.study.sittings import begin, rate, respond, right_response

pytestmark = pytest.mark.django_db

NOTES = ("Exam Technique.md", "Federation.md", "Threat Protection.md")


def lay_out(desk: Desk, root: Path) -> Path:
    """Make the folder ``root`` hold exactly what lies on the desk."""
    texts = desk.texts()
    for file in root.rglob("*.md"):
        if str(file.relative_to(root)) not in texts:
            file.unlink()
    return write_vault(root, dict(texts))


def study_everything(learner: User) -> None:
    """Answer every question once, rightly."""
    change_preset(learner=learner, new_per_day=999)
    sitting, now = begin(learner, NOON), NOON
    while sitting.turn is not None:
        now += timedelta(seconds=20)
        if not sitting.turn.content.is_recalled:
            sitting = respond(sitting, right_response(sitting.turn.content), now)
        sitting = rate(sitting, Rating.EASY, now)


def test_reviews_follow_their_questions_through_imports(learner: User, tmp_path: Path) -> None:
    desk = Desk.sample(8, with_ids=False, only=NOTES)
    truth: dict[str, int] = {}  # true name -> the item it was first given
    for number in range(4):
        import_vault(owner=learner, root=lay_out(desk, tmp_path / "Vault"))
        items = {
            (path, position): item
            for path, position, item in Placement.objects.live().values_list(
                "note__path", "position", "item"
            )
        }
        parsed = {
            path: parse_note(path, text.encode(), VaultSettings())
            for path, text in desk.texts().items()
        }
        now = {name: items[place] for place, name in desk.names(parsed).items()}
        if number == 0:
            study_everything(learner)
            logged = Review.objects.count()
            studied = set(Card.objects.values_list("item", flat=True))
            assert len(studied) > 20  # siblings wait for another day
        for name, item in now.items():
            assert truth.setdefault(name, item) == item
        assert len(set(truth.values())) == len(truth)
        desk.work()
    assert studied <= set(truth.values())
    assert Review.objects.count() == logged
    assert not list(differing_cards(learner))
