"""What the quiz pages post: validated and normalised, nothing more."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.library.forms import titled
from studyapp.library.models import Note, NoteVersion, Vault
from studyapp.obsidian.quiz_set import LONGEST_MINUTES, MOST_QUESTIONS, Mode, new_quiz_set
from studyapp.quizzes.models import Assignment, Report, Ruling
from studyapp.quizzes.paper import MOST_NUMBER
from studyapp.quizzes.services.answering import Given

LONGEST_REMARK = 2000


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class StartForm(forms.Form):
    """Begin an attempt; ``request_id`` makes a second click the same request."""

    request_id = forms.UUIDField()


class ReportForm(forms.Form):
    """What is amiss in a question, in a candidate's own words."""

    reason = forms.ChoiceField(label="What is amiss", choices=Report.Reason.choices)
    words = forms.CharField(
        label="In your own words",
        help_text="What you expected and why; where it says so, if you know.",
        max_length=LONGEST_REMARK,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, Any]:
        """Something else needs to be said in words."""
        data = super().clean() or {}
        if data.get("reason") == Report.Reason.OTHER and not data.get("words"):
            self.add_error("words", "Say in a few words what it is.")
        return data


class RulingForm(forms.Form):
    """How a wording is to be graded: ``graded_by`` names the mended one that was shown."""

    kind = forms.ChoiceField(choices=Ruling.Kind.choices)
    graded_by = forms.IntegerField(min_value=1, required=False)
    request_id = forms.UUIDField()
    reason = forms.CharField(max_length=LONGEST_REMARK)


class AnswerForm(forms.Form):
    """What those hear who reported a wording."""

    answer = forms.CharField(max_length=LONGEST_REMARK)


class PublishForm(forms.Form):
    """Publish a set or make it a draft; ``seen`` names the version the page was drawn from."""

    is_published = forms.BooleanField(required=False)
    seen = forms.CharField(max_length=64)


