"""Years of work in a vault, played in seconds: questions are mended, moved, deleted and brought
back, notes renamed, merged and split; and what is done to the text, no import is told.

Every question has a name that only the test knows, so that it can ask afterwards whether each was
recognised.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from studyapp.items.values import Kind
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ItemDraft, ParsedNote, VaultSettings

VAULT = Path(__file__).parents[2] / "notes"

_WORD = re.compile(r"\[!.*?\]|\]\(.*?\)|`.*?`|[a-z]+::.*|\{\{.*?::|[A-Za-z]{4,}")
"""A word that may be changed, or something of the syntax that is left alone."""

_ID = re.compile(r"\^[A-Za-z0-9-]+$")
LONG = 40
"""Characters of a line that a sweep through the whole vault touches."""


@dataclass(slots=True)
class Part:
    """Some lines of a note: a question with its id (then it has a ``name``), or what stands
    between two of them."""

    lines: tuple[str, ...]
    name: str = ""


@dataclass(slots=True)
class Desk:
    """A vault and somebody who works in it. ``with_ids`` false: nobody ever named a question."""

    chance: random.Random
    notes: dict[str, list[Part]]
    spare: list[tuple[str, Part]] = field(default_factory=list)
    gone: list[tuple[str, Part]] = field(default_factory=list)
    renames: int = 0

    @classmethod
    def sample(cls, seed: int, *, with_ids: bool, only: tuple[str, ...] = ()) -> Desk:
        """At the sample vault (or ``only`` some of its notes); every twelfth question is still
        to be written."""
        desk = cls(random.Random(seed), {})
        for path, parts in sample_parts(with_ids).items():
            if only and path not in only:
                continue
            kept = desk.notes.setdefault(path, [])
            for part in parts:
                if part.name and desk.chance.random() < 1 / 12:
                    desk.spare.append((path, part))
                else:
                    kept.append(Part(part.lines, part.name))
        return desk

    # --- what is there ----------------------------------------------------------------------

    def texts(self) -> dict[str, str]:
        """The notes as they stand on disk."""
        return {
            path: "\n\n".join("\n".join(part.lines) for part in parts) + "\n"
            for path, parts in self.notes.items()
        }

    def items(self) -> Iterator[tuple[ItemDraft, str]]:
        """Every question's items as they would be read from its note, each with its true name."""
        for path, parts in self.notes.items():
            for part in parts:
                if part.name:
                    for number, item in enumerate(_items(part.lines)):
                        yield replace(item, path=path), f"{part.name}/{number}"

    def names(self, parsed: Mapping[str, ParsedNote]) -> dict[tuple[str, int], str]:
        """(path, index among the note's items) -> true name, of the notes as ``parsed``."""
        names = {}
        for path, parts in self.notes.items():
            items = list(enumerate(parsed[path].items))
            first = 1
            for part in parts:
                last = first + len(part.lines) - 1
                inside = [index for index, item in items if first <= item.lines[0] <= last]
                names |= {(path, index): f"{part.name}/{n}" for n, index in enumerate(inside)}
                first = last + 2
        return names

    # --- a round of work --------------------------------------------------------------------

    def work(self) -> None:
        """An evening: many small things, and now and then a large one."""
        for path in list(self.notes):
            for part in list(self.notes[path]):
                if part.name:
                    self._touch(path, part)
        for chance, deed in (
            (0.7, self._write),
            (0.5, self._bring_back),
            (0.3, self._copy),
            (0.3, self._rename),
            (0.2, self._merge),
            (0.2, self._split),
            (0.15, self._sweep_term),
            (0.1, self.lose_letters),
        ):
            if self.chance.random() < chance:
                deed()

    def _touch(self, path: str, part: Part) -> None:
        dice = self.chance.random()
        if dice < 0.02:
            self.notes[path].remove(part)
            self.gone.append((path, part))
        elif dice < 0.10:
            self._mend(part, share=0.12)
        elif dice < 0.13:
            self._mend(part, share=0.25)
        elif dice < 0.16:
            self._mend(part, share=0.6, only_title=False)
        elif dice < 0.19:
            self._mend(part, share=0.4, only_title=True)
        elif dice < 0.22:
            self.notes[path].remove(part)
            self._place(self.chance.choice(list(self.notes)), part)
        elif dice < 0.24:
            # Moved and mended on the way: no two signs of it are as they were.
            self.notes[path].remove(part)
            self._mend(part, share=0.12)
            self._place(self.chance.choice(list(self.notes)), part)

    def _mend(self, part: Part, *, share: float, only_title: bool | None = None) -> None:
        """Change a ``share`` of the words: of the title alone, of the body alone, or of both."""
        start = 1 if only_title is False else 0
        end = 1 if only_title else len(part.lines)

        def mended(line: str, at: int) -> str:
            if not start <= at < end or line.startswith("^"):
                return line
            return _WORD.sub(
                lambda m: self._another(m[0]) if m[0].isalpha() and self._dice(share) else m[0],
                line,
            )

        self._change(part, mended)

    def _another(self, word: str) -> str:
        kind = self.chance.randrange(5)
        if kind == 0:
            return word[0] + word[2:]
        if kind == 1:
            return word.upper()
        if kind == 2:
            return f"{self.chance.choice(['also', 'really', 'usually', 'then'])} {word}"
        if kind == 3:
            return f"{word}s"
        return self.chance.choice(["something", "service", "application", "caller", "request"])

    def _change(self, part: Part, change: Callable[[str, int], str]) -> None:
        """Rewrite the lines, unless that would make another number or kind of items of them."""
        lines = tuple(change(line, at) for at, line in enumerate(part.lines))
        if not part.name or _kinds(lines) == _kinds(part.lines):
            part.lines = lines

    def _place(self, path: str, part: Part) -> None:
        """Beside another question of the note, or at its end."""
        parts = self.notes[path]
        beside = [at for at, other in enumerate(parts) if other.name]
        parts.insert(self.chance.choice(beside) if beside else len(parts), part)

    def _write(self) -> None:
        if self.spare:
            path, part = self.spare.pop(self.chance.randrange(len(self.spare)))
            self._place(path if path in self.notes else self.chance.choice(list(self.notes)), part)

    def _bring_back(self) -> None:
        if self.gone:
            path, part = self.gone.pop(self.chance.randrange(len(self.gone)))
            if self._dice(0.3):
                self._mend(part, share=0.12)
            self._place(path if path in self.notes else self.chance.choice(list(self.notes)), part)

    def _copy(self) -> None:
        """A question is put into a second note as well, without its id; the copy is a new one."""
        questions = [part for parts in self.notes.values() for part in parts if part.name]
        part = self.chance.choice(questions)
        lines = [line for line in part.lines if not _ID.match(line)]
        while not lines[-1].strip():
            lines.pop()
        copies = sum(name.startswith(f"{part.name} copy") for name in self._names())
        home = next(path for path, parts in self.notes.items() if part in parts)
        others = [path for path in self.notes if path != home]
        copy = Part(tuple(lines), f"{part.name} copy {copies}")
        self._place(self.chance.choice(others), copy)

    def _names(self) -> Iterator[str]:
        yield from (part.name for parts in self.notes.values() for part in parts)
        yield from (part.name for _, part in self.gone)

    def _rename(self) -> None:
        path = self.chance.choice(list(self.notes))
        self.notes[self._new_path(path)] = self.notes.pop(path)

    def _merge(self) -> None:
        if len(self.notes) > 3:
            one, other = self.chance.sample(list(self.notes), 2)
            self.notes[one] += _without_frontmatter(self.notes.pop(other))

    def _split(self) -> None:
        path = max(self.notes, key=lambda path: len(self.notes[path]))
        parts = self.notes[path]
        at = self.chance.randrange(len(parts) // 3, 2 * len(parts) // 3 + 1)
        self.notes[path], self.notes[self._new_path(path)] = parts[:at], parts[at:]

    def _new_path(self, path: str) -> str:
        self.renames += 1
        stem = path.rpartition("/")[2].removesuffix(".md").partition(" (")[0]
        folder = self.chance.choice(["", "", "aws/"])
        return f"{folder}{stem} ({self.renames}).md"

    def _sweep_term(self) -> None:
        """A word is called otherwise in the whole vault."""
        old, new = self.chance.choice(
            [("token", "ticket"), ("pool", "directory"), ("user", "person"), ("role", "function")]
        )
        self._sweep(lambda line, at: line.replace(f" {old} ", f" {new} "))

    def lose_letters(self) -> None:
        """A letter is lost in a quarter of all long lines."""

        def damaged(line: str, at: int) -> str:
            if len(line) < LONG or not self._dice(0.25):
                return line
            spot = self.chance.randrange(LONG // 2, len(line))
            return line[:spot] + line[spot + 1 :] if line[spot].isalpha() else line

        self._sweep(damaged)

    def _sweep(self, change: Callable[[str, int], str]) -> None:
        for parts in self.notes.values():
            for part in parts:
                if part.lines[0] != "---":
                    self._change(part, change)

    def _dice(self, share: float) -> bool:
        return self.chance.random() < share


@cache
def sample_parts(with_ids: bool) -> Mapping[str, tuple[Part, ...]]:
    """The sample vault's notes, taken apart; every question has a name."""
    notes = {}
    for path in sorted(VAULT.glob("*.md")):
        parsed = parse_note(path.name, path.read_bytes(), VaultSettings())
        lines = parsed.text.split("\n")
        parts = []
        at = 0
        for first, last in sorted({item.lines for item in parsed.items}):
            parts.append(Part(_trimmed(lines[at : first - 1])))
            at = last
            ahead = [n for n in range(last, min(last + 3, len(lines))) if lines[n].strip()]
            if ahead and _ID.match(lines[ahead[0]]):
                at = ahead[0] + 1
            question = lines[first - 1 : at if with_ids else last]
            parts.append(Part(_trimmed(question), f"{path.stem}:{first}"))
        parts.append(Part(_trimmed(lines[at:])))
        notes[path.name] = tuple(part for part in parts if part.lines)
    return notes


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return tuple(lines)


def _without_frontmatter(parts: list[Part]) -> list[Part]:
    first, *rest = parts
    if first.lines[0] != "---":
        return parts
    end = first.lines.index("---", 1)
    body = _trimmed(list(first.lines[end + 1 :]))
    return [Part(body), *rest] if body else rest


def _kinds(lines: tuple[str, ...]) -> list[Kind]:
    """The kinds of the items that ``lines`` make."""
    return [item.content.kind for item in _items(lines)]


@cache
def _items(lines: tuple[str, ...]) -> tuple[ItemDraft, ...]:
    return parse_note("a.md", "\n".join(lines).encode(), VaultSettings()).items
