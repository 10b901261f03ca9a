"""What the library's pages post: validated and normalised, nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict

from studyapp.accounts.models import User
from studyapp.interchange.questions import Question
from studyapp.interchange.xml_tree import MAX_BYTES
from studyapp.items.values import Kind
from studyapp.library.models import Vault
from studyapp.library.queries.settings import Switch
from studyapp.library.question_text import FORM_KINDS
from studyapp.library.services.making import note_name
from studyapp.library.services.note_files import is_note_file
from studyapp.library.services.packages import (
    MAX_CARD_BYTES,
    holds_cards,
    is_card_file,
    is_package,
)
from studyapp.library.services.quiz_files import is_qti_package, is_quiz_file
from studyapp.library.services.unpacking import (
    MAX_ARCHIVE_BYTES,
    ArchiveError,
    Contents,
    inspect_archive,
)
from studyapp.obsidian.scan import MAX_NOTE_BYTES
from studyapp.obsidian.values import Dialect, Span


class DialectForm(forms.Form):
    """The ticked boxes of a vault's settings page: ``on`` holds folders and dialects; ``also`` is
    one more, beside what is on already."""

    on = forms.MultipleChoiceField(required=False)
    also = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, switches: Iterable[Switch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_on = tuple(
            (place.folder, switch.dialect)
            for switch in switches
            for place in (switch.vault, *switch.folders)
            if place.is_on
        )
        self._places = {
            place.value: (place.folder, switch.dialect)
            for switch in switches
            for place in (switch.vault, *switch.folders)
        }
        for choices in self.fields.values():
            assert isinstance(choices, forms.ChoiceField)
            choices.choices = [(value, value) for value in self._places]

    def clean_on(self) -> tuple[tuple[str, Dialect], ...]:
        """The boxes as what they switch on."""
        return tuple(self._places[value] for value in self.cleaned_data["on"])

    def clean(self) -> dict[str, Any]:
        """With ``also``, what is on already and that."""
        if also := self.cleaned_data.get("also"):
            self.cleaned_data["on"] = (*self._is_on, self._places[also])
        return self.cleaned_data


class ImportForm(forms.Form):
    """Where a vault is: an ``archive``, or (where ``folders`` is true) a ``folder`` on this
    machine; and what it is called, or ``into`` which of the ``vaults`` its notes go."""

    archive = forms.FileField(required=False, allow_empty_file=True)
    folder = forms.CharField(required=False, max_length=4000)
    title = forms.CharField(required=False, max_length=200)
    into = forms.ModelChoiceField(Vault.objects.none(), required=False, to_field_name="slug")

    def __init__(
        self,
        *args: Any,
        folders: bool,
        vaults: QuerySet[Vault],
        too_large: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        assert isinstance(into, forms.ModelChoiceField)
        into.queryset = vaults
        into.empty_label = "A vault of its own"
        into.widget.attrs["class"] = "input"
        self._too_large = too_large
        self._contents: Contents | None = None
        if not folders:
            del self.fields["folder"]

    def clean_archive(self) -> UploadedFile[bytes] | None:
        """The archive, if everything in it may be unpacked."""
        archive: UploadedFile[bytes] | None = self.cleaned_data["archive"]
        if self._too_large:
            raise forms.ValidationError(
                f"The archive is larger than {MAX_ARCHIVE_BYTES // 1024**2} MB. Leave out large "
                "attachments, or split it."
            )
        if archive is not None and is_note_file(archive.name or ""):
            if (archive.size or 0) > MAX_NOTE_BYTES:
                raise forms.ValidationError(f"A note may have {MAX_NOTE_BYTES:,} bytes. Split it.")
        elif archive is not None and is_quiz_file(archive.file, archive.name or ""):  # type: ignore[arg-type]
            if (archive.size or 0) > MAX_BYTES:
                raise forms.ValidationError(
                    f"A quiz file may have {MAX_BYTES // 1024**2} MB. Split it."
                )
        elif archive is not None and self._holds_cards(archive):
            if (archive.size or 0) > MAX_CARD_BYTES:
                raise forms.ValidationError(
                    f"A file of cards may have {MAX_CARD_BYTES // 1024**2} MB. Split it."
                )
        elif archive is not None:
            try:
                self._contents = inspect_archive(archive.file)  # type: ignore[arg-type]
            except ArchiveError as error:
                raise forms.ValidationError(str(error)) from error
        return archive

    def _holds_cards(self, archive: UploadedFile[bytes]) -> bool:
        begins = archive.read(4)
        archive.seek(0)
        return is_card_file(archive.name or "", begins)

    def clean_folder(self) -> Path | None:
        """The folder, if there is one there."""
        text = self.cleaned_data["folder"]
        if not text:
            return None
        try:
            folder = Path(text).expanduser()
        except RuntimeError as error:
            raise forms.ValidationError(f"There is no home folder of {text}.") from error
        if not folder.is_absolute():
            raise forms.ValidationError("Give the whole path, from / or ~ on.")
        if "\0" in text or not folder.exists():
            raise forms.ValidationError(f"There is no folder {folder}. Check the path.")
        if not folder.is_dir():
            raise forms.ValidationError(
                f"{folder} is a file. Give the folder that holds the notes (the vault)."
            )
        return folder

    def clean(self) -> dict[str, Any]:
        """One of the two, and a title for what has no folder's name."""
        data = self.cleaned_data
        archive, folder = data.get("archive"), data.get("folder")
        if archive and folder:
            self.add_error("folder", "Give an archive or a folder, not both.")
        elif not archive and not folder and not self.errors:
            self.add_error(
                "archive",
                "Choose a file, or name a folder." if "folder" in self.fields else "Choose a file.",
            )
        if data.get("into") and (folder or self._contents):
            self.add_error(
                "into",
                "Only a note, cards as CSV or a quiz in one file can be added to a vault. Bring "
                "this in as one of its own.",
            )
        contents = self._contents
        knows_its_title = contents and (
            is_package(contents) or holds_cards(contents) or is_qti_package(contents)
        )
        if archive and contents and not knows_its_title:
            data["title"] = data.get("title") or (contents.folder or Path(archive.name).stem)
        return data


