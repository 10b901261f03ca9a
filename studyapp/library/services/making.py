"""Making a vault, or a note of one, that no folder has: what is written in the browser alone.

Such a note is served as one that its folder does not have and that is to stay, made from an empty
file. So an import leaves it where it is, and where a folder has a note of its name by then (an
export of ours, say, that was taken to Obsidian) the two are brought together.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.utils.text import slugify

from studyapp.accounts.models import User
from studyapp.library.models import FolderState, NoteVersion, Vault
from studyapp.library.services.editing import EditError, NoteTooLongError, say, serve_edited
from studyapp.library.services.locking import only_change_to
from studyapp.library.services.reading import NoteFile
from studyapp.library.services.served import served_reading
from studyapp.obsidian.encoding import UTF8, tidy
from studyapp.obsidian.scan import MAX_NOTE_BYTES

RESERVED_SLUGS = frozenset({"import", "new", "search"})
"""Addresses below /library/ that are no vault's."""

EMPTY_FILE = hashlib.sha256(b"").hexdigest()
"""Names the file that a note is made from where there was none."""

LONGEST_NAME = 200
"""Bytes; a file's name may have 255 on most machines."""

_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|#^\[\]]+')


class NameTakenError(EditError):
    """The vault has a note of this name."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The vault has a note {path} already. Give another title.")


def make_vault(*, owner: User, title: str, source: str = "") -> Vault:
    """A vault without notes. ``source`` is its folder, "" where it has none."""
    base = slugify(title)[:60] or "vault"
    slug, number = base, 2
    while slug in RESERVED_SLUGS or Vault.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return Vault.objects.create(owner=owner, title=title[:200], slug=slug, source=source)


def note_name(title: str) -> str:
    """What the file of a note of this ``title`` is called, without ``.md``, so that every system
    takes it and links can name it; "" where nothing is left."""
    name = " ".join(_UNFIT.sub(" ", unicodedata.normalize("NFC", title)).split()).strip(" .")
    return name.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .")


def make_note(*, vault: Vault, title: str, text: str, folder: str = "") -> str:
    """Make a note that says ``text`` in ``folder`` of the vault ("" is its top); returns its path.
    Raises ``NameTakenError``, another ``EditError``, or ``VaultBusyError``."""
    text = tidy(text)
    if len(text.encode("utf-8", "replace")) > MAX_NOTE_BYTES:
        raise NoteTooLongError
    name = f"{note_name(title)}.md"
    path = f"{folder}/{name}" if folder else name
    with only_change_to(vault):
        vault.refresh_from_db()
        served = NoteVersion.objects.live().filter(vault=vault)
        if taken := served.filter(note__path__iexact=path).values_list("note__path").first():
            raise NameTakenError(taken[0])
        reading = served_reading(vault)
        reading.bytes[EMPTY_FILE] = b""
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        say(reading, path, text, NoteFile(sha256, UTF8, EMPTY_FILE, state=FolderState.KEPT))
        serve_edited(vault, reading)
    return path
