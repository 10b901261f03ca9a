"""What holds for every vault: importing it twice changes nothing, and nor does bringing in what
was exported."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from studyapp.library.models import Vault
from studyapp.library.services.exporting import export_vault
from studyapp.library.services.unpacking import unpack_archive
from tests.library.test_editing import edit
from tests.library.test_exporting import exported, on_disk
from tests.library.test_import import run, served
from tests.library.vaults import write_vault

pytestmark = pytest.mark.django_db

PATHS = ["A.md", "B.md", "Sub/A.md", "Sub/Ünïcode & more #1.md"]
LINES = [
    "---",
    "tags: [a/b, c",
    "aliases: Other",
    "# Heading",
    "> [!question] Who issues tokens?",
    "> [!question]- Which?",
    "> A *user pool*.",
    "> - [x] One",
    "> - [ ] Two",
    "**Links**: [[B]]",
    "[[A#Heading|there]] ![[B]]",
    "![[dot.png|20]] $x^2$ ==gap==",
    "Front::Back #flashcards",
    "```",
    "^id-1",
    "",
    "\tnaïve “quotes”",
    "📚 שלום \x00\x0c\u2028",
]

texts = st.lists(st.sampled_from(LINES), max_size=8)
notes = st.one_of(
    st.binary(max_size=30),
    st.builds(
        lambda lines, end, encoding, last: (end.join(lines) + last).encode(encoding, "replace"),
        texts,
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        st.sampled_from(["", "\n", "\r\n"]),
    ),
)


@settings(
    max_examples=15,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    files=st.dictionaries(st.sampled_from(PATHS), notes, min_size=1),
    edits=st.dictionaries(st.sampled_from(PATHS), texts, max_size=2),
)
def test_twice_is_once_and_what_was_exported_comes_in_as_it_was(
    settings: Settings, files: dict[str, str | bytes], edits: dict[str, list[str]]
) -> None:
    Vault.objects.all().delete()
    with tempfile.TemporaryDirectory() as folder:
        settings.DATA_DIR = Path(folder) / "data"
        root = write_vault(Path(folder) / "v", files)
        vault = run(root).vault
        before = served(vault)
        assert not run(root).changed
        assert served(vault) == before
        assert exported(vault) == on_disk(root)
        for path in files.keys() & edits.keys():
            edit(vault, path, "\n".join(edits[path]))
        vault.refresh_from_db()
        before = served(vault)
        with io.BytesIO(b"".join(export_vault(vault))) as archive:
            unpack_archive(archive, Path(folder) / "again")
        assert run(Path(folder) / "again", title=vault.title).vault == vault
        assert served(vault) == before
        assert exported(vault) == on_disk(Path(folder) / "again")
