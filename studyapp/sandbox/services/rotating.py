"""Another key for a pool to sign with, as a running Cognito takes one now and then by itself."""

from __future__ import annotations

from studyapp.aws.cognito_idp.signing_keys import rotate
from studyapp.aws.machine import MachineKeys
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.models import Account
from studyapp.sandbox.store import DatabaseStore


def rotate_keys(account: Account, pool_id: str) -> list[str]:
    """The ids of the keys that the pool's JWKS lists then, the one that signs first."""
    with Transaction() as call:
        store = DatabaseStore(account, pool_id.partition("_")[0], call)
        return list(rotate(store, MachineKeys(), pool_id).public)
