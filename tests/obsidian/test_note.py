"""A note read whole: frontmatter, encoding, headings, ids, tags, links, index."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import LinkKind, ParsedNote, VaultSettings


def read(text: str | bytes, path: str = "folder/Note.md") -> ParsedNote:
    data = text.encode() if isinstance(text, str) else text
    return parse_note(path, data, VaultSettings())


def problems(note: ParsedNote) -> list[tuple[int, str]]:
    return [(d.line, d.code) for d in note.diagnostics]


# --- frontmatter ------------------------------------------------------------------------------


def test_properties_title_aliases_and_tags() -> None:
    note = read("---\ntitle: Queues\naliases: [SQS, Q]\ntags: aws, Exam\n---\nText #aws #new\n")
    assert (note.title, note.aliases, note.tags) == ("Queues", ("SQS", "Q"), ("aws", "Exam", "new"))
    assert note.body_line == 6
    assert not note.diagnostics


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("title: a: b", 2),
        ("x: 1\ntitle: {{date}}", 3),
        ("x: 1\ny: 'open", 3),
        ("1: a number", 2),
        ("when: 2022-99-99", 2),
        ("a: &a [*a]", 2),
    ],
)
def test_a_note_survives_frontmatter_that_cannot_be_read(front: str, line: int) -> None:
    note = read(f"---\n{front}\n---\n# Heading\n> [!question] Is it read?\n> Yes.\n")
    assert problems(note) == [(line, "bad-frontmatter")]
    assert [h.text for h in note.headings] == ["Heading"]
    assert note.items[0].lines[0] == len(front.split("\n")) + 4


def test_one_property_that_cannot_be_read_costs_no_other() -> None:
    note = read(
        "---\ntags:\n  - aws\n  - s3\ntitle: a: b\n"
        "the day: 2022-99-99\nup: [[Index]]\nof: {{date}}\n---\n"
    )
    assert note.tags == ("aws", "s3")
    assert note.title == "a: b"
    assert note.frontmatter["the day"] == "2022-99-99"
    assert (note.frontmatter["up"], note.frontmatter["of"]) == ("[[Index]]", "{{date}}")
    assert problems(note) == [(5, "bad-frontmatter")]


def test_odd_values_are_read_as_what_they_are() -> None:
    note = read(
        "---\ntags: [2024, aws, 3.14, null, true]\nnothing: ~\nempty:\n"
        "deep: [1, [2, [3, {a: b}]]]\n5: five\n---\n"
    )
    assert note.tags == ("aws", "3.14", "true")  # 2024 is no tag
    assert note.frontmatter["deep"] == [1, [2, [3, {"a": "b"}]]]
    assert (note.frontmatter["nothing"], note.frontmatter["5"]) == (None, "five")


@pytest.mark.parametrize(
    "bomb", ["a: [[[[\n" * 5_000, "a: " + "[" * 50_000, "a:\n" + "- " * 50_000]
)
def test_brackets_within_brackets_do_not_end_the_process(bomb: str) -> None:
    assert problems(read(f"---\n{bomb}\n---\nText"))[0][1] == "bad-frontmatter"


@pytest.mark.parametrize(
    "text",
    ["---\nJust a rule above a sentence.\n---\nMore.", "---\n- a list\n---\n", "---\nnever closed"],
)
def test_a_rule_at_the_start_is_no_frontmatter(text: str) -> None:
    note = read(text)
    assert note.body_line == 1
    assert not note.frontmatter
    assert not note.diagnostics


def test_a_second_rule_belongs_to_the_body() -> None:
    note = read("---\ncreated: 2022-05-30 09:35\n---\n---\nText")
    assert note.frontmatter == {"created": "2022-05-30 09:35"}
    assert note.body_line == 4


def test_aliases_that_multiply_without_end_do_no_harm() -> None:
    bomb = "\n".join(
        ["a: &a [x, x, x, x, x, x, x, x, x]"]
        + [
            f"{n}: &{n} [{', '.join([f'*{m}'] * 9)}]"
            for m, n in zip("abcdefg", "bcdefgh", strict=True)
        ]
    )
    assert problems(read(f"---\n{bomb}\n---\nText")) == [(2, "bad-frontmatter")]


def test_properties_are_plain_json_values() -> None:
    note = read("---\nday: 2022-05-30\nup: [[Index]]\nn: .nan\nlist: [1, {a: 2022-05-30}]\n---\n")
    assert note.frontmatter["up"] == "[[Index]]"
    json.dumps(note.frontmatter, allow_nan=False)


# --- encoding ---------------------------------------------------------------------------------


def test_a_byte_order_mark_hides_nothing() -> None:
    assert read(b"\xef\xbb\xbf---\ntitle: T\n---\n").title == "T"


def test_a_note_that_is_not_utf8_is_read_and_its_line_named() -> None:
    note = read(b"# One\n\nCaf\xe9 #tag\n")
    assert "Café" in note.text
    assert note.tags == ("tag",)
    assert problems(note) == [(3, "not-utf8")]


def test_utf16_is_recognised_by_its_mark() -> None:
    assert [h.text for h in read("# Größe".encode("utf-16")).headings] == ["Größe"]


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_do_not_matter(ending: str) -> None:
    note = read("---\ntags: a\n---\n\n> [!question] Who?\n> Me.\n".replace("\n", ending))
    assert note.items[0].lines == (5, 6)
    assert note.items[0].content.answer == "Me."


# --- structure --------------------------------------------------------------------------------


def test_headings_with_their_lines_and_distinct_anchors() -> None:
    note = read("---\na: 1\n---\n# *One* ^id\nTwo\n---\n## One\n```\n# no\n```\n")
    assert [(h.level, h.text, h.line) for h in note.headings] == [
        (1, "One", 4),
        (2, "Two", 5),
        (2, "One", 7),
    ]
    assert len({h.anchor for h in note.headings}) == 3


def test_block_ids_outside_code() -> None:
    note = read(
        "Text ^one\n\n- item ^Two\n\n> quote\n\n^three\n\n`x ^four`\n\n```\ny ^five\n```\n2^10\n"
    )
    assert note.block_ids == {"one": 1, "two": 3, "three": 7}


def test_tags_follow_obsidians_rules() -> None:
    note = read(
        "#a/b text#no #1984 #y1984 (#in) `#code` [x](#anchor) #Ünïcode #A/B, C# &#39;\n%%#hid%% "
        "[[#Part]] [[Note #2b]]"
    )
    assert note.tags == ("a/b", "y1984", "in", "Ünïcode")


def test_links_and_embeds_with_their_lines() -> None:
    note = read(
        "[[Note]] [[Note#H1#H2|shown]] ![[img one.png|300]]\n"
        '[text](Some%20Note.md#A%20B) ![250](pic.png "title") [web](https://example.org)\n'
        "| [[Cell\\|alias]] |\n|---|\n"
        "`[[code]]` %%[[hidden]]%% [[#Here]] [![alt](<a b.png>)](Target.md) [](mailto:x@y.z)\n"
        "> [!note] [[In a title]]\n> [[In a body]]\n"
    )
    rows = [(x.kind, x.target, x.fragment, x.alias, x.line) for x in note.links]
    assert rows == [
        (LinkKind.WIKILINK, "Note", "", "", 1),
        (LinkKind.WIKILINK, "Note", "H1#H2", "shown", 1),
        (LinkKind.EMBED, "img one.png", "", "300", 1),
        (LinkKind.MARKDOWN, "Some Note.md", "A B", "text", 2),
        (LinkKind.EMBED, "pic.png", "", "250", 2),
        (LinkKind.WIKILINK, "Cell", "", "alias", 3),
        (LinkKind.WIKILINK, "", "Here", "", 5),
        (LinkKind.MARKDOWN, "Target.md", "", "![alt](<a b.png>)", 5),
        (LinkKind.EMBED, "a b.png", "", "alt", 5),
        (LinkKind.WIKILINK, "In a title", "", "", 6),
        (LinkKind.WIKILINK, "In a body", "", "", 7),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "**Links**: [[The Index]]\n",
        "---\na: 1\n---\n---\nLinks:: [[The Index|up]] and [[Another]]\n",
        "# Title\n\nUp: [[The Index#Part]]\n",
        '---\nup: "[[The Index]]"\n---\n',
        "---\nparent: [[The Index]]\n---\n",
    ],
)
def test_the_index_of_a_note(text: str) -> None:
    assert read(text).parent == "The Index"


def test_a_link_line_far_down_is_no_index() -> None:
    assert read("text\n\n" * 10 + "**Links**: [[Elsewhere]]\n").parent == ""
    assert read("See the links: [[Elsewhere]]\n").parent == ""


def test_what_is_never_closed_is_named() -> None:
    assert problems(read("a\n\n%%\nhidden\n")) == [(3, "open-comment")]
    assert problems(read("a\n```py\ncode\n")) == [(2, "open-code")]


def test_a_note_travels_between_processes() -> None:
    note = read("---\ntags: a\n---\n> [!question|num] How many?\n> answer:: 3 ± 1 s\n")
    assert pickle.loads(pickle.dumps(note)) == note


def test_the_five_questions_of_a_real_note_shape() -> None:
    """The shapes of the first real note this was made for, in our own words."""
    text = (Path(__file__).parents[1] / "corpus" / "notes" / "Messaging.md").read_text()
    note = read(text, "Messaging.md")
    assert [(i.shape, i.status.value) for i in note.items] == [
        ("S2", "ready"),
        ("S1", "ready"),
        ("S1", "ready"),
        ("S0", "needs_answer"),
        ("S4", "ready"),
    ]
    takeaway = note.items[-1].content
    assert "Standard queues" not in takeaway.prompt
    assert "Standard queues" in takeaway.explanation
    assert "![[attachments/fan out.png]]" in note.items[1].content.answer
    assert note.parent == "100 Exam Index"


def test_control_characters_are_replaced_and_lines_stay() -> None:
    note = read("# A\x1fB\n\n> [!question] What is \x02klzzwxh:0001\x03 or \0?\n> Noth\x0bing.\n")
    assert note.headings[0].text == "A\ufffdB"
    assert note.items[0].content.prompt == "What is \ufffdklzzwxh:0001\ufffd or \ufffd?"
    assert note.items[0].content.answer == "Noth ing."
    assert note.items[0].lines == (3, 4)
    assert read('---\ntitle: "a\\x1Fb\\0"\n---\n').title == "a\ufffdb\ufffd"


@pytest.mark.parametrize(
    "text",
    ["x: 0x" + "f" * 5000, "? 0x" + "f" * 5000 + "\n: x", "x: [[0x" + "f" * 5000 + "]]"],
    ids=["value", "name", "link"],
)
def test_a_number_too_long_to_be_written_down_is_text(text: str) -> None:
    properties = read(f"---\n{text}\n---\nbody\n").frontmatter
    assert "0xffff" in json.dumps(properties)
