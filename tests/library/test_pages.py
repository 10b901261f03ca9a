"""The library's pages: who sees what, what they show, and how many queries they cost."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.models import Note, NoteLink, NoteVersion, Placement, Vault
from studyapp.library.services.importing import import_vault
from tests.library.vaults import PIXEL, TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db

PAGES = [
    "/library/",
    "/library/messaging/",
    "/library/messaging/report/",
    "/library/messaging/settings/",
    "/library/messaging/notes/Queues.md",
    "/library/messaging/tags/",
    "/library/messaging/tags/aws/",
    "/library/messaging/topics/",
    "/library/messaging/files/attachments/timeout.png",
]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return import_vault(owner=ensure_learner(), root=messaging(tmp_path / "Messaging")).vault


@pytest.mark.parametrize("url", PAGES)
def test_the_owner_sees_it(client: Client, vault: Vault, url: str) -> None:
    with closing(client.get(url)) as response:
        assert response.status_code == 200


@pytest.mark.parametrize("url", PAGES[1:])
def test_for_anybody_else_it_is_not_there(
    client: Client, settings: Settings, vault: Vault, url: str
) -> None:
    settings.ONE_PERSON = False
    assert client.get(url).status_code == 302
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(url).status_code == 404


def test_another_persons_list_is_empty(client: Client, settings: Settings, vault: Vault) -> None:
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    page = client.get("/library/").content.decode()
    assert "Messaging" not in page
    assert "import_vault" in page  # what to do instead


@pytest.mark.parametrize(
    "url",
    [
        "/library/nowhere/",
        "/library/messaging/notes/Nothing.md",
        "/library/messaging/notes/../../settings.py",
        "/library/messaging/files/Queues.md",
        "/library/messaging/tags/azure/",
        "/library/messaging/topics/999999/",
        "/library/messaging/files/../Queues.md",
    ],
)
def test_what_is_not_there_is_404(client: Client, vault: Vault, url: str) -> None:
    assert client.get(url).status_code == 404


def test_the_reader_shows_the_note_its_items_and_what_links_to_it(
    client: Client, vault: Vault
) -> None:
    page = client.get("/library/messaging/notes/Queues.md").content.decode()
    assert "A queue keeps a message until a consumer deletes it." in page
    assert 'href="/library/messaging/notes/Topics.md"' in page  # a link, and the next note
    assert "How long does a message stay hidden" in page
    assert "#L9" in page
    assert "Messaging Index" in page
    backlinks = page[page.index("backlinks") :]
    assert "/library/messaging/notes/Topics.md#L3" in backlinks


def test_a_note_that_links_here_often_is_listed_once_with_its_first_line(
    client: Client, vault: Vault
) -> None:
    note = NoteVersion.objects.live().get(note__path="Topics.md")
    linked = Note.objects.get(path="Queues.md")
    line = "x" * 9000
    NoteVersion.objects.filter(pk=note.pk).update(text=f"one\u2028two\n\nthree {line}")
    NoteLink.objects.filter(source=note).update(line=3)
    NoteLink.objects.bulk_create(NoteLink(source=note, target=linked, line=9) for _ in range(50))
    response = client.get("/library/messaging/notes/Queues.md")
    found = {link["title"]: link for link in response.context["backlinks"]}["Topics"]
    assert found["line"] == 3
    assert found["context"].startswith("three xxx")
    assert len(found["context"]) <= 300


def test_the_answer_is_not_in_the_list_of_items(client: Client, vault: Vault) -> None:
    response = client.get("/library/messaging/notes/Queues.md")
    assert all("30 seconds" not in item["prompt"] for item in response.context["items"])


def test_attachments_are_revalidated_and_cannot_act(client: Client, vault: Vault) -> None:
    with closing(client.get(PAGES[-1])) as first:
        assert b"".join(first.streaming_content) == PIXEL
    assert first["Content-Type"] == "image/png"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in first["Content-Security-Policy"]
    second = client.get(PAGES[-1], headers={"if-none-match": first["ETag"]})
    assert second.status_code == 304
    assert second.content == b""


@pytest.mark.parametrize(
    ("name", "media_type", "disposition"),
    [
        ("x.svg", "image/svg+xml", "inline"),
        ("x.html", "text/html; charset=utf-8", "inline"),
        ("x.HTM", "text/html; charset=utf-8", "inline"),
        ("x.svgz", "application/octet-stream", "attachment"),
        ("x.xhtml", "application/octet-stream", "attachment"),
        ("x.xml", "application/octet-stream", "attachment"),
        ("x.js", "application/octet-stream", "attachment"),
        ("x.canvas", "application/octet-stream", "attachment"),
        ("x.exe", "application/octet-stream", "attachment"),
        ("x", "application/octet-stream", "attachment"),
        ("x.JPG", "image/jpeg", "inline"),
    ],
)
def test_attachments_by_kind(
    client: Client, tmp_path: Path, name: str, media_type: str, disposition: str
) -> None:
    root = write_vault(messaging(tmp_path / "Messaging"), {name: b"<script>alert(1)</script>"})
    import_vault(owner=ensure_learner(), root=root)
    with closing(client.get(f"/library/messaging/files/{name}")) as response:
        pass
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"].startswith(disposition)
    policy = response["Content-Security-Policy"]
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none';")
    assert policy.endswith("; sandbox")  # no origin, no script, no forms, whatever is in it
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_pdf_is_for_the_browsers_own_viewer_and_in_nobodys_frame(
    client: Client, tmp_path: Path
) -> None:
    root = write_vault(messaging(tmp_path / "Messaging"), {"x.PDF": b"%PDF-1.4 <script>"})
    import_vault(owner=ensure_learner(), root=root)
    with closing(client.get("/library/messaging/files/x.PDF")) as response:
        pass
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_the_report_names_what_needs_an_answer(client: Client, tmp_path: Path) -> None:
    root = write_vault(
        messaging(tmp_path / "Messaging"),
        {"Open.md": "> [!question] Why?\n\n![[gone.png]] and [[Nowhere]]\n"},
    )
    import_vault(owner=ensure_learner(), root=root)
    page = client.get("/library/messaging/report/").content.decode()
    for text in ("Why?", "gone.png", "Nowhere", "/library/messaging/notes/Open.md#L3"):
        assert text in page


def test_every_place_that_the_report_names_is_there(client: Client, tmp_path: Path) -> None:
    """A folder that was left out has no page, a drawing is a file."""
    files: dict[str, str | bytes] = {
        ".obsidian/app.json": "{}",
        "board.canvas": "{}",
        "Bad.md": "---\na: [\n---\n[[Nowhere]]",
    }
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Odd", files))
    page = client.get("/library/odd/report/").content.decode()
    links = set(re.findall(r'class="diagnostic__where"\s+href="([^"#]+)', page))
    assert links == {"/library/odd/notes/Bad.md", "/library/odd/files/board.canvas"}
    for link in links:
        with closing(client.get(link)) as response:
            assert response.status_code == 200
    assert "Hidden and trash folders are left out" in page


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured, closing(client.get(url)):
        pass
    return len(captured)


def test_pages_cost_the_same_however_much_there_is(client: Client, tmp_path: Path) -> None:
    root = messaging(tmp_path / "Messaging")
    import_vault(owner=ensure_learner(), root=root)
    few = [queries(client, url) for url in PAGES]
    more = {f"More {n}.md": TOPICS + f"\n\n## Part {n}\n\n[[Topics]]\n" for n in range(30)}
    import_vault(owner=ensure_learner(), root=write_vault(root, dict(more)))
    assert [queries(client, url) for url in PAGES] == few


PROPERTIES = """\
---
exam: DVA-C02
sources:
  - "Guide: https://docs.example/g"
