"""What the last import of a vault changed, and what it could not use: sections to act on.

A page shows the beginning of each section (``LISTED`` rows); a long one has a page of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from studyapp.items.values import Content, Status, from_json, question_and_key
from studyapp.library.dialect_words import Proposed
from studyapp.library.history_words import told
from studyapp.library.models import (
    Attachment,
    FolderState,
    ImportRun,
    NoteVersion,
    Placement,
    Vault,
)
from studyapp.library.queries.changes import Step, Steps, decided, last_import, steps_of
from studyapp.library.queries.naming import Asked, edit_url, line_url
from studyapp.library.queries.quiz_sets import quiz_set_problems
from studyapp.obsidian.dialects import propose
from studyapp.obsidian.identity import COMPARED, PAIRED, resembling
from studyapp.obsidian.readings import readings
from studyapp.obsidian.spans import lines_of
from studyapp.obsidian.suggesting import did_you_mean
from studyapp.obsidian.values import Severity

LISTED = 20
"""Rows of a section that the report itself shows."""


def report_counts(vault: Vault) -> dict[str, Any]:
    """How much the report page has to tell: three queries."""
    report = vault.served_report()
    placements = Placement.objects.live().filter(vault=vault)
    counts = placements.aggregate(
        items=Count("id"),
        needs_answer=Count("id", filter=Q(status=Status.NEEDS_ANSWER)),
        ambiguous=Count("id", filter=Q(status=Status.AMBIGUOUS)),
    )
    return {
        **counts,
        "missing": len(report.get("attachments_missing", ())),
        "broken": len(report.get("links_broken", ())),
        "notes": report.get("notes", 0),
        "conflicts": list(_in_conflict(vault).values_list("note__path", flat=True)[:LISTED]),
    }


def _in_conflict(vault: Vault) -> QuerySet[NoteVersion]:
    """Notes of which somebody has to say which text to keep."""
    states = [FolderState.CONFLICT, FolderState.DELETED]
    rows: QuerySet[NoteVersion] = NoteVersion.objects.live().filter(
        vault=vault, folder_state__in=states
    )
    return rows.order_by("note__position")


SAID_ABOVE = frozenset({"unclear-question", "title-is-no-question"})
"""Diagnostics whose questions stand in the report themselves, as ambiguous."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report: where, and what about it. ``detail`` says more and may lead on."""

    path: str
    line: int
    url: str
    message: str
    code: str = ""
    severity: str = Severity.WARNING
    detail: str = ""
    detail_url: str = ""
    item: int = 0
    edit_url: str = ""
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The readings of an ambiguous question, and what choosing one of them has to say: the lines
    it stands on, and the version of the note (its ``sha256``) that this was drawn from. (Where a
    vault was only checked there is nothing to choose yet.)"""

    readings: tuple[Asked, ...]
    first: int = 0
    last: int = 0
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Findings of one sort. ``rows`` are the first of ``count``; ``url`` shows all of them."""

    name: str
    title: str
    lead: str = ""
    rows: Sequence[Finding] = ()
    count: int = 0
    url: str = ""
    folded: bool = False
    with_severity: bool = False

    @property
    def label(self) -> str:
        """Its name beside a figure."""
        return "back again" if self.name == "revived" else self.name

    @property
    def more(self) -> int:
        """How many rows are not shown here."""
        return self.count - len(self.rows)


CHANGES = (
    Section("new", "New questions", folded=True),
    Section("changed", "Reworded questions", "They keep their history.", folded=True),
    Section("moved", "Moved questions", "They keep their history.", folded=True),
    Section(
        "archived",
        "Archived questions",
        "They stand in no note any more. They are not asked, and come back with their history.",
        folded=True,
    ),
    Section("revived", "Questions that are back", "With their history.", folded=True),
)

MERGED = Section(
    "merged",
    "Merged notes",
    "Edited here and changed in the folder, in different places: both are in.",
    folded=True,
)

FINDINGS = (
    Section(
        "conflicts",
        "Notes with two texts",
        "Edited here, and changed or deleted in the folder. The text edited here is studied until "
        "you decide.",
    ),
    Section(
        "needs-answer",
        "Questions without an answer",
        "They are kept, and asked as soon as they have one.",
    ),
    Section(
        "ambiguous",
        "Questions that can be read in two ways",
        "Not asked until the note settles it. Choose how one is meant, and it is written into the "
        "vault here; your own files are not touched.",
    ),
    Section(
        "missing", "Missing attachments", "The note names them; the folder does not hold them."
    ),
    Section("broken", "Broken links", "No note, heading or block of this name."),
    Section("trouble", "Everything else", with_severity=True),
)


LEFT_ALONE = Section("left-alone", "Schedules left alone", folded=True)


