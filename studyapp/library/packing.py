"""Parsed notes as bytes, so that whoever only passes one on need not unpack it."""

from __future__ import annotations

import copyreg
import pickle
from collections.abc import Callable
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, NamedTuple

from studyapp.items.values import Content, Option, Pair
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.render import Hrefs, render_note
from studyapp.obsidian.values import (
    Diagnostic,
    Heading,
    ItemDraft,
    Link,
    ParsedNote,
    Part,
    Passage,
    RenderedItem,
    RenderedNote,
    VaultSettings,
)


class Packed(NamedTuple):
    """A note in two parts. ``head`` is what other notes ask about, where its links lead and which
    headings it has: all but text, frontmatter and items. ``whole`` is all of it. ``form`` is how
    the note is written."""

    head: bytes
    whole: bytes
    form: str


def pack(note: ParsedNote) -> Packed:
    """``note``, packed."""
    head = replace(note, text="", frontmatter={}, items=())
    return Packed(pickle.dumps(head), pickle.dumps(note), note.form)


def unpack(part: bytes) -> ParsedNote:
    """Either part of a packed note; of our own making, or of our own worker's."""
    note: ParsedNote = pickle.loads(part)  # noqa: S301
    return note


def parse_packed(path: str, data: bytes, settings: VaultSettings) -> Packed:
    """``parse_note``, packed."""
    return pack(parse_note(path, data, settings))


def render_packed(whole: bytes, hrefs: Hrefs, settings: VaultSettings) -> RenderedNote:
    """``render_note`` of a packed one."""
    return render_note(unpack(whole), hrefs, settings)


def _as_call(value: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    names = attrgetter(*(field.name for field in fields(value)))
    return lambda each: (value, names(each))


# A note is a hundred of these. A frozen dataclass with slots is pickled field by field, in Python;
# as a call with all of them it takes a third of the time.
for _value in (
    *(Content, Diagnostic, Heading, Hrefs, ItemDraft, Link, Option, Pair, ParsedNote, Part),
    *(Passage, RenderedItem, RenderedNote, VaultSettings),
):
    copyreg.pickle(_value, _as_call(_value))