tags: [x]
created: 2026-05-06
read: 2026-05-06T10:20
done: true
points: 12
up: [[Messaging Index]]
related:
  - "[[Queues#Queues|the queues]] and [[Nowhere]]"
weights: {a: 1, b: [x, y]}
aliases: [Mail]
empty:
---
text
"""


def test_properties_are_shown_as_what_they_are(client: Client, tmp_path: Path) -> None:
    root = write_vault(messaging(tmp_path / "Messaging"), {"P.md": PROPERTIES})
    import_vault(owner=ensure_learner(), root=root)
    response = client.get("/library/messaging/notes/P.md")
    notes = "/library/messaging/notes"
    assert response.context["properties"] == [
        ("exam", [[("DVA-C02", "")]]),
        ("sources", [[("Guide", "https://docs.example/g")]]),
        ("created", [[("6 May 2026", "")]]),
        ("read", [[("6 May 2026, 10:20", "")]]),
        ("done", [[("Yes", "")]]),
        ("points", [[("12", "")]]),
        ("up", [[("Messaging Index", f"{notes}/Messaging%20Index.md")]]),
        (
            "related",
            [[("the queues", f"{notes}/Queues.md#h-queues"), (" and ", ""), ("Nowhere", "")]],
        ),
        ("weights", [[("a: 1; b: x, y", "")]]),
        ("aliases", [[("Mail", "")]]),
    ]
    assert 'href="https://docs.example/g"' in response.content.decode()


def test_a_link_in_a_property_is_a_link_of_the_note(client: Client, tmp_path: Path) -> None:
    root = write_vault(messaging(tmp_path / "Messaging"), {"P.md": PROPERTIES})
    import_vault(owner=ensure_learner(), root=root)
    shown = client.get("/library/messaging/notes/Queues.md").context["backlinks"]
    assert ("P", 12) in [(link["title"], link["line"]) for link in shown]
    report = client.get("/library/messaging/report/").content.decode()
    assert "/library/messaging/notes/P.md#L12" in report


def test_the_reader_lists_what_the_note_links_to_and_names_what_is_not_there(
    client: Client, tmp_path: Path
) -> None:
    note = (
        "See [[Topics]] and [[Queues#Queues]], then [[Topics|again]].\n\n"
        "![[x]] [[Nowhere]] [[a&b]]\n"
    )
    root = write_vault(messaging(tmp_path / "Messaging"), {"Links.md": note})
    import_vault(owner=ensure_learner(), root=root)
    context = client.get("/library/messaging/notes/Links.md").context
    assert [link["title"] for link in context["links"]] == ["Topics", "Queues"]
    assert context["broken"] == [{"target": name, "line": 3} for name in ("x", "Nowhere", "a&b")]
    assert context["link_count"] == 5


TAGGED = {
    "A.md": "---\ntags: [aws/sqs/fifo]\n---\n\n> [!question] What is asked of A?\n> This #AWS.\n",
    "B.md": "---\ntags: [AWS]\n---\ntext\n",
    "C.md": "nothing\n",
}


def test_a_tag_has_the_notes_of_the_tags_nested_in_it(client: Client, tmp_path: Path) -> None:
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Tagged", {**TAGGED}))
    index = client.get("/library/tagged/tags/").context["tags"]
    assert [(tag["whole"].lower(), tag["notes"]) for tag in index] == [
        ("aws", 2),
        ("aws/sqs", 1),
        ("aws/sqs/fifo", 1),
    ]
    response = client.get("/library/tagged/tags/aws/")
    assert [note["title"] for note in response.context["notes"]] == ["A", "B"]
    assert "What is asked of A?" in response.content.decode()
    assert [below["name"] for below in response.context["below"]] == ["#aws/sqs"]
    below = client.get("/library/tagged/tags/aws/sqs/")
    assert [note["title"] for note in below.context["notes"]] == ["A"]
    reader = client.get("/library/tagged/notes/A.md").content.decode()
    assert 'href="/library/tagged/tags/aws/sqs/fifo/"' in reader
    assert '<a class="tag" href="/library/tagged/tags/AWS/"' in reader
    assert client.get("/library/tagged/tags/AWS/").status_code == 200


def test_a_topic_is_reached_from_its_notes_and_lists_them(client: Client, vault: Vault) -> None:
    reader = client.get("/library/messaging/notes/Topics.md")
    (topic,) = reader.context["trail"]
    assert f'href="{topic["url"]}"' in reader.content.decode()
    response = client.get(topic["url"])
    assert response.context["heading"] == "Messaging Index"
    assert {"Queues", "Topics"} <= {note["title"] for note in response.context["notes"]}
    assert "Who receives a message" in response.content.decode()


def test_somebody_elses_topic_is_not_there(
    client: Client, settings: Settings, vault: Vault
) -> None:
    url = client.get("/library/messaging/notes/Topics.md").context["trail"][0]["url"]
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(url).status_code == 404


def test_a_large_vault_lists_the_first_notes_of_a_topic_and_leads_to_all(
    client: Client, tmp_path: Path
) -> None:
    names = [f"Note {number:03}" for number in range(310)]
    files = {f"{name}.md": "**Links**: [[Index]]\n" for name in names} | {
        "Index.md": "".join(f"- [[{name}]]\n" for name in names)
    }
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Large", {**files}))
    response = client.get("/library/large/")
    page = response.content.decode()
    assert "Note 000" in page
    assert "Note 100" not in page
    (topic,) = [topic for topic in response.context["tree"] if topic.is_long]
    assert "All 310 notes" in page
    assert f'href="/library/large/topics/{topic.id}/"' in page
    pages = [client.get(f"/library/large/topics/{topic.id}/?page={n}") for n in (1, 2, 99, "x")]
    assert [response.context["notes"][1]["title"] for response in pages] == [
        "Note 000",
        "Note 050",
        "Note 300",
        "Note 000",
    ]


def test_the_questions_of_a_long_note_are_listed_in_parts(client: Client, tmp_path: Path) -> None:
    asked = "\n\n".join(f"> [!question] Question number {n}?\n> Answer {n}." for n in range(130))
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Long", {"Long.md": asked}))
    url = "/library/long/notes/Long.md"
    page = client.get(url)
    assert page.context["item_count"] == 130
    assert len(page.context["items"]) == 60
    assert f'href="{url}?questions=60"' in page.content.decode()  # without a script
    part = client.get("/known/long/Long.md?questions=60", headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "Question number 60?" in text
    assert "Question number 59?" not in text
    assert "Question number 120?" not in text
    last = client.get(f"{url}?questions=120").context
    assert (len(last["items"]), last["items_next"]) == (10, None)
    for nonsense in ("-1", "x", "9" * 30, "²"):
        assert client.get(url, {"questions": nonsense}).context["items_start"] == 0


@pytest.fixture
def long_note(tmp_path: Path) -> str:
    """The address of a note whose page would be long: a question, then text, then others."""
    asked = "> [!question] Question {}?\n> Answer.\n\n"
    text = (
        "See [[#The end]] and[^1].\n\n"
        + asked.format("one")
        + "text\n\n" * 9_000
        + "# The end\n\n"
        + asked.format("two")
        + "^last\n\n[^1]: a footnote\n"
    )
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Long", {"Long.md": text}))
    return "/library/long/notes/Long.md"


def test_a_long_note_is_shown_in_parts(client: Client, long_note: str) -> None:
    first = client.get(long_note)
    page = first.content.decode()
    assert len(page) < 400_000
    assert first.context["shown"].count == 2
    assert "Part 1 of 2" in page
    assert 'href="?part=2"' in page
    assert "Question two?" not in first.context["shown"].html
    second = client.get(f"{long_note}?part=2")
    assert "Question two?" in second.context["shown"].html
    assert 'href="?part=1"' in second.content.decode()
    for asked, number in (("0", 1), ("x", 1), ("9" * 30, 1), ("²", 1), ("-1", 1), ("99", 2)):
        assert client.get(long_note, {"part": asked}).context["shown"].number == number


def test_links_from_elsewhere_name_the_part_of_a_long_note(client: Client, long_note: str) -> None:
    vault = Vault.objects.get()
    linking: dict[str, str | bytes] = {
        "A & b.md": "To [[Long#The end]] and [[A & b#Own]].\n# Own\n"
    }
    import_vault(owner=vault.owner, root=write_vault(Path(vault.source), linking))
    to_the_end = f'href="{long_note}?at=h-the-end#h-the-end"'
    page = client.get("/library/long/notes/A & b.md").context["shown"].html
    assert to_the_end in page
    assert "?at=h-own" not in page
    found = client.get("/library/search/", {"q": "question two"}).text
    assert f'href="{long_note}?at=L18008#L18008"' in found
    question = Placement.objects.live().get(first_line=18_008)
    assert "?at=L18008#L18008" in question.get_absolute_url()

    import_vault(
        owner=vault.owner, root=write_vault(Path(vault.source), {"Long.md": "# The end\n"})
    )
    page = client.get("/library/long/notes/A & b.md").context["shown"].html
    assert f'href="{long_note}#h-the-end"' in page


def test_places_in_other_parts_of_a_long_note_are_reached(client: Client, long_note: str) -> None:
    first = client.get(long_note)
    for anchor in ("h-the-end", "fn-1"):
        assert f'href="?at={anchor}#{anchor}"' in first.context["shown"].html
    assert first.context["outline"][0]["url"] == "?at=h-the-end#h-the-end"
    assert [item["url"][0] for item in first.context["items"]] == ["#", "?"]
    for anchor in ("h-the-end", "b-last", "fn-1", "L18010"):
        assert client.get(long_note, {"at": anchor}).context["shown"].number == 2
    for anchor in ("L1", "L4", "fn-1-ref", "nowhere", '"><b>'):
        assert client.get(long_note, {"at": anchor}).context["shown"].number == 1
    second = client.get(f"{long_note}?at=h-the-end").context
    assert second["outline"][0]["url"] == "#h-the-end"
    assert 'href="?at=fn-1-ref#fn-1-ref"' in second["shown"].html
    assert [item["prompt"] for item in second["items"]] == ["Question two?"]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("# Odd\n\nBody", False),
        ("\n# odd ^id\n", False),
        ("# **Odd** #\n", False),
        ("# Odd one\n", True),
        ("Before\n\n# Odd\n", True),
        ("## Odd\n", True),
    ],
)
def test_a_first_heading_that_is_the_title_is_not_said_twice(
    client: Client, tmp_path: Path, text: str, again: bool
) -> None:
    root = write_vault(tmp_path / "Odd", {"Odd.md": text})
    vault = import_vault(owner=ensure_learner(), root=root).vault
    page = client.get(f"/library/{vault.slug}/notes/Odd.md").text
    prose = page[page.index('class="prose"') : page.index("</article>")]
    assert ("</h1>" in prose or "</h2>" in prose) is again
    assert 'id="h-odd' in prose  # links still find it
