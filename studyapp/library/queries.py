"""What the library's pages show, each in a fixed number of queries."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.text import Truncator

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.models import ImportRun, NoteLink, NoteVersion, Placement, Vault
from studyapp.obsidian.values import Severity

CONTEXT = 300
"""Characters shown of a line that links to a note."""


@dataclass(frozen=True, slots=True)
class VaultRow:
    """A vault in a list."""

    title: str
    url: str
    note_count: int
    item_count: int
    needs_answer: int
    imported_at: Any


def vault_rows(user: User) -> list[VaultRow]:
    """The user's vaults with how much is in them: three queries."""
    vaults = list(user.vaults.all())
    notes = Counter(
        dict(
            _live(NoteVersion, vaults)
            .values_list("vault")
            .annotate(n=Count("id"))
            .values_list("vault", "n")
        )
    )
    items: dict[int, Counter[str]] = defaultdict(Counter)
    for vault, status, count in (
        _live(Placement, vaults)
        .values("vault", "status")
        .annotate(n=Count("id"))
        .values_list("vault", "status", "n")
    ):
        items[vault][status] = count
    return [
        VaultRow(
            title=vault.title,
            url=vault.get_absolute_url(),
            note_count=notes[vault.pk],
            item_count=items[vault.pk].total(),
            needs_answer=items[vault.pk][Status.NEEDS_ANSWER],
            imported_at=vault.imported_at,
        )
        for vault in vaults
    ]


