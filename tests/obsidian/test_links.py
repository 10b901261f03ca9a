"""Which file a link means, and which links lead nowhere."""

from __future__ import annotations

import pytest

from studyapp.obsidian.links import Resolver, check_links, find_anchor
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.topics import find_indexes, reading_order, topic_trails
from studyapp.obsidian.values import Link, LinkKind, ParsedNote, TargetKind, VaultSettings

NOTES = ["Index.md", "aws/Queues.md", "aws/deep/Queues.md", "other/Queues.md", "aws/Café.md"]
FILES = ["img/a b.png", "aws/img/pic.png", "x/pic.png", "drawing.excalidraw.md"]
RESOLVER = Resolver(NOTES, FILES, {"SQS": "aws/Queues.md"})


def link(target: str, fragment: str = "") -> Link:
    return Link(LinkKind.WIKILINK, target, fragment, "", 1)


def found(target: str, from_path: str = "Index.md") -> str | None:
    hit = RESOLVER.resolve(link(target), from_path)
    return hit.path if hit else None


@pytest.mark.parametrize(
    ("target", "from_path", "path"),
    [
        ("Index", "aws/Queues.md", "Index.md"),
        ("Index.md", "aws/Queues.md", "Index.md"),
        ("INDEX", "aws/Queues.md", "Index.md"),
        ("aws/Queues", "other/Queues.md", "aws/Queues.md"),
        ("/aws/Queues", "other/Queues.md", "aws/Queues.md"),
        ("Queues", "Index.md", "aws/Queues.md"),  # the shortest path
        ("Queues", "other/X.md", "other/Queues.md"),  # the own folder first
        ("Queues", "aws/deep/X.md", "aws/deep/Queues.md"),
        ("deep/Queues", "Index.md", "aws/deep/Queues.md"),
        ("./Queues", "other/X.md", "other/Queues.md"),
        ("../other/Queues.md", "aws/X.md", "other/Queues.md"),
        ("Cafe\u0301", "Index.md", "aws/Café.md"),
        ("a b.png", "aws/Queues.md", "img/a b.png"),
        ("img/pic.png", "Index.md", "aws/img/pic.png"),
        ("pic.png", "Index.md", "x/pic.png"),
        ("drawing.excalidraw", "Index.md", "drawing.excalidraw.md"),
        ("SQS", "Index.md", "aws/Queues.md"),  # an alias, when nothing else fits
        ("sqs", "Index.md", "aws/Queues.md"),
        ("", "aws/Queues.md", "aws/Queues.md"),
        ("Nowhere", "Index.md", None),
        ("ueues", "Index.md", None),
        ("pic", "Index.md", None),
        ("../../etc/passwd", "aws/Queues.md", None),
    ],
)
def test_where_a_link_leads(target: str, from_path: str, path: str | None) -> None:
    assert found(target, from_path) == path


def test_what_kind_of_file_it_is() -> None:
    note, picture = RESOLVER.resolve(link("Index"), ""), RESOLVER.resolve(link("a b.png"), "")
    assert note
    assert note.kind is TargetKind.NOTE
    assert picture
    assert picture.kind is TargetKind.ATTACHMENT


def read(path: str, text: str) -> ParsedNote:
    return parse_note(path, text.encode(), VaultSettings())


def test_anchors_of_headings_and_blocks() -> None:
    note = read("a.md", "# One\n## Sub: part\n# Two\n## Sub: part\nText ^id-1\n")
    one, sub, two, other = note.headings
    assert find_anchor(note, "One") == one.anchor
    assert find_anchor(note, "sub part") == sub.anchor
    assert find_anchor(note, "Two#Sub: part") == other.anchor
    assert find_anchor(note, "One#Two") is None
    assert find_anchor(note, "Nothing") is None
    assert find_anchor(note, "^ID-1")
    assert find_anchor(note, "^id-2") is None
    hit = Resolver(["a.md"], [], {}).resolve(link("a", "Two"), "a.md")
    assert hit
    assert hit.anchor == two.anchor


def test_the_report_names_what_leads_nowhere_and_why() -> None:
    notes = [
        read("a.md", "[[b]] [[b#Here]] [[b#^id]]\n[[b#Gone]]\n[[b#^gone]]\n[[c]] [[v1.2]]\n"),
        read("b.md", "# Here\ntext ^id\n![[x.png]] ![[x.png]] ![[no.png]] [[#Gone]]\n"),
    ]
    resolver = Resolver(["a.md", "b.md"], ["x.png", "unused.png"], {})
    report = check_links({note.path: note for note in notes}, resolver)
    assert report.resolved == 3
    assert report.found == ("x.png",)
    assert [(m.path, m.line, m.target) for m in report.missing] == [("b.md", 3, "no.png")]
    assert [(m.path, m.line, m.target) for m in report.broken] == [
        ("a.md", 2, "b#Gone"),
        ("a.md", 3, "b#^gone"),
        ("a.md", 4, "c"),
        ("a.md", 4, "v1.2"),
        ("b.md", 3, "#Gone"),
    ]
    assert "no heading “Gone”" in report.broken[0].message


# --- topics -----------------------------------------------------------------------------------


def trails(**texts: str) -> dict[str, tuple[str, ...]]:
    notes = {path: read(path, text) for path, text in texts.items()}
    return topic_trails(find_indexes(notes, Resolver(notes, [], {})))


def test_topics_come_from_the_index_or_else_the_folders() -> None:
    assert trails(
        **{
            "in/Index.md": "",
            "in/Part.md": "**Links**: [[Index]]",
            "Note.md": "**Links**: [[Part]]",
            "in/Absent.md": "**Links**: [[maps/100 Map]]",
            "x/y/Loose.md": "",
        }
    ) == {
        "in/Index.md": ("Index",),
        "in/Part.md": ("Index", "Part"),
        "Note.md": ("Index", "Part", "Note"),
        "in/Absent.md": ("100 Map", "Absent"),
        "x/y/Loose.md": ("x", "y", "Loose"),
    }


def test_indexes_in_a_circle_end_somewhere() -> None:
    found = trails(**{"A.md": "Up: [[B]]", "B.md": "Up: [[A]]", "C.md": "Up: [[C]]"})
    assert {path: trail[-1] for path, trail in found.items()} == {
        "A.md": "A",
        "B.md": "B",
        "C.md": "C",
    }


def test_notes_are_read_in_the_order_of_their_index() -> None:
    texts = {
        "A.md": "Up: [[Index]]",
        "B.md": "Up: [[Index]]",
        "C.md": "Up: [[Index]]",
        "Index.md": "1. [[C]]\n2. [[A]]\n",
        "Before.md": "",
        "X.md": "Up: [[Y]]",
        "Y.md": "Up: [[X]]",
    }
    notes = {path: read(path, text) for path, text in texts.items()}
    resolver = Resolver(notes, [], {})
    order = reading_order(find_indexes(notes, resolver), notes, resolver)
    assert order == ["Before.md", "Index.md", "C.md", "A.md", "B.md", "X.md", "Y.md"]


def test_notes_without_an_index_are_in_obsidians_order() -> None:
    paths = [
        "a/b.md",
        "Part 10.md",
        "part 2.md",
        "part 02.md",
        "Part.md",
        "2.md",
        "10 a.md",
        "Ä.md",
    ]
    notes = {path: read(path, "") for path in sorted(paths)}
    resolver = Resolver(notes, [], {})
    assert reading_order(find_indexes(notes, resolver), notes, resolver) == [
        *("2.md", "10 a.md", "a/b.md", "part 02.md", "part 2.md", "Part 10.md", "Part.md", "Ä.md"),
    ]
