"""What holds for all of a pool: signing in and up, second factors, messages, the pool itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from studyapp.sandbox.forms.base import (
    ConsoleForm,
    PairsField,
    area,
    choice,
    number,
    several,
    text,
    yes,
)

_ATTRIBUTES = [("email", "e-mail addresses"), ("phone_number", "phone numbers")]
_RECOVERY = {
    "email": ("verified_email",),
    "phone": ("verified_phone_number",),
    "email-phone": ("verified_email", "verified_phone_number"),
    "phone-email": ("verified_phone_number", "verified_email"),
    "admin": ("admin_only",),
}


class SignInForm(ConsoleForm):
    """First factors, the password policy, recovery and devices."""

    sections: ClassVar = {
        "First factors": ("AllowedFirstAuthFactors",),
        "Password policy": (
            *("MinimumLength", "RequireUppercase", "RequireLowercase", "RequireNumbers"),
            *("RequireSymbols", "PasswordHistorySize", "TemporaryPasswordValidityDays"),
        ),
        "Recovery": ("recovery",),
        "Devices": ("devices", "ChallengeRequiredOnNewDevice"),
    }
    blamed: ClassVar = {
        "Passwordless": "AllowedFirstAuthFactors",
        "Password history": "PasswordHistorySize",
        "PASSWORD": "AllowedFirstAuthFactors",
        "recoveryMechanisms": "recovery",
    }

    AllowedFirstAuthFactors = several(
        "Offered to who signs in by choice",
        [
            ("PASSWORD", "a password"),
            ("EMAIL_OTP", "a code by e-mail"),
            ("SMS_OTP", "a code by text message"),
            ("WEB_AUTHN", "a passkey"),
        ],
        "To app clients with ALLOW_USER_AUTH.",
    )
    MinimumLength = number("At least so many characters", "6 to 99.")
    RequireUppercase = yes("An upper-case letter")
    RequireLowercase = yes("A lower-case letter")
    RequireNumbers = yes("A digit")
    RequireSymbols = yes("A symbol")
    PasswordHistorySize = number("None of the last", "0 to 24 passwords.")
    TemporaryPasswordValidityDays = number("A temporary password is good for so many days")
    recovery = choice(
        "A forgotten password is reset by a code",
        [
            ("email-phone", "by e-mail, else by text message"),
            ("phone-email", "by text message, else by e-mail"),
            ("email", "by e-mail"),
            ("phone", "by text message"),
            ("admin", "not at all: an administrator does it"),
        ],
    )
    devices = choice(
        "Remember devices",
        [("no", "no"), ("always", "always"), ("asked", "where the user wants it")],
    )
    ChallengeRequiredOnNewDevice = yes(
        "No second factor on a remembered device", "The device itself is the proof."
    )

    @staticmethod
    def initial_of(pool: Mapping[str, Any]) -> dict[str, Any]:
        names = tuple(
            each["Name"]
            for each in sorted(
                pool["AccountRecoverySetting"]["RecoveryMechanisms"], key=lambda m: m["Priority"]
            )
        )
        devices = pool.get("DeviceConfiguration")
        kept = "asked" if (devices or {}).get("DeviceOnlyRememberedOnUserPrompt") else "always"
        return {
            **pool["Policies"]["PasswordPolicy"],
            **pool["Policies"]["SignInPolicy"],
            "recovery": next((key for key, known in _RECOVERY.items() if known == names), ""),
            "devices": kept if devices else "no",
            "ChallengeRequiredOnNewDevice": (devices or {}).get("ChallengeRequiredOnNewDevice"),
        }

    def request(self) -> dict[str, Any]:
        """As UpdateUserPool takes it."""
        asked = dict(self.cleaned_data)
        factors = asked.pop("AllowedFirstAuthFactors")
        devices = asked.pop("devices")
        challenged = asked.pop("ChallengeRequiredOnNewDevice")
        names = _RECOVERY[asked.pop("recovery")]
        return {
            "Policies": {
                "PasswordPolicy": {name: each for name, each in asked.items() if each is not None},
                "SignInPolicy": {"AllowedFirstAuthFactors": factors},
            },
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [
                    {"Priority": at, "Name": name} for at, name in enumerate(names, 1)
                ]
            },
            "DeviceConfiguration": None
            if devices == "no"
            else {
                "ChallengeRequiredOnNewDevice": challenged,
                "DeviceOnlyRememberedOnUserPrompt": devices == "asked",
            },
        }


class MfaForm(ConsoleForm):
    """Second factors, and passkeys."""

    sections: ClassVar = {
        "Second factor": (
            *("MfaConfiguration", "totp", "sms", "SmsAuthenticationMessage"),
            *("email", "Subject", "Message"),
        ),
        "Passkeys": ("RelyingPartyId", "UserVerification", "FactorConfiguration"),
    }
    blamed: ClassVar = {
        "MFA configuration": "MfaConfiguration",
        "Email MFA": "email",
        "SMS MFA": "sms",
    }

    MfaConfiguration = choice(
        "Asked for", [("OFF", "of nobody"), ("OPTIONAL", "of who set one up"), ("ON", "of all")]
    )
    totp = yes("Authenticator apps")
    sms = yes("Codes by text message", "It needs a role to send them, under Messages.")
    SmsAuthenticationMessage = text("Text message", "{####} is the code.", required=False)
    email = yes("Codes by e-mail", "It needs a sender of your own, under Messages.")
    Subject = text("Subject of the e-mail", required=False)
    Message = area("E-mail", "{####} is the code.", required=False)
    RelyingPartyId = text(
        "Relying party", "The domain that passkeys are for, such as localhost.", required=False
    )
    UserVerification = choice(
        "The person proves themselves to their device",
        [("preferred", "where it can ask"), ("required", "always")],
    )
    FactorConfiguration = choice(
        "A passkey counts as",
        [
            ("SINGLE_FACTOR", "one factor"),
            ("MULTI_FACTOR_WITH_USER_VERIFICATION", "two, where the person was verified"),
        ],
    )

    @staticmethod
    def initial_of(config: Mapping[str, Any]) -> dict[str, Any]:
        sms = config.get("SmsMfaConfiguration", {})
        email = config.get("EmailMfaConfiguration")
        return {
            **sms,
            **(email or {}),
            **config.get("WebAuthnConfiguration", {}),
            "MfaConfiguration": config["MfaConfiguration"],
            "totp": config.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"),
            "sms": bool(sms) and config["MfaConfiguration"] != "OFF",
            "email": email is not None,
        }

    def request(self) -> dict[str, Any]:
        """As SetUserPoolMfaConfig takes it."""
        asked = self.cleaned_data
        request: dict[str, Any] = {"MfaConfiguration": asked["MfaConfiguration"]}
        if asked["totp"]:
            request["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
        if asked["sms"]:
            request["SmsMfaConfiguration"] = self._some("SmsAuthenticationMessage")
        if asked["email"]:
            request["EmailMfaConfiguration"] = self._some("Subject", "Message")
        if asked["RelyingPartyId"]:
            request["WebAuthnConfiguration"] = self._some(
                "RelyingPartyId", "UserVerification", "FactorConfiguration"
            )
        return request

    def _some(self, *names: str) -> dict[str, str]:
        return {name: each for name in names if (each := self.cleaned_data[name])}


class SignUpForm(ConsoleForm):
    blamed: ClassVar = {"SMS configuration": "AutoVerifiedAttributes"}

    everybody = yes("People may sign up themselves", "Otherwise administrators create all users.")
    AutoVerifiedAttributes = several("A code is sent to verify", _ATTRIBUTES)
    AttributesRequireVerificationBeforeUpdate = several(
        "A changed one counts only once it is verified", _ATTRIBUTES
    )

    @staticmethod
    def initial_of(pool: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **pool,
            **pool.get("UserAttributeUpdateSettings", {}),
            "everybody": not pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        }

    def request(self, pool: Mapping[str, Any]) -> dict[str, Any]:
        """As UpdateUserPool takes it."""
        asked = self.cleaned_data
        before = "AttributesRequireVerificationBeforeUpdate"
        return {
            "AutoVerifiedAttributes": asked["AutoVerifiedAttributes"],
            "UserAttributeUpdateSettings": {before: asked[before]},
            "AdminCreateUserConfig": {
                **pool["AdminCreateUserConfig"],
                "AllowAdminCreateUserOnly": not asked["everybody"],
            },
        }


class AttributeDefinitionForm(ConsoleForm):
    """A custom attribute: it can't be changed or taken away again, as at AWS."""

    blamed: ClassVar = {"attribute": "Name"}

    Name = text("Name", "Without custom: before it.")
    AttributeDataType = choice(
        "Holds",
        [
            ("String", "text"),
            ("Number", "a number"),
            ("Boolean", "yes or no"),
            ("DateTime", "a time"),
        ],
    )
    Mutable = yes("Can be changed once it is set", initial=True)
    DeveloperOnlyAttribute = yes("For administrators alone", "Named dev: then.")
    least = number("Least", "Length of a text, or value of a number.")
    most = number("Most")

    def request(self) -> dict[str, Any]:
        asked = self.cleaned_data
        kind = asked["AttributeDataType"]
        request = {name: asked[name] for name in ("Name", "AttributeDataType", "Mutable")}
        if asked["DeveloperOnlyAttribute"]:
            request["DeveloperOnlyAttribute"] = True
        ends = {
            "String": ("StringAttributeConstraints", "MinLength", "MaxLength"),
            "Number": ("NumberAttributeConstraints", "MinValue", "MaxValue"),
        }
        if kind in ends:
            member, low, high = ends[kind]
            given = {low: asked["least"], high: asked["most"]}
            request[member] = {name: str(each) for name, each in given.items() if each is not None}
        return request


