"""What the pages of classes post: validated and normalised, nothing more."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms

from studyapp.accounts.models import Membership, User


def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class ClassForm(forms.Form):
    """A class to be made or changed."""

    title = forms.CharField(label="Title", help_text="As its members will see it.", max_length=120)
    timezone = forms.ChoiceField(
        label="Time zone",
        help_text="Its quizzes open and are due by the clock there.",
        choices=_zones,
        initial="UTC",
    )


class JoinForm(forms.Form):
    """The code of a class."""

    code = forms.CharField(
        label="Join code",
        help_text="Twelve letters and digits, from your instructor.",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class MemberForm(forms.Form):
    """What a member is in the class."""

    role = forms.ChoiceField(choices=Membership.Role.choices)
    time_factor = forms.ChoiceField(choices=Membership.TimeFactor.choices)


class RoleForm(forms.Form):
    """What a person may do on the site."""

    role = forms.ChoiceField(
        label="Role",
        help_text="Instructors can make classes. Admins can do that, and change roles here.",
        choices=User.Role.choices,
    )
