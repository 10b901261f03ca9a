"""Guests: people who try the site without an account, for a week, bound to one browser's session.

A guest is a person as any other, so that what they do needs no moving when they sign up: the same
row becomes their account (see ``adapters``).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest

from studyapp.accounts.models import User
from studyapp.accounts.throttling import may_begin_as_guest

LASTS = timedelta(days=7)
_KEPT = "guest_to_keep"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class NoGuestError(Exception):
    """Nobody can begin as a guest now; ``message`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def begin_as_guest(request: HttpRequest, now: datetime) -> User:
    """Sign this browser in as a guest: as the one that it left in order to sign up, if it did, else
    as a new one. Raises NoGuestError where there are too many of them."""
    guest = guest_of(request)
    if guest is None:
        prune_guests(now)
        if not may_begin_as_guest(request):
            raise NoGuestError("Too many guests have begun from your address. Try again later.")
        if User.objects.filter(is_guest=True).count() >= settings.GUESTS:
            raise NoGuestError("There are as many guests as there may be. Sign up, or come later.")
        guest = User(username=f"guest-{secrets.token_hex(8)}", is_guest=True, tries_sample=True)
        guest.set_unusable_password()
        guest.save()
    login(request, guest, backend=_BACKEND)
    request.session.set_expiry(LASTS)
    return guest


def leave_to_sign_up(request: HttpRequest) -> None:
    """Sign the guest out, and have whoever signs up in this session next go on as the same
    person."""
    guest = request.user
    assert isinstance(guest, User)
    assert guest.is_guest
    key = guest.pk
    logout(request)
    request.session[_KEPT] = key
    request.session.set_expiry(LASTS)


def guest_of(request: HttpRequest) -> User | None:
    """The guest that this session left in order to sign up, while they have not."""
    key = request.session.get(_KEPT)
    return User.objects.filter(pk=key, is_guest=True).first() if key else None


def claim_guest(request: HttpRequest) -> User | None:
    """The guest that this session left, for whoever signs up in it: once."""
    guest = guest_of(request)
    if guest and User.objects.filter(pk=guest.pk, is_guest=True).update(is_guest=False):
        guest.is_guest = False
        return guest
    return None


def prune_guests(now: datetime) -> int:
    """Delete the guests whose week is over, with all that they did; returns how many."""
    gone = User.objects.filter(is_guest=True, date_joined__lt=now - LASTS)
    count = gone.count()
    gone.delete()
    return count
