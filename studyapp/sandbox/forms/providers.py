"""Identity providers that people may come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from studyapp.sandbox.forms.base import (
    ConsoleForm,
    LinesField,
    PairsField,
    area,
    choice,
    text,
    yes,
)

KINDS = {
    "Google": "Google",
    "Facebook": "Facebook",
    "LoginWithAmazon": "Login with Amazon",
    "SignInWithApple": "Sign in with Apple",
    "OIDC": "OpenID Connect",
    "SAML": "SAML",
}
_SCOPES = {
    "Google": "profile email openid",
    "Facebook": "public_profile,email",
    "LoginWithAmazon": "profile",
    "SignInWithApple": "email name",
    "OIDC": "openid email profile",
}
_MAPPED = {
    "OIDC": {"email": "email", "name": "name"},
    "SAML": {
        "email": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "name": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    },
}
_APPLE = ("team_id", "key_id", "private_key")


class ProviderForm(ConsoleForm):
    """A provider of one kind: it has the fields that kind has."""

    blamed: ClassVar = {
        "ProviderName": "ProviderName",
        "already exists": "ProviderName",
        "AttributeMapping": "AttributeMapping",
        "IdpIdentifier": "IdpIdentifiers",
        "MetadataFile": "MetadataURL",
    }

    ProviderName = text("Name", "What addresses and usernames call it. 3 to 32 characters.")
    client_id = text("Client id", "What the provider calls this pool. Any will do here.")
    client_secret = text("Client secret", "Any will do here.", required=False)
    team_id = text("Team id")
    key_id = text("Key id")
    private_key = area("Private key", "Any will do here.")
    authorize_scopes = text("Scopes", "What the provider is asked for.")
    oidc_issuer = text(
        "Issuer",
        "The simulated one's stands here; the sandbox asks no other, as it reaches nobody.",
    )
    attributes_request_method = choice("Asks for attributes by", [("GET", "GET"), ("POST", "POST")])
    MetadataURL = text(
        "Address of the metadata", "The simulated provider's stands here.", required=False
    )
    MetadataFile = area(
        "Or the metadata itself", "XML. The sandbox fetches nothing from outside.", required=False
    )
    IDPInit = yes(
        "Sign-ins may begin at the provider",
        "Without being asked for by the app: IdP-initiated.",
    )
    AttributeMapping = PairsField(
        "Attributes", "The pool's = the provider's, such as email = email. One a line."
    )
    IdpIdentifiers = LinesField(
        "Identifiers", "Other names, such as the domains of e-mail addresses. One a line."
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: str,
        simulated: str,
        known: Mapping[str, Any] | None = None,
    ) -> None:
        """``simulated`` is the address below which the pool's simulated providers are."""
        initial = _of(known) if known else _begun(kind, simulated)
        super().__init__(data, initial=initial)
        self.kind = kind
        for name in set(self.fields) - {*_fields(kind)}:
            del self.fields[name]
        if known:
            self.fields["ProviderName"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.kind == "SAML" and not (cleaned.get("MetadataURL") or cleaned.get("MetadataFile")):
            raise forms.ValidationError("Metadata is needed: its address, or the XML itself.")
        return cleaned

    def request(self) -> dict[str, Any]:
        """As CreateIdentityProvider and UpdateIdentityProvider take it."""
        asked = self.cleaned_data
        details = {
            name: str(asked[name]).lower() if name == "IDPInit" else asked[name]
            for name in _details(self.kind)
            if asked[name] not in ("", None)
        }
        return {
            "ProviderName": asked["ProviderName"],
            "ProviderDetails": details,
            "AttributeMapping": asked["AttributeMapping"],
            "IdpIdentifiers": asked["IdpIdentifiers"],
        }


def _details(kind: str) -> tuple[str, ...]:
    match kind:
        case "SAML":
            return ("MetadataURL", "MetadataFile", "IDPInit")
        case "SignInWithApple":
            return ("client_id", *_APPLE, "authorize_scopes")
        case "OIDC":
            return (
                *("client_id", "client_secret", "oidc_issuer", "authorize_scopes"),
                "attributes_request_method",
            )
        case _:
            return ("client_id", "client_secret", "authorize_scopes")


def _fields(kind: str) -> tuple[str, ...]:
    return ("ProviderName", *_details(kind), "AttributeMapping", "IdpIdentifiers")


def _begun(kind: str, simulated: str) -> dict[str, Any]:
    """What makes a provider that works at once, since all of them are simulated."""
    made_up = dict.fromkeys(("client_id", "client_secret", *_APPLE), "simulated")
    return {
        **made_up,
        "ProviderName": {"OIDC": "Example", "SAML": "Company"}.get(kind, kind),
        "authorize_scopes": _SCOPES.get(kind, ""),
        "oidc_issuer": f"{simulated}/oidc",
        "MetadataURL": f"{simulated}/saml/metadata",
        "AttributeMapping": _MAPPED.get(kind, {"email": "email", "name": "name"}),
    }


def _of(known: Mapping[str, Any]) -> dict[str, Any]:
    details = known["ProviderDetails"]
    return {**known, **details, "IDPInit": details.get("IDPInit") == "true"}
