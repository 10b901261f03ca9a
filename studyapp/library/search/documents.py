"""What of a note can be found: one entry for the note, one for each of its questions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from studyapp.library.models import NoteVersion, Placement, Topic
from studyapp.library.search.folding import clean, fold, framed, squash
from studyapp.obsidian.blocks import number_lines
from studyapp.obsidian.inline import mask_code, mask_comments, plain, without_block_id

_FENCE = re.compile(r"[\s>]*(?:```|~~~)")
_LEADING_MARKUP = re.compile(
    r"[\s>]*+(?:#{1,6}\s+|(?:[-*+]|\d{1,9}[.)])\s+(?:\[.\]\s+)?)?[\s>]*+(?:\[![^\[\]]*\][+-]?)?"
)
_INLINE_MARKUP = re.compile(r"[*~=%`_\[<]")
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[,.;:!?'’“”()/]| (?! ))*")
_ONLY_MARKUP = re.compile(r"[\s|:>=*_-]*")


class Entry(NamedTuple):
    """The fields of a ``SearchEntry``."""

    version: int
    line: int
    path: str
    topic: str
    tags: str
    kind: str = ""
    status: str = ""
    last_line: int = 0
    title: str = ""
    whole: str = ""
    context: str = ""
    headings: str = ""
    body: str = ""


def entries_of(version: NoteVersion, placements: Iterable[Placement]) -> list[Entry]:
    """The entries, not saved. ``placements`` are those that stand in the note while ``version`` is
    served; each comes with its wording and topic, and ``version`` with its note and topic."""
    body_line = version.parsed.get("body_line", 1)
    headings = [text for _, text, _, _ in version.parsed.get("headings", ())]
    aliases = version.parsed.get("aliases", ())
    shared: dict[str, Any] = {
        "version": version.pk,
        "path": clean(fold(version.note.path)),
        "tags": _lines(_with_parents(clean(fold(tag)) for tag in version.tags)),
    }
    entries = [
        Entry(
            **shared,
            line=body_line,
            title=clean("\n".join([version.title, *aliases])),
            headings=clean("\n".join(headings)),
            body=clean("\n".join(body_lines(version.text, body_line))),
            whole=framed(squash(version.title)),
            topic=_lines(clean(fold(name)) for name in version.topic.trail),
        )
    ]
    for placement in placements:
        prompt, answer = _question_texts(placement.version.data)
        trail = placement.topic.path.split(Topic.SEPARATOR)
        entries.append(
            Entry(
                **shared,
                kind=placement.kind,
                status=placement.status,
                line=placement.first_line,
                last_line=placement.last_line,
                headings=clean(prompt),
                body=clean(answer),
                context=clean("\n".join([version.title, *trail])),
                topic=_lines(clean(fold(name)) for name in trail),
            )
        )
    return entries


def body_lines(text: str, first: int) -> list[str]:
    """The note's lines from line ``first`` on as words, each in its place; what the reader does not
    see (comments, block ids, fences) leaves its line empty."""
    if first == 1 and _PLAIN.fullmatch(text):  # as most options and answers are
        return [text.strip()]
    if "%%" in text or "<!--" in text:
        text = _without_comments(text)
    lines = []
    in_code = False
    for _, line in number_lines(text)[first - 1 :]:
        if line[:1].isalpha() and not in_code:
            lines.append(line_words(line))
        elif _FENCE.match(line):
            in_code = not in_code
            lines.append("")
        elif in_code:
            lines.append(line.strip(" \t>"))
        elif _ONLY_MARKUP.fullmatch(line):
            lines.append("")
        else:
            lines.append(line_words(line))
    return lines


def line_words(line: str) -> str:
    """A line of a note as words: without the marks of lists, quotes, callouts and headings."""
    if line and not line[0].isalpha():
        line = _LEADING_MARKUP.sub("", line, count=1)
    if "^" in line:
        line = without_block_id(line)
    # Most lines have no markup within; looking first halves the work of an import's index.
    words = plain(line) if _INLINE_MARKUP.search(line) else " ".join(line.split())
    return words.strip("| ")


def _without_comments(text: str) -> str:
    hidden = mask_code(text)
    shown = mask_comments(hidden)
    if shown == hidden:
        return text
    # A comment is what the second mask blanked beyond the first.
    return "".join(
        " " if after != before else original
        for original, before, after in zip(text, hidden, shown, strict=True)
    )


def _question_texts(data: dict[str, Any]) -> tuple[str, str]:
    """What is asked, and everything that answers it, as words."""
    answers = [data.get("revealed", ""), data.get("answer", "")]
    for option in data.get("options", ()):
        answers += [option["text"], option.get("why", "")]
    for pair in data.get("pairs", ()):
        answers.append(f"{pair['left']} – {pair['right']}" if pair["left"] else pair["right"])
    answers += [*data.get("accept", ()), data.get("explanation", ""), data.get("hint", "")]
    seen = dict.fromkeys(line for text in answers for line in body_lines(text, 1) if line)
    return " ".join(filter(None, body_lines(data["prompt"], 1))), "\n".join(seen)


def _with_parents(tags: Iterable[str]) -> list[str]:
    """Every tag with those it is nested in: "aws/sqs" also is "aws"."""
    found: dict[str, None] = {}
    for tag in tags:
        names = tag.split("/")
        for depth in range(1, len(names) + 1):
            found["/".join(names[:depth])] = None
    return list(found)


def _lines(names: Iterable[str]) -> str:
    """``names`` so that each begins after a line's end and ends before one."""
    return "\n".join(["", *names, ""])
