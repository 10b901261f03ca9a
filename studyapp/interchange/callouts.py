"""Questions written in our own dialect (the sample vault's manual shows it): callouts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MAX_TITLE = 300
"""Characters of a question that still stands in the callout's title."""

_NO_TITLE = re.compile(r"(?:[-+*>|] |\d+[.)] |```|~~~|\$\$|#{1,6} |---|!\[\[)")
"""What begins a block, which a title cannot hold (a picture alone is better seen below)."""

_TAG_GAP = re.compile(r"[^\w/-]+")


def callout(
    kind: str,
    *,
    prompt: str,
    body: str = "",
    answer: str = "",
    explanation: str = "",
    hint: str = "",
    fields: Mapping[str, str] | None = None,
    block_id: str = "",
    tags: Iterable[str] = (),
) -> str:
    """A question as it stands in a note. ``kind`` is what follows the bar (``basic``, ``cloze``,
    ... or "" for none); ``body`` what belongs to the question and is not its words: options,
    rows, the sentence with its gaps. All texts are Markdown."""
    title, asked = ("", prompt) if _is_block(prompt) else (prompt, "")
    sections = [text for text in (asked, body) if text]
    if answer:
        sections.append(_nested("success", "Answer", answer))
    if explanation:
        sections.append(_nested("info", "Explanation", explanation))
    if hint:
        sections.append(_nested("tip", "Hint", hint))
    said = [f"{name}:: {value}" for name, value in (fields or {}).items() if value]
    if said:
        sections.append("\n".join(said))
    head = f"[!question{'|' + kind if kind else ''}] {title}".rstrip()
    lines = [head, *"\n\n".join(sections).split("\n")] if sections else [head]
    parts = ["\n".join(_quoted(lines))]
    if block_id:
        parts.append(f"^{block_id}")
    if tag_line := " ".join(f"#{tag}" for tag in tags):
        parts.append(tag_line)
    return "\n\n".join(parts) + "\n"


def tag_of(text: str) -> str:
    """A tag of another program as Obsidian's: levels by ``/``, no spaces, not a mere number."""
    levels = (_TAG_GAP.sub("-", level).strip("-") for level in text.replace("::", "/").split("/"))
    tag = "/".join(level for level in levels if level)
    return f"_{tag}" if tag and tag.replace("/", "").isdigit() else tag


def _is_block(text: str) -> bool:
    return "\n" in text or len(text) > MAX_TITLE or _NO_TITLE.match(text) is not None


def _nested(kind: str, title: str, text: str) -> str:
    return "\n".join(_quoted([f"[!{kind}]- {title}", *text.split("\n")]))


def _quoted(lines: Iterable[str]) -> list[str]:
    return [f"> {line}".rstrip() for line in lines]
