"""Vaults on disk for tests."""

from __future__ import annotations

from pathlib import Path

QUEUES = """\
---
tags: [aws/sqs]
---
**Links**: [[Messaging Index]]

## Queues
A queue keeps a message until a consumer deletes it. See [[Topics]].

> [!question] How long does a message stay hidden after it was received?
> For the visibility timeout, 30 seconds unless you change it.
> ![[timeout.png]]

^sqs-hidden

> [!question] Which queue keeps the order of messages?
> - [x] FIFO
>   > It orders by message group.
> - [ ] Standard
>   > Best effort only.
>
> > [!success]- Explanation
> > Order costs throughput.
"""

TOPICS = """\
**Links**: [[Messaging Index]]

A topic sends each message to every subscriber. Unlike [[Queues]], it keeps nothing.

> [!question] Who receives a message that is published to a topic?
> Every subscriber whose filter policy lets it through.
"""

INDEX = """\
- [[Queues]]
- [[Topics]]
"""

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)

MESSAGING: dict[str, str | bytes] = {
    "Messaging Index.md": INDEX,
    "Queues.md": QUEUES,
    "Topics.md": TOPICS,
    "attachments/timeout.png": PIXEL,
}


def write_vault(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write ``files`` (path -> text or bytes) below ``root``, making it; returns ``root``."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def messaging(root: Path, **changed: str | bytes | None) -> Path:
    """The messaging vault below ``root``; ``Queues=...`` replaces a note, ``Queues=None`` leaves
    it out."""
    files = dict(MESSAGING)
    for stem, content in changed.items():
        if content is None:
            del files[f"{stem}.md"]
            (root / f"{stem}.md").unlink(missing_ok=True)
        else:
            files[f"{stem}.md"] = content
    return write_vault(root, files)
