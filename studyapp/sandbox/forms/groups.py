"""Groups of a pool."""

from __future__ import annotations

from typing import Any, ClassVar

from studyapp.sandbox.forms.base import ConsoleForm, number, text


class GroupSettingsForm(ConsoleForm):
    Description = text("What it is for", required=False)
    RoleArn = text(
        "Role",
        "An ARN, which the ID token then carries: arn:aws:iam::123456789012:role/reader.",
        required=False,
    )
    Precedence = number("Precedence", "The lowest wins.")

    def request(self) -> dict[str, Any]:
        """As CreateGroup and UpdateGroup take it; what is left empty isn't set."""
        return {name: each for name, each in self.cleaned_data.items() if each not in ("", None)}


class GroupForm(GroupSettingsForm):
    blamed: ClassVar = {"already exists": "GroupName"}
    field_order = ("GroupName",)

    GroupName = text("Name")


class MemberForm(ConsoleForm):
    blamed: ClassVar = {"User does not exist": "Username"}

    Username = text("Username")