class NewSetForm(forms.Form):
    """A quiz set that begins here: of its properties those that most sets have."""

    title = forms.CharField(label="Title", max_length=200, validators=[titled])
    vault = forms.ModelChoiceField(
        Vault.objects.none(),
        label="Vault",
        required=False,
        empty_label="One for quiz sets",
        to_field_name="slug",
    )
    mode = forms.ChoiceField(
        label="Kind",
        choices=[
            (Mode.PRACTICE.value, "Practice: each answer is checked at once"),
            (Mode.EXAM.value, "Exam: nothing is told before the end"),
        ],
    )
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        help_text="Leave it empty to have no clock.",
    )
    count = forms.IntegerField(
        label="Questions",
        required=False,
        min_value=1,
        max_value=MOST_QUESTIONS,
        help_text="How many of its questions an attempt asks. Leave it empty to ask all.",
    )
    percent = forms.DecimalField(
        label="Pass mark in percent",
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
    )
    topics = forms.CharField(
        label="Topics to draw from",
        required=False,
        max_length=1000,
        help_text="By their names, with commas between. Leave it empty to write questions of its "
        "own, which come next.",
    )

    def __init__(self, author: User, data: QueryDict | None = None, vault: str = "") -> None:
        super().__init__(data, initial={"vault": vault})
        chosen = self.fields["vault"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = author.vaults.all()

    def note_text(self) -> str:
        """The note that the form asks for, once valid."""
        data = self.cleaned_data
        return new_quiz_set(
            Mode(data["mode"]),
            count=data["count"] or 0,
            minutes=data["minutes"] or 0,
            pass_percent=data["percent"],
            topics=[name for part in data["topics"].split(",") if (name := part.strip(" []"))],
        )


class PaperForm(forms.Form):
    """What to print of a set. The ``number`` draws the questions and their order, so that the same
    number is the same paper."""

    number = forms.IntegerField(
        label="Number",
        help_text="It stands on each form and key. The same number gives the same paper again.",
        min_value=1,
        max_value=MOST_NUMBER,
    )
    copies = forms.ChoiceField(
        label="Forms",
        choices=[("1", "A"), ("2", "A and B"), ("3", "A to C"), ("4", "A to D")],
        required=False,
    )
    questions = forms.ChoiceField(
        label="Questions",
        choices=[("drawn", "As many as an attempt asks"), ("all", "All that the set may ask")],
        required=False,
    )
    part = forms.ChoiceField(
        label="Print",
        choices=[("both", "Forms and keys"), ("forms", "Forms alone"), ("keys", "Keys alone")],
        required=False,
    )

    def clean_copies(self) -> int:
        """One, unless it says."""
        return int(self.cleaned_data["copies"] or 1)


class QuizField(forms.ModelChoiceField[Note]):
    """A choice among quiz sets, which are notes."""

    def label_from_instance(self, note: Note) -> str:
        return f"{note.path.removesuffix('.md')} ({note.vault})"


class TermsForm(forms.Form):
    """By what terms a class is set a quiz. ``now`` is the server's clock, by which all of it goes;
    moments are given in the time zone that is current, the class's."""

    opens_at = forms.DateTimeField(label="Opens", widget=_moment())
    due_at = forms.DateTimeField(
        label="Due",
        help_text="What is open then ends then, and counts as it is.",
        widget=_moment(),
    )
    attempts_allowed = forms.IntegerField(
        label="Attempts", help_text="That each may make.", min_value=1, max_value=100, initial=1
    )
    release = forms.ChoiceField(
        label="Results are told",
        help_text="Before that nobody but you sees a mark, a key or an explanation.",
        choices=Assignment.Release.choices,
        initial=Assignment.Release.AFTER_DUE,
    )
    counts = forms.ChoiceField(label="What counts", choices=Assignment.Counts.choices)

    def __init__(
        self, now: datetime, data: QueryDict | None = None, *, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self._now = now
        zone = timezone.get_current_timezone_name()
        self.fields["opens_at"].help_text = f"By the clock of {zone}."

    def clean(self) -> dict[str, Any]:
        """A due date that is past, or before the opening, is told at its field; one that was past
        already may stay."""
        data = super().clean() or {}
        opens, due = data.get("opens_at"), data.get("due_at")
        if due is not None and due <= self._now and due != self.initial["due_at"]:
            self.add_error("due_at", "That is past. Give a moment to come.")
        elif due is not None and opens is not None and due <= opens:
            self.add_error("due_at", "It would be due before it opens. Give a later moment.")
        return data

    def clean_opens_at(self) -> datetime:
        """Left as it was, it keeps its seconds, which the field does not show."""
        return self._kept("opens_at")

    def clean_due_at(self) -> datetime:
        """As ``clean_opens_at``."""
        return self._kept("due_at")

    def _kept(self, name: str) -> datetime:
        given: datetime = self.cleaned_data[name]
        before: datetime = self.initial[name]
        return before if given == before.replace(second=0, microsecond=0) else given


class AssignmentForm(TermsForm):
    """A quiz set for a class."""

    note = QuizField(Note.objects.none(), label="Quiz set", empty_label=None)
    field_order = ("note",)

    def __init__(self, instructor: User, now: datetime, data: QueryDict | None = None) -> None:
        initial = {"opens_at": now, "due_at": now + timedelta(days=7)}
        super().__init__(now, data, initial=initial)
        notes = self.fields["note"]
        assert isinstance(notes, forms.ModelChoiceField)
        notes.queryset = Note.objects.filter(
            pk__in=NoteVersion.objects.live()
            .filter(vault__owner=instructor, frontmatter__has_key="quiz")
            .values("note")
        ).select_related("vault")


class SlotForm(forms.Form):
    """What is given to a question beside the response. ``go`` is where to next: ``next``,
    ``previous``, ``review``, a question's number, or "" to stay."""

    sequence = forms.IntegerField(min_value=0, max_value=2**53)
    is_flagged = forms.BooleanField(required=False)
    remark = forms.CharField(max_length=LONGEST_REMARK, required=False, strip=False)
    go = forms.CharField(max_length=10, required=False)

    def given(self, struck: list[str]) -> Given:
        """The form's fields, once valid, with the ids of the options struck out."""
        data = self.cleaned_data
        return Given(data["sequence"], data["is_flagged"], struck, data["remark"])

    def destination(self, position: int, count: int) -> int | None:
        """The question to show next; None for the review."""
        go = self.cleaned_data["go"]
        if go == "review" or (go == "next" and position >= count):
            return None
        if go == "next":
            return position + 1
        if go == "previous":
            return max(1, position - 1)
        return int(go) if go.isascii() and go.isdigit() and 1 <= int(go) <= count else position
