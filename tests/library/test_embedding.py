"""Notes that show parts of others, from folder to page."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.accounts.services import ensure_learner
from studyapp.library.models import Attachment, NoteVersion, Placement
from studyapp.library.services.checking import check_vault
from studyapp.library.services.importing import ImportResult, import_vault
from studyapp.library.workers import NoteWorkers
from tests.library.vaults import write_vault

pytestmark = pytest.mark.django_db

FILES: dict[str, str | bytes] = {
    "Tokens.md": "---\ntags: [a]\n---\nAn *ID token* says who.\n\n## Lifetime\nOne hour. ^hour\n",
    "folder/Deep.md": "![[Tokens#Lifetime]]\n\nSee [[Beside]].\n",
    "folder/Beside.md": "Beside.\n",
    "Exam.md": "Read this:\n![[Deep]]\n\n![[Tokens#^hour]]\n",
    "Cards.md": "> [!question] How long is it valid?\n> ![[Tokens#^hour]]\n",
}


def run(root: Path, **files: str | bytes) -> ImportResult:
    write_vault(root, files)
    return import_vault(owner=ensure_learner(), root=root)


def page(path: str) -> NoteVersion:
    return NoteVersion.objects.live().get(note__path=path)


def test_embeds_show_what_they_name(tmp_path: Path) -> None:
    run(tmp_path / "v", **FILES)
    html = page("Exam.md").html
    assert html.count('class="embed"') == 3
    assert html.count("One hour.") == 2
    assert "says who" not in html
    assert 'href="/library/v/notes/folder/Deep.md"' in html
    assert 'href="/library/v/notes/Tokens.md#h-lifetime"' in html
    assert 'href="/library/v/notes/folder/Beside.md"' in html
    card = Placement.objects.live().select_related("version").get()
    assert "<p>One hour.</p>" in card.version.html["answer"]


def test_a_note_that_is_embedded_changes_those_that_show_it_and_no_others(tmp_path: Path) -> None:
    root = tmp_path / "v"
    run(root, **FILES)
    beside = page("folder/Beside.md").pk
    edited = FILES["Tokens.md"].replace("One hour", "A day")  # type: ignore[arg-type]
    assert run(root, **{"Tokens.md": edited}).changed
    assert page("Exam.md").html.count("A day.") == 2
    assert "A day." in page("folder/Deep.md").html
    card = Placement.objects.live().select_related("version").get()
    assert "A day." in card.version.html["answer"]
    assert page("folder/Beside.md").pk == beside
    assert not run(root).changed


def test_an_edited_note_still_shows_the_unchanged_ones(tmp_path: Path) -> None:
    root = tmp_path / "v"
    run(root, **FILES)
    deep = page("folder/Deep.md").pk
    run(root, **{"Exam.md": "Again:\n![[Deep]]\n"})
    assert page("Exam.md").html.count("One hour.") == 1
    assert page("folder/Deep.md").pk == deep


def test_links_in_a_passage_follow_their_target(tmp_path: Path) -> None:
    root = tmp_path / "v"
    run(root, **FILES)
    (root / "folder/Beside.md").rename(root / "Beside.md")
    run(root)
    assert 'href="/library/v/notes/Beside.md"' in page("Exam.md").html


def test_a_part_that_is_not_there_is_broken_until_it_is(tmp_path: Path) -> None:
    root = tmp_path / "v"
    result = run(root, **FILES, **{"Odd.md": "![[Tokens#Colour]]\n\n![[Tokens#^gone]]\n"})
    assert result.vault.served_report()["links_broken"] == [
        ["Odd.md", 1, "Tokens#Colour"],
        ["Odd.md", 3, "Tokens#^gone"],
    ]
    assert page("Odd.md").html.count("link--broken") == 2
    tokens = f"{FILES['Tokens.md']!s}\n## Colour\nNone.\n"
    run(root, **{"Tokens.md": tokens})
    assert "None." in page("Odd.md").html
    assert page("Odd.md").html.count("link--broken") == 1


def test_notes_that_embed_each_other_are_both_told(tmp_path: Path) -> None:
    root = tmp_path / "v"
    run(root, **{"A.md": "a\n\n![[B]]\n", "B.md": "b\n\n![[A]]\n"})
    assert [row[:2] for row in page("A.md").diagnostics] == [[3, "embed-cycle"]]
    assert [row[:2] for row in page("B.md").diagnostics] == [[3, "embed-cycle"]]
    assert not run(root).changed


def test_the_doctor_lays_out_embeds_too(tmp_path: Path) -> None:
    root = write_vault(tmp_path / "v", {"A.md": "a\n\n![[A]]\n"})
    with NoteWorkers(count=1, seconds=20) as workers:
        report = check_vault(root, workers)
    assert "embed-cycle" in [row["code"] for row in report["diagnostics"]]


def test_pages_keep_the_place_of_pictures(tmp_path: Path) -> None:
    root = tmp_path / "v"
    picture = '<svg width="{}" height="36" xmlns="http://www.w3.org/2000/svg"></svg>'
    run(root, **{"A.md": "![[b.svg]]", "C.md": "![[A]]", "b.svg": picture.format(72)})
    assert 'height="36"' in page("A.md").html
    assert 'width="72"' in page("C.md").html
    assert not run(root).changed
    run(root, **{"b.svg": picture.format(80)})
    assert 'width="80"' in page("A.md").html
    assert 'width="80"' in page("C.md").html


def test_pictures_of_an_earlier_import_are_looked_at_once(tmp_path: Path) -> None:
    root = tmp_path / "v"
    run(root, **{"A.md": "![[b.svg]]", "b.svg": '<svg viewBox="0 0 4 3"></svg>'})
    Attachment.objects.update(width=None, height=None)
    assert not run(root).changed
    assert Attachment.objects.get().width == 4


def test_a_note_that_embeds_too_many_shows_the_first_and_links_to_the_rest(tmp_path: Path) -> None:
    root = tmp_path / "v"
    long = "x " * 30_000
    names = [f"Long {number}" for number in range(6)]
    run(
        root,
        **{f"{name}.md": f"{name}: {long}" for name in names},
        **{"All.md": "\n\n".join(f"![[{name}]]" for name in names)},
    )
    html = page("All.md").html
    assert html.count('<div class="embed"') == 3
    assert html.count('<a class="embed"') == 3
    assert [row[:2] for row in page("All.md").diagnostics] == [
        [7, "embed-left-out"],
        [9, "embed-left-out"],
        [11, "embed-left-out"],
    ]
