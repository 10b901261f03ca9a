"""The documents that who signs up is shown."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from studyapp.sandbox.forms.base import ConsoleForm, PairsField

DOCUMENTS = {"terms-of-use": "Terms of use", "privacy-policy": "Privacy policy"}
_HINT = "language = address, one a line; default = https://… has to be among them. Empty: none."


class TermsForm(ConsoleForm):
    blamed: ClassVar = {"cognito:default": "terms_of_use"}

    terms_of_use = PairsField("Terms of use", _HINT)
    privacy_policy = PairsField("Privacy policy", _HINT)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        for field in ("terms_of_use", "privacy_policy"):
            if asked.get(field) and "default" not in asked[field]:
                self.add_error(field, "One has to be for default: who reads none of the others.")
            for address in asked.get(field, {}).values():
                if not address.startswith(("https://", "http://")):
                    self.add_error(field, forms.ValidationError(f"{address} is no address."))
        return asked

    def links(self, name: str) -> dict[str, str]:
        """Of one document, as CreateTerms takes them."""
        typed = self.cleaned_data[name.replace("-", "_")]
        return {f"cognito:{language}": address for language, address in typed.items()}
