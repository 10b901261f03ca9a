"""Which factors a pool takes and a user has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studyapp.aws.cognito_idp.users import User

SMS, TOTP, EMAIL = "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"


def mfa_of_pool(pool: Mapping[str, Any]) -> list[str]:
    """The second factors a pool has switched on, in AWS's order."""
    on = {
        SMS: bool(pool.get("SmsConfiguration")),
        TOTP: bool(pool.get("SoftwareTokenMfaConfiguration", {}).get("Enabled")),
        EMAIL: "EmailMfaConfiguration" in pool,
    }
    return [factor for factor, is_on in on.items() if is_on]


def has_factor(user: User, factor: str) -> bool:
    """Whether this user could answer that factor's challenge."""
    if factor == TOTP:
        return user.software_token is not None and user.software_token.verified
    return bool(user.attributes.get("phone_number" if factor == SMS else "email"))


def usable_factors(pool: Mapping[str, Any], user: User) -> list[str]:
    """The pool's second factors that this user could show, asked for or not; [] where it has
    switched them all off."""
    if pool.get("MfaConfiguration", "OFF") == "OFF":
        return []
    return [factor for factor in mfa_of_pool(pool) if has_factor(user, factor)]


def second_factors(pool: Mapping[str, Any], user: User) -> Sequence[str] | None:
    """The second factors a user is to choose from; [] if one has to be set up first; None if
    none is asked for.

    Where the pool requires one and the user has chosen none, an address the user has will do.
    """
    required = pool.get("MfaConfiguration", "OFF")
    if required == "OFF":
        return None
    usable = usable_factors(pool, user)
    chosen = [factor for factor in usable if factor in user.mfa.enabled]
    if chosen:
        return chosen
    if required == "OPTIONAL":
        return None
    return usable[:1]


def first_factors(pool: Mapping[str, Any], user: User) -> list[str]:
    """AvailableChallenges of choice-based sign-in."""
    allowed = allowed_first_factors(pool)
    needs_two = second_factors(pool, user) is not None
    offered: list[str] = []
    if "PASSWORD" in allowed and user.verifier is not None:
        offered += ["PASSWORD", "PASSWORD_SRP"]
    if "EMAIL_OTP" in allowed and user.attributes.get("email") and not needs_two:
        offered.append("EMAIL_OTP")
    if "SMS_OTP" in allowed and user.attributes.get("phone_number") and not needs_two:
        offered.append("SMS_OTP")
    if user.passkeys and takes_passkey(pool, user):
        offered.append("WEB_AUTHN")
    return offered


def takes_passkey(pool: Mapping[str, Any], user: User) -> bool:
    """Whether this user could sign in with a passkey, having one: it is no second factor, unless
    the pool says that it stands for both."""
    web_authn = pool.get("WebAuthnConfiguration", {})
    passkey_is_mfa = web_authn.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"
    return "WEB_AUTHN" in allowed_first_factors(pool) and (
        passkey_is_mfa or second_factors(pool, user) is None
    )


def allowed_first_factors(pool: Mapping[str, Any]) -> Sequence[str]:
    policy = pool.get("Policies", {}).get("SignInPolicy", {})
    allowed: Sequence[str] = policy.get("AllowedFirstAuthFactors", ["PASSWORD"])
    return allowed
