"""From a folder to values: every note parsed and every link resolved, nothing stored.

Both the vault doctor and the import read a vault through here, so what the doctor says is what the
import does. An edit reads it as it is served instead (see ``served``).
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from studyapp.library.models import FolderState
from studyapp.library.packing import pack
from studyapp.library.services.spool import Spool
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.anchors import block_anchor
from studyapp.obsidian.encoding import UTF8, decode_note
from studyapp.obsidian.links import LinkReport, Resolver, check_links, find_anchor
from studyapp.obsidian.scan import read_bytes, read_settings_files, scan_vault
from studyapp.obsidian.settings import parse_settings
from studyapp.obsidian.topics import find_indexes, reading_order, topic_trails
from studyapp.obsidian.values import (
    Diagnostic,
    Dialect,
    Link,
    Listing,
    ParsedNote,
    Severity,
    Target,
    TargetKind,
    VaultSettings,
)

MakeUrl = Callable[[Target], str]
LinkUrls = dict[tuple[str, str], str]
Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class NoteFile:
    """What stands behind a note's text. ``sha256`` names the text: it is that of the file's bytes,
    or of the text itself where it was edited here. ``form`` is how the file is written.

    ``kept`` names the file's bytes as last imported, where text and form do not give them back:
    because they are written in no such form, or because of the edit. ``incoming`` names those that
    are in conflict with the text, ``state`` says how the folder stands to it.
    """

    sha256: str
    form: str = UTF8
    kept: str = ""
    incoming: str = ""
    state: FolderState = FolderState.AGREES

    @property
    def is_edited(self) -> bool:
        """Whether the note does not say what the folder does."""
        return self.state is not FolderState.AGREES or self.kept not in ("", self.sha256)

    @property
    def seen(self) -> str:
        """Names the bytes that the folder had in the last import."""
        return self.incoming or self.kept or self.sha256


@dataclass(frozen=True, slots=True)
class Stored:
    """What an earlier import knows of a note: enough not to parse it again while ``file`` is still
    what the folder has. ``head`` is without text and items. ``derivation`` names the code that it
    was derived by."""

    file: NoteFile
    head: ParsedNote
    derivation: str


class Edits(Protocol):
    """What was edited here since the folder was last read."""

    def bring_into(
        self, reading: Reading, digests: Mapping[str, str], workers: NoteWorkers
    ) -> None:
        """Put the edited texts in place of what the folder says, merged with what was changed
        there; ``digests`` are those of the bytes that the folder's notes have now."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A vault's folder, looked at: its files, and the settings that the vault keeps itself."""

    root: Path
    listing: Listing
    settings_files: dict[str, bytes]


def look_at(root: Path) -> Folder:
    """Look at the folder ``root``. Raises ``VaultError`` where there is no note to read."""
    return Folder(root, scan_vault(root), read_settings_files(root))


@dataclass(slots=True)
class Reading:
    """A vault as it is to be served. ``notes`` has the heads of all, by path, without text and
    items; ``fresh`` has those that were parsed now, whole.

    ``touched`` are the notes that may have to be laid out anew: None is all of them. Where little
    has changed the others come into ``notes``, ``files`` and ``derivations`` when they are asked
    for (``fetch`` brings in several at once, or all), ``links``, ``trails`` and ``order`` are of
    the touched alone, and ``before`` is what the changed ones were (see ``touching``).

    Notes are read from the folder ``root``, but for those in ``texts``. ``bytes`` are those that
    files in ``files`` name and that may not be stored yet. ``derivations`` names older code that
    stored notes were derived by. In the notes at ``merged``, what was edited here and what was
    changed in the folder came together.
    """

    listing: Listing
    settings_files: dict[str, bytes]
    dialects: tuple[tuple[str, Dialect], ...] = ()
    root: Path | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    settings: VaultSettings = field(init=False)
    notes: Spool = field(default_factory=Spool)
    files: dict[str, NoteFile] = field(default_factory=dict)
    bytes: dict[str, bytes] = field(default_factory=dict)
    fresh: Spool = field(default_factory=Spool)
    touched: list[str] | None = None
    before: dict[str, ParsedNote] = field(default_factory=dict)
    fetch: Callable[..., None] = lambda *paths: None
    derivations: dict[str, str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    resolver: Resolver = field(init=False)
    links: LinkReport = field(init=False)
    trails: dict[str, tuple[str, ...]] = field(init=False)
    order: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        settings, _ = parse_settings(self.settings_files)
        self.settings = replace(settings, dialects=self.dialects)

    def hrefs(self, path: str, make_url: MakeUrl) -> LinkUrls:
        """Where each link of the note leads; what leads nowhere is left out."""
        found: LinkUrls = {}
        for link in self.notes[path].links:
            if (target := self.resolver.resolve(link, path)) is not None:
                found[link.target, link.fragment] = make_url(self._anchored(target, link))
        return found

    def leave_out(self, path: str, error: OSError) -> None:
        """Go on without the note at ``path``, and say so."""
        self.files.pop(path, None)
        self.notes.drop(path)
        self.diagnostics.append(
            diagnose.error(path, 0, "unreadable", f"Cannot be read: {error.strerror}.")
        )

    def _anchored(self, target: Target, link: Link) -> Target:
        """``target`` with the anchor that its page really has: none where the heading or block
        that the link names is not there."""
        if target.kind is not TargetKind.NOTE or not link.fragment:
            return target
        anchor = find_anchor(self.notes[target.path], link.fragment) or ""
        if anchor.startswith("^"):
            anchor = block_anchor(anchor[1:])
        return replace(target, anchor=anchor)


AT_HAND = 1_000
"""Notes whose links are kept resolved."""


class LinksOnDemand(dict[str, LinkUrls]):
    """Where the links of each note lead, found out when asked for: of many, only those asked for
    lately are kept."""

    def __init__(self, reading: Reading, make_url: MakeUrl) -> None:
        super().__init__()
        self._reading, self._make_url = reading, make_url

    def __missing__(self, path: str) -> LinkUrls:
        if len(self) == AT_HAND:
            self.clear()
        found = self[path] = self._reading.hrefs(path, self._make_url)
        return found


def read_vault(
    folder: Folder,
    workers: NoteWorkers,
    *,
    stored: Iterable[tuple[str, Stored]] = (),
    same: Collection[str] = (),
    edits: Edits | None = None,
    dialects: tuple[tuple[str, Dialect], ...] = (),
    progress: Progress = lambda step, done, total: None,
) -> Reading:
    """Read the vault in ``folder``. What cannot be read becomes a diagnostic; the rest is read.

    ``stored`` is what need not be parsed again, by path, those of it at the paths ``same`` not even
    be opened; ``edits`` is what was edited here, ``dialects`` what is switched on.
    """
    reading = reading_of(folder, dialects)
    new = {source.path: "" for source in folder.listing.notes}
    digests: dict[str, str] = {}
    for path, known in stored:
        if path not in new:
            continue
        del new[path]
        digest = known.file.seen if path in same else _digest(reading, path)
        if digest:
            digests[path] = digest
        if digest == known.file.seen:
            reading.notes.keep(path, pack(known.head).head)
            reading.files[path] = known.file
    if edits is not None:
        digests |= {path: digest for path in new if (digest := _digest(reading, path))}
        edits.bring_into(reading, digests, workers)
        new = dict(reading.texts)
    changed = [path for path in dict.fromkeys([*digests, *new]) if path not in reading.notes]
    parse_notes(reading, workers, changed, progress=progress)
    resolve(reading)
    return reading


def _digest(reading: Reading, path: str) -> str:
    """Names the bytes that the note's file has now; "" where it cannot be read, which is said."""
    assert reading.root is not None
    try:
        return hashlib.sha256(read_bytes(reading.root, path)).hexdigest()
    except OSError as error:
        reading.leave_out(path, error)
        return ""


