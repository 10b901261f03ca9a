"""Finding notes and questions: what is found, in which order, where it leads, and who finds it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.models import NoteVersion, SearchEntry, Vault
from studyapp.library.search import FoundNote, search
from studyapp.library.search.finding import found_questions
from studyapp.library.search.indexing import rebuild
from studyapp.library.search.marking import Marked
from studyapp.library.services.importing import import_vault
from tests.library.factories import make_learner
from tests.library.vaults import QUEUES, TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db


def bring_in(root: Path, files: dict[str, str | bytes] | None = None) -> Vault:
    """The learner's vault of the folder ``root``, with ``files`` written there first."""
    return import_vault(owner=ensure_learner(), root=write_vault(root, files or {})).vault


def titles(text: str, user: User | None = None) -> list[str]:
    return [note.title.text for note in search(user or ensure_learner(), text).notes]


def shown(marked: Marked) -> str:
    return marked.html.replace("<mark>", "[").replace("</mark>", "]")


def found(text: str) -> FoundNote:
    """The one note that is found."""
    (note,) = search(ensure_learner(), text).notes
    return note


# --- what is found --------------------------------------------------------------------------


def test_a_selection_has_every_question_that_says_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyapp.library.search.postgresql.RANKED", 1)
    notes = {f"{n}.md": f"> [!question] Number {n}?\n> It shards.\n" for n in range(3)}
    bring_in(tmp_path / "v", dict(notes))
    assert len(found_questions(ensure_learner(), "shards ")) == 3


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return bring_in(messaging(tmp_path / "Messaging"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("subscriber filter", ["Topics"]),
        ("subscriber nothinglikeit", []),
        ("SUBSCRIB", ["Topics"]),  # the last word may be unfinished
        ("subscrib ", []),  # and is not when a space follows
        ('"message to every"', ["Topics"]),
        ('"every message to"', []),
        ("message -topic", ["Queues"]),
        ("tag:aws", ["Queues"]),
        ("tag:aws/sqs ", ["Queues"]),
        ("tag:sqs ", []),
        ('topic:"messaging index" consumer', ["Queues"]),
        ("path:topics ", ["Topics"]),
        ("-path:topics message", ["Queues"]),
        ("kind:choice", ["Queues"]),
        ("kind:basic policy", ["Topics"]),
        ("kind:choice topics", []),
        ("kind:basic -tag:aws", ["Topics"]),
        ("is:needs-answer", []),
    ],
)
def test_what_is_found(vault: Vault, text: str, expected: list[str]) -> None:
    assert titles(text) == expected


def test_accents_and_case_do_not_matter(tmp_path: Path) -> None:
    bring_in(tmp_path / "v", {"Café.md": "Ein Überblick über Größen.\n"})
    for text in ("cafe ", "CAFÉ", "uberblick", "ÜBERBLICK "):
        assert titles(text) == ["Café"]


def test_a_title_counts_more_than_a_heading_and_that_more_than_text(tmp_path: Path) -> None:
    other = "Something else entirely, and at some length, so that it is a note.\n"
    bring_in(
        tmp_path / "v",
        {
            "Replication lag in practice.md": other * 9,
            "Databases.md": f"## Replication\n{other * 9}",
            "Diary.md": "Replication replication replication.\n",
            "Replication.md": other * 30,
            "Empty.md": other,
        },
    )
    assert titles("replication") == [
        "Replication",
        "Replication lag in practice",
        "Databases",
        "Diary",
    ]
    assert titles("repli")[2:] == ["Databases", "Diary"]


def test_an_alias_is_found_and_shown(tmp_path: Path) -> None:
    bring_in(
        tmp_path / "v", {"Security Token Service.md": "---\naliases: [STS, Tokens]\n---\nWords.\n"}
    )
    assert shown(found("sts").title) == "Security Token Service · [STS]"


def test_comments_and_ids_are_not_found_but_code_is(tmp_path: Path) -> None:
    text = "Seen. %% unseen %%\n\n```\nqueue.send(%%x%%)\n```\n\nText ^block-id\n"
    bring_in(tmp_path / "v", {"n.md": text})
    assert titles("unseen") == []
    assert titles('"block id"') == []
    assert titles("queue.send") == ["n"]


@pytest.mark.parametrize("text", ["Quues", "Quese", "queeus", "quuees"])
def test_a_title_is_found_although_it_is_misspelt(vault: Vault, text: str) -> None:
    results = search(ensure_learner(), text)
    assert results.notes == ()
    assert results.near[0].title == "Queues"
    assert results.near[0].url == "/library/messaging/notes/Queues.md"


