"""User pools."""

from __future__ import annotations

from typing import Any, ClassVar

from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.sandbox.forms.base import ConsoleForm, choice, text, yes

REGIONS = (DEFAULT_REGION, "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")


class PoolForm(ConsoleForm):
    blamed: ClassVar = {"poolName": "name"}

    name = text("Name", max_length=128)
    region = choice("Region", [(region, region) for region in REGIONS])
    signs_in_by = choice(
        "People sign in with",
        [
            ("username", "a username"),
            ("email", "their e-mail address"),
            ("phone_number", "their phone number"),
            ("either", "a username or their e-mail address"),
        ],
        "This can't be changed afterwards, as at AWS.",
    )
    verify_email = yes("Verify e-mail addresses by a code", initial=True)
    mfa = choice(
        "Second factor",
        [("OFF", "none"), ("OPTIONAL", "who wants one"), ("ON", "everybody")],
        "A code from an authenticator app.",
    )

    def request(self) -> dict[str, Any]:
        """As CreateUserPool takes it."""
        asked = self.cleaned_data
        request: dict[str, Any] = {"PoolName": asked["name"]}
        match asked["signs_in_by"]:
            case "either":
                request["AliasAttributes"] = ["email"]
            case "email" | "phone_number" as attribute:
                request["UsernameAttributes"] = [attribute]
        if asked["verify_email"]:
            request["AutoVerifiedAttributes"] = ["email"]
        return request