@dataclass(slots=True)
class Report:
    """Everything that a report page says. ``learnt`` says what was taken over from another
    program, ``left_alone`` which cards were not."""

    notes: int = 0
    items: int = 0
    attachments: int = 0
    changes: list[Section] = field(default_factory=list)
    findings: list[Section] = field(default_factory=list)
    similar: list[Similar] = field(default_factory=list)
    perhaps: list[Similar] = field(default_factory=list)
    learnt: str = ""
    left_alone: Section | None = None
    decided: list[Any] = field(default_factory=list)
    proposals: list[Proposed] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to do about anything."""
        return not (self.findings or self.similar or self.perhaps)

    def tell_histories(self, stored: dict[str, Any] | None, vault: Vault | None) -> None:
        """Say what ``services.histories`` reported of an import of ``vault``, or of a check."""
        self.learnt, self.left_alone = "", None
        if not stored:
            return
        self.learnt = " ".join(told(stored))
        rows = [
            Finding(path, line, line_url(vault, path, line) if vault else "", prompt, detail=why)
            for path, line, prompt, why in stored["left"]
        ]
        if rows:
            self.left_alone = replace(LEFT_ALONE, rows=rows, count=stored["left_alone"])

    @property
    def has_changed(self) -> bool:
        """Whether a question was reworded, or answered otherwise."""
        return any(section.name == "changed" for section in self.changes)


Rows = tuple[int, Sequence[Finding]]
"""How many there are, and those that are shown."""


def report_on_vault(vault: Vault, run: ImportRun | None = None) -> Report:
    """What the vault's notes leave to do, and what the import ``run`` changed (the last one, if
    none is given)."""
    stored = vault.served_report()
    run = run or last_import(vault)
    report = Report(notes=stored.get("notes", 0), decided=decided(vault))
    own = Placement.objects.live().filter(vault=vault).count()
    offers, samples = stored.get("offers", {}), stored.get("samples", {})
    url = partial(line_url, vault)
    report.proposals = [Proposed.of(asdict(p), url) for p in propose(offers, own, samples)]
    report.findings = [
        replace(section, rows=with_choices(vault, section.rows))
        if section.name == "ambiguous"
        else section
        for section in _present(vault, FINDINGS, lambda name: _found(vault, name, stored, LISTED))
    ]
    if run is not None:
        report.tell_histories(run.report.get("histories"), vault)
        steps = steps_of(vault, run.revision)
        placements = _placements(
            step for section in CHANGES for step in getattr(steps, section.name)[:LISTED]
        )
        report.changes = _present(
            vault,
            CHANGES,
            lambda name: _changes(vault, name, getattr(steps, name), placements, LISTED),
        )
        report.changes += _merged(vault, run.report.get("merged", ()))
        similar = run.report.get("changes", {}).get("similar", ())
        report.similar = similar_rows(vault, similar, run.revision)
        report.perhaps = _perhaps(vault, steps)
    return report


def section_rows(vault: Vault, name: str) -> tuple[Section, Sequence[Finding]] | None:
    """The section called ``name`` with all its rows; None where there is none of this name."""
    section = next((each for each in CHANGES + FINDINGS if each.name == name), None)
    if section is None:
        return None
    if section in FINDINGS:
        return section, _found(vault, name, vault.served_report(), None)[1]
    run = last_import(vault)
    if run is None:
        return section, ()
    steps: list[Step] = getattr(steps_of(vault, run.revision), name)
    return section, _changes(vault, name, steps, _placements(steps), None)[1]


def _present(
    vault: Vault, sections: Iterable[Section], rows_of: Callable[[str], Rows]
) -> list[Section]:
    """The sections that have something to say, with the beginning of it."""
    present = []
    for section in sections:
        count, rows = rows_of(section.name)
        if count:
            url = reverse("library:report_section", args=[vault.slug, section.name])
            present.append(replace(section, rows=rows, count=count, url=url))
    return present


# --- what changed ---------------------------------------------------------------------------


def _placements(steps: Iterable[Step]) -> dict[int, Placement]:
    """The placements of ``steps`` by their ids, a few hundred a query."""
    keys = sorted({pk for step in steps for pk in (step.before, step.now) if pk is not None})
    rows = Placement.objects.select_related("note", "version")
    return {
        placement.pk: placement
        for start in range(0, len(keys), 800)
        for placement in rows.filter(pk__in=keys[start : start + 800])
    }


def before_it(name: str, words: str, words_before: str, path_before: str) -> str:
    """What a question of the section called ``name`` was before."""
    if name == "moved":
        return f"From {path_before}"
    if words == words_before:
        return "The question is as it was; what belongs to it is not."
    return f"Before: {words_before}"


def _changes(
    vault: Vault,
    name: str,
    steps: Sequence[Step],
    placements: dict[int, Placement],
    limit: int | None,
) -> Rows:
    rows = []
    for step in steps[:limit]:
        before, now = (placements.get(pk) if pk else None for pk in (step.before, step.now))
        shown = now or before
        assert shown is not None
        path, line = shown.note.path, shown.first_line
        detail = ""
        if before and now:
            detail = before_it(name, now.version.words, before.version.words, before.note.path)
        url = line_url(vault, path, line) if now else ""
        rows.append(
            Finding(
                path,
                line,
                url,
                shown.version.words,
                detail=detail,
                item=step.item,
            )
        )
    return len(steps), rows


@dataclass(frozen=True, slots=True)
class Wording:
    """A question and its answer, as its note said them at some time."""

    path: str
    line: int
    url: str
    prompt: str
    answer: str
    item: int = 0


@dataclass(frozen=True, slots=True)
class Similar:
    """Two wordings that are alike (``score``, 0 to 1): those of an item that an import recognised
    by likeness alone, in the revision ``since`` and before, or of two items that may be one."""

    before: Wording
    now: Wording
    score: float
    since: int = 0


def similar_rows(vault: Vault, matched: Sequence[Sequence[Any]], revision: int) -> list[Similar]:
    """The items of ``matched`` (id, how, score) as they were worded in ``revision`` and before,
    but for those that somebody has told apart since: one query."""
    if not matched:
        return []
    placements: dict[int, list[Placement]] = defaultdict(list)
    for placement in (
        Placement.objects.filter(item__in=[item for item, _, _ in matched], since__lte=revision)
        .select_related("note", "version")
        .order_by("since")
    ):
        placements[placement.item_id].append(placement)
    return [
        Similar(
            _wording(vault, placements[item][-2]),
            _wording(vault, placements[item][-1]),
            score,
            revision,
        )
        for item, _, score in matched
        if len(placements[item]) > 1 and placements[item][-1].since == revision
    ]


def _perhaps(vault: Vault, steps: Steps) -> list[Similar]:
    """Vanished questions and new ones that may be the same, the likest first, for somebody to say:
    three queries, however many there are."""
    gone = [step.before for step in steps.archived[:COMPARED] if step.before]
    new = [step.now for step in steps.new[:COMPARED] if step.now]
    if not gone or not new:
        return []
    pairs = resembling(_contents(gone), _contents(new))
    found = [(gone[one], new[other], score) for one, other, score in islice(pairs, PAIRED)]
    rows = Placement.objects.select_related("note", "version")
    placements = rows.in_bulk({pk for one, other, _ in found for pk in (one, other)})
    return [
        Similar(_wording(vault, placements[one]), _wording(vault, placements[other]), score)
        for one, other, score in found
    ]


def _contents(placements: Sequence[int]) -> list[Content]:
    """What the ``placements`` ask, in their order."""
    rows = Placement.objects.filter(pk__in=placements).values_list("pk", "version__data")
    data = dict(rows)
    return [from_json(data[pk]) for pk in placements]


def _wording(vault: Vault, placement: Placement) -> Wording:
    path, line = placement.note.path, placement.first_line
    prompt, answer = question_and_key(placement.version.content)
    return Wording(path, line, line_url(vault, path, line), prompt, answer, placement.item_id)


# --- what could not be used -----------------------------------------------------------------


def _found(vault: Vault, name: str, stored: dict[str, Any], limit: int | None) -> Rows:
    if name == "conflicts":
        return _conflicts(vault, limit)
    if name == "needs-answer":
        return _asked(vault, Status.NEEDS_ANSWER, limit)
    if name == "ambiguous":
        return _asked(vault, Status.AMBIGUOUS, limit)
    if name == "missing":
        return _located(vault, stored.get("attachments_missing", ()), limit, _files)
    if name == "broken":
        return _located(vault, stored.get("links_broken", ()), limit, _notes)
    return _trouble(vault, stored, limit)


def _conflicts(vault: Vault, limit: int | None) -> Rows:
    notes = _in_conflict(vault).select_related("note").only("folder_state", "note__path")
    rows = [
        Finding(
            note.note.path,
            0,
            reverse("library:conflict", args=[vault.slug, note.note.path]),
            what_is_apart(note.folder_state),
        )
        for note in notes[:limit]
    ]
    return notes.count() if limit else len(rows), rows


def what_is_apart(state: str) -> str:
    """What the folder did to a note that was edited here."""
    if state == FolderState.DELETED:
        return "Deleted in the folder."
    return "Changed in the folder in the same place."


def _merged(vault: Vault, paths: Sequence[str]) -> list[Section]:
    rows = [Finding(path, 0, line_url(vault, path, 0), "") for path in paths[:LISTED]]
    return [replace(MERGED, rows=rows, count=len(paths))] if rows else []


def _asked(vault: Vault, status: Status, limit: int | None) -> Rows:
    placements = (
        Placement.objects.live()
        .filter(vault=vault, status=status)
        .select_related("note", "version")
        .order_by("note__position", "position")
    )
    rows = [
        Finding(
            placement.note.path,
            placement.first_line,
            line_url(vault, placement.note.path, placement.first_line),
            placement.version.words,
            detail=placement.reason if status is Status.AMBIGUOUS else "",
            item=placement.item_id,
            edit_url=_edit_url(vault, placement),
        )
        for placement in placements[:limit]
    ]
    return placements.count() if limit else len(rows), rows


def _edit_url(vault: Vault, placement: Placement) -> str:
    """The editor of the question's lines, which leads back to the report."""
    lines = (placement.first_line, placement.last_line)
    back = reverse("library:report", args=[vault.slug])
    return edit_url(vault, placement.note.path, lines, back)


