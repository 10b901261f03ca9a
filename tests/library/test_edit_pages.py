"""The editor and its preview: who may use them, what they show, and what happens to the text."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from studyapp.library.services import locking, previewing
from studyapp.library.services.locking import only_change_to
from tests.library.test_editing import edit, live
from tests.library.test_import import placed, run
from tests.library.vaults import TOPICS, messaging

pytestmark = pytest.mark.django_db

EDIT = "/library/messaging/edit/Topics.md"
PREVIEW = "/library/messaging/preview/Topics.md"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return run(messaging(tmp_path / "Messaging")).vault


def text_of(response: HttpResponse) -> str:
    """What stands in the editor, as a browser reads it."""
    match = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", response.content.decode(), re.DOTALL)
    assert match
    return unescape(match[1])


def post(client: Client, text: str, *, seen: str, url: str = EDIT, **more: str) -> HttpResponse:
    headers = HTMX if more.pop("htmx", "") else {}
    return client.post(url, {"text": text, "seen": seen, **more}, headers=headers)  # type: ignore[return-value]


def test_the_editor_has_the_note_and_a_preview_is_asked_for(client: Client, vault: Vault) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(EDIT)
    assert text_of(response) == TOPICS
    assert f'hx-post="{PREVIEW}"' in response.content.decode()
    assert len(queries) <= 5


def test_a_text_that_begins_with_an_empty_line_keeps_it(client: Client, vault: Vault) -> None:
    edit(vault, "Topics.md", f"\n{TOPICS}")
    assert text_of(client.get(EDIT)) == f"\n{TOPICS}"


@pytest.mark.parametrize("url", [EDIT, PREVIEW])
def test_for_anybody_else_it_is_not_there(
    client: Client, settings: Settings, vault: Vault, url: str
) -> None:
    settings.ONE_PERSON = False
    assert client.post(url, {"text": "x"}).status_code == 302
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(EDIT).status_code == 404
    assert (
        client.post(url, {"text": "x", "seen": live(vault, "Topics.md").sha256}).status_code == 404
    )
    assert live(vault, "Topics.md").text == TOPICS


def test_saving_goes_back_to_the_note(client: Client, vault: Vault) -> None:
    text = TOPICS.replace("Every", "Each").replace("\n", "\r\n")
    response = post(client, text, seen=live(vault, "Topics.md").sha256)
    assert response.status_code == 302
    assert response.headers["Location"] == "/library/messaging/notes/Topics.md"
    assert live(vault, "Topics.md").text == TOPICS.replace("Every", "Each")


def test_a_question_is_edited_by_itself_and_one_goes_back_to_where_one_was(
    client: Client, vault: Vault
) -> None:
    item = placed(vault)["Who recei"]
    lines = f"{item.first_line}-{item.last_line}"
    page = client.get(EDIT, {"lines": lines, "next": "/study/7/"})
    assert text_of(page).startswith("> [!question] Who receives")
    assert 'href="/study/7/"' in page.content.decode()
    response = post(
        client,
        "> [!question] Is it kept?\n> No.",
        seen=live(vault, "Topics.md").sha256,
        lines=lines,
        next="/study/7/",
    )
    assert response.headers["Location"] == "/study/7/"
    assert placed(vault)["Is it kep"].item_id == item.item_id


def test_nobody_is_sent_to_another_site(client: Client, vault: Vault) -> None:
    seen = live(vault, "Topics.md").sha256
    for address in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        page = client.get(EDIT, {"next": address}).content.decode()
        assert f'href="{address}"' not in page
        response = post(client, TOPICS, seen=seen, next=address)
        assert response.headers["Location"] == "/library/messaging/notes/Topics.md"


def test_saving_in_place_leaves_the_text_to_the_page(client: Client, vault: Vault) -> None:
    seen = live(vault, "Topics.md").sha256
    response = post(client, "New.", seen=seen, act="stay", htmx="yes")
    page = response.content.decode()
    assert "<textarea" not in page
    assert "Saved" in page
    assert f'name="seen" value="{live(vault, "Topics.md").sha256}"' in page
    assert live(vault, "Topics.md").text == "New."


def test_saving_and_going_on_works_without_script(client: Client, vault: Vault) -> None:
    item = placed(vault)["Who recei"]
    lines = f"{item.first_line}-{item.last_line}"
    text = "> [!question] Is it kept?\n> No.\n> Never."
    response = post(client, text, seen=live(vault, "Topics.md").sha256, act="stay", lines=lines)
    assert text_of(client.get(response.headers["Location"])) == text


def test_a_stale_save_keeps_both_texts_and_shows_what_differs(client: Client, vault: Vault) -> None:
    seen = live(vault, "Topics.md").sha256
    edit(vault, "Topics.md", TOPICS.replace("A topic", "Each topic"))
    response = post(client, TOPICS.replace("nothing", "naught"), seen=seen)
    page = response.content.decode()
    assert response.status_code == 409
    assert text_of(response) == TOPICS.replace("nothing", "naught")
    assert live(vault, "Topics.md").text == TOPICS.replace("A topic", "Each topic")
    assert "Each topic" in page.split("<textarea")[0]
    again = re.search(r'name="seen" value="(\w+)"', page)
    assert again
    post(client, text_of(response), seen=again[1])
    assert live(vault, "Topics.md").text == TOPICS.replace("nothing", "naught")


def test_a_stale_save_offers_both_where_they_change_other_lines(
    client: Client, vault: Vault
) -> None:
    seen = live(vault, "Topics.md").sha256
    edit(vault, "Topics.md", f"{TOPICS}\nElsewhere.\n")
    response = post(client, TOPICS.replace("A topic", "Each topic"), seen=seen)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Save both" in page
    both = f"{TOPICS.replace('A topic', 'Each topic')}\nElsewhere.\n"
    assert text_of(response) == both
    now = live(vault, "Topics.md").sha256
    assert f'name="seen" value="{now}"' in page
    assert post(client, both, seen=now).status_code == 302
    assert live(vault, "Topics.md").text == both


@pytest.mark.parametrize("seen", ["", "unheard of"])
def test_what_was_made_from_nobody_knows_what_is_not_merged(
    client: Client, vault: Vault, seen: str
) -> None:
    """It would undo whatever was changed elsewhere."""
    response = post(client, "Mine.", seen=seen)
    assert response.status_code == 409
    assert text_of(response) == "Mine."
    assert "Save both" not in response.content.decode()


def test_a_stale_save_of_a_question_goes_on_with_the_whole_note(
    client: Client, vault: Vault
) -> None:
    item = placed(vault)["Who recei"]
    seen = live(vault, "Topics.md").sha256
    edit(vault, "Topics.md", f"One more line.\n{TOPICS}")
    response = post(client, "Gone.", seen=seen, lines=f"{item.first_line}-{item.last_line}")
    assert response.status_code == 409
    assert text_of(response) == f"One more line.\n{TOPICS.split('> [!question]')[0]}Gone.\n"
    assert 'name="lines" value=""' in response.content.decode()


def test_a_stale_save_in_place_brings_the_whole_note_into_the_field(
    client: Client, vault: Vault
) -> None:
    """Or the next save would put a question in place of its note."""
    item = placed(vault)["Who recei"]
    seen = live(vault, "Topics.md").sha256
    edit(vault, "Topics.md", f"One more line.\n{TOPICS}")
    lines = f"{item.first_line}-{item.last_line}"
    response = post(client, "Gone.", seen=seen, lines=lines, act="stay", htmx="yes")
    assert response.status_code == 409
    assert 'hx-swap-oob="true"' in response.content.decode()
    assert text_of(response) == f"One more line.\n{TOPICS.split('> [!question]')[0]}Gone.\n"


def test_a_save_that_is_refused_keeps_the_text(
    client: Client, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0)
    seen = live(vault, "Topics.md").sha256
    with only_change_to(vault):
        response = post(client, "Mine.", seen=seen)
    assert response.status_code == 422
    assert text_of(response) == "Mine."
    assert "being imported" in response.content.decode()


def test_the_preview_shows_the_note_its_questions_and_what_is_wrong(
    client: Client, vault: Vault
) -> None:
    text = TOPICS + "\n> [!question] And [[Nowhere]]?\n> ==Now== ![[timeout.png]]\n\n[[Queues]]\n"
    before = live(vault, "Topics.md").text
    page = post(client, text, seen="", url=PREVIEW).content.decode()
    assert 'href="/library/messaging/notes/Queues.md"' in page
    assert "<mark>Now</mark>" in page
    assert 'width="1"' in page  # the picture's size is known
    assert "There is no note “Nowhere” in the vault." in page
    assert 'data-editor-line="8"' in page
    assert live(vault, "Topics.md").text == before


def test_the_preview_of_a_question_shows_it_alone(client: Client, vault: Vault) -> None:
    item = placed(vault)["Who recei"]
    seen = live(vault, "Topics.md").sha256
    lines = f"{item.first_line}-{item.last_line}"
    page = post(client, "> [!question] Why?", seen=seen, lines=lines, url=PREVIEW).content.decode()
    assert "Needs an answer" in page
    assert "every subscriber" not in page
    page = post(client, "Prose.", seen=seen, lines=lines, url=PREVIEW).content.decode()
    assert "These lines ask no question." in page


def test_the_preview_follows_an_edit_made_elsewhere(client: Client, vault: Vault) -> None:
    post(client, "![[Queues]]", seen="", url=PREVIEW)
    edit(vault, "Queues.md", "A queue is *a line*.")
    page = post(client, "![[Queues]]", seen="", url=PREVIEW).content.decode()
    assert "<em>a line</em>" in page


def test_hostile_text_is_shown_harmless_and_in_time(
    client: Client, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = post(
        client,
        '<script>alert(1)</script><img src=x onerror=alert(1) hx-get="/">',
        seen="",
        url=PREVIEW,
    ).content.decode()
    assert "<script" not in page
    assert "onerror" not in page
    assert "hx-get" not in page
    monkeypatch.setattr(previewing, "SECONDS", 0.01)
    began = time.monotonic()
    page = post(client, "[" * 200_000, seen="", url=PREVIEW).content.decode()
    assert time.monotonic() - began < 10
    assert "took longer than" in page


def test_a_preview_waits_for_no_other_for_long(
    client: Client, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "TURN_SECONDS", 0.01)
    with previewing.only_preview:
        busy = post(client, "x", seen="", url=PREVIEW)
    assert "The preview is busy" in busy.text
    assert busy["HX-Trigger"] == "preview-busy"  # so that the editor asks again by itself
    assert "preview-busy" in client.get(EDIT).text
    assert "HX-Trigger" not in post(client, "x", seen="", url=PREVIEW)


def test_the_preview_is_there_without_script(client: Client, vault: Vault) -> None:
    response = post(client, "A *word*.", seen="s", act="preview")
    assert "<em>word</em>" in response.content.decode()
    assert text_of(response) == "A *word*."
    assert live(vault, "Topics.md").text == TOPICS


def test_the_reader_leads_to_the_editor(client: Client, vault: Vault) -> None:
    page = client.get("/library/messaging/notes/Topics.md").content.decode()
    assert f'href="{EDIT}"' in page
    item = placed(vault)["Who recei"]
    assert f'href="{EDIT}?lines={item.first_line}-{item.last_line}"' in page