def _live(model: Any, vaults: Sequence[Vault]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.live().filter(vault__in=vaults)
    return rows


# --- a vault's page -------------------------------------------------------------------------


@dataclass(slots=True)
class NoteRow:
    """A note in a list."""

    title: str
    url: str
    item_count: int
    needs_answer: int


@dataclass(slots=True)
class TopicNode:
    """A topic with the notes that stand right under it, in reading order. ``url`` is the page of
    the index note that the topic is named after ("" where there is none)."""

    id: int
    name: str
    depth: int
    url: str = ""
    notes: list[NoteRow] = field(default_factory=list)

    @property
    def item_count(self) -> int:
        """How many items its notes hold."""
        return sum(note.item_count for note in self.notes)


def vault_tree(vault: Vault) -> list[TopicNode]:
    """The vault's topics that hold notes, in reading order: three queries.

    A note is a topic of its own (its headings are below it), so it is listed under its parent.
    """
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for note, status, count in (
        Placement.objects.live()
        .filter(vault=vault)
        .values("note", "status")
        .annotate(n=Count("id"))
        .values_list("note", "status", "n")
    ):
        counts[note][status] = count
    topics = {topic.pk: topic for topic in vault.topics.all()}
    nodes: dict[int | None, TopicNode] = {}
    indexes: dict[int, NoteRow] = {}
    rows = (
        NoteVersion.objects.live()
        .filter(vault=vault)
        .select_related("note")
        .only("title", "topic_id", "note__path", "note__position", "vault_id")
        .order_by("note__position")
    )
    for version in rows:
        status = counts[version.note_id]
        row = NoteRow(
            title=version.title,
            url=reverse("library:note", args=[vault.slug, version.note.path]),
            item_count=status.total(),
            needs_answer=status[Status.NEEDS_ANSWER] + status[Status.AMBIGUOUS],
        )
        indexes[version.topic_id] = row
        parent = topics[version.topic_id].parent_id
        topic = topics.get(parent) if parent else None
        node = nodes.setdefault(
            parent,
            TopicNode(
                id=topic.pk if topic else 0,
                name=topic.name if topic else "",
                depth=topic.depth if topic else 0,
            ),
        )
        node.notes.append(row)
    _name_after_indexes(nodes, indexes)
    return [node for node in nodes.values() if node.notes]


def _name_after_indexes(nodes: dict[int | None, TopicNode], indexes: dict[int, NoteRow]) -> None:
    """Where notes stand under an index note, their heading leads to it; it is not listed again
    unless it asks something itself."""
    for node in list(nodes.values()):
        index = indexes.get(node.id)
        if index is None:
            continue
        node.url = index.url
        for other in nodes.values():
            if index in other.notes and not index.item_count:
                other.notes.remove(index)


# --- what an import found -------------------------------------------------------------------


def latest_report(vault: Vault) -> dict[str, Any]:
    """The stored report of the revision being served; empty before the first import."""
    run = vault.runs.filter(state=ImportRun.State.DONE, revision=vault.revision).first()
    return run.report if run else {}


def report_counts(vault: Vault) -> dict[str, int]:
    """How much the report page has to tell: two queries."""
    report = latest_report(vault)
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
    }


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report: where, and what about it."""

    path: str
    line: int
    url: str
    message: str
    code: str = ""
    severity: str = Severity.WARNING


def report_rows(vault: Vault) -> dict[str, Any]:
    """Everything that the last import could not use, by what it is: three queries."""
    report = latest_report(vault)
    asked = (
        Placement.objects.live()
        .filter(vault=vault)
        .exclude(status=Status.READY)
        .select_related("note", "version")
        .order_by("note__position", "position")
    )
    questions: dict[str, list[Finding]] = {Status.NEEDS_ANSWER: [], Status.AMBIGUOUS: []}
    for placement in asked:
        questions[placement.status].append(
            Finding(
                placement.note.path,
                placement.first_line,
                line_url(vault, placement.note.path, placement.first_line),
                placement.version.words,
                severity=placement.reason,
            )
        )
    diagnostics = [
        Finding(path, line, line_url(vault, path, line), message, code, severity)
        for path, line, code, severity, message in report.get("scan", ())
    ]
    for path, rows in (
        NoteVersion.objects.live()
        .filter(vault=vault)
        .exclude(diagnostics=[])
        .order_by("note__position")
        .values_list("note__path", "diagnostics")
    ):
        diagnostics += [
            Finding(path, line, line_url(vault, path, line), message, code, severity)
            for line, code, severity, message in rows
        ]
    return {
        "needs_answer": questions[Status.NEEDS_ANSWER],
        "ambiguous": questions[Status.AMBIGUOUS],
        "missing": _located(vault, report.get("attachments_missing", ())),
        "broken": _located(vault, report.get("links_broken", ())),
        "diagnostics": diagnostics,
        "notes": report.get("notes", 0),
        "changes": report.get("changes", {}),
        "similar": similar_rows(
            vault, report.get("changes", {}).get("similar", ()), vault.revision
        ),
    }


@dataclass(frozen=True, slots=True)
class Wording:
    """A question and its answer, as its note said them at some time."""

    path: str
    line: int
    url: str
    prompt: str
    answer: str


@dataclass(frozen=True, slots=True)
class Similar:
    """An item that the last import recognised by likeness alone (``score``, 0 to 1): what it said
    before, and what it says now."""

    before: Wording
    now: Wording
    score: float


def similar_rows(vault: Vault, matched: Sequence[Sequence[Any]], revision: int) -> list[Similar]:
    """The items of ``matched`` (id, how, score) as they were worded in ``revision`` and before:
    one query."""
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
        Similar(_wording(vault, placements[item][-2]), _wording(vault, placements[item][-1]), score)
        for item, _, score in matched
        if len(placements[item]) > 1
    ]


def _wording(vault: Vault, placement: Placement) -> Wording:
    content = placement.version.content
    right = [option.text for option in content.options if option.correct]
    return Wording(
        placement.note.path,
        placement.first_line,
        line_url(vault, placement.note.path, placement.first_line),
        content.prompt,
        content.answer or ", ".join(right),
    )


def _located(vault: Vault, rows: Sequence[Sequence[Any]]) -> list[Finding]:
    return [Finding(path, line, line_url(vault, path, line), target) for path, line, target in rows]


def line_url(vault: Vault, path: str, line: int) -> str:
    """The note at ``path``, at ``line`` (0: at its top)."""
    url = reverse("library:note", args=[vault.slug, path])
    return f"{url}#L{line}" if line else url


# --- the reader -----------------------------------------------------------------------------

KIND_LABELS = {
    "basic": "Question",
    "reversed": "Asked backwards",
    "cloze": "Gap",
    "choice": "Choice",
    "true_false": "True or false",
    "text": "Short answer",
    "number": "Number",
    "order": "Put in order",
    "match": "Match",
}


def reader_items(version: NoteVersion) -> list[dict[str, Any]]:
    """What a note asks, as the reader lists it: one query."""
    placements = Placement.objects.live().filter(note=version.note).select_related("version")
    return [
        {
            "id": placement.item_id,
            "kind": KIND_LABELS[placement.kind],
            "prompt": placement.version.words,
            "line": placement.first_line,
            "url": f"#L{placement.first_line}",
            "status": placement.status,
            "reason": placement.reason,
        }
        for placement in placements.order_by("position")
    ]


def reader_context(version: NoteVersion) -> dict[str, Any]:
    """The reader's page for a note: five queries."""
    vault, note = version.vault, version.note
    neighbours = {
        "previous": Q(note__position__lt=note.position),
        "next": Q(note__position__gt=note.position),
    }
    around = {}
    for name, condition in neighbours.items():
        ordering = F("note__position")
        around[name] = (
            NoteVersion.objects.live()
            .filter(condition, vault=vault)
            .select_related("note")
            .only("title", "note__path", "vault_id")
            .order_by(ordering.desc() if name == "previous" else ordering.asc())
            .first()
        )
    return {
        "vault": vault,
        "note": version,
        "topic_trail": version.topic.trail[:-1],
        "outline": [
            {"level": level, "text": text, "line": line, "anchor": anchor}
            for level, text, line, anchor in version.parsed.get("headings", ())
        ],
        "properties": _properties(version.frontmatter),
        "items": reader_items(version),
        "backlinks": _backlinks(version),
        **{
            name: found
            and {
                "title": found.title,
                "url": reverse("library:note", args=[vault.slug, found.note.path]),
            }
            for name, found in around.items()
        },
    }


