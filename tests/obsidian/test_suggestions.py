"""Cards that a note could have: found in lists, definitions and tips, and in nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.values import Status
from studyapp.obsidian.note import parse_note, suggestions_of
from studyapp.obsidian.suggestions import Suggestion, with_suggestion
from studyapp.obsidian.values import ParsedNote, VaultSettings

VAULT = Path(__file__).parents[2] / "notes"


def suggested(text: str) -> tuple[Suggestion, ...]:
    return suggestions_of(text, "Queues", asked=())


def callouts(text: str) -> list[str]:
    """The suggested callouts, without their ``>``."""
    return ["\n".join(line[2:] for line in each.lines) for each in suggested(text)]


def read(text: str) -> ParsedNote:
    return parse_note("Queues.md", text.encode(), VaultSettings())


@pytest.mark.parametrize(
    ("text", "callout"),
    [
        (
            "- **Dead-letter queue**: where messages go that nobody could handle",
            "[!question] What is Dead-letter queue? (Queues)\n"
            "where messages go that nobody could handle",
        ),
        (
            "- **Shards** - parts that a stream is made of",
            "[!question] What are Shards? (Queues)\nparts that a stream is made of",
        ),
        (
            "- Long polling – waiting up to 20 seconds for a message",
            "[!question] What is Long polling? (Queues)\nwaiting up to 20 seconds for a message",
        ),
        (
            "**Delay queue:** hides every new message for a while.",
            "[!question] What is Delay queue? (Queues)\nhides every new message for a while.",
        ),
        (
            "- **Message group** (FIFO):\n\t- keeps the order in it\n\t- one consumer at a time",
            "[!question] What is Message group (FIFO)? (Queues)\n"
            "- keeps the order in it\n- one consumer at a time",
        ),
        (
            "- A message can be **kept for 14 days** at most",
            "[!question|cloze] Queues\nA message can be ==kept for 14 days== at most",
        ),
        (
            "1. Use **long polling** to save **empty `Receive` calls** and money",
            "[!question|cloze] Queues\n"
            "Use ==long polling== to save ==empty `Receive` calls== and money",
        ),
        (
            "> [!tip] For order across a system: **use a FIFO queue with one message group**.",
            "[!question|cloze] Queues\n"
            "For order across a system: ==use a FIFO queue with one message group==.",
        ),
        (
            "> [!note] If you see *decouple* and *buffer*, then go for a queue",
            "[!question|cloze] Queues\nIf you see *decouple* and *buffer*, then ==go for a queue==",
        ),
    ],
)
def test_what_is_suggested(text: str, callout: str) -> None:
    assert callouts(text) == [callout]
    (suggestion,) = suggested(text)
    items = read("\n".join(suggestion.lines)).items
    assert items
    assert all(item.status is Status.READY for item in items)


@pytest.mark.parametrize(
    "text",
    [
        "- **All of it is bold and nothing is left**",
        "- **Bold** here.",
        "- [ ] A to-do with a **bold phrase** in it, to be done",
        "- It can hold the **following** things:",
        "- Code such as `a ** b ** c` is not bold at all",
        "- There is ==something== marked and **bold already** in this",
        "**Links**: [[One Index]] and [[Another Index]] here",
        "A paragraph is prose, however **bold a phrase** in it may be.",
        "> [!question] Which one?\n> - It has the **bold phrase** in the answer here",
        "> [!tip] A tip with a body\n> is for reading, **not for asking** anything.",
        "> [!tip] A tip that says everything and hides nothing",
        "```\n- A message can be **kept for 14 days** at most\n```",
    ],
)
def test_what_is_not_suggested(text: str) -> None:
    assert suggested(text) == ()


def test_the_nearest_heading_says_what_it_is_about() -> None:
    (one,) = suggested("# Messaging\n\n## Standard queues\n\n- **Order**: as far as it can be kept")
    assert one.topic == ("Messaging", "Standard queues")
    assert one.lines[0] == "> [!question] What is Order? (Standard queues)"


def test_it_stands_below_the_whole_list_and_is_not_suggested_again() -> None:
    text = (
        "---\nx: 1\n---\n- A message is **kept for 14 days** at most\n- More\n\n^list\n\nAfter.\n"
    )
    (suggestion,) = suggested(text)
    assert suggestion.found == (4, 4)
    now = with_suggestion(text, suggestion, "\n".join(suggestion.lines))
    note = read(now)
    (item,) = note.items
    assert item.explicit_id == suggestion.block_id
    assert note.block_ids["list"] == 7
    assert now.endswith(f"^{suggestion.block_id}\n\nAfter.\n")
    assert note.suggestions == ()
    assert suggested(now) == ()


def test_a_card_is_known_by_what_its_lines_say_wherever_they_are() -> None:
    line = "- A message can be **kept for 14 days** at most"
    (one,) = suggested(line)
    (other,) = suggested(f"# Elsewhere\n\n- More\n  {line.replace('A mess', 'A  MESS')}\n")
    assert one.key == other.key
    assert len(suggested(f"{line}\n{line}")) == 1


def test_what_is_asked_already_is_not_suggested() -> None:
    text = "- A message can be **kept for 14 days** at most"
    assert suggestions_of(text, "Queues", asked={1}) == ()


def test_the_sample_vaults_suggestions_can_all_be_asked() -> None:
    count = 0
    for path in VAULT.glob("*.md"):
        note = parse_note(path.name, path.read_bytes(), VaultSettings())
        lines = {n for i in note.items for n in range(i.lines[0], i.lines[1] + 1)}
        found = suggestions_of(note.text, note.title, asked=lines)
        assert tuple(each.key for each in found) == note.suggestions
        for suggestion in found:
            count += 1
            whole = with_suggestion(note.text, suggestion, "\n".join(suggestion.lines))
            after = parse_note(path.name, whole.encode(), VaultSettings())
            new = [i for i in after.items if i.explicit_id.startswith(suggestion.block_id)]
            assert new
            assert all(item.status is Status.READY for item in new)
            assert len(after.items) == len(note.items) + len(new)
    assert count > 30


SOURCE = """\
- a **bold b** c d e
- **T**: x y z
  - **n**
text
> [!tip] a b c **d**
```
# H
- [ ] **x** y
| a |
^id
---
> q
**A** - b c d
"""
LINES = st.lists(st.sampled_from([*SOURCE.split("\n")]), max_size=12)


@given(LINES)
def test_nothing_of_the_note_is_lost_whatever_it_holds(lines: list[str]) -> None:
    text = "\n".join(lines)
    for suggestion in suggested(text):
        now = with_suggestion(text, suggestion, "\n".join(suggestion.lines)).split("\n")
        at = suggestion.after
        assert now[:at] == lines[:at]
        assert now[len(now) - len(lines[at:]) :] == lines[at:]