class MessagesForm(ConsoleForm):
    """Who sends, and what is written."""

    sections: ClassVar = {
        "Sender": ("EmailSendingAccount", "From", "SourceArn", "SnsCallerArn"),
        "Verification": (
            *("DefaultEmailOption", "EmailSubject", "EmailMessage", "EmailSubjectByLink"),
            *("EmailMessageByLink", "SmsMessage"),
        ),
        "Invitation of a user that is created": ("invite_subject", "invite_email", "invite_sms"),
    }
    blamed: ClassVar = {
        "inviteMessageTemplate.sMSMessage": "invite_sms",
        "inviteMessageTemplate.emailSubject": "invite_subject",
        "inviteMessageTemplate.emailMessage": "invite_email",
    }

    EmailSendingAccount = choice(
        "E-mail is sent by",
        [("COGNITO_DEFAULT", "Cognito: a few a day"), ("DEVELOPER", "an address of yours, by SES")],
        "Nothing leaves the sandbox either way. Codes by e-mail as a factor need the second.",
    )
    From = text("From", "Shop <no-reply@example.com>", required=False)
    SourceArn = text("Identity at SES", "An ARN, which nothing here looks up.", required=False)
    SnsCallerArn = text("Role that sends text messages", "An ARN; empty: none.", required=False)
    DefaultEmailOption = choice(
        "An e-mail address is verified by",
        [("CONFIRM_WITH_CODE", "a code"), ("CONFIRM_WITH_LINK", "a link")],
    )
    EmailSubject = text("Subject, with a code", required=False)
    EmailMessage = area("E-mail, with a code", "{####} is the code.", required=False)
    EmailSubjectByLink = text("Subject, with a link", required=False)
    EmailMessageByLink = area(
        "E-mail, with a link", "{##Verify your e-mail##} is the link.", required=False
    )
    SmsMessage = text("Text message", "{####} is the code.", required=False)
    invite_subject = text("Subject", required=False)
    invite_email = area("E-mail", "{username} and {####}, the password.", required=False)
    invite_sms = text("Text message", "{username} and {####}, the password.", required=False)

    @staticmethod
    def initial_of(pool: Mapping[str, Any]) -> dict[str, Any]:
        invite = pool["AdminCreateUserConfig"].get("InviteMessageTemplate", {})
        return {
            **pool["EmailConfiguration"],
            **pool.get("SmsConfiguration", {}),
            **pool["VerificationMessageTemplate"],
            "invite_subject": invite.get("EmailSubject", ""),
            "invite_email": invite.get("EmailMessage", ""),
            "invite_sms": invite.get("SMSMessage", ""),
        }

    def request(self, pool: Mapping[str, Any]) -> dict[str, Any]:
        """As UpdateUserPool takes it: empty texts are Cognito's own again."""
        asked = self.cleaned_data
        verification = (
            *("DefaultEmailOption", "EmailSubject", "EmailMessage", "EmailSubjectByLink"),
            *("EmailMessageByLink", "SmsMessage"),
        )
        invite = {
            "EmailSubject": asked["invite_subject"],
            "EmailMessage": asked["invite_email"],
            "SMSMessage": asked["invite_sms"],
        }
        admin = {**pool["AdminCreateUserConfig"]}
        admin.pop("InviteMessageTemplate", None)
        if any(invite.values()):
            admin["InviteMessageTemplate"] = _filled(invite)
        role = asked["SnsCallerArn"]
        return {
            "EmailConfiguration": _filled(
                {name: asked[name] for name in ("EmailSendingAccount", "From", "SourceArn")}
            ),
            "SmsConfiguration": {**pool.get("SmsConfiguration", {}), "SnsCallerArn": role}
            if role
            else None,
            "VerificationMessageTemplate": _filled({name: asked[name] for name in verification}),
            # Cognito repeats these two outside of the template.
            **dict.fromkeys(
                (
                    "EmailVerificationMessage",
                    "EmailVerificationSubject",
                    "SmsVerificationMessage",
                )
            ),
            "AdminCreateUserConfig": admin,
        }


