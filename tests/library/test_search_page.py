"""The search page: who sees what, as a page and in parts, and that nothing in it is markup."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.classes import join_class, make_class
from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.models import Vault
from studyapp.library.services.importing import import_vault
from studyapp.library.services.sharing import share_vault
from studyapp.quizzes.models import Attempt
from tests.library.vaults import messaging, write_vault

pytestmark = pytest.mark.django_db

SEARCH = "/library/search/"
TYPING = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _vault(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"Markup.md": "Write <b>bold</b> `<script>alert(1)</script>`\n"}
    root = write_vault(messaging(tmp_path / "Messaging"), files)
    import_vault(owner=ensure_learner(), root=root)


def test_the_page_shows_what_is_found(client: Client) -> None:
    page = client.get(SEARCH, {"q": "subscriber"}).text
    assert "<html" in page
    assert 'value="subscriber"' in page
    assert 'href="/library/messaging/notes/Topics.md#L5"' in page
    assert "<mark>subscriber</mark>" in page


def test_while_typing_only_the_results_come(client: Client) -> None:
    response = client.get(SEARCH, {"q": "subscr"}, headers=TYPING)
    assert "<html" not in response.text
    assert "<mark>subscriber</mark>" in response.text
    assert "1\u00a0note" in response.text  # said to a screen reader
    assert "HX-Request" in response["Vary"]


def test_a_boosted_link_and_the_way_back_get_the_page(client: Client) -> None:
    for header in ("HX-Boosted", "HX-History-Restore-Request"):
        assert "<html" in client.get(SEARCH, {"q": "x"}, headers={**TYPING, header: "true"}).text


def test_without_a_search_it_says_what_one_can_look_for(client: Client) -> None:
    for query in ({}, {"q": ""}, {"q": "  "}):
        page = client.get(SEARCH, query).text
        for example in ("tag:", "topic:", "kind:", "path:", "is:needs-answer"):
            assert example in page


def test_nothing_found_offers_near_titles_and_names_unknown_filters(client: Client) -> None:
    page = client.get(SEARCH, {"q": "quuees"}).text
    assert "Nothing found for “quuees”" in page
    assert 'href="/library/messaging/notes/Queues.md"' in page
    assert "There is no filter “colour:”" in client.get(SEARCH, {"q": "colour:red"}).text


@pytest.mark.parametrize("text", ["alert", "<script>alert(1)</script>", '"><img src=x>', "bold"])
def test_neither_notes_nor_searches_become_markup(client: Client, text: str) -> None:
    page = client.get(SEARCH, {"q": text}).text
    for markup in ("<script>alert", "<img src=x>", "<b>bold"):
        assert markup not in page


def test_what_needs_an_answer_says_so(client: Client, tmp_path: Path) -> None:
    root = write_vault(tmp_path / "Messaging", {"Open.md": "> [!question] Why is it so?\n"})
    import_vault(owner=ensure_learner(), root=root)
    page = client.get(SEARCH, {"q": "is:needs-answer"}).text
    assert "Why is it so?" in page
    assert "state--needs-answer" in page


def test_outsiders_find_nothing_and_the_unknown_sign_in(client: Client, settings: Settings) -> None:
    settings.ONE_PERSON = False
    assert client.get(SEARCH, {"q": "message"}).status_code == 302
    client.force_login(User.objects.create_user("mallory"))
    page = client.get(SEARCH, {"q": "message"}).text
    assert "Nothing found" in page
    assert "Queues" not in page


def test_only_reading_is_possible(client: Client) -> None:
    assert client.post(SEARCH).status_code == 405


def test_nothing_found_leads_to_what_would_be(client: Client) -> None:
    page = client.get(SEARCH, {"q": "subscriber tag:nowhere -queue unheard"}).text
    assert "Nothing found" in page
    assert 'href="/library/search/?q=subscriber"' in page
    for finds_nothing in ("unheard", "tag%3Anowhere", "subscriber%20unheard", "-queue"):
        assert f'href="/library/search/?q={finds_nothing}"' not in page
    assert 'href="/library/search/"' in client.get(SEARCH, {"q": "xyzzyx"}).text


def test_a_class_finds_what_is_shared_with_it_until_an_exam_closes_that(
    client: Client, settings: Settings
) -> None:
    settings.ONE_PERSON = False
    vault, now = Vault.objects.get(), timezone.now()
    taught = make_class(instructor=vault.owner, title="Cloud 101", now=now)
    bob, eve = (User.objects.create(username=name) for name in ("bob", "eve"))
    join_class(person=bob, code=taught.join_code, now=now)

    def finds(person: User) -> bool:
        client.force_login(person)
        return "<mark>subscriber</mark>" in client.get(SEARCH, {"q": "subscriber"}).text

    assert not finds(bob)
    share_vault(vault=vault, study_class=taught)
    assert finds(bob)
    assert not finds(eve)
    exam = Attempt.objects.create(
        learner=bob,
        request_id=uuid4(),
        note=vault.notes.first(),
        title="Exam",
        mode="exam",
        seed=1,
        started_at=now,
        touched_at=now,
    )
    assert not finds(bob)
    exam.delete()
    assert finds(bob)
