"""What the console asks for. Whether AWS takes it, AWS says."""

from __future__ import annotations

from typing import Any

from django import forms

from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.sandbox.functions import NAME
from studyapp.sandbox.models import StoredFunction

REGIONS = (DEFAULT_REGION, "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")
FLOWS = {
    "ALLOW_USER_SRP_AUTH": "SRP: the password never leaves the browser",
    "ALLOW_USER_PASSWORD_AUTH": "Username and password, sent as they are",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH": "The same, from a server with access keys",
    "ALLOW_CUSTOM_AUTH": "Custom challenges, by Lambda triggers",
    "ALLOW_USER_AUTH": "A choice of first factors: passwords, codes, passkeys",
    "ALLOW_REFRESH_TOKEN_AUTH": "Refreshing tokens",
}
MOST_FUNCTIONS = 50
LONGEST_FUNCTION = 64 * 1024
USUAL_FLOWS = ("ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")


def _text(label: str, help_text: str = "", **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, help_text=help_text, widget=widget, **more)


def _choice(label: str, choices: list[tuple[str, str]], help_text: str = "") -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "input"})
    return forms.ChoiceField(label=label, help_text=help_text, choices=choices, widget=widget)


class PoolForm(forms.Form):
    name = _text("Name", max_length=128)
    region = _choice("Region", [(region, region) for region in REGIONS])
    signs_in_by = _choice(
        "People sign in with",
        [
            ("username", "a username"),
            ("email", "their e-mail address"),
            ("phone_number", "their phone number"),
            ("either", "a username or their e-mail address"),
        ],
        "This can't be changed afterwards, as at AWS.",
    )
    verify_email = forms.BooleanField(
        label="Verify e-mail addresses by a code", required=False, initial=True
    )
    mfa = _choice(
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


class ClientForm(forms.Form):
    name = _text("Name", max_length=128)
    secret = forms.BooleanField(
        label="With a secret", required=False, help_text="For a server. A browser can't keep one."
    )
    flows = forms.MultipleChoiceField(
        label="Ways to sign in",
        choices=list(FLOWS.items()),
        initial=USUAL_FLOWS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {
            "ClientName": asked["name"],
            "GenerateSecret": asked["secret"],
            "ExplicitAuthFlows": asked["flows"],
        }


class GroupForm(forms.Form):
    name = _text("Name", max_length=128)
    role = _text("Role", "An ARN, which the ID token then carries.", required=False)
    precedence = forms.IntegerField(
        label="Precedence",
        help_text="The lowest wins.",
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        request = {"GroupName": asked["name"]}
        if asked["role"]:
            request["RoleArn"] = asked["role"]
        if asked["precedence"] is not None:
            request["Precedence"] = asked["precedence"]
        return request


class UserForm(forms.Form):
    username = _text("Username", max_length=128)
    email = _text("E-mail", required=False)
    phone_number = _text("Phone number", "With its country: +12065550100", required=False)
    password = _text("Temporary password", "Left empty, one is made.", required=False)
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


class PasswordForm(forms.Form):
    password = _text("New password", max_length=256)
    permanent = forms.BooleanField(
        label="For good", required=False, initial=True, help_text="Otherwise it is temporary."
    )

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {"Password": asked["password"], "Permanent": asked["permanent"]}


class AttributeForm(forms.Form):
    name = _text("Attribute", "email, custom:tier …", max_length=32)
    value = _text("Value", "Left empty, it is taken away.", required=False, max_length=2048)


class MembershipForm(forms.Form):
    group = _text("Group", max_length=128)

    def request(self) -> dict[str, Any]:
        return {"GroupName": self.cleaned_data["group"]}


class FunctionForm(forms.ModelForm[StoredFunction]):
    class Meta:
        model = StoredFunction
        fields = ["name", "source"]
        labels = {"source": "JavaScript"}
        widgets = {
            "name": forms.TextInput(
                attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}
            ),
            "source": forms.Textarea(
                attrs={
                    "class": "input input--code",
                    "rows": 18,
                    "spellcheck": "false",
                    "autocapitalize": "off",
                }
            ),
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not NAME.fullmatch(name):
            raise forms.ValidationError("Only letters, digits, - and _.")
        others = StoredFunction.objects.filter(account_id=self.instance.account_id, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is a function of that name already.")
        return name

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        if len(source) > LONGEST_FUNCTION:
            raise forms.ValidationError(f"A function has at most {LONGEST_FUNCTION} characters.")
        return source

    def clean(self) -> dict[str, Any]:
        mine = StoredFunction.objects.filter(account_id=self.instance.account_id)
        if self.instance.pk is None and mine.count() >= MOST_FUNCTIONS:
            raise forms.ValidationError(f"There can be at most {MOST_FUNCTIONS} functions.")
        return super().clean() or self.cleaned_data


class SnapshotForm(forms.Form):
    name = _text("Name", max_length=100)
