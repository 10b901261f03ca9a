"""A quiz set as a file: its questions and no others."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from studyapp.items.values import Kind
from studyapp.library.models import Vault
from studyapp.study.models import CardExport
from studyapp.study.services.card_exports import run_export
from tests.library.factories import make_item, make_learner, make_vault
from tests.quizzes.factories import make_quiz


@pytest.fixture
def vault(db: None) -> Vault:
    vault = make_vault(make_learner())
    make_item(vault, kind=Kind.CHOICE, prompt="Meant?", note="Meant.md", hint="Think.")
    make_item(vault, kind=Kind.CHOICE, prompt="Another?", note="Another.md")
    make_quiz(vault, 'quiz: exam\nfrom-list: "[[Meant]]"')
    return vault


@pytest.mark.parametrize("format", ["gift", "xml", "csv"])
def test_the_file_has_what_the_set_asks(client: Client, vault: Vault, format: str) -> None:
    address = reverse("home:export_set", args=[vault.slug, "Quiz.md"])
    assert (
        address in client.get(reverse("quizzes:set", args=[vault.slug, "Quiz.md"])).content.decode()
    )
    asked = client.get(address).content.decode()
    assert "Export Quiz" in asked
    client.post(address, {"format": format})
    export = CardExport.objects.get()
    run_export(str(export.pk))
    export.refresh_from_db()
    text = export.file.read_text()
    assert "Meant?" in text
    assert "Another?" not in text
    page = client.get(export.get_absolute_url()).content.decode()
    assert ("A hint" in page) == (format == "gift")


def test_for_anybody_else_it_is_not_there(client: Client, settings: Settings, vault: Vault) -> None:
    settings.ONE_PERSON = False
    address = reverse("home:export_set", args=[vault.slug, "Quiz.md"])
    assert client.get(address).status_code == 302
    client.force_login(make_learner("mallory"))
    assert client.get(address).status_code == 404
    assert client.post(address, {"format": "gift"}).status_code == 404


def test_a_note_that_is_no_set_is_not_exported_so(client: Client, vault: Vault) -> None:
    assert client.get(reverse("home:export_set", args=[vault.slug, "Meant.md"])).status_code == 404


@pytest.mark.parametrize("format", ["gift", "xml", "csv"])
def test_a_question_of_a_case_takes_its_description_along(
    client: Client, vault: Vault, format: str
) -> None:
    case = {"stem": "A shop sells by queue.", "metadata": {"case": "Shop"}}
    make_item(vault, kind=Kind.CHOICE, prompt="Of a case?", note="Meant.md", **case)
    client.post(reverse("home:export_set", args=[vault.slug, "Quiz.md"]), {"format": format})
    export = CardExport.objects.get()
    run_export(str(export.pk))
    text = export.file.read_text()
    assert text.index("A shop sells by queue.") < text.rindex("Of a case?")