def with_choices(vault: Vault, rows: Sequence[Finding]) -> list[Finding]:
    """The rows of ambiguous questions with the ways in which each can be read: two queries."""
    items = [row.item for row in rows if row.item]
    placements = {
        placement.item_id: placement
        for placement in Placement.objects.live().filter(item__in=items, status=Status.AMBIGUOUS)
    }
    notes = {
        version.note_id: version
        for version in NoteVersion.objects.live()
        .filter(vault=vault, note__in=[p.note_id for p in placements.values()])
        .only("note_id", "text", "sha256")
    }
    return [
        replace(row, choice=_choice(placements[row.item], notes)) if row.item in placements else row
        for row in rows
    ]


def _choice(placement: Placement, notes: dict[int, NoteVersion]) -> Choice | None:
    version = notes[placement.note_id]
    first, last = placement.first_line, placement.last_line
    found = readings(lines_of(version.text, (first, last)).split("\n"))
    asked = tuple(Asked.of(reading.content) for reading in found)
    return Choice(asked, first, last, version.sha256) if found else None


def _located(
    vault: Vault,
    found: Sequence[Sequence[Any]],
    limit: int | None,
    names: Callable[[Vault], dict[str, str]],
) -> Rows:
    """Links that lead nowhere, with what they may have meant (for as many as a report shows)."""
    known = names(vault) if found else {}
    rows = []
    for number, (path, line, target) in enumerate(found[:limit]):
        row = Finding(path, line, line_url(vault, path, line), target)
        near = did_you_mean(target, known) if number < LISTED else None
        if near is not None:
            row = replace(
                row, detail=f"Did you mean {near}?", detail_url=_address(vault, near, names)
            )
        rows.append(row)
    return len(found), rows


