"""App clients of a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from django import forms

from studyapp.aws.cognito_idp.clients import STANDARD_SCOPES
from studyapp.sandbox.forms.base import (
    ConsoleForm,
    LinesField,
    SpanField,
    choice,
    number,
    several,
    text,
    yes,
)

FLOWS = {
    "ALLOW_USER_SRP_AUTH": "SRP: the password never leaves the browser",
    "ALLOW_USER_PASSWORD_AUTH": "Username and password, sent as they are",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH": "The same, from a server with access keys",
    "ALLOW_CUSTOM_AUTH": "Custom challenges, by Lambda triggers",
    "ALLOW_USER_AUTH": "A choice of first factors: passwords, codes, passkeys",
    "ALLOW_REFRESH_TOKEN_AUTH": "Refreshing tokens",
}
USUAL_FLOWS = ("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
GRANTS = {
    "code": "Authorization code: the app swaps a code for tokens. The one to use",
    "implicit": "Implicit: tokens in the address. Old, and less safe",
    "client_credentials": "Client credentials: the app as itself, with its secret and no user",
}
_SHORT = ("minutes", "hours", "days", "seconds")
_LONG = ("days", "hours", "minutes", "seconds")
_USUAL_LIVES = {
    "RefreshToken": (30, "days"),
    "AccessToken": (60, "minutes"),
    "IdToken": (60, "minutes"),
}


class ClientForm(ConsoleForm):
    blamed: ClassVar = {"clientName": "name", "explicitAuthFlows": "flows"}

    name = text("Name", max_length=128)
    secret = yes("With a secret", "For a server. A browser can't keep one.")
    flows = several("Ways to sign in", FLOWS.items())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"flows": USUAL_FLOWS}, **kwargs})

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {
            "ClientName": asked["name"],
            "GenerateSecret": asked["secret"],
            "ExplicitAuthFlows": asked["flows"],
        }


class ClientSettingsForm(ConsoleForm):
    """All of an app client. Which providers, scopes and attributes it can have, its pool says."""

    sections: ClassVar = {
        "The client": ("ClientName",),
        "Signing in": (
            *("ExplicitAuthFlows", "AuthSessionValidity", "PreventUserExistenceErrors"),
            "EnablePropagateAdditionalUserContextData",
        ),
        "Tokens": (
            *("IdToken", "AccessToken", "RefreshToken", "RefreshTokenRotation"),
            *("RetryGracePeriodSeconds", "EnableTokenRevocation"),
        ),
        "Login pages": (
            *("AllowedOAuthFlowsUserPoolClient", "CallbackURLs", "DefaultRedirectURI"),
            *("LogoutURLs", "SupportedIdentityProviders", "AllowedOAuthFlows"),
            "AllowedOAuthScopes",
        ),
        "Attributes": ("ReadAttributes", "WriteAttributes"),
    }
    blamed: ClassVar = {
        "token validity": "IdToken",
        "RefreshTokenValidity": "RefreshToken",
        "refreshTokenValidity": "RefreshToken",
        "accessTokenValidity": "AccessToken",
        "idTokenValidity": "IdToken",
        "DefaultRedirectURI": "DefaultRedirectURI",
        "client_credentials": "AllowedOAuthFlows",
        "Invalid scope": "AllowedOAuthScopes",
        "The provider": "SupportedIdentityProviders",
        "write attributes": "WriteAttributes",
        "read attributes": "ReadAttributes",
        "rotation": "RefreshTokenRotation",
        "AllowedOAuthFlows and": "AllowedOAuthFlows",
        "callbackURLs": "CallbackURLs",
        "logoutURLs": "LogoutURLs",
    }

    ClientName = text("Name", max_length=128)
    ExplicitAuthFlows = several("Ways to sign in by the API", FLOWS.items())
    AuthSessionValidity = number(
        "Minutes to answer a challenge", "3 to 15: how long a sign-in's Session is good."
    )
    PreventUserExistenceErrors = choice(
        "To who signs in as nobody",
        [
            ("ENABLED", "say the same as of a wrong password"),
            ("LEGACY", "say that there is no such user"),
        ],
        "The first keeps strangers from finding out who has an account.",
    )
    EnablePropagateAdditionalUserContextData = yes(
        "Servers may say from where their user comes",
        "For threat protection: the client's secret vouches for the address.",
    )
    IdToken = SpanField("An ID token lives for", "5 minutes to 1 day.", _SHORT)
    AccessToken = SpanField("An access token lives for", "5 minutes to 1 day.", _SHORT)
    RefreshToken = SpanField("A refresh token lives for", "1 hour to 10 years.", _LONG)
    RefreshTokenRotation = yes(
        "Each refresh gives another refresh token",
        "Rotation: it takes the place of “Refreshing tokens” above.",
    )
    RetryGracePeriodSeconds = number(
        "Seconds for which the old one is still good", "0 to 60, with rotation."
    )
    EnableTokenRevocation = yes("Tokens can be revoked", "They carry origin_jti, then.")
    AllowedOAuthFlowsUserPoolClient = yes(
        "People sign in on the pool's login pages", "OAuth 2.0, at the pool's domain."
    )
    CallbackURLs = LinesField(
        "Callback URLs",
        "Where people are sent back to, one a line. HTTPS, an app's own scheme, or http://localhost.",
    )
    DefaultRedirectURI = text("Default callback URL", "One of them.", required=False)
    LogoutURLs = LinesField("Sign-out URLs", "Where signing out may lead to, one a line.")
    SupportedIdentityProviders = several("Identity providers")
    AllowedOAuthFlows = several("Grant types", GRANTS.items())
    AllowedOAuthScopes = several("Scopes")
    ReadAttributes = several("Attributes that the app may read")
    WriteAttributes = several("Attributes that the app may write")

    @classmethod
    def of(
        cls,
        data: Mapping[str, Any] | None,
        client: Mapping[str, Any],
        *,
        providers: Sequence[str],
        scopes: Mapping[str, str],
        schema: Sequence[Mapping[str, Any]],
    ) -> Self:
        """``scopes`` are those of resource servers, with what they are for."""
        form = cls(data, initial=_initial(client, schema))
        form._choices("SupportedIdentityProviders", ["COGNITO", *providers])
        form._choices("AllowedOAuthScopes", [*sorted(STANDARD_SCOPES), *scopes], scopes)
        form._choices("ReadAttributes", _readable(schema))
        form._choices("WriteAttributes", _writable(schema))
        return form

    def _choices(self, name: str, values: Sequence[str], said: Mapping[str, str] = {}) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (each, f"{each}: {said[each]}" if each in said else each) for each in values
        ]

    def request(self, schema: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """As UpdateUserPoolClient takes it; None for what gets its default."""
        asked = dict(self.cleaned_data)
        lives = {token: asked.pop(token) for token in _USUAL_LIVES}
        grace = asked.pop("RetryGracePeriodSeconds")
        feature = "ENABLED" if asked.pop("RefreshTokenRotation") else "DISABLED"
        rotation = {"Feature": feature}
        if grace is not None:
            rotation["RetryGracePeriodSeconds"] = grace
        for name, every in (
            ("ReadAttributes", _readable(schema)),
            ("WriteAttributes", _writable(schema)),
        ):
            if set(asked[name]) == set(every):
                asked[name] = None
        return {
            **asked,
            "DefaultRedirectURI": asked["DefaultRedirectURI"] or None,
            "RefreshTokenRotation": rotation,
            "TokenValidityUnits": {token: unit for token, (_, unit) in lives.items()},
            **{f"{token}Validity": count for token, (count, _) in lives.items()},
        }


def _initial(client: Mapping[str, Any], schema: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    units = client.get("TokenValidityUnits", {})
    rotation = client.get("RefreshTokenRotation", {})
    lives = {}
    for token, (count, unit) in _USUAL_LIVES.items():
        given = client.get(f"{token}Validity")
        # AWS counts ID and access tokens by the hour where no unit is said.
        otherwise = "days" if token == "RefreshToken" else "hours"  # noqa: S105
        lives[token] = (given, units.get(token, otherwise)) if given else (count, unit)
    return {
        "ReadAttributes": _readable(schema),
        "WriteAttributes": _writable(schema),
        "PreventUserExistenceErrors": "LEGACY",
        **client,
        **lives,
        "RefreshTokenRotation": rotation.get("Feature") == "ENABLED",
        "RetryGracePeriodSeconds": rotation.get("RetryGracePeriodSeconds"),
    }


def _readable(schema: Sequence[Mapping[str, Any]]) -> list[str]:
    return [entry["Name"] for entry in schema]


def _writable(schema: Sequence[Mapping[str, Any]]) -> list[str]:
    return [entry["Name"] for entry in schema if entry["Name"] != "sub"]
