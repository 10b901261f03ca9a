"""Writing the next revision of a vault: note versions, topics, item versions, placements.

Every method writes rows that nobody sees until ``flip``. The caller wraps each in a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet
from django.utils import timezone

from studyapp.items.values import content_hash, from_json, normalise, to_json
from studyapp.library.models import (
    Attachment,
    Blob,
    Decision,
    Item,
    ItemVersion,
    Note,
    NoteLink,
    NoteVersion,
    Placement,
    SettingsFile,
    Topic,
    Vault,
)
from studyapp.library.rows import insert_rows
from studyapp.library.search.indexing import index_notes
from studyapp.library.services.blobs import store_blob
from studyapp.library.services.derivation import derivation_key
from studyapp.library.services.reading import LinkUrls, Reading
from studyapp.library.services.served import served_settings, standing_files
from studyapp.library.services.stored import (
    diagnostics_to_json,
    parsed_to_json,
    parts_to_json,
)
from studyapp.obsidian.identity import Known, match
from studyapp.obsidian.values import (
    ItemDraft,
    ParsedNote,
    RenderedItem,
    RenderedNote,
    Span,
    TargetKind,
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A note read and laid out, ready to be written."""

    note: ParsedNote
    html: RenderedNote
    render_key: str
    hrefs: LinkUrls


@dataclass(frozen=True, slots=True)
class EditedLines:
    """Lines of the note at ``path`` that somebody edited by themselves: ``before`` and ``after``
    are their spans. Where one question stood there and one stands there now, they are the same,
    however little they have in common."""

    path: str
    before: Span
    after: Span


