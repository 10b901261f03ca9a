"""Questions of another program's quiz file, and the vault that they come to: a quiz set for each of
its categories."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from studyapp.interchange.apkg.reading import block_id
from studyapp.interchange.callouts import tag_of
from studyapp.interchange.questions import Question, written
from studyapp.interchange.values import InterchangeError, Remark, VaultFiles
from studyapp.interchange.vault import Names, file_name, written_notes

MAX_REMARKS = 300
"""Of a file's remarks so many are kept one by one."""

_BLOCK_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_ROOTS = re.compile(r"\$\w+\$|top")
"""What Moodle begins the path of a category with."""


class QuestionError(Exception):
    """Why a question of a file cannot be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question as it stands on ``line`` of a file, or a ``text`` between questions. ``name``
    is what the file calls it, ``key`` what it is known by there."""

    line: int
    question: Question | None = None
    text: str = ""
    name: str = ""
    key: str = ""
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuizFile:
    """What was read: ``remarks`` say what was not, each with its line; ``media`` are the files that
    the questions show, by their paths in the vault."""

    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A file of the name ``name`` while it is read."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)

    def remark(self, line: int, message: str) -> None:
        """Say what of the question on ``line`` is not carried over."""
        self.remarks.append(Remark(self.name, line, message))

    def done(self) -> QuizFile:
        """What was read."""
        remarks = self.remarks[:MAX_REMARKS]
        if more := len(self.remarks) - len(remarks):
            remarks.append(Remark(self.name, 0, f"{more} more remarks are not shown."))
        return QuizFile(tuple(self.entries), tuple(remarks), self.media)


def vault_of(quiz: QuizFile, name: str) -> VaultFiles:
    """The notes that the questions of the file ``name`` come to. Raises InterchangeError where it
    has none."""
    title = name.rpartition("/")[2].rpartition(".")[0] or name
    if not any(entry.question for entry in quiz.entries):
        why = f" Line {quiz.remarks[0].line}: {quiz.remarks[0].message}" if quiz.remarks else ""
        raise InterchangeError(f"“{name}” holds no question that can be read.{why}")
    keys = Counter(entry.key for entry in quiz.entries)
    remarks = list(quiz.remarks)
    by_category: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for entry in quiz.entries:
        texts = by_category[entry.category]
        if entry.question is None:
            texts.append(f"{entry.text}\n")
            continue
        if entry.key and keys[entry.key] > 1:
            message = f"The id “{entry.key[:40]}” is there twice; this question gets none."
            remarks.append(Remark(name, entry.line, message))
        tags = dict.fromkeys(filter(None, (tag_of(tag) for tag in entry.tags)))
        texts.append(
            written(
                entry.question,
                block_id=_id(entry.key) if keys[entry.key] == 1 else "",
                tags=tags,
            )
        )
    names = Names()
    notes: dict[str, str] = {}
    for category, texts in by_category.items():
        path = "/".join(file_name(part) for part in category[:20]) or file_name(title)
        notes |= dict(written_notes(path, {"quiz": "practice"}, texts, names))
    return VaultFiles(title, notes, remarks=tuple(remarks))


def category_of(path: str) -> tuple[str, ...]:
    """The levels of a Moodle category, without what only says whose it is. A slash within a name is
    written twice there."""
    levels = [
        level.replace("\0", "/").strip() for level in path.replace("//", "\0").strip().split("/")
    ]
    while levels and _ROOTS.fullmatch(levels[0]):
        del levels[0]
    return tuple(level for level in levels if level)


def category_path(levels: tuple[str, ...]) -> str:
    """The path of a Moodle category (see ``category_of``)."""
    return "$course$/top/" + "/".join(
        " ".join(level.split()).replace("/", "//") for level in levels
    )


def _id(key: str) -> str:
    return key if not key or _BLOCK_ID.fullmatch(key) else block_id(key)
