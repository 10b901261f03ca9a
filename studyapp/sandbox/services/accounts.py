"""Learners' AWS accounts and their keys."""

from __future__ import annotations

import secrets
import string

from django.conf import settings
from django.db import IntegrityError, transaction

from studyapp.accounts.models import User
from studyapp.accounts.services import LOCAL_LEARNER, ensure_learner
from studyapp.aws.memory import OPEN_ACCOUNT
from studyapp.sandbox.models import AccessKey, Account

_KEY_ALPHABET = string.ascii_uppercase + "234567"
_SECRET_ALPHABET = string.ascii_letters + string.digits + "+/"


def ensure_account(learner: User) -> Account:
    """The learner's account, opened with a pair of keys when there is none yet."""
    account = Account.objects.filter(learner=learner).first()
    return account or _open_account(learner)


def local_account() -> Account:
    """The account of the one person there is, in one-person use."""
    accounts = Account.objects.filter(learner__username=LOCAL_LEARNER)
    return accounts.first() or ensure_account(ensure_learner())


def create_access_key(account: Account) -> AccessKey:
    return AccessKey.objects.create(
        id="AKIA" + _text(16, _KEY_ALPHABET), account=account, secret=_text(40, _SECRET_ALPHABET)
    )


def _open_account(learner: User) -> Account:
    number = _text(12, string.digits)
    is_local = settings.ONE_PERSON and learner.username == LOCAL_LEARNER
    if is_local and not Account.objects.filter(number=OPEN_ACCOUNT).exists():
        number = OPEN_ACCOUNT  # the same as where nobody has an account: what was noted down holds
    try:
        with transaction.atomic():
            account = Account.objects.create(learner=learner, number=number)
            create_access_key(account)
            return account
    except IntegrityError:
        if other := Account.objects.filter(learner=learner).first():
            return other  # somebody else opened it meanwhile
        return _open_account(learner)  # the number was taken


def _text(length: int, alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
