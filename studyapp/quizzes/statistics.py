"""What the statistics page of a quiz set shows: how each question did with all who sat the set, in
their first attempts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from django.db.models import Count, Min, QuerySet

from studyapp.interchange.csv_.records import write_record
from studyapp.items.item_statistics import (
    PUBLISHED_FROM,
    Answers,
    Asked,
    Flag,
    FormStatistics,
    ItemStatistics,
    OptionStatistics,
    form_statistics,
    item_statistics,
)
from studyapp.items.values import Content, Kind
from studyapp.library.models import ItemVersion, NoteVersion, Placement
from studyapp.quizzes.grading import dropped_in
from studyapp.quizzes.models import Attempt, Slot
from studyapp.ui.wording import words_of

WITH_OPTIONS = (Kind.CHOICE, Kind.TRUE_FALSE)


@dataclass(frozen=True, slots=True)
class Line:
    """An option in a plot of 200 by 100: its points, its name at the end, and where that stands."""

    name: str
    is_key: bool
    points: str
    at: float


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option in the table beside the plot; shares in whole percent."""

    name: str
    text: str
    is_key: bool
    share: int
    mean_rest: float | None
    curve: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A question's wording and its figures (None: too few were asked it)."""

    version: int
    number: int
    words: str
    url: str
    candidates: int
    found: ItemStatistics | None
    options: Sequence[OptionRow] = ()
    lines: Sequence[Line] = ()

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Why to look at it."""
        return self.found.flags if self.found else ()


@dataclass(frozen=True, slots=True)
class SetStatistics:
    """A quiz set's first attempts: how many, their mean in whole percent, the reliability of a form
    that all of them had, and the questions, those to look at first."""

    attempts: int
    mean: int | None
    form: FormStatistics | None
    rows: Sequence[ItemRow]

    @property
    def flagged(self) -> int:
        """How many questions should be looked at."""
        return sum(bool(row.flags) for row in self.rows)

    @property
    def closely(self) -> Sequence[ItemRow]:
        """The questions whose options there is something to say of."""
        return [row for row in self.rows if row.options]


@dataclass(slots=True)
class _Column:
    """A question version while its rows are gathered."""

    answers: list[tuple[float, float, int, Any]] = field(default_factory=list)
    candidates: int = 0
    counted: int = 0
    most: float = 1.0


def set_statistics(note: NoteVersion) -> SetStatistics:
    """The statistics of the quiz set that ``note`` is: five queries."""
    totals = _totals(note)
    columns = _columns(note)
    attempts = sum(count for _, _, count in totals)
    versions = ItemVersion.objects.in_bulk(list(columns))
    places = {
        placement.item_id: placement
        for placement in Placement.objects.live()
        .filter(item__in={version.item_id for version in versions.values()})
        .select_related("note__vault")
    }
    contents = {
        pk: version.content
        for pk, version in versions.items()
        if columns[pk].candidates >= PUBLISHED_FROM
    }
    asked = {version: _asked(columns[version], content) for version, content in contents.items()}
    figures = dict(zip(asked, item_statistics(list(asked.values())), strict=True))
    rows = [
        _row(
            version,
            places.get(version.item_id),
            columns[pk].candidates,
            figures.get(pk),
            contents.get(pk),
        )
        for pk, version in versions.items()
    ]
    rows.sort(key=_worst_first)
    is_published = attempts >= PUBLISHED_FROM
    right, most = (fsum(row[at] * row[2] for row in totals) for at in (0, 1))
    counted = [pk for pk, column in columns.items() if column.counted]
    is_fixed = all(columns[pk].counted == columns[pk].candidates == attempts for pk in counted)
    return SetStatistics(
        attempts=attempts,
        mean=round(100 * right / most) if most and is_published else None,
        form=form_statistics([asked[pk] for pk in counted], [(row[0], row[2]) for row in totals])
        if is_published and is_fixed
        else None,
        rows=rows,
    )


def _first_attempts(note: NoteVersion) -> QuerySet[Attempt]:
    """Everybody's first attempt that is over."""
    first = (
        Attempt.objects.filter(note=note.note_id, finished_at__isnull=False)
        .order_by()
        .values("learner")
        .annotate(first=Min("pk"))
        .values("first")
    )
    return Attempt.objects.filter(pk__in=first).order_by()


def _totals(note: NoteVersion) -> list[tuple[float, float, int]]:
    """What they came to, of how many points, how often: one query."""
    rows = _first_attempts(note).values("points", "most_points").annotate(n=Count("pk"))
    return [
        (points or 0.0, most or 0.0, n)
        for points, most, n in rows.values_list("points", "most_points", "n")
    ]


