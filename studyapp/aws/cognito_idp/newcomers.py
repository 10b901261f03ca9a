"""Users who aren't there yet: they sign up, an administrator makes them, or they move in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from studyapp.aws.cognito_idp.attributes import VERIFIABLE, WRITTEN_BY_POOL, from_list
from studyapp.aws.cognito_idp.credentials import with_verifier
from studyapp.aws.cognito_idp.triggers import arn_of, call
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Site, Visit
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.errors import AwsError


def new_user(site: Site, name: str, given: Mapping[str, str], *, complete: bool) -> User:
    """A user who isn't kept yet. Raises InvalidParameterException for what the pool won't have."""
    if objection := site.naming.objection(name):
        raise AwsError("InvalidParameterException", objection)
    for own in sorted(WRITTEN_BY_POOL & given.keys()):
        raise AwsError("InvalidParameterException", f"user.{own}: Attribute cannot be updated.\n")
    sub = site.ctx.ids.uuid()
    attributes = dict(given)
    address = site.naming.attribute_of(name)
    if address:
        attributes.setdefault(address, name)
    if objection := site.schema.objection(attributes, complete=complete):
        raise AwsError("InvalidParameterException", objection)
    username = sub if address else site.naming.folded(name)
    return User(
        pool_id=site.pool_id,
        name_key=site.naming.folded(username),
        username=username,
        sub=sub,
        created=site.now,
        modified=site.now,
        status=UserStatus.UNCONFIRMED,
        attributes={"sub": sub, **attributes},
    )


def screened(site: Site, user: User, source: str, validation: Iterable[Mapping[str, str]]) -> User:
    """A new user as the pre sign-up trigger lets it be: confirmed, addresses proven, or not at
    all."""
    given = call(
        site,
        source,
        user.username,
        {
            "userAttributes": {k: v for k, v in user.attributes.items() if k != "sub"},
            "validationData": from_list(validation),
            "clientMetadata": dict(site.metadata),
        },
        {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    )
    proven = {
        VERIFIABLE[name]: "true"
        for name, says in (("email", "autoVerifyEmail"), ("phone_number", "autoVerifyPhone"))
        if given.get(says) and user.attributes.get(name)
    }
    user = user.with_attributes(proven)
    return replace(user, status=UserStatus.CONFIRMED) if given.get("autoConfirmUser") else user


def keep_new(site: Site, user: User, *, taken: str, takes_over: bool = False) -> User:
    """Write a new user. Raises UsernameExistsException in the operation's own words."""
    if site.find(user.username) is not None:
        raise AwsError("UsernameExistsException", taken)
    try:
        return site.save(user, takes_over=takes_over)
    except ConflictError:
        raise AwsError("UsernameExistsException", taken) from None


def is_passwordless(site: Site) -> bool:
    """Whether people can sign in here without ever having a password."""
    policy = site.settings.get("Policies", {}).get("SignInPolicy", {})
    return bool({"EMAIL_OTP", "SMS_OTP"} & set(policy.get("AllowedFirstAuthFactors", ())))


def migrated(visit: Visit, name: str, source: str, password: str | None) -> User | None:
    """A user the migration trigger knows from before; None where the pool has no such trigger.

    Raises UserNotFoundException if the trigger knows nobody, or fails.
    """
    if arn_of(visit, "UserMigration") is None:
        return None
    unknown = AwsError(
        "UserNotFoundException", f"Exception migrating user in app client {visit.client_id}"
    )
    request = {
        "password": password,
        "validationData": dict(visit.metadata),
        "clientMetadata": dict(visit.metadata),
    }
    names = ("userAttributes", "finalUserStatus", "messageAction", "forceAliasCreation")
    try:
        given = call(visit, f"UserMigration_{source}", name, request, dict.fromkeys(names))
    except AwsError as error:
        raise unknown from error
    attributes = given.get("userAttributes")
    if not isinstance(attributes, dict) or not attributes:
        raise unknown
    kept = {k: str(v) for k, v in attributes.items() if k not in ("username", "sub")}
    user = new_user(visit, name, kept, complete=False)
    # The password was right where the user comes from: our policy is for those to come.
    if password is not None:
        user = with_verifier(visit, user, password)
    is_final = password is not None and given.get("finalUserStatus") == "CONFIRMED"
    status = UserStatus.CONFIRMED if is_final else UserStatus.RESET_REQUIRED
    return keep_new(
        visit,
        replace(user, status=status),
        taken="User already exists",
        takes_over=bool(given.get("forceAliasCreation")),
    )