QUESTION_DETAILS = {
    "domain": "Domain",
    "difficulty": "Difficulty",
    "points": "Points",
    "source": "Source",
    "case": "Case",
    "siblings": "Siblings",
    "pin": "Options that stay in place",
}
"""What a question says of itself beside its words, and what the form calls it."""


def _tidy(text: str) -> str:
    """``text`` as a note has it: no white space at the ends of lines, none around it."""
    lines = text.replace("\r\n", "\n").replace("\0", "").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


class NewVaultForm(forms.Form):
    """What a vault that begins empty is called."""

    title = forms.CharField(label="Title", max_length=200)

    def __init__(self, owner: User, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._owner = owner

    def clean_title(self) -> str:
        """A title of its own: by its title a vault that is uploaded again is recognised."""
        title: str = self.cleaned_data["title"]
        if self._owner.vaults.filter(title=title).exists():
            raise forms.ValidationError("You have a vault of this title. Give another.")
        return title


def titled(title: str) -> None:
    """Refuse a ``title`` that no note can be called by."""
    if not note_name(title):
        raise forms.ValidationError("A title needs a letter or a digit.")


class NewNoteForm(forms.Form):
    """What a note is called that begins here, and in which of the vault's ``folders`` it is."""

    title = forms.CharField(
        label="Title", max_length=200, help_text="The file is called so, too.", validators=[titled]
    )
    folder = forms.ChoiceField(label="Folder", required=False)

    def __init__(self, folders: Iterable[str], data: QueryDict | None = None) -> None:
        super().__init__(data)
        folder = self.fields["folder"]
        assert isinstance(folder, forms.ChoiceField)
        folder.choices = [("", "None"), *((name, name) for name in folders)]
        if len(folder.choices) == 1:
            del self.fields["folder"]

    def clean(self) -> dict[str, Any]:
        """Without a choice of folders, the top."""
        return {"folder": "", **(super().clean() or {})}


class LinesForm(forms.Form):
    """Something about a note, or about its ``lines`` (two numbers, joined by "-"); ``seen`` names
    the version that the page was drawn from, ``act`` says what to do."""

    seen = forms.CharField(required=False, max_length=64)
    lines = forms.RegexField(r"[0-9]{1,7}-[0-9]{1,7}", required=False)
    act = forms.CharField(required=False, max_length=10)

    @property
    def span(self) -> Span | None:
        """The lines, if it is about some."""
        first, _, last = self.cleaned_data.get("lines", "").partition("-")
        return (max(1, int(first)), int(last)) if first and int(first) <= int(last) else None


class EditForm(LinesForm):
    """The text of a note, or of some of its lines."""

    text = forms.CharField(required=False, strip=False)


class QuestionForm(LinesForm):
    """A question field by field, in some ``lines`` of a note or (without) a new one. Rows that say
    nothing are left out."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in FORM_KINDS])

    def question(self, data: QueryDict) -> Question:
        """The question that ``data``, what was posted, says, once the form is valid."""
        kind = Kind(self.cleaned_data["kind"])
        rows: list[tuple[str, bool, str]] = []
        if kind in (Kind.CHOICE, Kind.ORDER):
            whys = list(map(_tidy, data.getlist("why"))) if kind is Kind.CHOICE else []
            right = set(data.getlist("right"))
            for at, text in enumerate(map(_tidy, data.getlist("option"))):
                if text:
                    why = whys[at] if at < len(whys) else ""
                    rows.append((text, kind is Kind.ORDER or str(at) in right, why))
        pairs: list[tuple[str, str]] = []
        if kind is Kind.MATCH:
            sides = zip(data.getlist("left"), data.getlist("opposite"), strict=False)
            pairs = [(" ".join(left.split()), " ".join(right.split())) for left, right in sides]
        keyed = kind in (Kind.CHOICE, Kind.ORDER, Kind.MATCH)
        details = {name: " ".join(data.get(name, "").split()) for name in QUESTION_DETAILS}
        if kind in (Kind.CHOICE, Kind.MATCH) and "shuffle" not in data:
            details["shuffle"] = "false"
        return Question(
            kind,
            _tidy(data.get("prompt", "")),
            "" if keyed else _tidy(data.get("answer", "")),
            _tidy(data.get("explanation", "")),
            _tidy(data.get("hint", "")),
            tuple(rows),
            tuple(pair for pair in pairs if any(pair)),
            {name: value for name, value in details.items() if value},
        )


class TrialForm(forms.Form):
    """A question to try: the ``part``-th (from 0) that the Markdown ``draft`` asks."""

    draft = forms.CharField(strip=False, max_length=20_000)
    part = forms.IntegerField(min_value=0)
    act = forms.CharField(required=False, max_length=10)


class UndoEditForm(forms.Form):
    """The last edit of a note, which made it the version ``seen`` (its ``sha256``)."""

    path = forms.CharField(strip=False)
    seen = forms.CharField(max_length=64)


class ReadingForm(UndoEditForm):
    """The reading ``number`` of the question on the lines ``first`` to ``last``."""

    first = forms.IntegerField(min_value=1)
    last = forms.IntegerField(min_value=1)
    number = forms.IntegerField(min_value=0)


class VerdictForm(forms.Form):
    """What is to become of the suggested card ``key`` of the note at ``path``: written into it as
    ``text``, dismissed (with the rest of its note: ``none``), or (``verdict``) what was said last
    taken back. ``after`` is the card put off last."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("accept", "dismiss", "none", "undo")])
    after = forms.RegexField(r"[0-9a-f]{12}", required=False)
    path = forms.CharField(required=False, strip=False)
    key = forms.RegexField(r"[0-9a-f]{12}", required=False)
    text = forms.CharField(required=False, strip=False, max_length=20_000)
    verdict = forms.IntegerField(required=False, min_value=1)

    def clean(self) -> dict[str, Any]:
        """A verdict is about something, of a note of the vault."""
        data = super().clean() or {}
        needed = ("verdict",) if data.get("act") == "undo" else ("path", "key")
        if not all(data.get(name) for name in needed):
            raise forms.ValidationError("Nothing is said of which card.")
        return data
