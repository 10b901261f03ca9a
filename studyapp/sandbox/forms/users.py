"""Users of a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from studyapp.sandbox.forms.base import ConsoleForm, choice, text


class UserForm(ConsoleForm):
    blamed: ClassVar = {
        "User account already exists": "username",
        "Username": "username",
        "assword": "password",
        "email": "email",
        "phone": "phone_number",
    }

    username = text("Username", max_length=128)
    email = text("E-mail", required=False)
    phone_number = text("Phone number", "With its country: +12065550100", required=False)
    password = text("Temporary password", "Left empty, one is made.", required=False)
    invite = forms.BooleanField(
        label="Send it to them", required=False, initial=True, help_text="See Messages."
    )

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        given = [(name, asked[name]) for name in ("email", "phone_number") if asked[name]]
        request: dict[str, Any] = {
            "Username": asked["username"],
            "UserAttributes": [{"Name": name, "Value": value} for name, value in given],
        }
        if asked["password"]:
            request["TemporaryPassword"] = asked["password"]
        if not asked["invite"]:
            request["MessageAction"] = "SUPPRESS"
        else:
            mediums = {"email": "EMAIL", "phone_number": "SMS"}
            request["DesiredDeliveryMediums"] = [mediums[name] for name, _ in given] or ["SMS"]
        return request


class PasswordForm(ConsoleForm):
    blamed: ClassVar = {"assword": "password"}

    password = text("New password", max_length=256)
    permanent = forms.BooleanField(
        label="For good", required=False, initial=True, help_text="Otherwise it is temporary."
    )

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {"Password": asked["password"], "Permanent": asked["permanent"]}


class AttributeForm(ConsoleForm):
    blamed: ClassVar = {"userAttributes": "name", "ttribute": "name"}

    name = text("Attribute", "email, custom:tier …", max_length=32)
    value = text("Value", "Left empty, it is taken away.", required=False, max_length=2048)


class LinkForm(ConsoleForm):
    """An account at a provider that is to lead to this user."""

    blamed: ClassVar = {
        "Merging": "ProviderAttributeValue",
        "already linked": "ProviderAttributeValue",
    }

    ProviderName = choice("Provider", [("", "")])
    ProviderAttributeName = text(
        "Attribute",
        "Cognito_Subject is what they are known by there: sub, id or NameID.",
        initial="Cognito_Subject",
    )
    ProviderAttributeValue = text(
        "Its value",
        "Who came from there before has it in their username: Google_1234… Delete that user first.",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, providers: Sequence[str] = ()
    ) -> None:
        super().__init__(data)
        field = self.fields["ProviderName"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in providers]


class MembershipForm(ConsoleForm):
    blamed: ClassVar = {"roup": "group"}

    group = text("Group", max_length=128)

    def request(self) -> dict[str, Any]:
        return {"GroupName": self.cleaned_data["group"]}


_FACTORS = {
    "SMSMfaSettings": "SMS_MFA",
    "SoftwareTokenMfaSettings": "SOFTWARE_TOKEN_MFA",
    "EmailMfaSettings": "EMAIL_OTP",
}
_USED = [("off", "off"), ("on", "on"), ("preferred", "on, and asked for first")]


class MfaPreferenceForm(ConsoleForm):
    blamed: ClassVar = {
        "software token": "SoftwareTokenMfaSettings",
        "SMS_MFA": "SMSMfaSettings",
        "EMAIL_OTP": "EmailMfaSettings",
        "SOFTWARE_TOKEN_MFA": "SoftwareTokenMfaSettings",
    }

    SoftwareTokenMfaSettings = choice(
        "Authenticator app", _USED, "Only the user can set one up, in an app of the pool's."
    )
    SMSMfaSettings = choice("Text message", _USED)
    EmailMfaSettings = choice("E-mail", _USED)

    @staticmethod
    def initial_of(user: Mapping[str, Any]) -> dict[str, str]:
        preferred = user.get("PreferredMfaSetting")
        used = user.get("UserMFASettingList", ())
        return {
            name: "preferred" if factor == preferred else "on" if factor in used else "off"
            for name, factor in _FACTORS.items()
        }

    def request(self) -> dict[str, Any]:
        return {
            name: {"Enabled": used != "off", "PreferredMfa": used == "preferred"}
            for name, used in self.cleaned_data.items()
        }
