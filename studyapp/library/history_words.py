"""What is said to a person about schedules and reviews that came along with an import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from studyapp.ui.wording import plural


def told(histories: Mapping[str, Any]) -> list[str]:
    """Sentences on what ``services.histories`` reports; not on each card that was left alone."""
    return list(_told(histories))


def _told(histories: Mapping[str, Any]) -> Iterator[str]:
    source, cards, reviews = (histories[name] for name in ("source", "cards", "reviews"))
    schedules = plural(cards, "schedule,schedules")
    if reviews:
        schedules += f" and {plural(reviews, 'review,reviews')}"
    if cards:
        verb = "was" if cards == 1 and not reviews else "were"
        happened = "would be" if histories["only_look"] else verb
        yield (
            f"{schedules} from {source} {happened} taken over: what you learnt there goes on here, "
            "each question on the day it is due."
        )
    if histories["as_before"]:
        before = plural(histories["as_before"], "schedule,schedules")
        nothing = "" if cards else "; nothing new came with them"
        was = "was" if histories["as_before"] == 1 else "were"
        yield f"{before} {was} taken over before{nothing}."
    if histories["left_alone"]:
        was = "was" if histories["left_alone"] == 1 else "were"
        would = "would be" if histories["only_look"] else was
        yield f"{plural(histories['left_alone'], 'schedule,schedules')} {would} left alone."
    if histories["unplaced"]:
        yield (
            f"{plural(histories['unplaced'], 'schedule belongs,schedules belong')} to no question "
            "of the vault, so nothing came of it."
        )
