"""Deciding between two texts of a note, and going back to what it said before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.library.models import FolderState, Vault
from studyapp.library.services.checking import check_vault
from studyapp.library.workers import NoteWorkers
from tests.library.test_editing import edit, live
from tests.library.test_import import placed, run
from tests.library.vaults import TOPICS, messaging

pytestmark = pytest.mark.django_db

CONFLICT = "/library/messaging/conflict/Topics.md"
VERSIONS = "/library/messaging/versions/Topics.md"
NOTE = "/library/messaging/notes/Topics.md"
MINE = TOPICS.replace("Every subscriber", "Each subscriber")
THEIRS = TOPICS.replace("Every subscriber", "All subscribers")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return messaging(tmp_path / "Messaging")


@pytest.fixture
def vault(root: Path) -> Vault:
    vault = run(root).vault
    edit(vault, "Topics.md", MINE)
    return vault


@pytest.fixture
def in_conflict(root: Path, vault: Vault) -> Vault:
    messaging(root, Topics=THEIRS)
    run(root)
    vault.refresh_from_db()
    return vault


@pytest.fixture
def deleted(root: Path, vault: Vault) -> Vault:
    messaging(root, Topics=None)
    run(root)
    vault.refresh_from_db()
    return vault


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(seen|incoming)" value="(\w+)"', page))


def decide(client: Client, **choice: str) -> HttpResponse:
    drawn = hidden(client.get(CONFLICT).content.decode())
    return client.post(CONFLICT, {**drawn, **choice})  # type: ignore[return-value]


def test_a_conflict_is_linked_from_where_one_meets_it(client: Client, in_conflict: Vault) -> None:
    for page in ("/library/messaging/", NOTE, "/library/messaging/report/"):
        assert CONFLICT in client.get(page).content.decode()


def test_both_sides_are_shown_in_their_place(client: Client, in_conflict: Vault) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(CONFLICT).content.decode()
    assert "Each subscriber whose filter" in page
    assert "All subscribers whose filter" in page
    assert "Who receives a message" in page  # the line above
    assert len(queries) <= 5


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ({"keep-1": "ours"}, MINE),
        ({"keep-1": "theirs"}, THEIRS),
        (
            {"keep-1": "both"},
            MINE + "> All subscribers whose filter policy lets it through.\n",
        ),
        (
            {"keep-1": "hand", "text-1": "> Both of\r\n> them.\r\n"},
            MINE[: MINE.index("> Each")] + "> Both of\n> them.\n",
        ),
    ],
    ids=["ours", "theirs", "both", "hand"],
)
def test_a_decision_is_served_and_the_folder_is_its_base(
    client: Client, root: Path, in_conflict: Vault, choice: dict[str, str], text: str
) -> None:
    before = placed(in_conflict)["Who recei"].item_id
    response = decide(client, **choice)
    assert response.headers["Location"] == NOTE
    note = live(in_conflict, "Topics.md")
    assert (note.text, note.folder_state) == (text, FolderState.AGREES)
    assert note.is_edited == (text != THEIRS)
    assert placed(in_conflict)["Who recei"].item_id == before
    assert not run(root).changed
    messaging(root, Topics=THEIRS.replace("keeps nothing", "forgets"))
    run(root)
    assert live(in_conflict, "Topics.md").text == text.replace("keeps nothing", "forgets")


def test_what_is_not_decided_is_asked_again_and_nothing_written_is_lost(
    client: Client, in_conflict: Vault
) -> None:
    response = decide(client, **{"text-1": "My own words."})
    assert response.status_code == 422
    assert "My own words." in response.content.decode()
    assert live(in_conflict, "Topics.md").folder_state == FolderState.CONFLICT


def test_a_decision_about_other_texts_is_refused(
    client: Client, root: Path, in_conflict: Vault
) -> None:
    drawn = hidden(client.get(CONFLICT).content.decode())
    messaging(root, Topics=THEIRS.replace("All", "Nearly all"))
    run(root)
    response = client.post(CONFLICT, {**drawn, "keep-1": "theirs"})
    assert response.status_code == 409
    assert "Nearly all" in response.content.decode()
    assert live(in_conflict, "Topics.md").text == MINE


def test_an_edit_that_ends_the_conflict_can_be_saved(client: Client, in_conflict: Vault) -> None:
    edit(in_conflict, "Topics.md", THEIRS + "\nMore.\n")
    response = decide(client)
    assert response.headers["Location"] == NOTE
    assert live(in_conflict, "Topics.md").folder_state == FolderState.AGREES


def test_a_note_deleted_in_the_folder_is_kept_for_good(
    client: Client, root: Path, deleted: Vault
) -> None:
    assert "Deleted in the folder" in client.get(CONFLICT).content.decode()
    assert client.post(CONFLICT, {"act": "keep"}).headers["Location"] == NOTE
    note = live(deleted, "Topics.md")
    assert (note.text, note.folder_state) == (MINE, FolderState.KEPT)
    assert not run(root).changed


def test_or_let_go_with_its_questions_put_away(client: Client, root: Path, deleted: Vault) -> None:
    item = placed(deleted)["Who recei"].item_id
    response = client.post(CONFLICT, {"act": "drop"})
    assert response.headers["Location"] == "/library/messaging/"
    assert client.get(NOTE).status_code == 404
    assert "Who recei" not in placed(deleted)
    assert not run(root).changed
    messaging(root)
    run(root)
    assert placed(deleted)["Who recei"].item_id == item


def test_without_a_conflict_one_is_led_to_the_note(client: Client, vault: Vault) -> None:
    assert client.get(CONFLICT).headers["Location"] == NOTE
    assert "conflict" not in client.get(NOTE).content.decode()


@pytest.mark.parametrize("url", [CONFLICT, VERSIONS])
def test_for_anybody_else_it_is_not_there(
    client: Client, settings: Settings, in_conflict: Vault, url: str
) -> None:
    settings.ONE_PERSON = False
    assert client.get(url).status_code == 302
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(url).status_code == 404
    assert client.post(url, {"version": "1", "keep-1": "theirs"}).status_code == 404


def test_a_merge_is_named_in_the_report(client: Client, root: Path, vault: Vault) -> None:
    messaging(root, Topics=TOPICS.replace("keeps nothing", "forgets"))
    run(root)
    page = client.get("/library/messaging/report/").content.decode()
    assert "Merged notes" in page


def test_checking_a_folder_knows_of_the_edits(root: Path, vault: Vault) -> None:
    with NoteWorkers(count=1, seconds=10) as workers:
        changes = check_vault(root, workers, vault=vault)["changes"]
    assert not any(changes.values())


def test_the_versions_of_a_note_say_where_each_came_from(client: Client, vault: Vault) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(VERSIONS).content.decode()
    assert page.index("Edited here") < page.index("Imported")
    assert len(queries) <= 7
    partial = client.get(VERSIONS, {"version": "1"}, headers={"HX-Request": "true"})
    found = partial.content.decode()
    assert "<html" not in found
    assert "Every subscriber whose" in found
    assert "Each subscriber whose" in found


def test_going_back_is_an_edit_that_can_be_gone_back_from(client: Client, vault: Vault) -> None:
    seen = hidden(client.get(VERSIONS, {"version": "1"}).content.decode())["seen"]
    assert client.post(VERSIONS, {"version": "1", "seen": seen}).headers["Location"] == NOTE
    assert live(vault, "Topics.md").text == TOPICS
    assert not live(vault, "Topics.md").is_edited
    seen = hidden(client.get(VERSIONS, {"version": "2"}).content.decode())["seen"]
    client.post(VERSIONS, {"version": "2", "seen": seen})
    assert live(vault, "Topics.md").text == MINE


def test_going_back_from_what_one_did_not_see_is_refused(client: Client, vault: Vault) -> None:
    response = client.post(VERSIONS, {"version": "1", "seen": "other"})
    assert response.status_code == 409
    assert live(vault, "Topics.md").text == MINE


@pytest.mark.parametrize("version", ["9", "x", "²", "99999999999"])
def test_a_version_that_never_was_is_not_there(client: Client, vault: Vault, version: str) -> None:
    assert client.get(VERSIONS, {"version": version}).status_code == 404
