"""What ``bench_item_statistics`` runs in a process of its own, with a database that is migrated and
empty: ``python -m tests.benchmarks.item_statistics``.

Prints a JSON array: the milliseconds of each round of a quiz set's statistics, and of merely
fetching the answers that they are made of.
"""

from __future__ import annotations

import json
import os
from random import Random
from uuid import uuid4

import django

QUESTIONS, ATTEMPTS, ROUNDS = 65, 2000, 7


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "studyapp.settings"
    django.setup()
    from studyapp.quizzes.models import Slot
    from studyapp.quizzes.statistics import set_statistics
    from tests.benchmarks.measuring import alternate, seconds

    note = _populate()
    slots = Slot.objects.order_by().values_list("attempt_id", "version_id", "credit")
    ours, theirs = alternate(
        ROUNDS,
        lambda: seconds(lambda: set_statistics(note)),
        lambda: seconds(lambda: list(slots.all())),
    )
    print(json.dumps([[1000 * each for each in ours[1:]], [1000 * each for each in theirs[1:]]]))


def _populate():  # type: ignore[no-untyped-def]  # models are there once Django is set up
    """A quiz set that everybody sat: the abler, the more is right, and each question harder."""
    from studyapp.accounts.models import User
    from studyapp.items.responses import Chosen, response_to_json
    from studyapp.items.values import Kind
    from studyapp.quizzes.models import Attempt, Slot
    from tests.library.factories import make_item, make_vault
    from tests.quizzes.factories import NOON, make_quiz

    chance = Random(1)
    vault = make_vault()
    note = make_quiz(vault)
    places = [make_item(vault, kind=Kind.CHOICE, prompt=f"Case {n}?") for n in range(QUESTIONS)]
    people = User.objects.bulk_create(User(username=f"candidate {n}") for n in range(ATTEMPTS))
    abilities = [chance.gauss(0, 1) for _ in people]
    right = [
        [ability + chance.gauss(0, 1) > (n - QUESTIONS / 2) / 20 for n in range(QUESTIONS)]
        for ability in abilities
    ]
    attempts = Attempt.objects.bulk_create(
        Attempt(
            learner=person,
            request_id=uuid4(),
            note=note.note,
            title="Quiz",
            mode="exam",
            seed=1,
            started_at=NOON,
            touched_at=NOON,
            finished_at=NOON,
            points=sum(marks),
            most_points=QUESTIONS,
        )
        for person, marks in zip(people, right, strict=True)
    )
    options = [place.version.content.options for place in places]
    Slot.objects.bulk_create(
        (
            Slot(
                learner_id=attempt.learner_id,
                attempt=attempt,
                position=at + 1,
                item_id=place.item_id,
                version_id=place.version_id,
                response=response_to_json(
                    Chosen(
                        frozenset(
                            [(options[at][0] if is_right else chance.choice(options[at][1:])).id]
                        )
                    )
                ),
                correct=is_right,
                credit=float(is_right),
            )
            for attempt, marks in zip(attempts, right, strict=True)
            for at, (place, is_right) in enumerate(zip(places, marks, strict=True))
        ),
        batch_size=5000,
    )
    return note


if __name__ == "__main__":
    main()
