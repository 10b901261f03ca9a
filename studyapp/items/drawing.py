"""Drawing a form: which questions of a bank are asked, and in which order. It all follows from a
seed: the same seed, the same form."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn. ``seen`` says how often the learner was asked it; the parts of
    one case have the same ``case`` ("" for none), and stay together."""

    key: int
    domain: str = ""
    seen: int = 0
    case: str = ""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A domain that has fewer questions than the blueprint wants of it."""

    domain: str
    wanted: int
    there: int


@dataclass(frozen=True, slots=True)
class Form:
    """The questions in the order to ask them, and where the bank fell short."""

    keys: tuple[int, ...]
    shortages: tuple[Shortage, ...] = ()


def apportion(weights: Mapping[str, Decimal], count: int) -> dict[str, int]:
    """``count`` shared out by ``weights`` (any positive numbers) by largest remainder, so that the
    shares are whole and add up; of equal remainders the first named wins."""
    total = sum(weights.values(), Decimal(0))
    exact = {name: Fraction(weight) * count / Fraction(total) for name, weight in weights.items()}
    shares = {name: int(share) for name, share in exact.items()}
    left = count - sum(shares.values())
    for name in sorted(exact, key=lambda name: shares[name] - exact[name])[:left]:
        shares[name] += 1
    return shares


def draw_form(
    candidates: Sequence[Candidate],
    *,
    seed: int,
    count: int = 0,
    blueprint: Mapping[str, Decimal] | None = None,
    keep_order: bool = False,
) -> Form:
    """Draw ``count`` questions (0: all there are), those least seen first, else by chance.

    With a ``blueprint`` (domain to weight, names in any case) each domain gives its share; where
    one has too few, the others give more by their weights, so that the form is as long as it can
    be. ``keep_order`` asks them in the order of ``candidates``.
    """
    by_domain: dict[str, list[Candidate]] = {}
    wanted: dict[str, int] = {}
    if blueprint:
        names = {name.casefold(): name for name in blueprint}
        by_domain = {name: [] for name in blueprint}
        for candidate in candidates:
            if (name := names.get(candidate.domain.casefold())) is not None:
                by_domain[name].append(candidate)
        there = sum(map(len, by_domain.values()))
        wanted = apportion(blueprint, count or there)
        weights = dict(blueprint)
    else:
        by_domain = {"": list(candidates)}
        wanted = {"": count or len(candidates)}
        weights = {"": Decimal(1)}
    taken = _fill(wanted, {name: len(bank) for name, bank in by_domain.items()}, weights)
    chosen = {
        candidate.key
        for number, (name, bank) in enumerate(by_domain.items())
        for candidate in _drawn(bank, taken[name], seed, number)
    }
    shortages = tuple(
        Shortage(name, wanted[name], len(bank))
        for name, bank in by_domain.items()
        if len(bank) < wanted[name]
    )
    return Form(_arranged([c for c in candidates if c.key in chosen], seed, keep_order), shortages)


def draw_unscored(count: int, unscored: int, seed: int) -> frozenset[int]:
    """The places (from 0) of a form of ``count`` questions that do not count."""
    places = sorted(range(count), key=lambda place: _chance(seed, "unscored", place))
    return frozenset(places[:unscored])


def _fill(
    wanted: Mapping[str, int], there: Mapping[str, int], weights: Mapping[str, Decimal]
) -> dict[str, int]:
    """How many each domain gives: what is wanted of it, and in place of those that fall short."""
    taken = {name: min(count, there[name]) for name, count in wanted.items()}
    missing = sum(wanted.values()) - sum(taken.values())
    while missing:
        open_ = {name: weights[name] for name in wanted if taken[name] < there[name]}
        if not open_:
            break
        for name, more in apportion(open_, missing).items():
            taken[name] = min(taken[name] + more, there[name])
        missing = sum(wanted.values()) - sum(taken.values())
    return taken


def _drawn(bank: Sequence[Candidate], count: int, seed: int, number: int) -> list[Candidate]:
    """``count`` of ``bank``: of those least seen all, of the last that are needed some by chance.
    Chance is asked only for those, so that a large bank costs little more than a small one."""
    levels: defaultdict[int, list[Candidate]] = defaultdict(list)
    for candidate in bank:
        levels[candidate.seen].append(candidate)
    drawn: list[Candidate] = []
    for seen in sorted(levels):
        level = levels[seen]
        wanted = min(count - len(drawn), len(level))
        if wanted < len(level):
            for at in range(wanted):
                step = _chance(seed, f"draw {number}", len(drawn) + at)
                other = at + int.from_bytes(step) % (len(level) - at)
                level[at], level[other] = level[other], level[at]
        drawn += level[:wanted]
    return drawn


def _arranged(chosen: Sequence[Candidate], seed: int, keep_order: bool) -> tuple[int, ...]:
    """The chosen in the order to ask them; the parts of a case follow each other as in the bank."""
    if keep_order:
        return tuple(candidate.key for candidate in chosen)
    cases: defaultdict[str, list[int]] = defaultdict(list)
    for candidate in chosen:
        cases[candidate.case or f"\0{candidate.key}"].append(candidate.key)
    order = sorted(cases.values(), key=lambda keys: _chance(seed, "arrange", keys[0]))
    return tuple(key for keys in order for key in keys)


def _chance(seed: int, use: str, key: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{use}:{key}".encode(), digest_size=8).digest()
