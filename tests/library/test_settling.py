"""Choosing in the report how an ambiguous question is meant."""

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
from studyapp.library.models import NoteVersion, Placement, Vault
from studyapp.library.services.importing import import_vault
from tests.library.vaults import write_vault

pytestmark = pytest.mark.django_db

OPEN = "> [!question] Practice question\n> Which queue is it?\n> - order\n>\n> FIFO.\n"
REPORT = "/library/v/report/"
SETTLE = "/library/v/settle/"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    root = write_vault(tmp_path / "V", {"Open.md": OPEN, "Other.md": "Nothing.\n"})
    return import_vault(owner=ensure_learner(), root=root).vault


def fields(page: str, number: int) -> dict[str, str]:
    """What the button of reading ``number`` posts."""
    form = page[page.index(f'action="{SETTLE}"') :]
    form = form[: form.index("</form>")]
    hidden = dict(re.findall(r'name="(path|first|last|seen)"\s+value="([^"]*)"', form))
    return {**hidden, "number": str(number)}


def text() -> str:
    return NoteVersion.objects.live().get(note__path="Open.md").text


def test_a_reading_is_chosen_with_one_click_and_taken_back_with_another(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    before = Placement.objects.live().get()
    page = client.get(REPORT).content.decode()
    assert page.count("It is meant like this") == 3
    settled = client.post(SETTLE, fields(page, 1), follow=True).content.decode()
    after = Placement.objects.live().get()
    assert after.item_id == before.item_id
    assert after.status == "ready"
    assert after.version.content.answer == "- order\n\nFIFO."
    assert text() == OPEN.replace("is it?\n", "is it?\n>\n> ---\n>\n")
    assert "Settled, in Open.md" in settled
    assert "It is meant like this" not in settled
    assert (tmp_path / "V/Open.md").read_text() == OPEN  # the learner's own file
    seen = re.search(r'name="seen"\s+value="(\w+)"', settled)
    assert seen is not None
    undone = client.post(
        "/library/v/settle/undo/", {"path": "Open.md", "seen": seen[1]}, follow=True
    )
    assert "Taken back" in undone.content.decode()
    assert text() == OPEN
    assert Placement.objects.live().get().status == "ambiguous"


def test_the_choice_survives_the_next_import(client: Client, vault: Vault, tmp_path: Path) -> None:
    client.post(SETTLE, fields(client.get(REPORT).content.decode(), 0))
    (tmp_path / "V/Open.md").write_text("Something new above.\n\n" + OPEN)
    import_vault(owner=ensure_learner(), root=tmp_path / "V")
    placement = Placement.objects.live().get()
    assert placement.status == "ready"
    assert placement.version.content.answer == "FIFO."


def test_a_page_that_is_out_of_date_changes_nothing(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    stale = fields(client.get(REPORT).content.decode(), 0)
    (tmp_path / "V/Open.md").write_text("Something new above.\n\n" + OPEN)
    import_vault(owner=ensure_learner(), root=tmp_path / "V")
    page = client.post(SETTLE, stale, follow=True).content.decode()
    assert "changed since you opened it" in page
    assert Placement.objects.live().get().status == "ambiguous"


def test_a_question_without_an_answer_leads_to_where_it_is_written(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    (tmp_path / "V/Other.md").write_text("Above.\n\n> [!question] Why?\n")
    import_vault(owner=ensure_learner(), root=tmp_path / "V")
    page = client.get(REPORT).content.decode()
    link = re.search(r'href="(/library/v/edit/Other.md\?lines=3-3[^"]*)"', page)
    assert link is not None
    editor = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "[!question] Why?" in editor
    assert "Above." not in editor


def test_only_an_edit_made_here_can_be_undone(client: Client, vault: Vault) -> None:
    seen = NoteVersion.objects.live().get(note__path="Open.md").sha256
    assert "Undo" not in client.get(f"{REPORT}?settled=Open.md").content.decode()
    page = client.post(
        "/library/v/settle/undo/", {"path": "Open.md", "seen": seen}, follow=True
    ).content.decode()
    assert "nothing left to undo" in page
    assert text() == OPEN


@pytest.mark.parametrize("change", [{"number": "x"}, {"path": "Nowhere.md"}, {"first": ""}])
def test_a_made_up_choice_is_404(client: Client, vault: Vault, change: dict[str, str]) -> None:
    made_up = {**fields(client.get(REPORT).content.decode(), 0), **change}
    assert client.post(SETTLE, made_up).status_code == 404


def test_a_reading_that_is_not_there_is_refused(client: Client, vault: Vault) -> None:
    made_up = fields(client.get(REPORT).content.decode(), 9)
    assert "not ambiguous any more" in client.post(SETTLE, made_up, follow=True).content.decode()


def test_nobody_else_chooses(client: Client, settings: Settings, vault: Vault) -> None:
    chosen = fields(client.get(REPORT).content.decode(), 0)
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    assert client.post(SETTLE, chosen).status_code == 404
    assert client.post("/library/v/settle/undo/", chosen).status_code == 404
    assert text() == OPEN


def test_readings_cost_two_queries_however_many(
    client: Client, vault: Vault, tmp_path: Path
) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(REPORT)
    write_vault(tmp_path / "V", {f"More {n}.md": OPEN for n in range(25)})
    import_vault(owner=ensure_learner(), root=tmp_path / "V")
    with CaptureQueriesContext(connection) as many:
        page = client.get(REPORT).content.decode()
    assert len(many) <= len(few) + 1  # the first import had nothing to compare
    assert "All 26" in page
    listed = client.get("/library/v/report/ambiguous/").content.decode()
    assert listed.count("It is meant like this") == 3 * 26
