"""What a client of AWS's needs to know, under the names AWS's own clients read."""

from __future__ import annotations

from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.sandbox.models import Account
from studyapp.sandbox.services.accounts import create_access_key


def credentials_of(account: Account, *, endpoint: str) -> dict[str, str]:
    """Environment variables with the account's first pair of keys, made if there is none."""
    key = account.access_keys.first() or create_access_key(account)
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": DEFAULT_REGION,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_ACCESS_KEY_ID": key.pk,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_ACCOUNT_ID": account.number,
    }
