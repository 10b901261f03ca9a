"""What the messages of a pool say: its own templates, or AWS's words where it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

CODE_PLACE = "{####}"
NAME_PLACE = "{username}"

_VERIFICATION = "Your confirmation code is {####}"
_BY_LINK = "Please click the link below to verify your email address. {##Verify Email##}"
_LINK_PLACE = re.compile(r"\{##(.*?)##\}")
_INVITATION = "Your username is {username} and temporary password is {####}"
_SIGN_IN = "Your authentication code is {####}"


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and text of a message, the places in it still open. An SMS has no subject."""

    email_subject: str
    email: str
    sms: str

    def filled(self, code: str, username: str) -> Wording:
        """The code and the username in their places."""

        def fill(text: str) -> str:
            return text.replace(CODE_PLACE, code).replace(NAME_PLACE, username)

        return Wording(fill(self.email_subject), fill(self.email), fill(self.sms))


def verification(pool: Mapping[str, Any]) -> Wording:
    """For sign-up, a forgotten password, and an attribute to verify."""
    template = pool.get("VerificationMessageTemplate", {})
    return Wording(
        template.get("EmailSubject")
        or pool.get("EmailVerificationSubject")
        or "Your verification code",
        template.get("EmailMessage") or pool.get("EmailVerificationMessage") or _VERIFICATION,
        template.get("SmsMessage") or pool.get("SmsVerificationMessage") or _VERIFICATION,
    )


def verification_by_link(pool: Mapping[str, Any], address: str) -> Wording:
    """For a sign-up that a link confirms: ``{##Verify##}`` of a template becomes the link."""
    template = pool.get("VerificationMessageTemplate", {})
    words = template.get("EmailMessageByLink") or _BY_LINK
    linked = _LINK_PLACE.sub(rf'<a href="{escape(address)}">\1</a>', words)
    plain = verification(pool)
    subject = template.get("EmailSubjectByLink") or "Your verification link"
    return Wording(subject, linked, plain.sms)


def invitation(pool: Mapping[str, Any]) -> Wording:
    """For a user an administrator made."""
    template = pool.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate", {})
    return Wording(
        template.get("EmailSubject") or "Your temporary password",
        template.get("EmailMessage") or _INVITATION,
        template.get("SMSMessage") or _INVITATION,
    )


def sign_in_code(pool: Mapping[str, Any]) -> Wording:
    """For a second factor, or a sign-in without a password."""
    email = pool.get("EmailMfaConfiguration", {})
    return Wording(
        email.get("Subject") or "Your authentication code",
        email.get("Message") or _SIGN_IN,
        pool.get("SmsAuthenticationMessage") or _SIGN_IN,
    )
