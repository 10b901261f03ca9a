"""A pool's own pages: where they are, and how they look."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from studyapp.sandbox.forms.base import ConsoleForm, area, choice, text, yes

VERSIONS = [("1", "the classic pages"), ("2", "managed login: newer, with branding in the browser")]
_PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}
BEGINNING: Mapping[str, Any] = {
    "categories": {"global": {"colorSchemeMode": "DYNAMIC"}},
    "components": {
        "primaryButton": {
            "lightMode": {
                "defaults": {"backgroundColor": "0f6b5cff", "textColor": "ffffffff"},
                "hover": {"backgroundColor": "0b5347ff"},
            },
            "darkMode": {"defaults": {"backgroundColor": "7fd6c4ff", "textColor": "10201dff"}},
        },
        "pageBackground": {"lightMode": {"color": "f2f6f4ff"}, "darkMode": {"color": "12201dff"}},
        "form": {"borderRadius": 8},
    },
    "componentClasses": {"buttons": {"borderRadius": 8}},
}
"""Settings to begin with: members as AWS names them, colours as RRGGBBAA."""


class DomainForm(ConsoleForm):
    blamed: ClassVar = {"domain": "Domain", "Domain": "Domain", "CertificateArn": "CertificateArn"}

    Domain = text("Prefix", "Lower-case letters, digits and hyphens; nobody else may have it.")
    ManagedLoginVersion = choice("Its pages are", VERSIONS, initial="2")
    CertificateArn = text(
        "Certificate",
        "Only for a whole name of your own in place of a prefix: the ARN of its certificate.",
        required=False,
    )

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        request = {
            "Domain": asked["Domain"],
            "ManagedLoginVersion": int(asked["ManagedLoginVersion"]),
        }
        if asked["CertificateArn"]:
            request["CustomDomainConfig"] = {"CertificateArn": asked["CertificateArn"]}
        return request


class DomainVersionForm(ConsoleForm):
    ManagedLoginVersion = choice("Its pages are", VERSIONS)

    def request(self) -> dict[str, Any]:
        return {"ManagedLoginVersion": int(self.cleaned_data["ManagedLoginVersion"])}


class ClassicForm(ConsoleForm):
    """The logo and the CSS of the classic pages."""

    blamed: ClassVar = {"The image": "ImageFile", "CSS ": "CSS", "cSS": "CSS"}

    CSS = area(
        "CSS",
        "For Amazon's classes alone: .submitButton-customizable { background-color: #0f6b5c; }",
        rows=12,
        code=True,
        required=False,
    )
    ImageFile = forms.FileField(label="Logo", help_text="PNG or JPG, 100 KB.", required=False)
    none = yes("No logo")

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        request = {"CSS": asked["CSS"]}
        if asked["none"]:
            request["ImageFile"] = ""
        elif asked["ImageFile"]:
            request["ImageFile"] = base64.b64encode(asked["ImageFile"].read()).decode()
        return request


class ManagedForm(ConsoleForm):
    """How managed login looks for one app client."""

    UseCognitoProvidedValues = yes("As Amazon has it", "Neither settings nor logo of your own.")
    Settings = area(
        "Settings",
        "JSON, as AWS's branding editor makes it. Here, colours, corners and the scheme show.",
        rows=20,
        code=True,
        required=False,
    )
    logo = forms.FileField(label="Logo over the form", help_text="PNG or JPG.", required=False)

    def clean_Settings(self) -> Any:  # noqa: N802 - Django looks for it by the field's name
        typed = self.cleaned_data["Settings"]
        if not typed.strip():
            return None
        try:
            settings = json.loads(typed)
        except ValueError as error:
            raise forms.ValidationError(f"This is no JSON: {error}.") from None
        if not isinstance(settings, dict):
            raise forms.ValidationError("The settings are a JSON object: { … }.")
        return settings

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        if logo and logo.content_type not in _PICTURES:
            raise forms.ValidationError("A PNG or a JPG, please.")
        return logo

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked["UseCognitoProvidedValues"]:
            return {"UseCognitoProvidedValues": True}
        request = {"Settings": asked["Settings"] or {}}
        if logo := asked["logo"]:
            request["Assets"] = [
                {
                    "Category": "FORM_LOGO",
                    "ColorMode": "DYNAMIC",
                    "Extension": _PICTURES[logo.content_type],
                    "Bytes": base64.b64encode(logo.read()).decode(),
                }
            ]
        return request
