"""What ``bench_search`` runs in a process of its own: ``python -m tests.benchmarks.searching``.

Prints a JSON array: the milliseconds of every search, and those of looking for the same words with
LIKE. The database is the one in ``STUDYAPP_DATA_DIR``.
"""

from __future__ import annotations

import json
import os
from random import Random

import django

SEARCHES = 400
LOOKED_UP = 60
"""Words looked for with LIKE, which is slow."""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "studyapp.settings"
    django.setup()
    from studyapp.accounts.services import ensure_learner
    from studyapp.library.models import NoteVersion
    from studyapp.library.search import search
    from tests.benchmarks.measuring import seconds

    learner = ensure_learner()
    typed = [typing(Random(number)) for number in range(SEARCHES)]
    for text in typed[:20]:
        search(learner, text)
    ours = [1000 * seconds(lambda text=text: search(learner, text)) for text in typed]
    notes = NoteVersion.objects.live().filter(vault__owner=learner)

    def look_up(text: str) -> None:
        list(notes.filter(text__icontains=text).values_list("title")[:20])

    theirs = [1000 * seconds(lambda text=text: look_up(text)) for text in typed[:LOOKED_UP]]
    print(json.dumps([ours, theirs]))


def typing(random: Random) -> str:
    """Something that somebody has in the field at one moment: mostly one to three words, the last
    often unfinished, now and then misspelt, quoted, left out or narrowed down."""
    from tests.benchmarks.make_vault import WORDS

    words = random.sample(WORDS, random.choice((1, 1, 2, 2, 3)))
    if random.random() < 0.7:
        words[-1] = words[-1][: random.randint(1, len(words[-1]))]
    text = " ".join(words)
    match random.randrange(12):
        case 0:
            at = random.randrange(len(text))
            return text[:at] + "q" + text[at + 1 :]
        case 1:
            return f'"{text}"'
        case 2:
            return f"{text} -{random.choice(WORDS)} "
        case 3:
            return f"path:{random.choice(('storage', 'journal'))} {text}"
        case 4:
            return f"kind:{random.choice(('choice', 'text', 'question'))} {text}"
        case 5:
            return f"tag:study {text}"
    return text


if __name__ == "__main__":
    main()
