"""The order in which options are shown. It follows from a seed: the same seed, the same page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from studyapp.items.values import Content, Kind, Option, Pair, normalise

T = TypeVar("T")


def shuffled(values: Sequence[T], seed: int) -> tuple[T, ...]:
    """``values`` in an order drawn from ``seed`` (Fisher-Yates)."""
    result = list(values)
    for last in range(len(result) - 1, 0, -1):
        digest = hashlib.sha256(f"{seed}:{last}".encode()).digest()
        chosen = int.from_bytes(digest) % (last + 1)
        result[last], result[chosen] = result[chosen], result[last]
    return tuple(result)


def shuffled_options(content: Content, seed: int) -> tuple[Option, ...]:
    """The options in the order to show them.

    Options of a choice stay as written where the author said ``shuffle:: false``, those of a
    true/false item always. ``pin:: last`` (or ``first``, or numbers counted from 1 such as
    ``pin:: 3, 4``) keeps options in their places. The steps of an order item are always shuffled,
    and never into the right order.
    """
    if content.kind is Kind.ORDER:
        return _disordered(content.options, seed)
    if content.kind is Kind.TRUE_FALSE or not content.shuffle:
        return content.options
    pinned = pinned_places(content.metadata.get("pin", ""), len(content.options))
    moving = iter(shuffled([o for at, o in enumerate(content.options) if at not in pinned], seed))
    return tuple(
        option if at in pinned else next(moving) for at, option in enumerate(content.options)
    )


def shuffled_rights(content: Content, seed: int) -> tuple[Pair, ...]:
    """The pairs of a match item whose right sides are offered: each text once, shuffled."""
    by_text: dict[str, Pair] = {}
    for pair in content.pairs:
        by_text.setdefault(normalise(pair.right), pair)
    return shuffled(tuple(by_text.values()), seed)


def _disordered(steps: tuple[Option, ...], seed: int) -> tuple[Option, ...]:
    right = [normalise(step.text) for step in steps]
    result = shuffled(steps, seed)
    if [normalise(step.text) for step in result] == right:
        result = result[1:] + result[:1]
    return result


def pinned_places(pin: str, count: int) -> set[int]:
    """Places of an option among ``count``, from 0, that ``pin`` names; unknown words name none."""
    places = {"first": 0, "last": count - 1}
    return {
        places[word] if word in places else int(word) - 1
        for word in normalise(pin).replace(",", " ").split()
        if word in places or (word.isdecimal() and len(word) < 4)
    }
