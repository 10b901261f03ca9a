"""From a question under review to its lines in the note, and back."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from studyapp.library.models import NoteVersion
from tests.library.test_import import run
from tests.library.vaults import TOPICS, messaging

pytestmark = pytest.mark.django_db


def test_a_question_is_mended_in_the_middle_of_a_review(client: Client, tmp_path: Path) -> None:
    root = messaging(tmp_path / "v", Queues=None)
    vault = run(root).vault
    session = client.post("/study/start/", {"vault": vault.slug}).headers["Location"]
    page = client.get(session, {"reveal": "1"}).content.decode()
    link = re.search(r'href="(/library/v/edit/[^"]+)"', page)
    assert link
    address = unescape(link[1])
    editor = client.get(address).content.decode()
    assert "Every subscriber" in editor
    drawn = re.search(r'name="drawn" value="([^"]*)"', page)
    assert drawn

    fields = dict(re.findall(r'name="(next|seen|lines)" value="([^"]*)"', editor))
    text = "> [!question] Who gets it?\n> Each *subscriber*."
    back = client.post("/library/v/edit/Topics.md", {**fields, "text": text})
    assert back.headers["Location"].startswith(session)
    page = client.get(back.headers["Location"]).content.decode()
    assert "Who gets it?" in page
    assert "<em>subscriber</em>" in page
    assert NoteVersion.objects.live().get(note__path="Topics.md").text == TOPICS.replace(
        TOPICS[TOPICS.index("> [!question]") :].rstrip("\n"), text
    )
