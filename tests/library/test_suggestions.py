"""Going through the suggested cards of a vault, by its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.models import NoteVersion, Placement, Vault, Verdict
from studyapp.library.services.importing import import_vault
from tests.library.vaults import write_vault

pytestmark = pytest.mark.django_db

URL = "/library/v/suggestions/"
NOTE = "- A message can be **kept for 14 days** at most\n- **Queue**: keeps what was sent\n"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    root = write_vault(tmp_path / "V", {"Queues.md": NOTE})
    return import_vault(owner=ensure_learner(), root=root).vault


def shown(client: Client) -> str:
    return client.get(URL).content.decode()


def fields(page: str, act: str, **changed: str) -> dict[str, str]:
    """What a button of the page posts."""
    if act == "undo":
        return {"act": act, "verdict": re.findall(r'name="verdict" value="(\d+)"', page)[0]}
    hidden = dict(re.findall(r'name="(path|key)" value="([^"]*)"', page))
    (text,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    return {"act": act, **hidden, "text": text.replace("&gt;", ">"), **changed}


def press(client: Client, act: str, **changed: str) -> str:
    response = client.post(URL, fields(shown(client), act, **changed), follow=True)
    return response.content.decode()


def note() -> str:
    return NoteVersion.objects.live().get(note__path="Queues.md").text


def asked() -> list[str]:
    rows = Placement.objects.live().select_related("version").order_by("position")
    return [placement.version.data["prompt"] for placement in rows]


def test_nothing_is_asked_that_nobody_accepted(client: Client, vault: Vault) -> None:
    assert asked() == []
    assert re.search(r"2\s+suggested cards", client.get("/library/v/").content.decode())
    page = shown(client)
    assert "0 of 2" in page
    assert "A message can be […] at most" in page


def test_an_accepted_card_stands_in_the_note_and_is_asked(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    page = press(client, "accept")
    assert "1 of 2" in page
    assert asked() == ["Queues\n\nA message can be […] at most"]
    assert note().startswith(NOTE + "\n> [!question|cloze] Queues\n> A message can be ==kept")
    assert (tmp_path / "V/Queues.md").read_text() == NOTE
    assert "What is Queue?" in page  # the next one


def test_a_card_is_edited_first(client: Client, vault: Vault) -> None:
    press(client, "accept", text="> [!question] How long is it kept?\n> 14 days.")
    assert asked() == ["How long is it kept?"]


def test_what_asks_nothing_is_refused_and_kept_on_the_page(client: Client, vault: Vault) -> None:
    response = client.post(URL, fields(shown(client), "accept", text="My own words"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "That asks nothing" in page
    assert "My own words" in page
    assert note() == NOTE


def test_a_dismissed_card_is_never_suggested_again(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    press(client, "dismiss")
    write_vault(tmp_path / "V", {"Moved.md": "Above.\n\n" + NOTE, "Queues.md": "Gone.\n"})
    import_vault(owner=ensure_learner(), root=tmp_path / "V")
    page = shown(client)
    assert "What is Queue?" in page
    assert "1 of 2" in page


@pytest.mark.parametrize("act", ["accept", "dismiss"])
def test_the_last_verdict_is_taken_back(client: Client, vault: Vault, act: str) -> None:
    before = shown(client)
    press(client, act)
    page = press(client, "undo")
    assert note() == NOTE
    assert asked() == []
    assert not Verdict.objects.exists()
    assert fields(page, act)["key"] == fields(before, act)["key"]


def test_an_accepted_card_stays_where_its_note_was_edited_since(
    client: Client, vault: Vault
) -> None:
    press(client, "accept")
    press(client, "accept")
    last = Verdict.objects.first()
    assert last is not None
    first = Verdict.objects.exclude(pk=last.pk).get()
    response = client.post(URL, {"act": "undo", "verdict": str(first.pk)})
    assert response.status_code == 422
    assert "was changed since" in response.content.decode()
    assert len(asked()) == 2


def test_a_card_is_put_off_and_comes_again_behind_the_last(client: Client, vault: Vault) -> None:
    (first,) = re.findall(r'href="(\?after=\w+)"', shown(client))
    second = client.get(f"{URL}{first}").content.decode()
    assert "What is Queue?" in second
    told = client.post(URL, {**fields(second, "dismiss"), "after": first[7:]})
    assert told["Location"] == f"{URL}{first}"
    again = client.get(told["Location"]).content.decode()
    assert "1 left" in again
    assert "kept for 14 days" in again


def test_all_that_a_note_suggests_is_dismissed_and_taken_back_at_once(
    client: Client, vault: Vault
) -> None:
    assert "There is nothing left to decide." in press(client, "none")
    assert "The last 2 were dismissed, in Queues.md." in " ".join(shown(client).split())
    assert asked() == []
    assert "0 of 2" in press(client, "undo")
    assert not Verdict.objects.exists()


def test_when_all_is_decided_the_page_says_so(client: Client, vault: Vault) -> None:
    press(client, "dismiss")
    page = press(client, "dismiss")
    assert "There is nothing left to decide" in page
    assert "suggested card" not in client.get("/library/v/").content.decode()


def test_for_htmx_the_next_card_alone(client: Client, vault: Vault) -> None:
    response = client.get(URL, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "<html" not in page
    assert 'id="triage"' in page
    assert "HX-Request" in response["Vary"]


def test_a_card_that_the_note_does_not_suggest_any_more_is_not_written(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    stale = fields(shown(client), "accept")
    write_vault(tmp_path / "V", {"Queues.md": "Nothing.\n"})
    import_vault(owner=ensure_learner(), root=tmp_path / "V")
    assert client.post(URL, stale).status_code == 422
    assert note() == "Nothing.\n"


@pytest.mark.parametrize(
    "posted", [{}, {"act": "accept"}, {"act": "undo"}, {"act": "accept", "path": "a", "key": "x"}]
)
def test_a_made_up_verdict_is_404(client: Client, vault: Vault, posted: dict[str, str]) -> None:
    assert client.post(URL, posted).status_code == 404


def test_nobody_else_decides(client: Client, settings: Settings, vault: Vault) -> None:
    posted = fields(shown(client), "accept")
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(URL).status_code == 404
    assert client.post(URL, posted).status_code == 404
    assert note() == NOTE


def test_the_page_costs_the_same_however_many_there_are(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    with CaptureQueriesContext(connection) as few:
        shown(client)
    many_lines = "".join(f"- Number {n} is **said to be {n}** here\n" for n in range(40))
    write_vault(tmp_path / "V", {"More.md": many_lines})
    import_vault(owner=ensure_learner(), root=tmp_path / "V")
    with CaptureQueriesContext(connection) as many:
        assert "42 left" in shown(client)
    assert len(many) == len(few)
