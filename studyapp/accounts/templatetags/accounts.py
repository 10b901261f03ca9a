"""``{% load accounts %}``: what allauth's forms need to look like ours."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def input_of(field: BoundField) -> SafeString:
    """The field's input, in our style; the label says what a placeholder would."""
    field.field.widget.attrs.pop("placeholder", None)
    return field.as_widget(attrs={"class": "input"})
