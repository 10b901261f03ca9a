"""Links between the files of a vault: found in a text, resolved to a file, checked."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from studyapp.obsidian.anchors import block_anchor, heading_anchor
from studyapp.obsidian.values import Link, LinkKind, ParsedNote, Target, TargetKind

_WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n]++)\]\]")
_DESTINATION = re.compile(
    r"\([ \t]*+(?:<([^<>\n]*+)>|([^\s()<>]*+(?:\([^\s()]*+\)[^\s()]*+)*+))"
    r"(?:[ \t]++(?:\"[^\"\n]*+\"|'[^'\n]*+'))?+[ \t]*+\)"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:|//")
NOT_READ = {
    ".canvas": "canvas",
    ".base": "base",
    ".excalidraw": "drawing",
    ".excalidraw.md": "drawing",
}
"""Ends of the names of files that Obsidian and its plugins show as something of their own, which is
not read here, and what each is called."""

_HEADING_NOISE = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]++")


def find_links(text: str, line: int) -> Iterator[Link]:
    """The links and embeds of ``text``, which starts at ``line``, in their order.

    ``text`` has its code and comments blanked (``inline.mask_hidden``). Addresses outside the
    vault are none of its links.
    """
    if "[" not in text:
        return
    newlines = [match.start() for match in re.finditer("\n", text)]
    found = sorted([*_wikilinks(text), *_markdown_links(text)], key=lambda hit: hit[0])
    passed = 0
    for start, link in found:
        while passed < len(newlines) and newlines[passed] < start:
            passed += 1
        kind, target, fragment, alias = link
        yield Link(kind, target, fragment, alias, line + passed)


REMEMBERED = 50_000
"""Links of which a resolver remembers where they lead: those of the notes asked about lately."""

_Hit = tuple[int, tuple[LinkKind, str, str, str]]


def _wikilinks(text: str) -> Iterator[_Hit]:
    for match in _WIKILINK.finditer(text):
        address, _, alias = match[2].replace("\\|", "|").partition("|")
        target, _, fragment = address.partition("#")
        kind = LinkKind.EMBED if match[1] else LinkKind.WIKILINK
        if target.strip() or fragment.strip():
            yield match.start(), (kind, target.strip(), fragment.strip(), alias.strip())


def _markdown_links(text: str) -> Iterator[_Hit]:
    openings: list[int] = []
    for match in re.finditer(r"\\.|[\[\]]", text):
        if match[0] == "[":
            openings.append(match.start())
        elif match[0] == "]" and openings:
            start = openings.pop()
            destination = _DESTINATION.match(text, match.end())
            if not destination:
                continue
            address = destination[1] if destination[1] is not None else destination[2]
            if not address or _SCHEME.match(address):
                continue
            embed = start > 0 and text[start - 1] == "!"
            target, _, fragment = address.partition("#")
            kind = LinkKind.EMBED if embed else LinkKind.MARKDOWN
            alias = text[start + 1 : match.start()].strip()
            yield start, (kind, unquote(target).strip(), unquote(fragment).strip(), alias)


def heading_key(text: str) -> str:
    """What a heading is compared by: links leave punctuation out and ignore case."""
    return " ".join(_HEADING_NOISE.sub(" ", unicodedata.normalize("NFC", text)).casefold().split())


def find_anchor(note: ParsedNote, fragment: str) -> str | None:
    """The anchor in ``note`` that ``fragment`` (``H1#H2`` or ``^id``) means; None if there is none.

    Of several headings with the same text the first counts, below the headings named before it.
    """
    if fragment.startswith("^"):
        known = fragment[1:].lower() in note.block_ids
        return block_anchor(fragment[1:]) if known else None
    wanted = [key for key in map(heading_key, fragment.split("#")) if key]
    level = 0
    found = None
    for heading in note.headings:
        if not wanted:
            break
        if heading.level <= level and found:
            return None
        if heading_key(heading.text) == wanted[0]:
            found, level = heading.anchor, heading.level
            wanted.pop(0)
    return found if not wanted else None


class Resolver:
    """Knows which file of the vault a link means.

    Paths are compared in NFC and without case. A target that names a path is tried as written,
    then as the end of a path: a file in the linking note's own folder first, then the shortest
    path. A note's alias is the last resort.
    """

    def __init__(
        self,
        note_paths: Iterable[str],
        attachment_paths: Iterable[str],
        aliases: Mapping[str, str],
    ) -> None:
        self._notes = {_fold(path): path for path in note_paths}
        self._attachments = {_fold(path): path for path in attachment_paths}
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for folded in sorted([*self._notes, *self._attachments], key=lambda p: (len(p), p)):
            self._by_name[folded.rpartition("/")[2]].append(folded)
        self._written_aliases = aliases
        self._known: dict[tuple[str, str], tuple[TargetKind, str] | None] = {}

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return {_fold(alias): path for alias, path in self._written_aliases.items()}

    def resolve(self, link: Link, from_path: str) -> Target | None:
        """The file that ``link``, written in the note at ``from_path``, means; None if none does.

        The anchor follows from the link alone; whether it exists is for ``find_anchor``.
        """
        if not link.target:
            return Target(TargetKind.NOTE, from_path, _anchor(link.fragment))
        place = link.target, from_path.rpartition("/")[0]
        if place not in self._known:  # an import asks several times for every link
            if len(self._known) == REMEMBERED:
                self._known.clear()
            self._known[place] = self._file(*place)
        if (found := self._known[place]) is None:
            return None
        kind, path = found
        is_note = kind is TargetKind.NOTE
        return Target(kind, path, _anchor(link.fragment) if is_note else link.fragment)

    def _file(self, target: str, folder: str) -> tuple[TargetKind, str] | None:
        folded = self._find(_fold(target), _fold(folder))
        if folded in self._notes:
            return TargetKind.NOTE, self._notes[folded]
        if folded in self._attachments:
            return TargetKind.ATTACHMENT, self._attachments[folded]
        alias = self._aliases.get(_fold(target))
        return (TargetKind.NOTE, alias) if alias else None

    def _find(self, target: str, folder: str) -> str:
        names = (f"{target}.md", target)
        for name in names:
            if name.startswith("/"):
                if self._exists(name[1:]):
                    return name[1:]
                continue
            if name.startswith(("./", "../")):
                path = _join(folder, name)
                if path is not None and self._exists(path):
                    return path
                continue
            if self._exists(name):
                return name
        for name in names:
            end = name.removeprefix("/")
            while end.startswith(("./", "../")):
                end = end.partition("/")[2]
            if match := self._by_suffix(end, folder):
                return match
        return ""

    def _exists(self, path: str) -> bool:
        return path in self._notes or path in self._attachments

    def _by_suffix(self, end: str, folder: str) -> str:
        candidates = self._by_name.get(end.rpartition("/")[2], [])
        matching = [path for path in candidates if path == end or path.endswith(f"/{end}")]
        own = f"{folder}/" if folder else ""
        beside = [path for path in matching if path == own + end]
        below = [path for path in matching if own and path.startswith(own)]
        return next(iter([*beside, *below, *matching]), "")


@dataclass(frozen=True, slots=True)
class Missing:
    """A link that leads nowhere: where it stands, what it names, and what is wrong."""

    path: str
    line: int
    target: str
    message: str


@dataclass(frozen=True, slots=True)
class LinkReport:
    """What the links of a vault come to.

    ``resolved`` and ``broken`` are links to notes, headings and blocks; ``found`` the attachments
    that notes use, ``missing`` the places where they use absent ones.
    """

    resolved: int
    broken: tuple[Missing, ...]
    missing: tuple[Missing, ...]
    found: tuple[str, ...]


def check_links(
    notes: Mapping[str, ParsedNote], resolver: Resolver, paths: Iterable[str] | None = None
) -> LinkReport:
    """Resolve every link of ``notes``, or of those at ``paths``: to notes (and their headings and
    blocks), to attachments.

    A target with a file extension other than ``.md`` is taken for an attachment.
    """
    resolved = 0
    broken: list[Missing] = []
    missing: list[Missing] = []
    found: set[str] = set()
    for note in notes.values() if paths is None else [notes[path] for path in paths]:
        for link in note.links:
            target = resolver.resolve(link, note.path)
            written = f"{link.target}#{link.fragment}" if link.fragment else link.target
            if target is None:
                if is_attachment_name(link.target):
                    message = f"There is no file “{link.target}” in the vault."
                    missing.append(Missing(note.path, link.line, link.target, message))
                else:
                    message = f"There is no note “{link.target}” in the vault."
                    broken.append(Missing(note.path, link.line, written, message))
            elif target.kind is TargetKind.ATTACHMENT:
                found.add(target.path)
            elif not link.fragment or _has_anchor(notes, target.path, link.fragment):
                resolved += 1
            else:
                what = "block" if link.fragment.startswith("^") else "heading"
                name = link.fragment.removeprefix("^")
                message = f"The note “{target.path}” has no {what} “{name}”."
                broken.append(Missing(note.path, link.line, written, message))
    return LinkReport(resolved, _in_order(broken), _in_order(missing), tuple(sorted(found)))


def kind_not_read(target: str) -> str:
    """What the file ``target`` is, where that is something that is not read; else ""."""
    name = target.lower()
    return next((kind for end, kind in NOT_READ.items() if name.endswith(end)), "")


def is_attachment_name(target: str) -> bool:
    """True when ``target`` has the look of a file name other than a note's: ``figure 1.png``."""
    name = target.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return bool(dot and stem) and extension.lower() != "md" and _is_extension(extension)


def _is_extension(extension: str) -> bool:
    return (
        1 <= len(extension) <= 5
        and extension.isascii()
        and extension.isalnum()
        and not extension.isdigit()
    )


def _has_anchor(notes: Mapping[str, ParsedNote], path: str, fragment: str) -> bool:
    try:
        note = notes[path]
    except KeyError:  # outside the notes at hand (checking part of a vault)
        return True
    return find_anchor(note, fragment) is not None


def _in_order(entries: list[Missing]) -> tuple[Missing, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.path, entry.line, entry.target)))


def _anchor(fragment: str) -> str:
    if fragment.startswith("^"):
        return block_anchor(fragment[1:])
    last = fragment.rstrip("#").rpartition("#")[2]
    return heading_anchor(last) if last else ""


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", path.strip().replace("\\", "/")).casefold()


def _join(folder: str, relative: str) -> str | None:
    """``relative`` (``./``, ``../``) seen from ``folder``; None when it leaves the vault."""
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
