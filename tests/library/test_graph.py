"""The notes around a note: which are drawn, where, and how they are told without a picture."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.graph_layout import LARGE, SMALL, Sheet, lay_out
from studyapp.library.services.importing import import_vault
from tests.library.vaults import write_vault

CHAIN = {
    "A.md": "[[B]] and [[B]] and [[A]]\n",
    "B.md": "[[C]]\n",
    "C.md": "[[D]]\n",
    "D.md": "nothing\n",
    "Alone.md": "[[Nowhere]]\n",
}
AROUND_A = "/library/chain/graph/A.md"


@given(
    counts=st.lists(st.integers(0, 8), min_size=0, max_size=14).filter(lambda c: sum(c) <= 24),
    sheet=st.sampled_from([SMALL, LARGE]),
)
def test_every_note_has_a_place_of_its_own_on_the_sheet(counts: list[int], sheet: Sheet) -> None:
    near = list(range(len(counts)))
    behind = [parent for parent, count in enumerate(counts) for _ in range(count)]
    far = {100 + number: parent for number, parent in enumerate(behind)}
    places = lay_out(near, far, sheet)
    assert set(places) == {*near, *far}
    for place in places.values():
        assert 0 <= place.x <= sheet.width
        assert 0 <= place.y <= sheet.height
    for one, other in combinations(places.values(), 2):
        assert abs(one.x - other.x) + abs(one.y - other.y) > 12


@pytest.fixture
def chain(tmp_path: Path, db: None) -> None:
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Chain", {**CHAIN}))


def test_notes_at_one_and_two_links_are_drawn_and_listed(client: Client, chain: None) -> None:
    response = client.get(AROUND_A)
    assert [note["title"] for note in response.context["near"]] == ["B"]
    assert [note["title"] for note in response.context["far"]] == ["C"]
    page = response.content.decode()
    assert page.count('href="/library/chain/notes/C.md"') == 3  # both drawings and the list
    assert "/notes/D.md" not in page


def test_the_reader_asks_for_the_small_drawing_alone(client: Client, chain: None) -> None:
    assert f'hx-get="{AROUND_A}"' in client.get("/library/chain/notes/A.md").content.decode()
    response = client.get(AROUND_A, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.strip().startswith("<svg")
    assert page.count("<svg") == 1
    assert "HX-Request" in response["Vary"]


def test_a_note_that_nothing_links_is_said_to_be_alone(client: Client, chain: None) -> None:
    assert "No note links here" in client.get("/library/chain/graph/Alone.md").content.decode()
    assert "/graph/" not in client.get("/library/chain/notes/Alone.md").content.decode()


def test_for_anybody_else_it_is_not_there(client: Client, settings: Settings, chain: None) -> None:
    settings.ONE_PERSON = False
    assert client.get(AROUND_A).status_code == 302
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(AROUND_A).status_code == 404


def test_an_index_of_hundreds_is_bounded_and_costs_no_more(
    client: Client, tmp_path: Path, chain: None
) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(AROUND_A)
    names = [f"Note {number}" for number in range(120)]
    files = {
        f"{name}.md": f"[[Hub]] [[{names[number - 1]}]]\n" for number, name in enumerate(names)
    }
    files["Hub.md"] = "".join(f"[[{name}]]\n" for name in names)
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Hubs", {**files}))
    with CaptureQueriesContext(connection) as many:
        response = client.get("/library/hubs/graph/Hub.md")
    assert len(many) == len(few)
    assert len(response.context["near"]) + response.context["more_near"] == 120
    assert len(response.context["near"]) == 14
    assert "And 106 notes with fewer links" in " ".join(response.content.decode().split())
