"""A user's password: set, checked, and who is kept from guessing at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from studyapp.aws.cognito_idp.codes import Lockout
from studyapp.aws.cognito_idp.event_log import FAIL, PASSWORD, is_watched, keep_event
from studyapp.aws.cognito_idp.passwords import (
    PasswordPolicy,
    temporary_password,
    temporary_password_draw,
    was_used,
)
from studyapp.aws.cognito_idp.recollection import Recollection
from studyapp.aws.cognito_idp.srp import make_verifier
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Site
from studyapp.aws.wire.errors import AwsError

_RIGHT_LATELY = Recollection()

WRONG_PASSWORD = "Incorrect username or password."  # noqa: S105, a message


def srp_context(pool_id: str) -> str:
    """What SRP hashes of a pool id: the part behind the underscore."""
    return pool_id.partition("_")[2]


def policy_of(site: Site) -> PasswordPolicy:
    return PasswordPolicy.of(site.settings.get("Policies", {}))


def with_password(site: Site, user: User, password: str) -> User:
    """``user`` with a lasting password. Refused in AWS's words if policy or history object."""
    policy = policy_of(site)
    if objection := policy.objection(password):
        raise AwsError("InvalidPasswordException", objection)
    context = srp_context(site.pool_id)
    known = (*([user.verifier] if user.verifier else []), *user.earlier_verifiers)
    if was_used(password, context, user.username, known, policy.history_size):
        raise AwsError(
            "PasswordHistoryPolicyViolationException",
            "Password has previously been used. Please use a different password.",
        )
    return replace(
        with_verifier(site, user, password),
        earlier_verifiers=known[: max(policy.history_size - 1, 0)],
        password_expires=None,
        lockout=Lockout(),
    )


def with_verifier(site: Site, user: User, password: str) -> User:
    """``user`` with that password, whatever the policy says."""
    salt = int.from_bytes(site.ctx.keys.random(16))
    context = srp_context(site.pool_id)
    return replace(user, verifier=make_verifier(context, user.username, password, salt))


def with_temporary_password(site: Site, user: User, password: str) -> User:
    """``user`` with a password that has to be changed at the first sign-in, and soon."""
    days = policy_of(site).temporary_validity_days
    return replace(
        with_password(site, user, password),
        status=UserStatus.FORCE_CHANGE_PASSWORD,
        password_expires=site.now + timedelta(days=days),
    )


def generated_password(site: Site) -> str:
    length = policy_of(site).minimum_length
    return temporary_password(site.ctx.keys.random(temporary_password_draw(length)), length)


def is_password(site: Site, user: User, password: str) -> bool:
    return user.verifier is not None and _RIGHT_LATELY.matches(
        site.ctx.keys, user.verifier, srp_context(user.pool_id), user.username, password
    )


def check_may_try(site: Site, user: User) -> None:
    """That this user may try to sign in at all."""
    if not user.enabled:
        raise AwsError("NotAuthorizedException", "User is disabled.")
    if user.status is UserStatus.RESET_REQUIRED:
        raise AwsError("PasswordResetRequiredException", "Password reset required for the user")
    if user.lockout.is_locked(site.now):
        raise AwsError("NotAuthorizedException", "Password attempts exceeded")


def refuse_password(site: Site, user: User) -> AwsError:
    """Count a wrong password of somebody there is, and the error to raise for it."""
    if user.version and is_watched(site):
        keep_event(site, user, "SignIn", FAIL, (PASSWORD, "Failure"))
    count_failure(site, user)
    return AwsError("NotAuthorizedException", WRONG_PASSWORD)


def count_failure(site: Site, user: User) -> None:
    """One more wrong password or code in a row."""
    if user.version:
        site.change(
            user, lambda known: replace(known, lockout=known.lockout.after_failure(site.now))
        )


def forgive(site: Site, user: User) -> User:
    """The sign-in is complete: wrong passwords and codes before are forgotten."""
    return site.change(user, lambda known: replace(known, lockout=Lockout()))
