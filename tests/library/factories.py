"""Vault rows for tests, made without an import: a vault, and items placed in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from studyapp.accounts.models import User
from studyapp.items.values import (
    Content,
    Kind,
    NumberKey,
    Status,
    content_hash,
    make_options,
    make_pairs,
    to_json,
)
from studyapp.library.models import Item, ItemVersion, Note, NoteVersion, Placement, Topic, Vault

CONTENTS: dict[Kind, dict[str, Any]] = {
    Kind.BASIC: {"answer": "AWS STS"},
    Kind.REVERSED: {"answer": "AWS STS"},
    Kind.CLOZE: {"answer": "STS", "revealed": "Credentials come from ==STS==."},
    Kind.CHOICE: {
        "options": make_options(
            [("STS", True, "It issues them."), ("S3", False, "It stores."), ("SQS", False, "")]
        )
    },
    Kind.TRUE_FALSE: {"options": make_options([("True", True, ""), ("False", False, "")])},
    Kind.TEXT: {"answer": "STS", "accept": ("STS", "Security Token Service")},
    Kind.NUMBER: {"answer": "30 s", "number": NumberKey(Decimal(30), Decimal(0), "s")},
    Kind.ORDER: {
        "options": make_options([("Stop", True, ""), ("Install", True, ""), ("Start", True, "")])
    },
    Kind.MATCH: {
        "pairs": make_pairs([("Who", "ID token"), ("What", "Access token"), ("", "API key")])
    },
}


def make_learner(username: str = "learner") -> User:
    """A person."""
    return User.objects.get_or_create(username=username)[0]


def make_vault(owner: User | None = None, *, slug: str = "aws") -> Vault:
    """A vault at its first revision, empty."""
    return Vault.objects.create(
        owner=owner or make_learner(), title=slug.title(), slug=slug, revision=1
    )


def make_note(vault: Vault, path: str = "Cognito.md", *, text: str = "", parent: str = "") -> Note:
    """A live note below the topic ``parent``; the same path again gives the same note."""
    note, is_new = Note.objects.get_or_create(
        vault=vault, path=path, defaults={"position": Note.objects.filter(vault=vault).count()}
    )
    if is_new:
        above = make_topic(vault, parent) if parent else None
        NoteVersion.objects.create(
            vault=vault,
            note=note,
            since=1,
            topic=make_topic(vault, path.removesuffix(".md"), above),
            title=path.removesuffix(".md"),
            sha256="0" * 64,
            text=text or "\n".join(f"Line {number}" for number in range(1, 100)),
            html="",
            render_key="",
        )
    return note


def make_topic(vault: Vault, name: str, parent: Topic | None = None) -> Topic:
    """A topic; the same again gives the same row."""
    path = Topic.SEPARATOR.join([*(parent.trail if parent else ()), name])
    defaults = {"name": name, "parent": parent, "depth": parent.depth + 1 if parent else 0}
    return Topic.objects.get_or_create(vault=vault, path=path, defaults=defaults)[0]


def make_content(
    kind: Kind = Kind.BASIC, prompt: str = "Who issues them?", **fields: Any
) -> Content:
    """An answerable content of ``kind``."""
    return Content(kind=kind, prompt=prompt, **{**CONTENTS[kind], **fields})


def make_item(
    vault: Vault,
    *,
    kind: Kind = Kind.BASIC,
    prompt: str = "Who issues them?",
    note: str = "Cognito.md",
    group: str = "",
    status: Status = Status.READY,
    **fields: Any,
) -> Placement:
    """A new item at the end of ``note``, live; ``fields`` are the content's."""
    home = make_note(vault, note)
    item = Item.objects.create(vault=vault)
    version = make_version(item, make_content(kind, prompt, **fields))
    position = Placement.objects.filter(note=home).count()
    return Placement.objects.create(
        vault=vault,
        item=item,
        version=version,
        note=home,
        topic=home.versions.get(until=home.versions.latest("until").until).topic,
        position=position,
        since=1,
        first_line=2 * position + 1,
        last_line=2 * position + 2,
        kind=kind,
        status=status,
        shape="test",
        group=group,
    )


def make_version(item: Item, content: Content) -> ItemVersion:
    """The next version of ``item``."""
    return ItemVersion.objects.create(
        item=item,
        number=item.versions.count() + 1,
        content_hash=content_hash(content),
        data=to_json(content),
    )


def remove_item(placement: Placement) -> None:
    """As an import that no longer finds the item: one revision on, without its placement."""
    vault = placement.vault
    vault.revision += 1
    vault.save()
    placement.until = vault.revision
    placement.save()
