"""A sign-in to try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django import forms

from studyapp.sandbox.forms.base import ConsoleForm, choice, several, text
from studyapp.sandbox.trial import kinds_of


class TrialForm(ConsoleForm):
    kind = choice("The app asks for", [("", "")])
    scopes = several("Scopes", help_text="None: all that the app client may have.")

    @classmethod
    def of(cls, data: Mapping[str, Any] | None, client: Mapping[str, Any]) -> Self:
        """What this app client may ask for."""
        allowed = client.get("AllowedOAuthScopes", ())
        form = cls(data, initial={"scopes": allowed})
        kind, scopes = form.fields["kind"], form.fields["scopes"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(scopes, forms.MultipleChoiceField)
        kind.choices = kinds_of(client).items()
        kind.initial = next(iter(kinds_of(client)), "")
        scopes.choices = [(each, each) for each in allowed]
        return form


class ReturnForm(ConsoleForm):
    """The address that the browser came back to, where only the browser knows it."""

    address = text("Address", "All of it, as your browser shows it.")
