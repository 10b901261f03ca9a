"""Forms whose fields are named as AWS's members are, so that what AWS says of one is said at it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from studyapp.aws.wire.errors import AwsError

Choices = Iterable[tuple[str, str]]

_PLAIN = {"class": "input", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
_PATH = re.compile(r"at '([\w.:-]+)' failed")


class ConsoleForm(forms.Form):
    """``sections``: the fields under a title each, in order; without them, one after the other.
    ``blamed``: words in an error of AWS's, and the field that it is about."""

    sections: ClassVar[Mapping[str, Sequence[str]]] = {}
    blamed: ClassVar[Mapping[str, str]] = {}

    def sectioned(self) -> list[tuple[str, list[BoundField]]]:
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in self.sections.items()
        ]

    def refuse(self, error: AwsError) -> None:
        """Put AWS's words where they belong, with all that was typed still in the form."""
        self.add_error(self._field_of(error.message), words(error))

    def _field_of(self, message: str) -> str | None:
        """By the path that AWS names, by what is known of its words, by a name or a line of a
        field that they repeat; None if it is about no field."""
        lowered = {name.lower(): name for name in self.fields}
        for path in _PATH.findall(message):
            for part in reversed(path.split(".")):
                if part.lower() in lowered:
                    return lowered[part.lower()]
        for some, name in self.blamed.items():
            if some in message and name in self.fields:
                return name
        named = set(re.findall(r"\w+", message.lower()))
        for word, name in lowered.items():
            if word in named:
                return name
        for name in self.fields:
            if any(len(line) > 3 and line in message for line in _lines_of(self.data.get(name))):
                return name
        return None


def words(error: AwsError) -> str:
    return f"{error.message or 'AWS gave no reason.'} ({error.code})"


def _lines_of(value: object) -> list[str]:
    return str(value or "").split()


# Fields


def text(label: str, help_text: str = "", **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.TextInput(attrs=_PLAIN), **more
    )


def area(
    label: str, help_text: str = "", *, rows: int = 4, code: bool = False, **more: Any
) -> forms.CharField:
    attrs = {**_PLAIN, "rows": rows, "class": "input input--code" if code else "input"}
    return forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs=attrs), **more
    )


def choice(label: str, choices: Choices, help_text: str = "", **more: Any) -> forms.ChoiceField:
    """One of them, to begin with the first."""
    listed = list(choices)
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=listed,
        widget=forms.Select(attrs={"class": "input"}),
        **{"initial": listed[0][0], **more},
    )


def several(label: str, choices: Choices = (), help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=list(choices),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def yes(label: str, help_text: str = "", **more: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False, **more)


def number(label: str, help_text: str = "", **more: Any) -> forms.IntegerField:
    """AWS says how small and how large it may be."""
    widget = forms.NumberInput(attrs={"class": "input"})
    return forms.IntegerField(
        label=label, help_text=help_text, widget=widget, **{"required": False, **more}
    )


class LinesField(forms.CharField):
    """A list, an entry a line."""

    def __init__(self, label: str, help_text: str = "One a line.", *, rows: int = 3) -> None:
        widget = forms.Textarea(attrs={**_PLAIN, "rows": rows, "class": "input input--code"})
        super().__init__(label=label, help_text=help_text, widget=widget, required=False)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(value or ())

    def to_python(self, value: Any) -> Any:
        return [line for each in (value or "").splitlines() if (line := each.strip())]


class PairsField(forms.CharField):
    """Names with values, as ``name = value``, one a line."""

    def __init__(self, label: str, help_text: str, *, rows: int = 4) -> None:
        widget = forms.Textarea(attrs={**_PLAIN, "rows": rows, "class": "input input--code"})
        super().__init__(label=label, help_text=help_text, widget=widget, required=False)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return "\n".join(f"{name} = {each}" for name, each in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        pairs = {}
        for number_, line in enumerate((value or "").splitlines(), 1):
            if not line.strip():
                continue
            name, equals, each = line.partition("=")
            if not equals or not name.strip():
                raise forms.ValidationError(f"Line {number_} is not “name = value”: {line}")
            pairs[name.strip()] = each.strip()
        return pairs


class Span(forms.MultiWidget):
    """How many, and of what."""

    def __init__(self, label: str, units: Sequence[str]) -> None:
        plain = {"class": "input"}
        super().__init__(
            widgets=[
                forms.NumberInput(attrs={**plain, "aria-label": f"{label}: how many"}),
                forms.Select(
                    attrs={**plain, "aria-label": f"{label}: unit"},
                    choices=[(each, each) for each in units],
                ),
            ]
        )

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else ["", None]


class SpanField(forms.MultiValueField):
    """A number with its unit, as a pair."""

    def __init__(self, label: str, help_text: str, units: Sequence[str]) -> None:
        fields = (
            forms.IntegerField(min_value=0),
            forms.ChoiceField(choices=[(each, each) for each in units]),
        )
        super().__init__(fields, label=label, help_text=help_text, widget=Span(label, units))

    def compress(self, data_list: Any) -> Any:
        return tuple(data_list)