def _filled(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in members.items() if each}


class PoolSettingsForm(ConsoleForm):
    blamed: ClassVar = {"tier of this user pool": "UserPoolTier"}

    PoolName = text("Name")
    UserPoolTier = choice(
        "Plan",
        [
            ("LITE", "Lite"),
            ("ESSENTIALS", "Essentials: passwordless, access tokens to change"),
            ("PLUS", "Plus: threat protection besides"),
        ],
    )
    issuer = choice(
        "Tokens say they are issued by",
        [
            ("", "this endpoint, where the pool is reached"),
            ("ORIGINAL", "AWS: https://cognito-idp.REGION.amazonaws.com/POOL"),
            ("UPDATED", "AWS, newer: https://issuer-cognito-idp.REGION.amazonaws.com/POOL"),
        ],
        "Some libraries, aws-jwt-verify for one, take AWS's alone. It is for tokens from now on.",
        required=False,
    )
    DeletionProtection = yes("The pool can't be deleted", "Until this is unticked again.")
    UserPoolTags = PairsField("Tags", "name = value, one a line.", rows=3)

    @staticmethod
    def initial_of(pool: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **pool,
            "PoolName": pool["Name"],
            "issuer": pool.get("IssuerConfiguration", {}).get("Type", ""),
            "DeletionProtection": pool["DeletionProtection"] == "ACTIVE",
        }

    def request(self) -> dict[str, Any]:
        asked = dict(self.cleaned_data)
        kind, protects = asked.pop("issuer"), asked["DeletionProtection"]
        return {
            **asked,
            "DeletionProtection": "ACTIVE" if protects else "INACTIVE",
            "IssuerConfiguration": {"Type": kind} if kind else None,
        }