@dataclass(slots=True)
class Changes:
    """How many items an import found new, with another wording, in another note, gone, or back
    again; and which were recognised only by similarity: ``(item id, how, score)``."""

    new: int = 0
    changed: int = 0
    moved: int = 0
    archived: int = 0
    revived: int = 0
    similar: list[tuple[int, str, float]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


class Standing(NamedTuple):
    """Where an item stands in the served revision: its placement, and what that says."""

    pk: int
    version_id: int
    note_id: int
    topic_id: int
    position: int
    first_line: int
    last_line: int
    status: str
    shape: str
    explicit_id: str
    group: str
    reason: str
    schedule: dict[str, Any] | None


class RevisionWriter:
    """Writes revision ``number`` of ``vault`` from ``reading``."""

    def __init__(self, vault: Vault, number: int, reading: Reading) -> None:
        self.vault, self.number, self.reading = vault, number, reading
        self.changes = Changes()
        self.standing = standing_files(vault, reading.touched)
        self.touched = list(reading.notes) if reading.touched is None else reading.touched
        self.gone_notes = set() if self._is_partial else self.standing.keys() - set(self.touched)
        self.settings_changed = served_settings(vault) != reading.settings_files
        present = {source.path for source in reading.listing.attachments}
        self.gone_attachments = [
            path
            for path in Attachment.objects.live().filter(vault=vault).values_list("path", flat=True)
            if path not in present
        ]
        self._long = set(vault.long_notes)
        self._rewritten: set[str] = set()
        self._kept: set[int] = set()
        self._item_of: dict[tuple[str, int], int] = {}
        self._placed: dict[int, Standing] = {}
        self._note_rows: dict[str, tuple[int, int]] = {}  # id and position
        self._notes: dict[str, Note] = {}  # of the batch being written, as are
        self._topics: dict[str, Topic] = {}
        self._moved_topics: dict[int, int] = {}
        self._trail_positions: dict[tuple[str, ...], int] = {}
        if self._is_partial:
            return  # then everything stands where it stood
        for path in sorted(reading.order, key=reading.order.__getitem__):
            trail = reading.trails[path]
            for depth in range(1, len(trail) + 1):
                self._trail_positions.setdefault(trail[:depth], reading.order[path])

    @property
    def _is_partial(self) -> bool:
        return self.reading.touched is not None

    # --- before writing ---------------------------------------------------------------------

    def match_items(self, stale: Sequence[str], edited: EditedLines | None = None) -> None:
        """Decide which known item each item of the ``stale`` notes is. Makes no new rows but the
        notes' own, so that links can point at notes written later."""
        self._rewritten = set(stale)
        self._ensure_notes()
        places: list[tuple[str, int]] = []
        archived: set[int] = set()

        def known() -> Iterator[Known]:
            for item, standing, each in self._standing():
                self._placed[item] = standing
                yield each
            for each in archived_items(self.vault):
                archived.add(int(each.key))
                yield each

        def drafts() -> Iterator[ItemDraft]:
            for path in stale:
                for index, draft in enumerate(self.reading.fresh[path].items):
                    places.append((path, index))
                    yield draft

        # One by one: after a change of the program it is all questions of the vault.
        matching = match(known(), drafts(), self._same_lines(stale, edited))
        for number, found in matching.matched.items():
            item = int(found.key)
            self._item_of[places[number]] = item
            if item in archived:
                self.changes.revived += 1
            if found.by_similarity:
                self.changes.similar.append((item, found.stage.value, round(found.score, 2)))

    def _standing(self) -> Iterator[tuple[int, Standing, Known]]:
        """The items that stand in notes which are written anew or gone."""
        leaving = self._rewritten | self.gone_notes
        live = Placement.objects.live().filter(vault=self.vault)
        if self._is_partial:
            live = live.filter(note__path__in=leaving)
        rows = live.values_list("item", "note__path", "version__data", *Standing._fields)
        for item, path, data, *place in rows.iterator(chunk_size=500):
            if path in leaving:
                standing = Standing(*place)
                content = from_json(data)
                ids = standing.explicit_id, standing.group
                yield item, standing, Known(str(item), path, content, *ids)

    def _same_lines(self, stale: Sequence[str], edited: EditedLines | None) -> dict[int, str]:
        """Which known item a draft (by its number) is because it alone stands where that alone
        did."""
        if edited is None:
            return {}
        before = Placement.objects.live().filter(
            vault=self.vault,
            note__path=edited.path,
            first_line__gte=edited.before[0],
            last_line__lte=edited.before[1],
        )
        drafts = (draft for path in stale for draft in self.reading.fresh[path].items)
        after = [
            number
            for number, draft in enumerate(drafts)
            if draft.path == edited.path and _within(draft.lines, edited.after)
        ]
        items = list(before.values_list("item", flat=True))
        return {after[0]: str(items[0])} if len(items) == len(after) == 1 else {}

    def _ensure_notes(self) -> None:
        notes = self.vault.notes.all()
        if self._is_partial:
            notes = notes.filter(path__in=self._named())
        rows = notes.values_list("path", "pk", "position")
        self._note_rows = {path: (pk, position) for path, pk, position in rows}
        new = [path for path in self.touched if path not in self._note_rows]
        for start in range(0, len(new), 500):
            made = Note.objects.bulk_create(
                Note(vault=self.vault, path=path, position=self.reading.order[path])
                for path in new[start : start + 500]
            )
            self._note_rows |= {note.path: (note.pk, note.position) for note in made}

    def _named(self) -> set[str]:
        """The touched notes and those that they link to."""
        resolve, notes = self.reading.resolver.resolve, self.reading.notes
        targets = (resolve(link, path) for path in self.touched for link in notes[path].links)
        return {*self.touched, *(target.path for target in targets if target)}

    # --- writing ----------------------------------------------------------------------------

    def write_notes(self, batch: Sequence[Derived]) -> None:
        """Write the notes' next versions with their links, topics, items, placements and what
        they are found by."""
        keys = [self._note_rows[derived.note.path][0] for derived in batch]
        self._notes = {note.path: note for note in self.vault.notes.filter(pk__in=keys)}
        self._ensure_topics(batch)
        NoteVersion.objects.filter(
            note__in=keys, since__lt=self.number, until__gt=self.number
        ).update(until=self.number)
        versions = NoteVersion.objects.bulk_create(self._note_version(d) for d in batch)
        self._long -= {derived.note.path for derived in batch}
        self._long |= {derived.note.path for derived in batch if derived.html.parts}
        links = (
            link
            for derived, version in zip(batch, versions, strict=True)
            for link in self._links(derived, version)
        )
        insert_rows(NoteLink, ("source", "target", "line"), links)
        placements = self._write_items(batch)
        index_notes(versions, placements)

    def write_attachments(self, changed: Sequence[Attachment]) -> None:
        """Open the rows of new and changed attachments, and close those of the gone."""
        paths = [a.path for a in changed] + self.gone_attachments
        for start in range(0, len(paths), 500):
            Attachment.objects.filter(
                vault=self.vault, path__in=paths[start : start + 500], until__gt=self.number
            ).update(until=self.number)
        Attachment.objects.bulk_create(changed)

    def write_settings(self) -> None:
        """Keep the settings files that the vault was read with."""
        if not self.settings_changed:
            return
        SettingsFile.objects.filter(vault=self.vault, until__gt=self.number).update(
            until=self.number
        )
        SettingsFile.objects.bulk_create(
            SettingsFile(vault=self.vault, path=path, blob=store_blob(data), since=self.number)
            for path, data in self.reading.settings_files.items()
        )

    def close_vanished(self) -> None:
        """Close what stands in the served revision and was not found again."""
        live = Placement.objects.live().filter(vault=self.vault, until__gt=self.number)
        leaving = self._rewritten | self.gone_notes
        if self._is_partial:
            live = live.filter(note__path__in=leaving)
        vanished = [
            pk
            for pk, path in live.values_list("pk", "note__path")
            if path in leaving and pk not in self._kept
        ]
        self.changes.archived = len(vanished)
        for start in range(0, len(vanished), 500):
            Placement.objects.filter(pk__in=vanished[start : start + 500]).update(until=self.number)
        NoteVersion.objects.live().filter(
            vault=self.vault, note__path__in=self.gone_notes, until__gt=self.number
        ).update(until=self.number)

    def flip(self) -> None:
        """Serve the new revision."""
        moved = []
        for path, position in self.reading.order.items():
            note, stood = self._note_rows[path]
            if stood != position:
                moved.append(Note(pk=note, position=position))
        Note.objects.bulk_update(moved, ["position"], batch_size=500)
        if not self._is_partial:
            for topic, path, stood in self.vault.topics.values_list("pk", "path", "position"):
                place = self._trail_positions.get(tuple(path.split(Topic.SEPARATOR)))
                if place == stood:
                    self._moved_topics.pop(topic, None)
                elif place is not None:
                    self._moved_topics[topic] = place
        topics = (Topic(pk=topic, position=place) for topic, place in self._moved_topics.items())
        Topic.objects.bulk_update(topics, ["position"], batch_size=500)
        Vault.objects.filter(pk=self.vault.pk).update(
            revision=self.number,
            imported_at=timezone.now(),
            long_notes=sorted(self._long - self.gone_notes),
        )

    # --- notes and topics -------------------------------------------------------------------

    def _note_version(self, derived: Derived) -> NoteVersion:
        note = derived.note
        file = self.reading.files[note.path]
        return NoteVersion(
            vault=self.vault,
            note=self._notes[note.path],
            topic=self._topics[Topic.SEPARATOR.join(self.reading.trails[note.path])],
            since=self.number,
            title=note.title,
            sha256=file.sha256,
            form=file.form,
            file=self._blob(file.kept),
            incoming=self._blob(file.incoming),
            folder_state=file.state,
            text=note.text,
            html=derived.html.html,
            render_key=derived.render_key,
            frontmatter=_jsonable(note.frontmatter),
            tags=list(note.tags),
            parsed={
                **parsed_to_json(note),
                **parts_to_json(derived.html.parts),
                "derivation": derivation_key(),
            },
            diagnostics=diagnostics_to_json(note.diagnostics),
        )

    def _blob(self, sha256: str) -> Blob | None:
        """The stored bytes that a note's file names; stored now if they are new."""
        if (data := self.reading.bytes.get(sha256)) is not None:
            return store_blob(data)
        return Blob.objects.get(pk=sha256) if sha256 else None

    def _links(self, derived: Derived, version: NoteVersion) -> Iterable[tuple[int, int, int]]:
        for link in derived.note.links:
            target = self.reading.resolver.resolve(link, derived.note.path)
            if target is not None and target.kind is TargetKind.NOTE:
                yield version.pk, self._note_rows[target.path][0], link.line

    def _ensure_topics(self, batch: Sequence[Derived]) -> None:
        """Make the topics that the notes and items of ``batch`` stand under."""
        wanted: dict[tuple[str, ...], int | None] = {}  # None: where it stands already
        for derived in batch:
            note = derived.note
            trail = self.reading.trails[note.path]
            for depth in range(1, len(trail) + 1):
                wanted[trail[:depth]] = self._trail_positions.get(trail[:depth])
            for draft in note.items:
                headings = _headings(note, draft)
                for depth in range(1, len(headings) + 1):
                    wanted.setdefault(trail + headings[:depth], draft.lines[0])
        paths = [Topic.SEPARATOR.join(names) for names in wanted]
        self._topics = {t.path: t for t in self.vault.topics.filter(path__in=paths)}
        by_depth: dict[int, list[Topic]] = {}
        for names, position in wanted.items():
            path = Topic.SEPARATOR.join(names)
            topic = self._topics.get(path)
            if topic is None:
                topic = Topic(
                    vault=self.vault,
                    name=names[-1],
                    path=path,
                    depth=len(names) - 1,
                    position=position or 0,
                )
                by_depth.setdefault(len(names), []).append(topic)
                self._topics[path] = topic
            elif position is not None and topic.position != position:
                self._moved_topics[topic.pk] = position
        for _, topics in sorted(by_depth.items()):
            for topic in topics:
                parent, _, _ = topic.path.rpartition(Topic.SEPARATOR)
                topic.parent = self._topics[parent] if parent else None
            Topic.objects.bulk_create(topics)

    # --- items ------------------------------------------------------------------------------

    def _write_items(self, batch: Sequence[Derived]) -> list[Placement]:
        """Write the batch's items; returns where each now stands (as rows saved or not)."""
        rows = [
            (derived, index, draft, html)
            for derived in batch
            for index, (draft, html) in enumerate(
                zip(derived.note.items, derived.html.items, strict=True)
            )
        ]
        new_items = [
            (derived.note.path, index)
            for derived, index, _, _ in rows
            if (derived.note.path, index) not in self._item_of
        ]
        made = Item.objects.bulk_create(Item(vault=self.vault) for _ in new_items)
        for place, new in zip(new_items, made, strict=True):
            self._item_of[place] = new.pk
        self.changes.new += len(made)

        wordings = self._wordings(rows)
        opened: list[Placement] = []
        closed: list[int] = []
        standing: list[Placement] = []
        for (derived, index, draft, _), version in zip(rows, wordings, strict=True):
            item = self._item_of[derived.note.path, index]
            placement = self._placement(derived.note, index, draft, item, version)
            standing.append(placement)
            before = self._placed.get(item)
            if before is not None and _same_place(before, placement):
                self._kept.add(before.pk)
                continue
            if before is not None:
                closed.append(before.pk)
                self._kept.add(before.pk)
                self.changes.changed += before.version_id != version.pk
                self.changes.moved += before.note_id != placement.note_id
            opened.append(placement)
        Placement.objects.filter(pk__in=closed).update(until=self.number)
        Placement.objects.bulk_create(opened)
        return standing

    def _wordings(
        self, rows: Sequence[tuple[Derived, int, ItemDraft, RenderedItem]]
    ) -> list[ItemVersion]:
        """The version of each row's item that has exactly its content, made where there is none."""
        items = [self._item_of[derived.note.path, index] for derived, index, _, _ in rows]
        known: dict[tuple[int, str], ItemVersion] = {}
        count: dict[int, int] = {}
        for old in ItemVersion.objects.filter(item__in=items):
            known[old.item_id, old.content_hash] = old
            count[old.item_id] = max(old.number, count.get(old.item_id, 0))
        new: list[ItemVersion] = []
        relaid: list[ItemVersion] = []
        wordings = []
        for item, (_, _, draft, html) in zip(items, rows, strict=True):
            digest = content_hash(draft.content)
            version = known.get((item, digest))
            if version is None:
                count[item] = count.get(item, 0) + 1
                version = ItemVersion(
                    item_id=item,
                    number=count[item],
                    content_hash=digest,
                    data=to_json(draft.content),
                    html=html_fields(html),
                )
                known[item, digest] = version
                new.append(version)
            elif version.html != html_fields(html):
                version.html = html_fields(html)
                relaid.append(version)
            wordings.append(version)
        ItemVersion.objects.bulk_create(new)
        ItemVersion.objects.bulk_update([v for v in relaid if v not in new], ["html"])
        return wordings

    def _placement(
        self, note: ParsedNote, index: int, draft: ItemDraft, item: int, version: ItemVersion
    ) -> Placement:
        names = self.reading.trails[note.path] + _headings(note, draft)
        return Placement(
            vault=self.vault,
            item_id=item,
            version=version,
            note=self._notes[note.path],
            topic=self._topics[Topic.SEPARATOR.join(names)],
            position=index,
            first_line=draft.lines[0],
            last_line=draft.lines[1],
            kind=draft.content.kind.value,
            status=draft.status.value,
            shape=draft.shape,
            explicit_id=draft.explicit_id,
            group=f"{note.path}#{draft.group}" if draft.group else "",
            reason=draft.reason,
            schedule=draft.schedule.to_json() if draft.schedule else None,
            since=self.number,
        )


def _within(lines: Span, span: Span) -> bool:
    return span[0] <= lines[0] and lines[1] <= span[1]


def _same_place(before: Standing, after: Placement) -> bool:
    return all(getattr(before, name) == getattr(after, name) for name in Standing._fields[1:])


def _headings(note: ParsedNote, draft: ItemDraft) -> tuple[str, ...]:
    """The draft's heading trail, without a first heading that only repeats the note's title."""
    trail = draft.topic
    if trail and normalise(trail[0]) == normalise(note.title):
        return trail[1:]
    return trail


def archived_placements(vault: Vault) -> QuerySet[Placement]:
    """The last placement of every item that stands nowhere now, and is not another by now."""
    live = Placement.objects.live().filter(vault=vault).values("item")
    gone = (
        Item.objects.filter(vault=vault)
        .exclude(pk__in=live)
        .exclude(pk__in=Decision.objects.absorbed(vault))
        .annotate(last=Max("placements__pk"))
        .values("last")
    )
    return Placement.objects.filter(pk__in=gone)


def archived_items(vault: Vault) -> Iterator[Known]:
    """The items of ``archived_placements``, as matching knows them."""
    rows = archived_placements(vault).values_list(
        "item", "note__path", "version__data", "explicit_id", "group"
    )
    for item, path, data, explicit_id, group in rows.iterator(chunk_size=500):
        yield Known(str(item), path, from_json(data), explicit_id, group, archived=True)


def html_fields(item: RenderedItem) -> dict[str, Any]:
    """The fields as ``ItemVersion.html`` keeps them, without those that are empty."""
    data = {
        "prompt": item.prompt,
        "answer": item.answer,
        "explanation": item.explanation,
        "hint": item.hint,
        "revealed": item.revealed,
        "options": [list(pair) for pair in item.options],
        "pairs": [list(pair) for pair in item.pairs],
        "stem": item.stem,
    }
    return {name: value for name, value in data.items() if value}


def _jsonable(value: Any) -> Any:
    """Frontmatter as JSON: YAML knows dates and keys that JSON does not."""
    if isinstance(value, dict):
        return {str(key): _jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_jsonable(inner) for inner in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
