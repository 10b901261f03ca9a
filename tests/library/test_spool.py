"""Notes kept in a temporary file: what comes out is what was put in."""

from __future__ import annotations

import gc
import os

import pytest

from studyapp.library.packing import pack
from studyapp.library.services.spool import Spool
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ParsedNote, VaultSettings


def note(path: str, text: str = "# One\n[[Two]]\n\n> [!question] Why?\n> So.\n") -> ParsedNote:
    return parse_note(path, text.encode(), VaultSettings())


def test_a_note_comes_out_as_it_was_put_in() -> None:
    spool = Spool()
    notes = [note(f"{number}.md", f"# {number}\n[[{number}#x]]\n") for number in range(300)]
    for each in notes:
        spool.keep(each.path, pack(each).whole)
    assert [spool[each.path] for each in notes] == notes
    assert list(spool.values()) == notes


def test_a_head_has_all_but_text_properties_and_items() -> None:
    spool, whole = (
        Spool(),
        note("a.md", "---\nup: x\n---\n# One\n[[Two]]\n\n> [!question] Why?\n> So.\n"),
    )
    spool.keep("a.md", pack(whole).head)
    head = spool["a.md"]
    assert (head.text, head.items, head.frontmatter) == ("", (), {})
    assert (head.links, head.headings, head.parent) == (whole.links, whole.headings, "x")


def test_a_note_is_replaced_forgotten_and_put_in_order() -> None:
    spool = Spool()
    for path in ("b.md", "a.md", "c.md"):
        spool.keep(path, pack(note(path)).whole)
    spool.keep("b.md", pack(note("b.md", "Other.")).whole)
    spool.drop("c.md")
    spool.drop("never.md")
    spool.sort()
    assert list(spool) == ["a.md", "b.md"]
    assert spool["b.md"].text == "Other."
    assert "c.md" not in spool


def test_nothing_stays_behind() -> None:
    spool = Spool()
    spool.keep("a.md", pack(note("a.md")).whole)
    descriptor = spool._descriptor
    assert os.fstat(descriptor).st_nlink == 0  # it has no name to begin with
    del spool
    gc.collect()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