def reading_of(folder: Folder, dialects: tuple[tuple[str, Dialect], ...]) -> Reading:
    """A reading of ``folder``, with ``dialects`` on, in which nothing has been read yet."""
    return Reading(
        folder.listing,
        folder.settings_files,
        dialects,
        folder.root,
        diagnostics=list(folder.listing.diagnostics),
    )


def parse_notes(
    reading: Reading,
    workers: NoteWorkers,
    paths: Iterable[str],
    *,
    progress: Progress = lambda step, done, total: None,
) -> None:
    """Parse ``paths`` into ``reading``; a note that cannot be parsed in time stays as bare text,
    and one that is gone by now is left out."""
    paths = list(paths)
    sent: deque[tuple[str, bytes]] = deque()

    def jobs() -> Iterator[tuple[str, bytes, VaultSettings]]:
        for path in paths:
            try:
                data = _bytes_of(reading, path)
            except OSError as error:
                reading.leave_out(path, error)
                continue
            sent.append((path, data))
            yield path, data, reading.settings

    for done, packed in enumerate(workers.map("parse", jobs()), 1):
        path, data = sent.popleft()
        if isinstance(packed, Failure):
            packed = pack(_unparsed(path, data, packed))
        if reading.root is not None and path not in reading.texts:
            _note_file(reading, path, data, packed.form)
        reading.notes.keep(path, packed.head)
        reading.fresh.keep(path, packed.whole)
        progress("Reading notes", done, len(paths))


def _bytes_of(reading: Reading, path: str) -> bytes:
    if (text := reading.texts.get(path)) is not None:
        return text.encode("utf-8-sig")  # its mark is taken off again: the text may begin with one
    assert reading.root is not None
    return read_bytes(reading.root, path)


def _note_file(reading: Reading, path: str, data: bytes, form: str) -> None:
    """Remember the file that the note at ``path`` was parsed from."""
    digest = hashlib.sha256(data).hexdigest()
    if not form:
        reading.bytes[digest] = data
    reading.files[path] = NoteFile(digest, form or UTF8, kept="" if form else digest)


def _unparsed(path: str, data: bytes, failure: Failure) -> ParsedNote:
    decoded = decode_note(data)
    return ParsedNote(
        path=path,
        text=decoded.text,
        form=decoded.form,
        title=Path(path).stem,
        diagnostics=(
            Diagnostic(
                path,
                0,
                "note-not-parsed",
                Severity.ERROR,
                f"Reading this note {failure.message}; it is shown as plain text, without "
                "questions.",
            ),
        ),
    )


def not_rendered(path: str, failure: Failure) -> Diagnostic:
    """What to say of a note whose layout has no result."""
    return Diagnostic(
        path,
        0,
        "note-not-rendered",
        Severity.ERROR,
        f"Laying out this note {failure.message}; it is shown as plain text.",
    )


def resolve(reading: Reading) -> None:
    """Find out where every link leads, and where every note belongs."""
    resolve_links(reading)
    indexing = find_indexes(reading.notes, reading.resolver)
    reading.trails = topic_trails(indexing)
    order = reading_order(indexing, reading.notes, reading.resolver)
    reading.order = {path: position for position, path in enumerate(order)}


def resolve_links(reading: Reading) -> None:
    """Find out where every link leads."""
    reading.notes.sort()
    aliases: dict[str, str] = {}
    for note in reading.notes.values():
        for alias in note.aliases:
            aliases.setdefault(alias, note.path)
    reading.resolver = Resolver(
        reading.notes, (source.path for source in reading.listing.attachments), aliases
    )
    reading.links = check_links(reading.notes, reading.resolver)
