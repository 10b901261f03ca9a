"""What django-allauth asks of us."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from studyapp.accounts.classes import CODE_LENGTH, spoken_code
from studyapp.accounts.guests import claim_guest
from studyapp.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP) and not settings.ONE_PERSON

    def new_user(self, request: HttpRequest) -> User:
        """A new person, or the guest that this browser was."""
        return claim_guest(request) or super().new_user(request)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Remembers which class the person was invited to: the address may be proven elsewhere
        than here, and days later."""
        user.invite = _invite(request.POST.get("next", ""))
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the class that the person was invited to; else where everybody goes."""
        user = request.user
        if isinstance(user, User) and user.invite:
            return reverse("classes:join", query={"code": user.invite})
        return str(super().get_login_redirect_url(request))


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps and the recovery codes sealed in the database."""

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()


def _invite(following: str) -> str:
    """The code in an invite link, as it is kept; "" in any other address."""
    address, _, query = following.partition("?")
    if address != reverse("classes:join"):
        return ""
    code = spoken_code(QueryDict(query).get("code", ""))
    return code if len(code.replace("-", "")) == CODE_LENGTH else ""


def _seal() -> Fernet:
    key = hashlib.sha256(b"accounts.mfa:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