def _backlinks(version: NoteVersion) -> list[dict[str, Any]]:
    """Notes that link here, each once, with the line the first link stands on."""
    links = NoteLink.objects.filter(target=version.note)
    first = links.filter(source=OuterRef("pk")).order_by("line").values("line")[:1]
    sources = (
        NoteVersion.objects.live()
        .filter(pk__in=links.values("source"))
        .exclude(note=version.note)
        .annotate(line=Subquery(first))
        .select_related("note")
        .only("title", "text", "note__path")
        .order_by("note__position")
    )
    return [
        {
            "title": source.title,
            "url": line_url(version.vault, source.note.path, source.line),
            "line": source.line,
            "context": Truncator(_line(source.text, source.line)).chars(CONTEXT),
        }
        for source in sources
    ]


def _line(text: str, number: int) -> str:
    """The line of the note's text that has this number."""
    lines = text.split("\n", number)
    return lines[number - 1].strip() if number <= len(lines) else ""


_ADDRESS_AT_END = re.compile(r"(?:(.*?)[:,]?\s+)?<?(https?://[^\s<>]+)>?$")


def _properties(frontmatter: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Frontmatter as a person reads it: for each key its values as text and, where the value
    ends in an address, that address. Tags and aliases are shown elsewhere."""
    rows = []
    for key, value in frontmatter.items():
        if key.lower() in ("tags", "tag", "aliases", "alias") or value in (None, "", []):
            continue
        values = value if isinstance(value, list) else [value]
        rows.append((key, [_linked(str(value)) for value in values]))
    return rows


def _linked(value: str) -> tuple[str, str]:
    match = _ADDRESS_AT_END.fullmatch(value.strip())
    if match is None:
        return value, ""
    return match[1] or match[2], match[2]
