"""Notes of ``tests/corpus/extract/<shape>/`` and the items expected of them.

Beside every ``name.md`` stands ``name.json``: ``items`` with the fields that are not empty, and
``problems`` as ``[line, code]``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studyapp.items.values import to_json
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.settings import parse_settings
from studyapp.obsidian.values import ItemDraft, ParsedNote

CORPUS = Path(__file__).parents[1] / "corpus" / "extract"
NOTES = sorted(CORPUS.glob("*/*.md"))


def read(note: Path) -> ParsedNote:
    """The note, under the vault settings that stand in its folder (``data.json``), if any."""
    plugin = note.with_name("data.json")
    files = {}
    if plugin.exists():
        files[".obsidian/plugins/obsidian-spaced-repetition/data.json"] = plugin.read_bytes()
    settings, _ = parse_settings(files)
    return parse_note(note.name, note.read_bytes(), settings)


def shown(item: ItemDraft) -> dict[str, Any]:
    data = {"shape": item.shape, "status": item.status.value, "lines": list(item.lines)}
    data |= to_json(item.content)
    for name in ("explicit_id", "group", "reason"):
        if value := getattr(item, name):
            data[name] = value
    if item.schedule:
        data["schedule"] = item.schedule.to_json()
    if item.topic:
        data["topic"] = list(item.topic)
    for option in data.get("options", ()):
        del option["id"]
    data["pairs"] = [[pair.left, pair.right] for pair in item.content.pairs]
    return {key: value for key, value in data.items() if value not in ([], "")}


@pytest.mark.parametrize("note", NOTES, ids=[f"{n.parent.name}-{n.stem}" for n in NOTES])
def test_the_items_of_a_note(note: Path) -> None:
    parsed = read(note)
    found = {
        "items": [shown(item) for item in parsed.items],
        "problems": [[problem.line, problem.code] for problem in parsed.diagnostics],
    }
    assert found == json.loads(note.with_suffix(".json").read_text())
