"""Files of cards: which questions, with what schedule, by whom, and what is said of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.interchange.apkg.collection import read_collection
from studyapp.interchange.apkg.media import read_media_map
from studyapp.interchange.apkg.reading import block_id, make_vault
from studyapp.interchange.csv_ import reading as csv_reading
from studyapp.interchange.gift import read_gift
from studyapp.interchange.moodle_xml import read_moodle_xml
from studyapp.interchange.quiz_file import QuizFile
from studyapp.interchange.values import VaultFiles
from studyapp.library.models import Placement, Vault
from studyapp.library.services.importing import import_vault
from studyapp.scheduling.values import Rating
from studyapp.study.models import Card, CardExport, Review
from studyapp.study.services.card_exports import Selection, write_cards
from studyapp.study.services.exporting import KEPT
from tests.interchange.test_csv import items
from tests.library.factories import make_learner
from tests.library.uploading import upload, work
from tests.library.vaults import PIXEL, write_vault
from tests.study.sittings import begin, rate

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

NOTES: dict[str, str | bytes] = {
    "Index.md": "# Cloud\n\n- [[STS]]\n- [[Pools]]\n",
    "STS.md": (
        "---\ntags: [aws/sts]\n---\n"
        "> [!question] Who issues credentials?\n> STS\n\n^who\n\n"
        "> [!question|cloze] Gaps\n> The ==ID== token and the ==access== token.\n\n^gaps\n"
    ),
    "Pools.md": (
        "> [!question] What is drawn here?\n> ![[dot.png]]\n\n^drawn\n\n"
        "> [!question] Which token?\n> - [x] ID\n>   > It says who.\n> - [ ] access\n\n^which\n\n"
        "> [!question] Where is the answer?\n\n^none\n"
    ),
    "dot.png": PIXEL,
}


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Files go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def owner() -> User:
    return ensure_learner()


@pytest.fixture
def cloud(owner: User, tmp_path: Path) -> Vault:
    root = write_vault(tmp_path / "Cloud", NOTES)
    return import_vault(owner=owner, root=root, title="Cloud").vault


def read(file: Path) -> VaultFiles:
    if file.suffix == ".csv":
        return csv_reading.make_vault(file.read_text("utf-8-sig"), file.name)
    with zipfile.ZipFile(file) as archive:
        media = read_media_map(archive.read("media"))
        assert set(media.values()) <= set(archive.namelist())
        return make_vault(read_collection(archive.read("collection.anki21")), media)


def write(target: Path, owner: User, **chosen: object) -> VaultFiles:
    write_cards(
        target,
        learner=owner,
        selection=Selection(**chosen),  # type: ignore[arg-type]
        format=target.suffix[1:],
        with_schedule=False,
    )
    return read(target)


def gift(data: bytes, name: str) -> QuizFile:
    return read_gift(data.decode(), name)


def prompts(files: VaultFiles) -> set[str]:
    return {item.content.prompt for item in items(files)}


WHO, WHICH = "Who issues credentials?", "Which token?"
GAPS = {"Gaps\n\nThe […] token and the access token.", "Gaps\n\nThe ID token and the […] token."}
ALL = {WHO, WHICH, "What is drawn here?", *GAPS}


@pytest.mark.parametrize("ending", ["apkg", "csv"])
def test_a_selection_holds_what_it_says(
    owner: User, cloud: Vault, tmp_path: Path, ending: str
) -> None:
    topic = Placement.objects.live().get(explicit_id="who").topic
    cases: list[tuple[dict[str, object], set[str]]] = [
        ({"vault": cloud}, ALL),
        ({"vault": cloud, "topic": topic}, {WHO, *GAPS}),
        ({"vault": cloud, "tag": "AWS"}, {WHO, *GAPS}),
        ({"search": "kind:choice"}, {WHICH}),
        ({"vault": cloud, "search": "path:sts access"}, GAPS),
    ]
    for number, (chosen, expected) in enumerate(cases):
        selection = Selection(**chosen)  # type: ignore[arg-type]
        assert prompts(write(tmp_path / f"{number}.{ending}", owner, **chosen)) == expected
        assert selection.count(owner) == len(expected)


def test_a_deck_has_its_pictures_and_topics(owner: User, cloud: Vault, tmp_path: Path) -> None:
    files = write(tmp_path / "x.apkg", owner, vault=cloud)
    assert dict(files.media) == {"dot.png": "media/dot.png"}
    assert files.title == "Cloud"
    drawn = Placement.objects.live().get(explicit_id="drawn").item
    (found,) = (each for each in items(files) if each.content.prompt == "What is drawn here?")
    assert found.content.answer == "![[dot.png]]"
    assert found.explicit_id == block_id(str(drawn.uid))


@pytest.mark.parametrize(("ending", "read_quiz"), [("gift", gift), ("xml", read_moodle_xml)])
def test_a_quiz_holds_the_questions_with_ids_tags_and_categories(
    owner: User, cloud: Vault, tmp_path: Path, ending: str, read_quiz: Callable[..., QuizFile]
) -> None:
    target = tmp_path / f"x.{ending}"
    written = write_cards(
        target, learner=owner, selection=Selection(cloud), format=ending, with_schedule=False
    )
    quiz = read_quiz(target.read_bytes(), target.name)
    entries = {entry.key: entry for entry in quiz.entries}
    assert entries.keys() == {"who", "gaps", "drawn", "which"}
    which = entries["which"].question
    assert which is not None
    assert which.rows == (("ID", True, "It says who."), ("access", False, ""))
    assert entries["who"].category[0] == "Cloud"
    assert entries["who"].tags == ("aws/sts",)
    drawn = entries["drawn"].question
    assert drawn is not None
    if ending == "xml":
        assert drawn.answer == "![[attachments/dot.png]]"
        assert dict(quiz.media) == {"attachments/dot.png": PIXEL}
        assert written.losses.keys() == {"not sent out: it cannot be studied yet"}
    else:
        assert written.losses["a picture or another embed: the file only names it"]["count"] == 1


def test_a_package_of_qti_can_be_brought_in_again(client: Client, cloud: Vault) -> None:
    export = make(client, f"/study/export/?vault={cloud.slug}", format="zip")
    export.refresh_from_db()
    assert export.state == "done"
    assert export.losses["its tags and its topic"]["count"] == 4
    sent = client.get(f"{export.get_absolute_url()}file/")
    data = b"".join(sent)  # type: ignore[arg-type]
    assert "imsmanifest.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    client.post("/library/import/", {"act": "import", "archive": upload(data, "Back.zip")})
    work()
    back = Vault.objects.get(title="Back")
    found = Placement.objects.live().filter(vault=back)
    assert {place.explicit_id for place in found} == {"who", "gaps", "drawn", "which"}
    drawn = found.get(explicit_id="drawn").version
    assert drawn.content.answer == "![[attachments/dot.png]]"
    assert "/files/attachments/dot.png" in drawn.html["answer"]


def test_what_was_learnt_goes_along_when_asked(owner: User, cloud: Vault, tmp_path: Path) -> None:
    topic = Placement.objects.live().get(explicit_id="who").topic
    sitting = begin(owner, NOW, topic=topic)
    for minutes in range(2):
        sitting = rate(sitting, Rating.EASY, NOW + timedelta(minutes=minutes))
    target = tmp_path / "x.apkg"
    selection = Selection(cloud)
    write_cards(target, learner=owner, selection=selection, format="apkg", with_schedule=True)
    files = read(target)
    cards = Card.objects.filter(learner=owner, reps__gt=0).select_related("item")
    assert len(files.cards) == cards.count() > 0
    assert sum(len(card.reviews) for card in files.cards.values()) == Review.objects.count()
    known = {card.stability for card in files.cards.values()}
    assert known == {card.stability for card in cards}
    assert {card.state for card in files.cards.values()} == {card.state for card in cards}
    assert write(tmp_path / "y.apkg", owner, vault=cloud).cards == {}


def test_nothing_of_another_s_is_ever_in_it(owner: User, cloud: Vault, tmp_path: Path) -> None:
    other = make_learner("other")
    assert Selection(cloud).count(other) == 0
    assert Selection(search="token").count(other) == 0


def test_the_same_queries_however_many_cards(
    owner: User, cloud: Vault, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9):
        write(tmp_path / "x.csv", owner, vault=cloud)


# --- pages ----------------------------------------------------------------------------------


def make(client: Client, address: str, **fields: str) -> CardExport:
    response = client.post(address, {"format": "apkg", **fields})
    assert response.status_code == 302
    work()
    return CardExport.objects.latest("asked_at")


def text(response: object) -> str:
    content = response.content.decode()  # type: ignore[attr-defined]
    return " ".join(content.split()).replace("\N{NO-BREAK SPACE}", " ")


def test_a_file_is_asked_for_made_and_downloaded(client: Client, cloud: Vault) -> None:
    address = f"/study/export/?vault={cloud.slug}"
    assert address in client.get(cloud.get_absolute_url()).content.decode()
    assert "5 questions as a file" in text(client.get(address))
    response = client.post(address, {"format": "apkg", "with_schedule": "1"})
    export = CardExport.objects.get()
    assert response["Location"] == f"/study/export/{export.pk}/"
    assert "Waiting" in text(client.get(export.get_absolute_url()))
    assert client.get(f"{export.get_absolute_url()}file/").status_code == 404
    work()
    done = text(client.get(export.get_absolute_url()))
    assert "5 cards as a deck for Anki, with your schedule" in done
    assert "Options: Anki shows the key and does not grade" in done
    assert "Not sent out: it cannot be studied yet" in done
    assert "Where is the answer?" in done
    partial = client.get(export.get_absolute_url(), headers={"HX-Request": "true"})
    assert "<html" not in partial.content.decode()
    assert "Download" in partial.content.decode()
    sent = client.get(f"{export.get_absolute_url()}file/")
    assert sent["Content-Disposition"] == 'attachment; filename="Cloud.apkg"'
    data = sent.getvalue()
    sent.close()
    assert "collection.anki21" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_what_is_not_held_leads_to_its_line_in_a_long_note_too(
    client: Client, cloud: Vault
) -> None:
    address = f"/study/export/?vault={cloud.slug}"
    export = make(client, address)
    line = Placement.objects.live().get(explicit_id="none").first_line
    note = f"/library/{cloud.slug}/notes/Pools.md"
    assert f'"{note}#L{line}"' in text(client.get(export.get_absolute_url()))
    cloud.long_notes = ["Pools.md"]
    cloud.save()
    assert f'"{note}?at=L{line}#L{line}"' in text(client.get(export.get_absolute_url()))


@pytest.mark.parametrize(
    "address", ["/study/export/?vault=cloud", "/study/settings/", "/library/search/"]
)
def test_the_page_one_is_on_is_marked_at_the_top(
    client: Client, cloud: Vault, address: str
) -> None:
    assert text(client.get(address)).count('aria-current="page"') == 1


def test_the_pages_ask_the_database_the_same_however_many_cards(
    client: Client, cloud: Vault
) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    address = f"/study/export/?vault={cloud.slug}"
    few = queries(address), queries(make(client, address).get_absolute_url())
    more: dict[str, str | bytes] = {
        f"More {n}.md": "> [!question] Why?\n> So.\n\n> [!question] What?\n" for n in range(12)
    }
    import_vault(owner=cloud.owner, root=write_vault(Path(cloud.source), more), title="Cloud")
    many = queries(address), queries(make(client, address).get_absolute_url())
    assert many == few


@pytest.mark.parametrize(
    ("query", "name", "count"),
    [("vault={slug}&tag=aws/sts", "#aws/sts", 3), ("q=kind:choice", "“kind:choice”", 1)],
)
def test_tags_and_searches_can_be_exported(
    client: Client, cloud: Vault, query: str, name: str, count: int
) -> None:
    export = make(client, f"/study/export/?{query.format(slug=cloud.slug)}", format="csv")
    export.refresh_from_db()
    assert (export.name, export.cards, export.state) == (name, count, "done")


def test_pages_lead_to_the_export_of_what_they_show(client: Client, cloud: Vault) -> None:
    topic = Placement.objects.live().get(explicit_id="who").topic
    pages = {
        f"/library/{cloud.slug}/tags/aws/": f"vault={cloud.slug}&amp;tag=aws",
        f"/library/{cloud.slug}/topics/{topic.pk}/": f"vault={cloud.slug}&amp;topic={topic.pk}",
        "/library/search/?q=token": "q=token",
    }
    for page, query in pages.items():
        assert f"/study/export/?{query}" in client.get(page).content.decode()


def test_what_is_not_mine_is_not_there(client: Client, settings: Settings, cloud: Vault) -> None:
    export = make(client, f"/study/export/?vault={cloud.slug}")
    settings.ONE_PERSON = False
    client.force_login(make_learner("other"))
    for address in (
        f"/study/export/?vault={cloud.slug}",
        export.get_absolute_url(),
        f"{export.get_absolute_url()}file/",
    ):
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(export.get_absolute_url()).status_code in (302, 403)


@pytest.mark.parametrize("query", ["", "vault=none", "vault={slug}&topic=x", "topic=1"])
def test_a_selection_that_is_none_is_not_found(client: Client, cloud: Vault, query: str) -> None:
    assert client.get(f"/study/export/?{query.format(slug=cloud.slug)}").status_code == 404
    assert client.get(f"/study/export/{uuid4()}/").status_code == 404


def test_an_unknown_format_is_refused(client: Client, cloud: Vault) -> None:
    response = client.post(f"/study/export/?vault={cloud.slug}", {"format": "exe"})
    assert response.status_code == 422
    assert not CardExport.objects.exists()


def test_old_files_make_room(client: Client, cloud: Vault, data_dir: Path) -> None:
    for _ in range(KEPT + 1):
        make(client, f"/study/export/?vault={cloud.slug}", format="csv")
    assert CardExport.objects.count() == KEPT
    assert len(list((data_dir / "exports").iterdir())) == KEPT


# --- command --------------------------------------------------------------------------------


def test_the_command_writes_a_selection(
    cloud: Vault, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "x.apkg"
    call_command("export_cards", cloud.slug, "--tag", "aws", "-o", str(target), "--schedule")
    assert prompts(read(target)) == {WHO, *GAPS}
    assert f"Wrote 3 cards to {target}." in capsys.readouterr().out
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_cards", cloud.slug, "-o", str(target))
    with pytest.raises(CommandError, match="There is no topic “none”"):
        call_command("export_cards", cloud.slug, "--topic", "none", "-o", str(tmp_path / "y"))
    with pytest.raises(CommandError, match="There is no vault “none”"):
        call_command("export_cards", "none", "-o", str(tmp_path / "y"))
