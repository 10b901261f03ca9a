"""What changed between two texts, line by line, for a person to see."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff: ``mark`` is "-" for one that is gone, "+" for a new one, " " for one that
    stayed, and "@" where lines that stayed are left out. ``number`` is its line in the text that
    has it (the later one, where both have)."""

    mark: str
    number: int
    text: str


def diff_lines(before: str, after: str, context: int = 2) -> list[DiffLine]:
    """The lines that differ, with ``context`` lines around them; [] where nothing does.

    Quadratic for hostile texts: run it where it can be stopped.
    """
    old, new = before.split("\n"), after.split("\n")
    if old == new:
        return []
    found: list[DiffLine] = []
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(context):
        if group[0][3] > 0 or found:
            found.append(DiffLine("@", 0, ""))
        for kind, a, b, c, d in group:
            if kind == "equal":
                found += [DiffLine(" ", c + 1 + at, line) for at, line in enumerate(new[c:d])]
                continue
            found += [DiffLine("-", a + 1 + at, line) for at, line in enumerate(old[a:b])]
            found += [DiffLine("+", c + 1 + at, line) for at, line in enumerate(new[c:d])]
    return found
