"""A password as the first factor: sent as it is, or proven by SRP."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.credentials import (
    WRONG_PASSWORD,
    check_may_try,
    is_password,
    refuse_password,
)
from studyapp.aws.cognito_idp.progress import PASSWORD, Progress, ask, go_on
from studyapp.aws.cognito_idp.protection import check_sign_in_password
from studyapp.aws.cognito_idp.srp import parse_public_value, public_value
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Visit
from studyapp.aws.wire.errors import AwsError


def take_password(visit: Visit, user: User, progress: Progress, password: str) -> dict[str, Any]:
    """A password as it is."""
    check_may_try(visit, user)
    if not is_password(visit, user, password):
        raise refuse_password(visit, user)
    known = check_sign_in_password(visit, user, password)
    progress = replace(progress.having(PASSWORD), compromised=known)
    return go_on(visit, user, progress)


def ask_srp(
    visit: Visit, user: User, progress: Progress, public: str, **kept: Any
) -> dict[str, Any]:
    """PASSWORD_VERIFIER: prove a password without sending it."""
    check_may_try(visit, user)
    if user.verifier is None:
        raise AwsError("NotAuthorizedException", WRONG_PASSWORD)
    client_public = parse_public_value(public)
    if client_public is None:
        raise AwsError("InvalidParameterException", "Invalid SRP_A value.")
    secret = int.from_bytes(visit.ctx.keys.random(32))
    block = base64.b64encode(visit.ctx.keys.random(256)).decode()
    return ask(
        visit,
        user,
        progress,
        "PASSWORD_VERIFIER",
        {
            "SALT": f"{user.verifier.salt:x}",
            "SECRET_BLOCK": block,
            "SRP_B": f"{public_value(user.verifier, secret):x}",
            "USERNAME": user.username,
            "USER_ID_FOR_SRP": user.username,
        },
        token=block,
        srp_secret=secret,
        srp_public=client_public,
        **kept,
    )