@pytest.mark.parametrize("text", ["cogntio usr pol", "cognito userpols", "Cognito Usre Pools"])
def test_a_title_of_several_words_is_found_although_they_are_misspelt(
    tmp_path: Path, text: str
) -> None:
    names = ("Cognito User Pools", "Cognito Identity Pools", "User Data", "Cost and Usage")
    bring_in(tmp_path / "v", {f"{name}.md": "Words.\n" for name in names})
    assert search(ensure_learner(), text).near[0].title == "Cognito User Pools"


def test_questions_without_an_answer_are_found_by_that(tmp_path: Path) -> None:
    bring_in(tmp_path / "v", {"n.md": "> [!question] Who keeps it?\n", "m.md": QUEUES})
    assert titles("is:needs-answer") == titles("is:needs-answer keeps") == ["n"]
    assert titles("is:needs-answer hidden") == []


def test_an_unfinished_letter_or_two_begins_titles_and_what_is_asked_only(tmp_path: Path) -> None:
    bring_in(tmp_path / "v", {"Zebra.md": "Words.\n", "n.md": "A zebu, and a zeal.\n"})
    assert titles("ze") == ["Zebra"]
    assert shown(found("ze").title) == "[Zebra]"
    assert titles("zeb") == ["Zebra", "n"]


def test_accents_are_marked_with_their_letters(tmp_path: Path) -> None:
    bring_in(tmp_path / "v", {"n.md": "Der U\u0308berblick u\u0308ber Größen … und mehr.\n"})
    assert "und [mehr]" in shown(found("mehr ").passages[0].text)
    assert "[Größen]" in shown(found("großen ").passages[0].text)


def test_what_looks_like_a_filter_lifts_the_notes_that_say_it(tmp_path: Path) -> None:
    bring_in(
        tmp_path / "v",
        {
            "a.md": "A role and a role.\n",
            "b.md": "A role needs iam:PassRole, at times, and so on.\n",
        },
    )
    results = search(ensure_learner(), "iam:PassRole role ")
    assert [note.title.text for note in results.notes] == ["b", "a"]
    assert len(results.notices) == 1


# --- where it leads -------------------------------------------------------------------------


def test_each_place_links_to_its_line_under_its_heading(tmp_path: Path) -> None:
    text = "---\na: b\n---\n# Top\nWords.\n\n## Deep *down*\nThe **lag** is here.\n"
    bring_in(tmp_path / "My vault", {"Some note.md": text})
    (passage,) = found("lag").passages
    assert passage.url == "/library/my-vault/notes/Some%20note.md#L8"
    assert passage.where == "Deep down"
    assert shown(passage.text) == "The [lag] is here."


def test_the_title_is_not_said_again_below_itself(tmp_path: Path) -> None:
    bring_in(tmp_path / "v", {"Lag time.md": "# Lag time\nA lag is short.\n\n## More\nNo lag.\n"})
    first, second = found("lag").passages
    assert (first.where, shown(first.text)) == ("", "A [lag] is short.")
    assert (second.where, shown(second.text)) == ("More", "No [lag].")


def test_a_question_leads_to_its_line(vault: Vault) -> None:
    (passage,) = found("hidden unless").passages
    assert passage.is_question
    assert passage.url.endswith("Queues.md#L9")
    assert shown(passage.text) == (
        "How long does a message stay [hidden] after it was received? — "
        "For the visibility timeout, 30 seconds [unless] you change it."
    )


def test_the_gaps_of_one_sentence_are_one_place(tmp_path: Path) -> None:
    bring_in(tmp_path / "v", {"n.md": "> [!question|cloze]\n> The ==cat== chased the ==mouse==.\n"})
    assert len(found("kind:cloze chased").passages) == 1


def test_long_lines_are_cut_around_the_match(tmp_path: Path) -> None:
    bring_in(tmp_path / "v", {"n.md": f"{'before ' * 80}needle {'after ' * 80}\n"})
    text = shown(found("needle").passages[0].text)
    assert "before [needle] after" in text
    assert len(text) < 220
    assert text.startswith("… ")
    assert text.endswith(" …")


# --- who finds it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["message", "queues", "quees", "tag:aws", "kind:choice", "-zebra", "is:ready"]
)
def test_nobody_finds_what_is_another_persons(vault: Vault, text: str) -> None:
    results = search(make_learner("mallory"), text)
    assert (results.notes, results.near) == ((), ())


# --- the index follows the vault ------------------------------------------------------------


def index() -> list[tuple[object, ...]]:
    fields = [f.attname for f in SearchEntry._meta.concrete_fields if f.attname != "id"]
    served = NoteVersion.objects.live()
    return sorted(SearchEntry.objects.filter(version__in=served).values_list(*fields))


