"""Bringing a vault in through the browser: from the form to the report, and what goes wrong."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library import uploads
from studyapp.library.models import ImportRun, Intake, NoteVersion, Placement, Vault
from studyapp.library.services import locking, taking_in
from studyapp.library.services.importing import ImportResult, import_vault
from studyapp.library.services.locking import only_change_to
from tests.library.test_editing import edit
from tests.library.uploading import upload, work, zipped
from tests.library.vaults import MESSAGING, QUEUES, TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Uploads go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


def ask(client: Client, **fields: Any) -> Intake:
    """Fill in the form; it must be accepted."""
    response = client.post("/library/import/", {"act": "import", **fields})
    assert response.status_code == 302, response.content.decode()
    intake = Intake.objects.latest("asked_at")
    assert response["Location"] == f"/library/import/{intake.pk}/"
    return intake


def bring_in(client: Client, **fields: Any) -> Intake:
    """Ask, and let the worker do it."""
    intake = ask(client, **fields)
    work()
    intake.refresh_from_db()
    return intake


def page(client: Client, intake: Intake, **headers: str) -> str:
    """What the page of ``intake`` says, however its template is broken into lines."""
    response = client.get(intake.get_absolute_url(), headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def refused(client: Client, **fields: Any) -> str:
    response = client.post("/library/import/", {"act": "import", **fields})
    assert response.status_code == 422
    assert not Intake.objects.exists()
    return response.content.decode()


def folders(data_dir: Path) -> list[str]:
    return sorted(path.name for path in (data_dir / "uploads").iterdir())


# --- from the form to the report ------------------------------------------------------------


def test_an_upload_becomes_a_vault(client: Client, data_dir: Path) -> None:
    intake = ask(client, archive=upload(zipped()))
    assert not Vault.objects.exists()
    work()
    intake.refresh_from_db()
    assert intake.state == "done"
    assert intake.vault is not None
    assert (intake.vault.title, intake.vault.revision) == ("Messaging", 1)
    assert intake.run == ImportRun.objects.get()
    assert intake.vault.source == str(intake.root)
    assert folders(data_dir) == [str(intake.pk)]
    shown = page(client, intake)
    assert "Messaging is up to date" in shown
    assert "Everything was understood" in shown
    assert "every 1s" not in shown
    assert "refresh" not in shown


def test_the_report_names_what_could_not_be_used_each_at_its_line(client: Client) -> None:
    files = {**MESSAGING, "Open.md": "> [!question] Why?\n\n![[gone.png]] and [[Nowhere]]\n"}
    shown = page(client, bring_in(client, archive=upload(zipped(files))))
    for text in ("Why?", "gone.png", "Nowhere", "/library/messaging/notes/Open.md#L3"):
        assert text in shown


def test_a_folder_on_this_machine(client: Client, tmp_path: Path) -> None:
    root = messaging(tmp_path / "My Notes")
    intake = bring_in(client, folder=str(root))
    assert intake.vault is not None
    assert intake.vault.title == "My Notes"
    assert intake.vault.folder == root


def test_the_same_title_brings_the_vault_up_to_date(client: Client, data_dir: Path) -> None:
    first = bring_in(client, archive=upload(zipped()))
    items = set(Placement.objects.live().values_list("item", flat=True))
    second = bring_in(
        client,
        archive=upload(zipped({**MESSAGING, "More.md": TOPICS}, folder="Other")),
        title="Messaging",
    )
    assert second.vault == first.vault
    assert second.vault is not None
    assert second.vault.revision == 2
    assert items < set(Placement.objects.live().values_list("item", flat=True))
    assert folders(data_dir) == [str(second.pk)]  # the older one is cleared away


def test_the_same_again_says_that_nothing_had_changed(client: Client, data_dir: Path) -> None:
    bring_in(client, archive=upload(zipped()))
    again = bring_in(client, archive=upload(zipped()))
    assert "Nothing had changed" in page(client, again)
    assert Vault.objects.get().source == str(again.root)
    assert folders(data_dir) == [str(again.pk)]


def test_a_reworded_question_is_shown_with_both_wordings(client: Client) -> None:
    old = (
        "> [!question] How long is a message hidden from others after one has received it?\n"
        "> For as long as the visibility timeout of the queue says.\n"
    )
    new = (
        "> [!question] For how long is a received message hidden from the others?\n"
        "> As long as the visibility timeout of that queue says it is.\n"
    )
    bring_in(client, archive=upload(zipped({"a.md": old})))
    reworded = bring_in(client, archive=upload(zipped({"a.md": new})))
    bring_in(client, archive=upload(zipped({"a.md": new, "Topics.md": TOPICS})))
    shown = page(client, reworded)
    assert "Recognised by likeness" in shown
    assert "after one has received it" in shown
    assert "from the others?" in shown
    assert 'href="#changed">changed</a></dt> <dd>1</dd>' in shown


def test_checking_first_says_what_would_change(client: Client) -> None:
    bring_in(client, archive=upload(zipped()))
    files = {
        **MESSAGING,
        "Queues.md": QUEUES.replace("30 seconds", "half a minute"),
        "More.md": "> [!question] What is a shard?\n> A unit of capacity.\n",
    }
    del files["Topics.md"]
    checked = bring_in(client, archive=upload(zipped(files)), act="check")
    shown = page(client, checked)
    for name, words in (
        ("new", "What is a shard?"),
        ("changed", "How long does a message stay hidden"),
        ("archived", "Who receives a message"),
    ):
        assert f'href="#{name}">{name}</a></dt> <dd>1</dd>' in shown
        assert words in shown
    assert Vault.objects.get().revision == 1


def test_checking_first_shows_what_would_be_recognised_by_likeness(client: Client) -> None:
    bring_in(client, archive=upload(zipped()))
    reworded = TOPICS.replace("Who receives a message that is", "Who gets a message when it was")
    reworded = reworded.replace(
        "Every subscriber whose filter policy lets", "Each whose policy lets"
    )
    files = {**MESSAGING, "Topics.md": reworded}
    shown = page(client, bring_in(client, archive=upload(zipped(files)), act="check"))
    assert "Recognised by likeness" in shown
    assert "Every subscriber whose filter policy lets it through." in shown
    assert "Who gets a message when it was published to a topic?" in shown
    assert "These are two different questions" not in shown  # nothing to decide about yet


def test_checking_first_shows_how_an_ambiguous_question_can_be_read(client: Client) -> None:
    unclear = "> [!question] A bank moves to the cloud\n> It uses STS.\n"
    intake = bring_in(client, archive=upload(zipped({"Open.md": unclear})), act="check")
    shown = page(client, intake)
    assert "A bank moves to the cloud?" in shown  # a reading of it
    assert "It is meant like this" not in shown  # nothing to decide about yet
    before = (shown.count("Open.md:1"), "Everything else" in shown)
    client.post(f"{intake.get_absolute_url()}resume/")
    work()
    shown = page(client, intake)
    assert "It is meant like this" in shown
    assert before == (shown.count("Open.md:1") - shown.count("New questions"), False)


def test_checking_first_says_what_would_be_in_conflict_and_what_may_be_the_same(
    client: Client,
) -> None:
    bring_in(client, archive=upload(zipped()))
    vault = Vault.objects.get()
    edit(vault, "Topics.md", TOPICS.replace("Every subscriber", "Each subscriber"))
    other = "> [!question] Which kind of queue orders messages within a group?\n> FIFO ones.\n"
    queues = QUEUES[: QUEUES.index("> [!question] Which")] + other
    topics = TOPICS.replace("Every subscriber", "All subscribers")
    files = {**MESSAGING, "Queues.md": queues, "Topics.md": topics}
    shown = page(client, bring_in(client, archive=upload(zipped(files)), act="check"))
    assert '<a href="#conflicts">Notes with two texts</a> <span class="num">1</span>' in shown
    assert "Changed in the folder in the same place." in shown
    assert "Perhaps the same" in shown
    assert "This is the same question" not in shown


def test_a_broken_link_says_what_may_be_meant(client: Client) -> None:
    files = {**MESSAGING, "Open.md": "[[Queus]] and ![[atachments/timeut.png]]\n"}
    shown = page(client, bring_in(client, archive=upload(zipped(files))))
    assert "Did you mean Queues.md?" in shown
    assert 'href="/library/messaging/notes/Queues.md"' in shown
    assert "Did you mean attachments/timeout.png?" in shown


def test_what_changed_is_counted(client: Client) -> None:
    bring_in(client, archive=upload(zipped()))
    without = {path: text for path, text in MESSAGING.items() if path != "Topics.md"}
    shown = page(client, bring_in(client, archive=upload(zipped(without))))
    assert 'href="#archived">archived</a></dt> <dd>1</dd>' in shown
    assert "come back with their history" in shown
    shown = page(client, bring_in(client, archive=upload(zipped())))
    assert 'href="#revived">back again</a></dt> <dd>1</dd>' in shown
    assert 'href="#new"' not in shown


# --- while it runs --------------------------------------------------------------------------


def test_the_page_asks_again_each_second_and_without_javascript_reloads(client: Client) -> None:
    intake = ask(client, archive=upload(zipped()))
    shown = page(client, intake)
    assert 'hx-trigger="every 1s"' in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    part = page(client, intake, **HTMX)
    assert 'hx-trigger="every 1s"' in part
    assert "<html" not in part
    work()
    part = page(client, intake, **HTMX)
    assert "is up to date" in part
    assert "hx-trigger" not in part


def test_how_far_it_is(client: Client) -> None:
    intake = ask(client, archive=upload(zipped()))
    Intake.objects.update(state="running", step="Reading notes", done=7, total=20)
    shown = page(client, intake)
    for text in ("Reading notes", "7 of 20", 'max="20"', 'value="7"'):
        assert text in shown


def test_it_says_when_no_worker_comes(client: Client) -> None:
    intake = ask(client, archive=upload(zipped()))
    assert "db_worker" not in page(client, intake)
    Intake.objects.update(asked_at=timezone.now() - timedelta(seconds=6))
    assert "manage.py db_worker" in page(client, intake)
    busy = Intake.objects.create(owner=ensure_learner(), folder="/x", state="running")
    shown = page(client, intake)
    assert "db_worker" not in shown
    assert "for another import" in shown
    Intake.objects.filter(pk=busy.pk).update(moved_at=timezone.now() - timedelta(minutes=2))
    assert "manage.py db_worker" in page(client, intake)


def test_one_whose_worker_was_killed_can_be_started_again(client: Client) -> None:
    intake = ask(client, archive=upload(zipped()))
    Intake.objects.update(state="running", step="Reading notes")
    resume = f"{intake.get_absolute_url()}resume/"
    client.post(resume)  # it still moves: nothing happens
    assert Intake.objects.get().state == "running"
    Intake.objects.update(moved_at=timezone.now() - timedelta(minutes=2))
    assert "Start again" in page(client, intake)
    client.post(resume)
    work()
    assert Intake.objects.get().state == "done"


def test_it_waits_for_another_change_to_the_vault(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = bring_in(client, archive=upload(zipped())).vault
    assert vault is not None
    monkeypatch.setattr(locking, "PATIENCE", 0)
    other = ExitStack()
    other.enter_context(only_change_to(vault))
    steps = []

    def importing(**asked: Any) -> ImportResult:
        steps.append(Intake.objects.latest("asked_at").step)
        if len(steps) == 3:
            other.close()
        return import_vault(**asked)

    monkeypatch.setattr(taking_in, "import_vault", importing)
    again = bring_in(client, archive=upload(zipped({"New.md": "# New\n"})), title=vault.title)
    assert steps[1:] == ["Waiting for another change to the vault"] * 2
    assert again.state == "done"
    assert again.vault == vault


# --- what goes wrong ------------------------------------------------------------------------


def test_a_failure_says_why_and_leaves_what_was_there(client: Client, data_dir: Path) -> None:
    first = bring_in(client, archive=upload(zipped()))
    failed = bring_in(client, archive=upload(zipped({"picture.png": b"x"})), title="Messaging")
    assert failed.state == "failed"
    shown = page(client, failed)
    assert "holds no notes" in shown
    assert "as it was" in shown
    vault = Vault.objects.get()
    assert (vault.revision, vault.source) == (1, str(first.root))
    assert NoteVersion.objects.live().filter(vault=vault).count() == 3
    assert str(first.pk) in folders(data_dir)


def test_a_fault_of_ours_is_told_and_can_be_tried_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(taking_in, "import_vault", lambda **_: 1 / 0)
        intake = bring_in(client, archive=upload(zipped()))
    assert "ZeroDivisionError" in page(client, intake)
    client.post(f"{intake.get_absolute_url()}resume/")
    work()
    intake.refresh_from_db()
    assert intake.state == "done"


def test_an_upload_that_was_replaced_says_so(client: Client) -> None:
    checked = bring_in(client, archive=upload(zipped()), act="check")
    bring_in(client, archive=upload(zipped()), title="Other")
    client.post(f"{checked.get_absolute_url()}resume/")
    work()
    assert "Upload it again" in page(client, checked)


def test_the_form_names_the_entry_that_is_refused(client: Client, data_dir: Path) -> None:
    shown = refused(client, archive=upload(zipped({"../../evil.md": "x"}, folder="")))
    assert "evil.md" in shown
    assert "outside" in shown
    assert folders(data_dir) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "Choose a file, or name a folder"),
        ({"archive": upload(b"# A note")}, "no zip archive"),
        ({"archive": upload(b"")}, "no zip archive"),
        ({"archive": upload(zipped()[:200])}, "cut off"),
        ({"folder": "/there/is/nothing"}, "no folder /there/is/nothing"),
        ({"folder": "Notes"}, "whole path"),
        ({"folder": "~nobody-of-this-name/x"}, "no home folder"),
        ({"folder": __file__}, "is a file"),
        ({"folder": "/", "archive": upload(zipped())}, "not both"),
        ({"archive": upload(zipped()), "title": "x" * 201}, "at most 200"),
    ],
)
def test_what_the_form_refuses(client: Client, fields: dict[str, Any], why: str) -> None:
    if "archive" in fields:
        fields["archive"].seek(0)
    assert why in refused(client, **fields)


def test_an_upload_over_the_limit_is_not_kept(
    client: Client, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_ARCHIVE_BYTES", 100)
    shown = refused(client, archive=upload(zipped()), title="Kept")
    assert "larger than" in shown
    assert 'value="Kept"' in shown
    assert folders(data_dir) == []


# --- checking first -------------------------------------------------------------------------


def test_checking_changes_nothing_and_then_brings_in_the_same(client: Client) -> None:
    files = {**MESSAGING, "Open.md": "> [!question] Why?\n\n![[gone.png]]\n"}
    intake = bring_in(client, archive=upload(zipped(files)), act="check")
    assert not Vault.objects.exists()
    shown = page(client, intake)
    for text in ("4 notes", "4 questions", "Why?", "Open.md:1", "gone.png", "Bring it in"):
        assert text in shown
    client.post(f"{intake.get_absolute_url()}resume/")
    work()
    assert "is up to date" in page(client, intake)
    assert Vault.objects.get().revision == 1


def test_checking_a_folder(client: Client, tmp_path: Path) -> None:
    intake = bring_in(client, folder=str(messaging(tmp_path / "v")), act="check")
    assert "Everything was understood" in page(client, intake)
    assert not Vault.objects.exists()


# --- reading again --------------------------------------------------------------------------


def test_a_folder_is_read_again_with_one_press(client: Client, tmp_path: Path) -> None:
    root = messaging(tmp_path / "Messaging")
    import_vault(owner=ensure_learner(), root=root)
    assert "/library/messaging/read-again/" in client.get("/library/messaging/").content.decode()
    write_vault(root, {"More.md": TOPICS})
    response = client.post("/library/messaging/read-again/")
    work()
    assert "is up to date" in client.get(response["Location"]).content.decode()
    assert Vault.objects.get().revision == 2


def test_an_uploaded_vault_is_uploaded_again_instead(client: Client) -> None:
    bring_in(client, archive=upload(zipped()))
    shown = client.get("/library/messaging/").content.decode()
    assert "read-again" not in shown
    assert "/library/import/?title=Messaging" in shown
    assert client.post("/library/messaging/read-again/").status_code == 404
    assert 'value="Messaging"' in client.get("/library/import/?title=Messaging").content.decode()


# --- who may --------------------------------------------------------------------------------


def test_for_anybody_else_it_is_not_there(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    intake = ask(client, archive=upload(zipped()))
    import_vault(owner=ensure_learner(), root=messaging(tmp_path / "v"))
    settings.ONE_PERSON = False
    addresses = [intake.get_absolute_url(), f"{intake.get_absolute_url()}resume/"]
    assert client.get("/library/import/").status_code == 302
    assert client.get(addresses[0]).status_code == 302
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(addresses[0]).status_code == 404
    assert client.post(addresses[1]).status_code == 404
    assert client.post("/library/v/read-again/").status_code == 404


def test_a_title_that_somebody_else_uses_is_a_vault_of_ones_own(
    client: Client, settings: Settings
) -> None:
    bring_in(client, archive=upload(zipped()))
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("ada"))
    bring_in(client, archive=upload(zipped()))
    assert Vault.objects.filter(title="Messaging").count() == 2


def test_paths_of_the_machine_are_for_its_one_person(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    root = messaging(tmp_path / "v")
    user = User.objects.create_user("ada")
    vault = import_vault(owner=user, root=root).vault
    settings.ONE_PERSON = False
    client.force_login(user)
    assert "on this machine" not in client.get("/library/import/").content.decode()
    assert "Choose a file." in refused(client, folder=str(root))
    assert client.post(f"{vault.get_absolute_url()}read-again/").status_code == 404


def test_a_forged_request_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    ensure_learner()
    response = client.post("/library/import/", {"archive": upload(zipped())})
    assert response.status_code == 403
    assert not Intake.objects.exists()


def test_a_vault_called_import_has_an_address_of_its_own(client: Client) -> None:
    intake = bring_in(client, archive=upload(zipped(folder="Import")))
    assert intake.vault is not None
    assert intake.vault.slug == "import-2"
    assert "Study this vault" in client.get(intake.vault.get_absolute_url()).content.decode()
