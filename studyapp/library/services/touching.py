"""What a change of a few notes touches: the notes themselves, and those that show or link to them.

Where the vault's order is as before, nothing else can be laid out differently, so nothing else is
fetched; that keeps saving a note quick in a vault of any size. Where it is not (another title,
parent or alias, an index that lists other notes), the whole vault is resolved again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from studyapp.library.models import (
    Attachment,
    FolderState,
    NoteLink,
    NoteVersion,
    Topic,
    Vault,
)
from studyapp.library.services.reading import Folder, Reading, parse_notes, reading_of
from studyapp.library.services.served import EDITED, ServedTexts, on_demand, stored_notes
from studyapp.library.workers import NoteWorkers
from studyapp.obsidian.links import Resolver, check_links
from studyapp.obsidian.render import MAX_EMBED_DEPTH
from studyapp.obsidian.scan import read_bytes
from studyapp.obsidian.values import LinkKind, ParsedNote, SourceFile

FEW = 50
"""Notes that may have changed for this to be worth it."""

MOST = 400
"""Notes that may be touched: with more, fetching all at once is quicker."""


def read_touched(
    vault: Vault, folder: Folder, differing: Sequence[str], workers: NoteWorkers
) -> Reading | None:
    """Read of ``folder`` what a change of the files at ``differing`` touches; None where all of it
    is to be read: other files than before, notes that were edited here, or too far a reach."""
    paths = {source.path for source in folder.listing.notes}
    rows = NoteVersion.objects.live().filter(vault=vault)
    changed = [path for path in differing if path in paths]
    kept = set(rows.filter(folder_state=FolderState.KEPT).values_list("note__path", flat=True))
    folder = _with_notes(folder, sorted(kept - paths))
    paths |= kept
    if len(changed) > FEW or paths != set(rows.values_list("note__path", flat=True)):
        return None
    attachments = {source.path for source in folder.listing.attachments}
    served = Attachment.objects.live().filter(vault=vault).values_list("path", flat=True)
    if attachments != set(served):
        return None
    reading = on_demand(vault, reading_of(folder, vault.switched_on))
    reading.texts = ServedTexts(rows.filter(EDITED))
    if changed:
        reading.fetch(*changed)
    if any(reading.files[path].is_edited for path in changed):
        return None
    try:
        changed = [path for path in changed if not _is_same(folder, reading, path)]
    except OSError:
        return None
    parse_notes(reading, workers, changed)
    return reading if touch(vault, reading, changed) else None


def _with_notes(folder: Folder, paths: Sequence[str]) -> Folder:
    """``folder``, with the notes at ``paths``, which are here alone."""
    here = (SourceFile(path, 0, 0) for path in paths)
    return replace(folder, listing=replace(folder.listing, notes=(*folder.listing.notes, *here)))


def _is_same(folder: Folder, reading: Reading, path: str) -> bool:
    """Whether the file was touched, but says what it said."""
    digest = hashlib.sha256(read_bytes(folder.root, path)).hexdigest()
    return digest == reading.files[path].seen


def touch(vault: Vault, reading: Reading, changed: Sequence[str]) -> bool:
    """Resolve a ``reading`` of ``vault`` in which only the notes at ``changed`` differ from what is
    served, as far as they reach. False, with nothing resolved, where they reach too far."""
    if len(changed) > FEW or _order_changes(vault, reading, changed):
        return False
    resolver = served_resolver(vault, reading)
    touched = _reach(vault, reading, changed, resolver)
    if len(touched) > MOST:
        return False
    rows = NoteVersion.objects.live().filter(vault=vault, note__path__in=touched)
    reading.trails, reading.order = {}, {}
    for path, topic, position in rows.values_list("note__path", "topic__path", "note__position"):
        reading.trails[path] = tuple(topic.split(Topic.SEPARATOR))
        reading.order[path] = position
    reading.resolver = resolver
    reading.links = check_links(reading.notes, resolver, touched)
    reading.touched = touched
    return True


def served_resolver(vault: Vault, reading: Reading) -> Resolver:
    """Finds what links mean in a ``reading`` of ``vault`` in which no path and alias is new."""
    return Resolver(
        (source.path for source in reading.listing.notes),
        (source.path for source in reading.listing.attachments),
        _Aliases(vault),
    )


def _order_changes(vault: Vault, reading: Reading, changed: Sequence[str]) -> bool:
    """Whether a note may now stand elsewhere, or be found by another name."""
    stored = stored_notes(vault, paths=changed)
    before = reading.before = {path: known.head for path, known in stored}
    if len(before) < len(changed):
        return True
    rows = NoteVersion.objects.live().filter(vault=vault)
    topics = dict(rows.filter(note__path__in=changed).values_list("note__path", "topic"))
    indexes = set(
        rows.filter(topic__parent__in=topics.values()).values_list("topic__parent", flat=True)
    )
    for path in changed:
        old, new = before[path], reading.notes[path]
        if (old.title, old.aliases, old.parent) != (new.title, new.aliases, new.parent):
            return True
        if topics[path] in indexes and _targets(old) != _targets(new):
            return True
    return False


def _targets(note: ParsedNote) -> list[str]:
    return [link.target for link in note.links]


def _reach(vault: Vault, reading: Reading, changed: Sequence[str], resolver: Resolver) -> list[str]:
    """The ``changed`` notes, those that link to them, and whatever shows them within another."""
    touched = dict.fromkeys(changed)
    shown = set(changed)
    for _ in range(MAX_EMBED_DEPTH):
        links = NoteLink.objects.filter(
            target__vault=vault,
            target__path__in=shown,
            source__since__lte=vault.revision,
            source__until__gt=vault.revision,
        )
        linking = set(links.values_list("source__note__path", flat=True))
        touched |= dict.fromkeys(sorted(linking))
        if len(touched) > MOST:
            break
        if unknown := [path for path in linking if path not in reading.notes]:
            reading.fetch(*unknown)
        shown = {path for path in linking if _embeds(reading.notes[path], shown, resolver)}
        if not shown:
            break
    return list(touched)


def _embeds(note: ParsedNote, paths: set[str], resolver: Resolver) -> bool:
    for link in note.links:
        if link.kind is LinkKind.EMBED:
            target = resolver.resolve(link, note.path)
            if target is not None and target.path in paths:
                return True
    return False


class _Aliases(Mapping[str, str]):
    """The aliases of the notes being served. Few links are looked for by one."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @cached_property
    def _paths(self) -> dict[str, str]:
        rows = NoteVersion.objects.live().filter(vault=self._vault).exclude(parsed__aliases=[])
        paths: dict[str, str] = {}
        for path, aliases in sorted(rows.values_list("note__path", "parsed__aliases")):
            for alias in aliases:
                paths.setdefault(alias, path)
        return paths

    def __getitem__(self, alias: str) -> str:
        return self._paths[alias]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)
