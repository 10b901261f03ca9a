"""What the study pages post: validated and normalised, nothing more."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import QueryDict

from studyapp.accounts.models import User
from studyapp.library.access import readable_by, readable_vaults
from studyapp.library.models import Topic, Vault
from studyapp.scheduling.values import Preset, Rating, SchedulingError
from studyapp.study.models import CardExport
from studyapp.study.plan import Scope


class StartForm(forms.Form):
    """What to study: ``vault`` (slug), ``topic`` (id), or neither for everything."""

    vault = forms.ModelChoiceField(Vault.objects.none(), required=False, to_field_name="slug")
    topic = forms.ModelChoiceField(Topic.objects.none(), required=False)

    def __init__(self, learner: User, data: QueryDict) -> None:
        super().__init__(data)
        self._field("vault").queryset = readable_vaults(learner)
        self._field("topic").queryset = Topic.objects.filter(readable_by(learner))

    @property
    def scope(self) -> Scope:
        """The narrower of the two, once valid."""
        topic = self.cleaned_data["topic"]
        return Scope(vault=None if topic else self.cleaned_data["vault"], topic=topic)

    def _field(self, name: str) -> forms.ModelChoiceField[Any]:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        return field


class DrawnForm(forms.Form):
    """An act on the question on the page; ``drawn``: what the page was drawn from."""

    drawn = forms.CharField(max_length=100)


class ActForm(DrawnForm):
    """An act that moves the card; ``request_id`` makes a second click the same request."""

    request_id = forms.UUIDField()


class RatingForm(ActForm):
    """A rating."""

    rating = forms.TypedChoiceField(
        choices=[(rating.value, rating.name) for rating in Rating],
        coerce=lambda value: Rating(int(value)),
    )


class UndoForm(forms.Form):
    """How many acts the page knew of."""

    done = forms.IntegerField(min_value=0)


class StepsField(forms.CharField):
    """Steps as people write them: ``1m 10m 2h``; minutes where no unit is given."""

    UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}

    def to_python(self, value: Any) -> Any:
        steps = []
        for word in str(value or "").replace(",", " ").split():
            number, unit = (word[:-1], word[-1]) if word[-1] in self.UNITS else (word, "m")
            try:
                steps.append(timedelta(**{self.UNITS[unit]: float(number)}))
            except (ValueError, OverflowError) as error:
                raise forms.ValidationError(
                    f"“{word}” is not a step. Write steps such as 1m 10m or 2h."
                ) from error
        return tuple(steps)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return value
        return " ".join(_step_words(step) for step in value or ())


def _step_words(step: timedelta) -> str:
    seconds = step.total_seconds()
    for size, unit in ((3600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


class SettingsForm(forms.Form):
    """The rules a learner studies by. ``changes`` are fields of ``scheduling.values.Preset``."""

    new_per_day = forms.IntegerField(
        label="New cards a day",
        min_value=0,
        max_value=9999,
        help_text="Across all vaults. Each new card costs about ten reviews over the next year.",
    )
    reviews_per_day = forms.IntegerField(
        label="Reviews a day",
        min_value=0,
        max_value=9999,
        help_text="What is over the limit waits, oldest first.",
    )
    desired_retention = forms.IntegerField(
        label="Wanted recall, in percent",
        min_value=70,
        max_value=99,
        help_text="The chance of recalling a card when it comes. Higher means more reviews: "
        "90 is a good start.",
    )
    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        help_text="Such as Europe/Berlin.",
        widget=forms.TextInput(attrs={"list": "timezones", "autocomplete": "off"}),
    )
    day_start = forms.IntegerField(
        label="The day begins at, in hours after midnight",
        min_value=0,
        max_value=23,
        help_text="Studying after midnight still counts for the evening until then.",
    )
    learning_steps = StepsField(
        label="Steps of a new card",
        required=False,
        help_text="How long until a new card comes again, before it waits for days: 1m 10m.",
    )
    relearning_steps = StepsField(
        label="Steps of a forgotten card", required=False, help_text="The same after Again: 10m."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
            field.error_messages["required"] = "This cannot be left empty."
            if isinstance(field, forms.IntegerField):
                wanted = f"Write a whole number from {field.min_value} to {field.max_value}."
                field.error_messages |= dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"), wanted
                )

    @classmethod
    def of(cls, preset: Preset) -> SettingsForm:
        """The form showing ``preset``."""
        initial = {f.name: getattr(preset, f.name) for f in dataclass_fields(preset)}
        initial["desired_retention"] = round(preset.desired_retention * 100)
        return cls(initial=initial)

    @property
    def timezones(self) -> list[str]:
        """The names to choose from."""
        return sorted(available_timezones())

    def clean(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        if "desired_retention" in data:
            data["desired_retention"] /= 100
        for name, value in data.items():
            try:
                Preset(**{name: value})
            except SchedulingError as error:
                self.add_error(name, error.message[:1].upper() + error.message[1:] + ".")
        return data

    @property
    def changes(self) -> dict[str, Any]:
        """The preset's fields as posted, once valid."""
        return dict(self.cleaned_data)


class ExportForm(forms.Form):
    """What a file of cards is to be."""

    format = forms.ChoiceField(choices=CardExport.Format)
    with_schedule = forms.BooleanField(required=False)
