"""How a question did with those who were asked it: the statistics that Moodle computes
(https://docs.moodle.org/dev/Quiz_statistics_calculations), and each option against ability.

Variances are of samples (n - 1). A candidate's *rest* is their mark for everything that counts but
the question itself: what stands for ability, without the question judging itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, sqrt
from typing import NamedTuple

PUBLISHED_FROM = 30
"""Candidates from which a figure says something at all."""

JUDGED_FROM = 100
"""Candidates from which a question is judged by its figures."""

PICKED = 0.05
"""The share of candidates from which a distractor does its work."""

TAIL = 0.27
"""The share of candidates in the upper and in the lower group (Kelley 1939;
https://doi.org/10.1037/h0057123)."""

Weighted = Sequence[tuple[float, int]]
"""Values, each with how often it is there."""

GROUPS = 5
HARD, EASY, WEAK = 0.2, 0.95, 20.0


class Flag(StrEnum):
    """Why a question should be looked at."""

    NEGATIVE = "Those who do better elsewhere do worse here: check the key."
    DISTRACTOR = "A wrong option draws better candidates than the key does."
    WEAK = "It hardly tells good candidates from others."
    HARD = "Hardly anybody gets it right."
    EASY = "Nearly everybody gets it right."
    DEAD = "At least half of its wrong options are hardly ever chosen."


class Answers(NamedTuple):
    """What so many candidates (``times``) have in common: their mark for a question, their rest,
    and the ids of the options that they chose (none, for a question without options)."""

    mark: float
    rest: float
    times: int = 1
    chosen: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked: the answers of all candidates, each once, with marks out of
    ``most``. ``keys`` are the ids of the right ones among ``options``. ``counts``: the marks are
    part of the total."""

    answers: Sequence[Answers]
    most: float = 1.0
    options: Sequence[str] = ()
    keys: frozenset[str] = frozenset()
    counts: bool = True


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """An option: the share of candidates that chose it, their mean rest (None: nobody did), and the
    share of each ability group, the weakest first (None: nobody is in it)."""

    id: str
    is_key: bool
    share: float
    mean_rest: float | None
    curve: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """A question's figures, in percent but for ``facility``, ``deviation`` and ``index`` (0..1).
    None is what cannot be said: without spread there is no discrimination."""

    candidates: int
    facility: float
    deviation: float
    discrimination: float | None
    efficiency: float | None
    weight: float | None
    index: float | None
    distractor_efficiency: float | None
    options: tuple[OptionStatistics, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class FormStatistics:
    """A fixed form's reliability (0..1, may be negative) and the error of a single total."""

    alpha: float
    error: float


def item_statistics(asked: Sequence[Asked]) -> list[ItemStatistics]:
    """The statistics of each question of a quiz; its effective weight is its share of all."""
    weights = [_weight(each) for each in asked]
    whole = fsum(weight for weight in weights if weight is not None)
    return [
        _of(each, None if weight is None or not whole else 100 * weight / whole)
        for each, weight in zip(asked, weights, strict=True)
    ]


def form_statistics(asked: Sequence[Asked], totals: Weighted) -> FormStatistics | None:
    """Cronbach's alpha (KR-20 where every mark is 0 or 1) of a form that all candidates sat, and
    the standard error of measurement. ``asked`` are all its questions, ``totals`` what candidates
    came to. None where nothing varies, or of fewer than two questions."""
    spread = variance(totals)
    if len(asked) < 2 or not spread:
        return None
    single = fsum(variance([(a.mark, a.times) for a in each.answers]) for each in asked)
    alpha = len(asked) / (len(asked) - 1) * (1 - single / spread)
    return FormStatistics(alpha, sqrt(max(0.0, spread * (1 - alpha))))


def variance(values: Weighted) -> float:
    """Of a sample: values, each with how often it is there."""
    return covariance([(value, value, count) for value, count in values])


def covariance(pairs: Sequence[tuple[float, float, int]]) -> float:
    """Of a sample of pairs, each with how often it is there."""
    count = sum(n for _, _, n in pairs)
    if count < 2:
        return 0.0
    one = fsum(a * n for a, _, n in pairs) / count
    other = fsum(b * n for _, b, n in pairs) / count
    return fsum((a - one) * (b - other) * n for a, b, n in pairs) / (count - 1)


def _of(asked: Asked, weight: float | None) -> ItemStatistics:
    answers, most = asked.answers, asked.most
    count = sum(answer.times for answer in answers)
    marks = [(answer.mark, answer.times) for answer in answers]
    rests = [(answer.rest, answer.times) for answer in answers]
    varies = variance(marks)
    facility = fsum(mark * n for mark, n in marks) / count / most if count and most else 0.0
    shared = covariance([(answer.mark, answer.rest, answer.times) for answer in answers])
    spread = sqrt(varies * variance(rests))
    highest = covariance(_side_by_side(sorted(marks), sorted(rests)))
    discrimination = 100 * shared / spread if spread else None
    options = _options(asked, count)
    wrong = [option for option in options if not option.is_key]
    working = sum(option.share >= PICKED for option in wrong)
    return ItemStatistics(
        candidates=count,
        facility=facility,
        deviation=sqrt(varies) / most if most else 0.0,
        discrimination=discrimination,
        efficiency=100 * shared / highest if highest > 0 else None,
        weight=weight,
        index=_index(marks, rests, most),
        distractor_efficiency=100 * working / len(wrong) if wrong else None,
        options=options,
        flags=_flags(count, facility, discrimination, options, working, len(wrong)),
    )


def _side_by_side(one: Weighted, other: Weighted) -> list[tuple[float, float, int]]:
    """Both put beside each other in their order, one candidate to one."""
    found: list[tuple[float, float, int]] = []
    rest = list(reversed(other))
    for value, count in one:
        while count and rest:
            beside, left = rest.pop()
            taken = min(count, left)
            found.append((value, beside, taken))
            count -= taken
            if left > taken:
                rest.append((beside, left - taken))
    return found


def _weight(asked: Asked) -> float | None:
    """The root of the covariance of mark and total; None where that is negative, or the question
    does not count."""
    shared = covariance([(a.mark, a.mark + a.rest, a.times) for a in asked.answers])
    return sqrt(shared) if asked.counts and shared >= 0 else None


def _index(marks: Weighted, rests: Weighted, most: float) -> float | None:
    """The facility of the best 27 % less that of the weakest. Of candidates who are level at the
    edge of a group, each is in it by their share."""
    size = round(TAIL * sum(count for _, count in marks))
    if not size or not most:
        return None
    sums: dict[float, list[float]] = {}
    for (mark, count), (rest, _) in zip(marks, rests, strict=True):
        level = sums.setdefault(rest, [0.0, 0.0])
        level[0] += mark * count
        level[1] += count
    levels = [sums[rest] for rest in sorted(sums)]
    return (_group_mark(reversed(levels), size) - _group_mark(levels, size)) / size / most


def _group_mark(levels: Iterable[Sequence[float]], size: int) -> float:
    mark, left = 0.0, float(size)
    for whole, count in levels:
        share = min(1.0, left / count)
        mark += share * whole
        left -= share * count
        if left <= 0:
            break
    return mark


def _options(asked: Asked, count: int) -> tuple[OptionStatistics, ...]:
    if not asked.options or not count:
        return ()
    groups = _groups(asked.answers, count)
    sizes: Counter[int] = Counter()
    takers: dict[str, Counter[int]] = {option: Counter() for option in asked.options}
    rests = dict.fromkeys(asked.options, 0.0)
    for answer in asked.answers:
        group = groups[answer.rest]
        sizes[group] += answer.times
        for option in answer.chosen:
            if option in takers:
                takers[option][group] += answer.times
                rests[option] += answer.rest * answer.times
    return tuple(
        OptionStatistics(
            option,
            option in asked.keys,
            took / count,
            rests[option] / took if took else None,
            tuple(
                chosen[group] / sizes[group] if sizes[group] else None for group in range(GROUPS)
            ),
        )
        for option, chosen in takers.items()
        for took in [chosen.total()]
    )


def _groups(answers: Sequence[Answers], count: int) -> dict[float, int]:
    """The ability group (0 is the weakest) of each rest: those who are level stay together."""
    levels: Counter[float] = Counter()
    for answer in answers:
        levels[answer.rest] += answer.times
    found: dict[float, int] = {}
    below = 0
    for rest, level in sorted(levels.items()):
        found[rest] = min(GROUPS - 1, int(GROUPS * (below + level / 2) / count))
        below += level
    return found


def _flags(
    count: int,
    facility: float,
    discrimination: float | None,
    options: Sequence[OptionStatistics],
    working: int,
    wrong: int,
) -> tuple[Flag, ...]:
    """What there is to look at, the worst first."""
    if count < JUDGED_FROM:
        return ()
    keys = [o.mean_rest for o in options if o.is_key and o.mean_rest is not None]
    beaten = [
        o.mean_rest
        for o in options
        if not o.is_key and o.share >= PICKED and o.mean_rest is not None
    ]
    found: Mapping[Flag, bool] = {
        Flag.NEGATIVE: discrimination is not None and discrimination < 0,
        Flag.DISTRACTOR: bool(keys and beaten) and max(beaten, default=0) > min(keys, default=0),
        Flag.WEAK: discrimination is not None and 0 <= discrimination < WEAK,
        Flag.HARD: facility < HARD,
        Flag.EASY: facility > EASY,
        Flag.DEAD: wrong > 0 and working * 2 <= wrong and facility <= EASY,
    }
    return tuple(flag for flag, applies in found.items() if applies)
