"""Resource servers, whose scopes access tokens carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from studyapp.sandbox.forms.base import ConsoleForm, PairsField, text


class ResourceServerForm(ConsoleForm):
    blamed: ClassVar = {"Scope names": "Scopes", "already exists": "Identifier"}

    Identifier = text("Identifier", "What scopes begin with: orders, or https://api.example.com")
    Name = text("Name")
    Scopes = PairsField("Scopes", "Each with what it allows: read = Look at orders. One a line.")

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        scopes = [
            {"ScopeName": name, "ScopeDescription": said or name}
            for name, said in asked["Scopes"].items()
        ]
        return {**asked, "Scopes": scopes}


def initial(server: Mapping[str, Any]) -> dict[str, Any]:
    scopes = {each["ScopeName"]: each["ScopeDescription"] for each in server.get("Scopes", ())}
    return {**server, "Scopes": scopes}