def assert_as_rebuilt(vault: Vault) -> None:
    """The entries are what a rebuild gives, and the index holds exactly them."""
    before = index()
    assert rebuild(vault) == len(before)
    assert index() == before
    assert SearchEntry.objects.count() == len(before)
    if connection.vendor != "sqlite":
        return  # the index is a column of the rows
    with connection.cursor() as cursor:
        for table in ("library_search", "library_search_titles"):
            # Raises where the index and the rows differ.
            cursor.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")


def test_edited_moved_removed_and_returned(tmp_path: Path) -> None:
    root = messaging(tmp_path / "Messaging")
    vault = bring_in(root)
    assert_as_rebuilt(vault)

    edited = QUEUES.replace("consumer", "zebra").replace("aws/sqs", "gcp")
    bring_in(messaging(root, Queues=edited))
    assert titles("zebra") == ["Queues"]
    assert titles("consumer") == []
    assert titles("kind:choice tag:gcp ") == ["Queues"]  # unchanged itself, its note's tag is new
    assert_as_rebuilt(vault)

    (root / "Queues.md").rename(root / "Waiting lines.md")
    bring_in(root)
    assert titles("zebra") == ["Waiting lines"]
    assert_as_rebuilt(vault)

    (root / "Waiting lines.md").unlink()
    bring_in(root)
    assert titles("zebra") == []
    assert titles("visibility") == []
    assert_as_rebuilt(vault)

    bring_in(messaging(root))
    assert titles("visibility") == ["Queues"]
    assert_as_rebuilt(vault)


def test_what_was_replaced_is_swept_away_by_the_next_import(tmp_path: Path) -> None:
    root = messaging(tmp_path / "Messaging")
    bring_in(root)
    entries = SearchEntry.objects.count()
    for text in ("One.\n", "Two.\n", "Three.\n"):
        bring_in(messaging(root, Topics=text))
    bring_in(root)
    assert SearchEntry.objects.count() == entries - 1  # the question in Topics is gone


def test_an_unchanged_vault_leaves_the_index_alone(tmp_path: Path) -> None:
    root = messaging(tmp_path / "Messaging")
    bring_in(root)
    before = list(SearchEntry.objects.values())
    bring_in(root)
    assert list(SearchEntry.objects.values()) == before


def test_what_is_not_served_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studyapp.library.services.placing import RevisionWriter

    root = messaging(tmp_path / "Messaging")
    vault = bring_in(root)

    def die(self: RevisionWriter) -> None:
        raise RuntimeError

    changed = messaging(root, Queues=QUEUES.replace("consumer", "zebra"), Topics=None)
    with monkeypatch.context() as patch:
        patch.setattr(RevisionWriter, "flip", die)
        with pytest.raises(RuntimeError):
            bring_in(changed)
    assert titles("zebra") == []
    assert titles("consumer") == ["Queues"]
    assert titles("subscriber") == ["Topics"]

    bring_in(changed)
    assert titles("zebra") == ["Queues"]
    assert titles("subscriber") == []
    assert_as_rebuilt(vault)


def test_the_index_is_made_anew_on_demand(vault: Vault) -> None:
    before = index()
    SearchEntry.objects.filter(kind="").delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO library_search(library_search) VALUES ('delete-all')")
    else:
        SearchEntry.objects.all().delete()
    assert titles("message") == []
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert out.getvalue() == "Messaging: 6\u00a0entries\n"
    assert index() == before
    assert set(titles("message")) == {"Topics", "Queues"}
    assert_as_rebuilt(vault)


def test_a_deleted_vault_leaves_nothing_behind(vault: Vault) -> None:
    Vault.objects.filter(pk=vault.pk).delete()
    assert not SearchEntry.objects.exists()
    assert titles("message") == []


def test_a_search_costs_the_same_however_much_there_is(tmp_path: Path) -> None:
    def queries(text: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            search(user, text)
        return len(captured)

    root = messaging(tmp_path / "Messaging")
    bring_in(root)
    user = ensure_learner()
    texts = ["keeps", "nothinglikeit", "tag:aws", "kind:basic hidden", "keeps unheard unseen"]
    few = [queries(text) for text in texts]
    bring_in(root, {f"More {n}.md": QUEUES + TOPICS for n in range(30)})
    many = [queries(text) for text in texts]
    assert all(more <= less <= 4 for more, less in zip(many, few, strict=True)), (few, many)


# --- whatever is typed ----------------------------------------------------------------------

WORDS = ("AND", "OR", "NOT", "NEAR(", "tag:", "kind:", "is:", "path:", "title:", "message")
PIECES = st.sampled_from([*WORDS, *"\"-*():^{}+'%;\\\0\2\n a"])
TYPED = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(PIECES, max_size=12).map(" ".join),
)


class AnyTextTests(TestCase):
    """Hypothesis needs Django's own test case to share a database between its examples."""

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(TYPED)
    def test_no_text_is_an_error(self, text: str) -> None:
        search(make_learner(), text)
