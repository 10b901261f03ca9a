"""What AWS refuses, told where it was asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import Console


def refused(form: forms.Form, error: AwsError) -> None:
    """Put AWS's words over the form, with all that was typed still in it."""
    form.add_error(None, words(error))


def taken(request: LearnerRequest, asked: Console, operation: str, said: str, **more: Any) -> bool:
    """Whether AWS did ``operation``; either way the next page says so."""
    try:
        asked.call(operation, **more)
    except AwsError as error:
        messages.error(request, words(error))
        return False
    messages.success(request, said)
    return True


def words(error: AwsError) -> str:
    return f"{error.message or 'AWS gave no reason.'} ({error.code})"
