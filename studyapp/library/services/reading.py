"""From a folder to values: every note parsed and every link resolved, nothing stored.

Both the vault doctor and the import read a vault through here, so what the doctor says is what the
import does.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.anchors import block_anchor
from studyapp.obsidian.links import LinkReport, Resolver, check_links, find_anchor
from studyapp.obsidian.scan import read_bytes, read_settings, scan_vault
from studyapp.obsidian.topics import reading_order, topic_trails
from studyapp.obsidian.values import (
    Diagnostic,
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
class Stored:
    """What an earlier import knows of a note: enough not to parse it again while ``sha256`` is
    still that of its bytes."""

    sha256: str
    parsed: ParsedNote


@dataclass(slots=True)
class Reading:
    """A vault as it is on disk. ``notes`` is keyed by path; those in ``fresh`` were parsed now,
    the others are as ``Stored``, without text and items."""

    listing: Listing
    settings: VaultSettings
    notes: dict[str, ParsedNote] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    resolver: Resolver = field(init=False)
    links: LinkReport = field(init=False)
    trails: dict[str, tuple[str, ...]] = field(init=False)
    order: dict[str, int] = field(init=False)

    def hrefs(self, path: str, make_url: MakeUrl) -> LinkUrls:
        """Where each link of the note leads; what leads nowhere is left out."""
        found: LinkUrls = {}
        for link in self.notes[path].links:
            if (target := self.resolver.resolve(link, path)) is not None:
                found[link.target, link.fragment] = make_url(self._anchored(target, link))
        return found

    def leave_out(self, path: str, error: OSError) -> None:
        """Go on without the note at ``path``, and say so."""
        self.sha256.pop(path, None)
        self.notes.pop(path, None)
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


def read_vault(
    root: Path,
    workers: NoteWorkers,
    *,
    stored: Mapping[str, Stored] | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Reading:
    """Read the vault at ``root``. Raises ``VaultError`` where nothing could be read; everything
    less than that becomes a diagnostic and the rest is read."""
    listing = scan_vault(root)
    reading = Reading(listing, read_settings(root), diagnostics=list(listing.diagnostics))
    stored = stored or {}

    changed: list[str] = []
    for source in listing.notes:
        try:
            digest = hashlib.sha256(read_bytes(root, source.path)).hexdigest()
        except OSError as error:
            reading.leave_out(source.path, error)
            continue
        reading.sha256[source.path] = digest
        known = stored.get(source.path)
        if known is not None and known.sha256 == digest:
            reading.notes[source.path] = known.parsed
        else:
            changed.append(source.path)
    parse_notes(reading, root, workers, changed, progress=progress)
    reading.notes = {path: reading.notes[path] for path in sorted(reading.notes)}

    _resolve(reading)
    return reading


def parse_notes(
    reading: Reading,
    root: Path,
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
                data = read_bytes(root, path)
            except OSError as error:
                reading.leave_out(path, error)
                continue
            reading.sha256[path] = hashlib.sha256(data).hexdigest()
            sent.append((path, data))
            yield path, data, reading.settings

    for done, parsed in enumerate(workers.map("parse", jobs()), 1):
        path, data = sent.popleft()
        if isinstance(parsed, Failure):
            parsed = _unparsed(path, data, parsed)
        reading.notes[path] = parsed
        reading.fresh.add(path)
        progress("Reading notes", done, len(paths))


def _unparsed(path: str, data: bytes, failure: Failure) -> ParsedNote:
    return ParsedNote(
        path=path,
        text=data.decode("utf-8-sig", errors="replace"),
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


def _resolve(reading: Reading) -> None:
    aliases: dict[str, str] = {}
    for note in reading.notes.values():
        for alias in note.aliases:
            aliases.setdefault(alias, note.path)
    reading.resolver = Resolver(
        reading.notes, (source.path for source in reading.listing.attachments), aliases
    )
    reading.links = check_links(reading.notes.values(), reading.resolver)
    reading.trails = topic_trails(reading.notes, reading.resolver)
    reading.order = {
        path: position
        for position, path in enumerate(reading_order(reading.notes, reading.resolver))
    }
