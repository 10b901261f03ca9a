"""Lambda functions."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from studyapp.sandbox.forms.base import ConsoleForm, area
from studyapp.sandbox.functions import NAME
from studyapp.sandbox.models import StoredFunction

MOST_FUNCTIONS = 50
LONGEST_FUNCTION = 64 * 1024


class FunctionForm(forms.ModelForm[StoredFunction]):
    class Meta:
        model = StoredFunction
        fields = ["name", "source"]
        labels = {"source": "JavaScript"}
        widgets = {
            "name": forms.TextInput(
                attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}
            ),
            "source": forms.Textarea(
                attrs={
                    "class": "input input--code",
                    "rows": 18,
                    "spellcheck": "false",
                    "autocapitalize": "off",
                }
            ),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not NAME.fullmatch(name):
            raise forms.ValidationError("Only letters, digits, - and _.")
        others = StoredFunction.objects.filter(account_id=self.instance.account_id, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is a function of that name already.")
        return name

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        if len(source) > LONGEST_FUNCTION:
            raise forms.ValidationError(f"A function has at most {LONGEST_FUNCTION} characters.")
        return source

    def clean(self) -> dict[str, Any]:
        mine = StoredFunction.objects.filter(account_id=self.instance.account_id)
        if self.instance.pk is None and mine.count() >= MOST_FUNCTIONS:
            raise forms.ValidationError(f"There can be at most {MOST_FUNCTIONS} functions.")
        return super().clean() or self.cleaned_data


class EventForm(ConsoleForm):
    """What a function is tried with."""

    event = area("Event", "As the pool would give it: change what you like.", rows=18, code=True)

    def clean_event(self) -> dict[str, Any]:
        try:
            event = json.loads(self.cleaned_data["event"])
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"This is no JSON: {error}.") from None
        if not isinstance(event, dict):
            raise forms.ValidationError("An event is a JSON object: { … }.")
        return event
