"""What the report's buttons post: validated and normalised, nothing more."""

from __future__ import annotations

from django import forms


class ApartForm(forms.Form):
    """The text that stands as ``item`` since the revision ``since`` is another question."""

    item = forms.IntegerField(min_value=1)
    since = forms.IntegerField(min_value=1)


class SameForm(forms.Form):
    """The question ``new`` is the archived one ``old``."""

    old = forms.IntegerField(min_value=1)
    new = forms.IntegerField(min_value=1)


class RelearnForm(forms.Form):
    """The learner's card of ``item`` is to begin anew."""

    item = forms.IntegerField(min_value=1)
    request_id = forms.UUIDField()
