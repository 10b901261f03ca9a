"""Whole notes and the HTML they become: ``tests/corpus/render/*.md`` beside their ``.html``.

After a change that is meant, ``RENDER_CORPUS=write pytest tests/obsidian/test_render_corpus.py``
writes the ``.html`` anew; the difference is what to review.
"""

import os
from pathlib import Path

import pytest

from studyapp.obsidian.note import parse_note
from studyapp.obsidian.render import Hrefs, render_note
from studyapp.obsidian.values import VaultSettings

FOLDER = Path(__file__).parent.parent / "corpus" / "render"
LINKS = {
    ("Index", ""): "/notes/index",
    ("Note", ""): "/notes/note",
    ("Note", "Heading"): "/notes/note#h-heading",
    ("", "Here"): "/notes/this#h-here",
    ("Note.md", ""): "/notes/note",
    ("pic.png", ""): "/files/pic.png",
    ("attachments/Pasted image 1.png", ""): "/files/1.png",
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_notes_look_as_they_did(path):
    note = parse_note(path.name, path.read_bytes(), VaultSettings())
    html = render_note(note, Hrefs(LINKS), VaultSettings()).html + "\n"
    expected = path.with_suffix(".html")
    if os.environ.get("RENDER_CORPUS") == "write":
        expected.write_text(html)
    assert html == expected.read_text()
