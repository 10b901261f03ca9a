"""Users of a pool."""

from __future__ import annotations

from typing import Any

from django import forms

from studyapp.sandbox.forms.base import ConsoleForm, text


class UserForm(ConsoleForm):
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
    password = text("New password", max_length=256)
    permanent = forms.BooleanField(
        label="For good", required=False, initial=True, help_text="Otherwise it is temporary."
    )

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {"Password": asked["password"], "Permanent": asked["permanent"]}


class AttributeForm(ConsoleForm):
    name = text("Attribute", "email, custom:tier …", max_length=32)
    value = text("Value", "Left empty, it is taken away.", required=False, max_length=2048)


class MembershipForm(ConsoleForm):
    group = text("Group", max_length=128)

    def request(self) -> dict[str, Any]:
        return {"GroupName": self.cleaned_data["group"]}
