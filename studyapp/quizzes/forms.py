"""What the quiz pages post: validated and normalised, nothing more."""

from __future__ import annotations

from django import forms

from studyapp.quizzes.services.answering import Given

LONGEST_REMARK = 2000


class StartForm(forms.Form):
    """Begin an attempt; ``request_id`` makes a second click the same request."""

    request_id = forms.UUIDField()


class PublishForm(forms.Form):
    """Publish a set or make it a draft; ``seen`` names the version the page was drawn from."""

    is_published = forms.BooleanField(required=False)
    seen = forms.CharField(max_length=64)


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
