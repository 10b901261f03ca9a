"""Threat protection of a pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from studyapp.sandbox.forms.base import ConsoleForm, LinesField, area, choice, several, text, yes

LEVELS = ("Low", "Medium", "High")
_ACTIONS = [
    ("NO_ACTION", "nothing"),
    ("MFA_IF_CONFIGURED", "ask for the second factor of who has one"),
    ("MFA_REQUIRED", "ask for a second factor, and refuse who has none"),
    ("BLOCK", "refuse"),
]
_MAILS = {"BlockEmail": "blocked", "NoActionEmail": "allowed", "MfaEmail": "asked"}
_TEXT = """\
<p>Somebody signed in to your account:</p>
<p>{login-time}, {device-name}, {city}, {country}</p>
<p>Was it you? <a href="{one-click-link-valid}">Yes</a> or
<a href="{one-click-link-invalid}">No, it wasn't</a></p>
"""


class ThreatForm(ConsoleForm):
    sections: ClassVar = {
        "Mode": ("AdvancedSecurityMode", "CustomAuthMode"),
        "A sign-in of some risk": (
            *("LowAction", "LowNotify", "MediumAction", "MediumNotify", "HighAction"),
            "HighNotify",
        ),
        "Passwords that everybody knows": ("EventAction", "EventFilter"),
        "Addresses": ("BlockedIPRangeList", "SkippedIPRangeList"),
        "Notices to users": (
            *("SourceArn", "From", "blocked_subject", "blocked", "allowed_subject", "allowed"),
            *("asked_subject", "asked"),
        ),
    }
    blamed: ClassVar = {
        "Threat protection is not available": "AdvancedSecurityMode",
        "NotifyConfiguration is required": "SourceArn",
    }

    AdvancedSecurityMode = choice(
        "Threat protection",
        [
            ("OFF", "is off"),
            ("AUDIT", "looks on: it keeps what it would have done"),
            ("ENFORCED", "acts"),
        ],
        "It needs the Plus plan.",
    )
    CustomAuthMode = choice(
        "On sign-ins by custom challenges it",
        [("", "does nothing"), ("AUDIT", "looks on"), ("ENFORCED", "acts")],
        required=False,
    )
    LowAction = choice("At low risk", _ACTIONS)
    LowNotify = yes("and tell the user")
    MediumAction = choice("At medium risk", _ACTIONS)
    MediumNotify = yes("and tell the user")
    HighAction = choice("At high risk", _ACTIONS)
    HighNotify = yes("and tell the user")
    EventAction = choice("Who uses one is", [("NO_ACTION", "let in"), ("BLOCK", "refused")])
    EventFilter = several(
        "When",
        [("SIGN_IN", "signing in"), ("SIGN_UP", "signing up"), ("PASSWORD_CHANGE", "changing it")],
        "None of them: always.",
    )
    BlockedIPRangeList = LinesField("Always refused", "Ranges such as 203.0.113.0/24, one a line.")
    SkippedIPRangeList = LinesField("Never looked at", "Ranges such as 10.0.0.0/8, one a line.")
    SourceArn = text(
        "Sender's identity at SES", "An ARN, which nothing here looks up.", required=False
    )
    From = text("From", "Shop <no-reply@example.com>", required=False)
    blocked_subject = text("Subject, where it was refused", required=False)
    blocked = area("E-mail, where it was refused", rows=6, code=True, required=False)
    allowed_subject = text("Subject, where it was let in", required=False)
    allowed = area("E-mail, where it was let in", rows=6, code=True, required=False)
    asked_subject = text("Subject, where a second factor was asked for", required=False)
    asked = area("E-mail, where a second factor was asked for", rows=6, code=True, required=False)

    @staticmethod
    def initial_of(pool: Mapping[str, Any], risk: Mapping[str, Any], sender: str) -> dict[str, Any]:
        """``sender`` is the identity that notices come from where none is set."""
        add_ons = pool.get("UserPoolAddOns", {})
        takeover = risk.get("AccountTakeoverRiskConfiguration", {})
        known = risk.get("CompromisedCredentialsRiskConfiguration", {})
        notices = takeover.get("NotifyConfiguration", {})
        initial = {
            **add_ons,
            **add_ons.get("AdvancedSecurityAdditionalFlows", {}),
            **known,
            **known.get("Actions", {}),
            **risk.get("RiskExceptionConfiguration", {}),
            "SourceArn": sender,
            **notices,
        }
        for level in LEVELS:
            action = takeover.get("Actions", {}).get(f"{level}Action", {})
            initial[f"{level}Action"] = action.get("EventAction", "NO_ACTION")
            initial[f"{level}Notify"] = action.get("Notify", False)
        for member, name in _MAILS.items():
            mail = notices.get(member, {})
            initial[f"{name}_subject"] = mail.get("Subject", "New sign-in attempt")
            initial[name] = mail.get("HtmlBody") or mail.get("TextBody") or _TEXT
        return initial

    def add_ons(self) -> dict[str, Any]:
        """UserPoolAddOns."""
        asked = self.cleaned_data
        add_ons: dict[str, Any] = {"AdvancedSecurityMode": asked["AdvancedSecurityMode"]}
        if asked["CustomAuthMode"]:
            mode = {"CustomAuthMode": asked["CustomAuthMode"]}
            add_ons["AdvancedSecurityAdditionalFlows"] = mode
        return add_ons

    def risk(self) -> dict[str, Any]:
        """As SetRiskConfiguration takes it."""
        asked = self.cleaned_data
        known: dict[str, Any] = {"Actions": {"EventAction": asked["EventAction"]}}
        if asked["EventFilter"]:
            known["EventFilter"] = asked["EventFilter"]
        takeover: dict[str, Any] = {
            "Actions": {
                f"{level}Action": {
                    "EventAction": asked[f"{level}Action"],
                    "Notify": asked[f"{level}Notify"],
                }
                for level in LEVELS
            }
        }
        if asked["SourceArn"]:
            takeover["NotifyConfiguration"] = self._notices()
        exceptions = ("BlockedIPRangeList", "SkippedIPRangeList")
        return {
            "CompromisedCredentialsRiskConfiguration": known,
            "AccountTakeoverRiskConfiguration": takeover,
            "RiskExceptionConfiguration": {name: asked[name] for name in exceptions},
        }

    def _notices(self) -> dict[str, Any]:
        asked = self.cleaned_data
        notices: dict[str, Any] = {"SourceArn": asked["SourceArn"]}
        if asked["From"]:
            notices["From"] = asked["From"]
        for member, name in _MAILS.items():
            if asked[name] and asked[f"{name}_subject"]:
                notices[member] = {"Subject": asked[f"{name}_subject"], "HtmlBody": asked[name]}
        return notices


class ClientThreatForm(ThreatForm):
    """Of one app client: the mode is its pool's."""

    sections: ClassVar = {
        title: names for title, names in ThreatForm.sections.items() if title != "Mode"
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ThreatForm.sections["Mode"]:
            del self.fields[name]