def _columns(note: NoteVersion) -> dict[int, _Column]:
    """The answers to each question version, equal ones put together by the database: two queries.
    (What differs most comes first, for one that sorts to find what is equal.)"""
    rows = (
        Slot.objects.filter(attempt__in=_first_attempts(note))
        .order_by()
        .values_list(
            "attempt__points",
            "version_id",
            "response",
            "correct",
            "credit",
            "points",
            "is_scored",
            "attempt__partial_credit",
        )
        .annotate(n=Count("pk"))
    )
    dropped = dropped_in(note.vault_id)
    columns: dict[int, _Column] = {}
    for total, version, given, correct, credit, points, scored, partial, n in rows:
        counts = scored and version not in dropped
        mark = points * ((credit or 0.0) if partial else float(correct or 0))
        column = columns.setdefault(version, _Column(most=points))
        column.answers.append((mark, (total or 0.0) - (mark if counts else 0.0), n, given))
        column.candidates += n
        column.counted += n if counts else 0
    return columns


def _asked(column: _Column, content: Content) -> Asked:
    """The column as the core takes it."""
    options = content.options if content.kind in WITH_OPTIONS else ()
    return Asked(
        [
            Answers(mark, rest, count, _chosen(given) if options else ())
            for mark, rest, count, given in column.answers
        ],
        most=column.most,
        options=[option.id for option in options],
        keys=frozenset(option.id for option in options if option.correct),
        counts=column.counted > 0,
    )


def _chosen(given: Any) -> tuple[str, ...]:
    return tuple(given.get("option_ids", ())) if isinstance(given, dict) else ()


def _row(
    version: ItemVersion,
    place: Placement | None,
    candidates: int,
    found: ItemStatistics | None,
    content: Content | None,
) -> ItemRow:
    options: list[OptionRow] = []
    if found and content:
        shown = version.html.get("options", [])
        for number, (option, figure) in enumerate(
            zip(content.options, found.options, strict=False)
        ):
            html = shown[number][0] if number < len(shown) else ""
            options.append(_option(_letter(number), words_of(html) or option.text, figure))
    return ItemRow(
        version=version.pk,
        number=version.number,
        words=version.words,
        url=place.get_absolute_url() if place else "",
        candidates=candidates,
        found=found,
        options=options,
        lines=_lines(options),
    )


def _option(name: str, text: str, figure: OptionStatistics) -> OptionRow:
    curve = tuple(None if share is None else round(100 * share) for share in figure.curve)
    return OptionRow(name, text, figure.is_key, round(100 * figure.share), figure.mean_rest, curve)


def _lines(options: Sequence[OptionRow]) -> list[Line]:
    """The options as lines. Names that would lie on each other move apart."""
    found: list[Line] = []
    ends = {
        row.name: next((100 - share for share in reversed(row.curve) if share is not None), 100)
        for row in options
    }
    at: dict[str, float] = {}
    lowest = -20.0
    for name in sorted(ends, key=lambda name: ends[name]):
        lowest = at[name] = max(float(ends[name]), lowest + 11)
    over = max(0.0, lowest - 104)
    for row in options:
        points = " ".join(
            f"{50 * group},{100 - share}"
            for group, share in enumerate(row.curve)
            if share is not None
        )
        found.append(Line(row.name, row.is_key, points, round(at[row.name] - over + 4, 1)))
    return found


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def _worst_first(row: ItemRow) -> tuple[bool, int, float, int]:
    order = list(Flag)
    worst = min((order.index(flag) for flag in row.flags), default=len(order))
    discrimination = row.found.discrimination if row.found else None
    return (
        row.found is None,
        worst,
        101.0 if discrimination is None else discrimination,
        row.version,
    )


CSV_HEAD = (
    *("Question", "Version", "Candidates", "Facility", "Standard deviation", "Discrimination"),
    *("Discriminative efficiency", "Effective weight", "27% index", "Distractor efficiency"),
    *("Option", "Right", "Chosen by", "Mean rest score", "To look at"),
)


def statistics_csv(found: SetStatistics) -> Iterator[str]:
    """The same as rows of text: one for a question, and one for each of its options."""
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + write_record(CSV_HEAD)
    for row in found.rows:
        head = [row.words, str(row.number), str(row.candidates)]
        figures = row.found
        if figures is None:
            yield write_record([*head, *[""] * 11, f"Fewer than {PUBLISHED_FROM} candidates."])
            continue
        numbers = (
            *(100 * figures.facility, 100 * figures.deviation, figures.discrimination),
            *(figures.efficiency, figures.weight),
            None if figures.index is None else 100 * figures.index,
            figures.distractor_efficiency,
        )
        flags = " ".join(row.flags)
        yield write_record([*head, *map(_number, numbers), "", "", "", "", flags])
        for option in row.options:
            right = "yes" if option.is_key else "no"
            rest = _number(option.mean_rest)
            yield write_record([*head, *[""] * 7, option.text, right, f"{option.share}", rest, ""])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
