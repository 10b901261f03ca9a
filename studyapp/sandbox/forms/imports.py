"""Import jobs: users from a CSV file."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from studyapp.sandbox.forms.base import ConsoleForm, text


class ImportJobForm(ConsoleForm):
    blamed: ClassVar = {"jobName": "JobName"}

    JobName = text("Name")


class ImportFileForm(ConsoleForm):
    file = forms.FileField(label="CSV file", help_text="2 MB, with the header of this pool.")