def _notes(vault: Vault) -> dict[str, str]:
    notes = NoteVersion.objects.live().filter(vault=vault)
    return {path: path for path in notes.values_list("note__path", flat=True)}


def _files(vault: Vault) -> dict[str, str]:
    files = Attachment.objects.live().filter(vault=vault)
    return {path: path for path in files.values_list("path", flat=True)}


def _address(vault: Vault, path: str, names: Callable[[Vault], dict[str, str]]) -> str:
    view = "library:note" if names is _notes else "library:attachment"
    return reverse(view, args=[vault.slug, path])


def _trouble(vault: Vault, stored: dict[str, Any], limit: int | None) -> Rows:
    """Everything that reading the folder and its notes complained of."""
    found = list(stored.get("scan", ()))
    for path, rows in (
        NoteVersion.objects.live()
        .filter(vault=vault)
        .exclude(diagnostics=[])
        .order_by("note__position")
        .values_list("note__path", "diagnostics")
    ):
        found += [[path, *row] for row in rows if row[1] not in SAID_ABOVE]
    found += [
        [d.path, d.line, d.code, d.severity.value, d.message] for d in quiz_set_problems(vault)
    ]
    shown = found[:limit]
    url_of = _url_of(vault, {path for path, *_ in shown})
    return len(found), [
        Finding(path, line, url_of(path, line), message, code, severity)
        for path, line, code, severity, message in shown
    ]


def _url_of(vault: Vault, paths: Collection[str]) -> Callable[[str, int], str]:
    """Where each of ``paths`` can be looked at: a note at a line, a file, or nowhere (folders and
    what was left out): two queries."""
    notes = NoteVersion.objects.live().filter(vault=vault, note__path__in=paths)
    files = Attachment.objects.live().filter(vault=vault, path__in=paths)
    read = set(notes.values_list("note__path", flat=True))
    kept = set(files.values_list("path", flat=True))

    def url_of(path: str, line: int) -> str:
        if path in read:
            return line_url(vault, path, line)
        return reverse("library:attachment", args=[vault.slug, path]) if path in kept else ""

    return url_of
