"""The tags of a vault, and what stands under one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Any

from django.http import Http404
from django.urls import reverse

from studyapp.library.models import NoteVersion, Vault
from studyapp.library.queries.naming import tag_url
from studyapp.library.queries.topics import collection


def _fold(tag: str) -> str:
    return unicodedata.normalize("NFC", tag).casefold()


def _nested(tag: str) -> list[str]:
    """``tag`` and those it is nested in: "aws/sqs" also is "aws"."""
    names = tag.split("/")
    return ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]


def _tagged(vault: Vault) -> list[tuple[int, list[str]]]:
    """The notes that have tags, in reading order."""
    return list(
        NoteVersion.objects.live()
        .filter(vault=vault)
        .exclude(tags=[])
        .order_by("note__position")
        .values_list("pk", "tags")
    )


def tagged_notes(vault: Vault, tag: str) -> list[int]:
    """The ids of the notes that have ``tag`` or one nested in it."""
    wanted = _fold(tag)
    rows = NoteVersion.objects.live().filter(vault=vault).exclude(tags=[])
    return [
        note
        for note, tags in rows.values_list("note", "tags")
        if any(wanted == _fold(name) for each in tags for name in _nested(each))
    ]


def tags_context(vault: Vault) -> dict[str, Any]:
    """Every tag with how many notes have it or one nested in it, nested ones after theirs: one
    query. A tag is named as it is first spelt."""
    spelt: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for _, tags in _tagged(vault):
        names = {_fold(name): name for tag in tags for name in _nested(tag)}
        counts.update(names.keys())
        spelt = names | spelt
    return {
        "vault": vault,
        "tags": [
            {
                "name": spelt[key].rpartition("/")[2],
                "whole": spelt[key],
                "depth": min(key.count("/"), 3),
                "url": tag_url(vault, spelt[key]),
                "notes": counts[key],
            }
            for key in sorted(counts, key=lambda key: key.split("/"))
        ],
    }


def tag_context(vault: Vault, tag: str, page: str | None) -> dict[str, Any]:
    """The page of ``tag``: the notes that have it or one nested in it, with their questions, in a
    fixed number of queries. A tag that no note has is 404."""
    wanted = _fold(tag)
    versions = []
    below: dict[str, str] = {}
    for version, tags in _tagged(vault):
        names = {_fold(name): name for each in tags for name in _nested(each)}
        if wanted not in names:
            continue
        versions.append(version)
        below |= {
            key: name
            for key, name in names.items()
            if key.startswith(f"{wanted}/") and "/" not in key[len(wanted) + 1 :]
        }
    if not versions:
        raise Http404(tag)
    return {
        "vault": vault,
        "tag": tag,
        "heading": f"#{tag}",
        "trail": [
            {"name": "Tags", "url": reverse("library:tags", args=[vault.slug])},
            *({"name": f"#{name}", "url": tag_url(vault, name)} for name in _nested(tag)[:-1]),
        ],
        "below": [
            {"name": f"#{below[key]}", "url": tag_url(vault, below[key])} for key in sorted(below)
        ],
        **collection(vault, versions, page),
    }
