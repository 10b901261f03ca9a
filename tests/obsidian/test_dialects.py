"""Ways of asking that are off by default: where they are on, and when they are proposed."""

from __future__ import annotations

import pytest

from studyapp.obsidian.dialects import offered, propose, some_samples, tally_offers
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.settings import parse_settings
from studyapp.obsidian.values import Dialect, VaultSettings

NOTE = (
    b"# What is S3?\nA store.\n\nQ: And SQS?\nA: A queue of ==messages==, **hidden** for a time.\n"
    b"\n---\nVisibility timeout:::Hides a message\n"
)


def shapes(path: str, dialects: list[tuple[str, Dialect]], note: bytes = NOTE) -> list[str]:
    return [i.shape for i in parse_note(path, note, VaultSettings(dialects=tuple(dialects))).items]


@pytest.mark.parametrize(
    ("folder", "path", "on"),
    [
        ("", "Note.md", True),
        ("", "a/b/Note.md", True),
        ("a", "a/Note.md", True),
        ("a", "a/b/Note.md", True),
        ("a/b", "a/Note.md", False),
        ("a", "ab/Note.md", False),
        ("a", "Note.md", False),
        ("a", "a.md", False),
    ],
)
def test_a_dialect_is_on_in_a_folder_and_below(folder, path, on):
    assert shapes(path, [(folder, Dialect.LABELS)]) == (["labels"] if on else [])


def test_a_notes_own_property_adds_to_what_is_on_where_it_lies():
    note = b"---\nquestion-style: [Headings, unheard-of]\n---\n" + NOTE
    assert shapes("a.md", [], note) == ["headings"]
    assert shapes("a.md", [("", Dialect.LABELS)], note) == ["headings", "labels"]


def test_lines_that_are_a_question_already_are_not_asked_again():
    on = [("", dialect) for dialect in Dialect]
    note = b"#flashcards\n\n**SQS**::a ==queue==\n\n# What is S3? #card\nA **store**.\n"
    assert shapes("a.md", on, note) == ["spaced-repetition", "card"]


@pytest.mark.parametrize("dialect", Dialect)
def test_what_is_offered_is_what_switching_on_adds(dialect):
    before = parse_note("a.md", NOTE, VaultSettings())
    after = parse_note("a.md", NOTE, VaultSettings(dialects=(("", dialect),)))
    assert before.items == ()
    assert before.offers[dialect] == len(after.items) > 0
    assert dialect not in after.offers


def test_settings_of_a_note_tell_notes_apart_only_by_what_is_on_there():
    settings = VaultSettings(dialects=(("a", Dialect.BOLD), ("", Dialect.LABELS)))
    assert settings.of_note("b/x.md") == settings.of_note("y.md")
    assert settings.of_note("a/x.md") != settings.of_note("y.md")


def test_what_is_offered_comes_with_its_first_question():
    samples = parse_note("a.md", NOTE, VaultSettings()).samples
    assert {dialect.value: (s.line, s.question, s.answer) for dialect, s in samples.items()} == {
        "headings": (1, "What is S3?", samples[Dialect.HEADINGS].answer),
        "labels": (4, "And SQS?", "A queue of messages, hidden for a time."),
        "cards": (8, "Visibility timeout", "Hides a message"),
        "highlights": (4, samples[Dialect.HIGHLIGHTS].question, ""),
        "bold": (4, samples[Dialect.BOLD].question, ""),
    }
    assert samples[Dialect.HEADINGS].answer.startswith("A store.")
    assert "hidden" in samples[Dialect.BOLD].question


def test_a_proposal_shows_the_first_samples_of_the_notes():
    notes = [(f"{n}.md", parse_note(f"{n}.md", NOTE, VaultSettings()).samples) for n in range(9)]
    samples = some_samples(notes)
    assert [row[0] for row in samples["cards"]] == ["0.md", "1.md", "2.md"]
    again = some_samples(notes[:1], before={"cards": [["7.md", 1, "q", "a"]]})
    assert [row[0] for row in again["cards"]] == ["0.md", "7.md"]
    tally = tally_offers([("1.md", {Dialect.CARDS: 9})])
    (proposal,) = propose(tally, 0, samples)
    assert proposal.samples[0] == ("0.md", 8, "Visibility timeout", "Hides a message")


OFFERS = [
    ("aws/sqs/Queues.md", {Dialect.HEADINGS: 4, Dialect.BOLD: 15}),
    ("aws/sns/Topics.md", {Dialect.HEADINGS: 2, Dialect.BOLD: 10}),
    ("Index.md", {Dialect.BOLD: 1, Dialect.LABELS: 1}),
]


def test_a_proposal_names_the_deepest_folder_that_holds_the_pattern():
    headings, bold = propose(tally_offers(OFFERS), own=0)
    assert (headings.dialect, headings.folder) == (Dialect.HEADINGS, "aws")
    assert (headings.notes, headings.items) == (2, 6)
    assert (bold.dialect, bold.folder, bold.notes, bold.items) == (Dialect.BOLD, "", 3, 26)


def test_emphasis_is_not_proposed_to_somebody_who_asks_otherwise():
    assert [p.dialect for p in propose(tally_offers(OFFERS), own=26)] == [Dialect.HEADINGS]


def test_what_a_folder_would_gain_counts_the_folders_below():
    tally = tally_offers(OFFERS)
    assert offered(tally, Dialect.BOLD) == (3, 26)
    assert offered(tally, Dialect.BOLD, "aws") == (2, 25)
    assert offered(tally, Dialect.BOLD, "aws/sns") == (1, 10)
    assert offered(tally, Dialect.BOLD, "aw") == (0, 0)


def test_where_the_plugin_takes_folders_for_decks_their_notes_need_no_tag():
    path = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    settings, _ = parse_settings({path: b'{"settings": {"convertFoldersToDecks": true}}'})
    note = b"Visibility timeout:::Hides a message\n"
    assert [i.shape for i in parse_note("aws/a.md", note, settings).items] == [
        "spaced-repetition"
    ] * 2
    assert parse_note("a.md", note, settings).items == ()  # in no folder, so in no deck
