"""What an embed shows of a note: pairs of a fragment and the Markdown it means."""

import pytest

from studyapp.obsidian.links import find_anchor
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.passages import passage_markdown
from studyapp.obsidian.values import VaultSettings

NOTE = """---
tags: [a]
---
Opening, with a [label] and a footnote.[^1] ^opening

## Queues
A queue keeps
a message. ^keeps

### Standard
Best effort.

### FIFO
- by group ^group
    - nested
- exactly once

^fifo

## Topics
> [!tip] Fan out
> To *all*.
>
> #### Inside
> Deep.

^fan

> quoted ^quoted

[^1]: The footnote,

    in two parts.

[label]: Other
"""


def passage(fragment: str, text: str = NOTE) -> str:
    note = parse_note("Note.md", text.encode(), VaultSettings())
    anchor = find_anchor(note, fragment) if fragment else ""
    assert anchor is not None
    return passage_markdown(note, anchor)


@pytest.mark.parametrize(
    ("fragment", "markdown"),
    [
        ("Standard", "### Standard\nBest effort."),
        ("Queues#FIFO", "### FIFO\n- by group ^group\n    - nested\n- exactly once\n\n^fifo"),
        ("^keeps", "A queue keeps\na message. ^keeps"),
        ("^group", "- by group ^group\n    - nested"),
        ("^fifo", "- by group ^group\n    - nested\n- exactly once"),
        ("Inside", "#### Inside\nDeep."),
        ("^quoted", "quoted ^quoted"),
    ],
)
def test_a_fragment_means_a_part_of_the_note(fragment, markdown):
    assert passage(fragment) == markdown


def test_a_section_holds_those_below_it():
    section = passage("Queues")
    assert section.startswith("## Queues\n")
    assert section.endswith("exactly once\n\n^fifo")


def test_the_whole_note_comes_without_its_properties():
    assert passage("").startswith("Opening, with")
    assert passage("").endswith("[label]: Other")


def test_what_a_passage_refers_to_comes_along():
    assert passage("^opening") == (
        "Opening, with a [label] and a footnote.[^1] ^opening\n\n"
        "[^1]: The footnote,\n\n    in two parts.\n\n[label]: Other"
    )
    assert passage("^fan").startswith("> [!tip] Fan out\n> To *all*.\n>\n> #### Inside\n> Deep.")


def test_an_id_with_nothing_before_it_names_what_holds_it():
    assert passage("^a", "- \n  ^a\n") == "- \n  ^a"
    assert passage("^a", "^a\n") == "^a"
