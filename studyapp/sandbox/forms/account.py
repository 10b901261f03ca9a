"""What is kept of an account."""

from __future__ import annotations

from django import forms

from studyapp.sandbox.forms.base import text


class SnapshotForm(forms.Form):
    name = text("Name", max_length=100)
