"""User pools: make, describe, change, list, delete; their multi-factor authentication, custom
attributes, and what is switched on for all of a pool."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.auth_sessions import AuthSession
from studyapp.aws.cognito_idp.documents import (
    Appearance,
    Branding,
    Client,
    Domain,
    Group,
    IdentityProvider,
    ImportJob,
    Membership,
    ResourceServer,
    RiskConfiguration,
    Terms,
    UserPool,
)
from studyapp.aws.cognito_idp.event_log import AuthEvent
from studyapp.aws.cognito_idp.federation.documents import (
    ProviderCode,
    SeenAssertion,
    provider_keys_id,
)
from studyapp.aws.cognito_idp.grants import TokenSession
from studyapp.aws.cognito_idp.hosted.documents import AuthorizationCode, BrowserSession
from studyapp.aws.cognito_idp.passkeys import Registration
from studyapp.aws.cognito_idp.resources import (
    access_pool,
    in_pool_of,
    invalid,
    over_limit,
    page_of,
)
from studyapp.aws.cognito_idp.schema import schema_of, with_custom
from studyapp.aws.cognito_idp.senders import check_senders
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.session_tracking import SessionTracking
from studyapp.aws.cognito_idp.signing_keys import PoolKeys
from studyapp.aws.cognito_idp.users import SignInName, User
from studyapp.aws.operations import Context
from studyapp.aws.ports import Document, change
from studyapp.aws.wire.errors import AwsError

MAX_POOLS = 1000

# What AWS fills in where a request says nothing (recorded answers of CreateUserPool).
_PASSWORD_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
_RECOVERY = {
    "RecoveryMechanisms": [
        {"Priority": 1, "Name": "verified_email"},
        {"Priority": 2, "Name": "verified_phone_number"},
    ]
}
_DEFAULTS: Mapping[str, Any] = {
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "MfaConfiguration": "OFF",
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "UserPoolTags": {},
    "AccountRecoverySetting": _RECOVERY,
    "UserPoolTier": "ESSENTIALS",
}
# What can't be changed once a pool is made, or not by UpdateUserPool.
_KEPT = (
    "SchemaAttributes",
    "AliasAttributes",
    "UsernameAttributes",
    "UsernameConfiguration",
    "SoftwareTokenMfaConfiguration",
    "EmailMfaConfiguration",
    "WebAuthnConfiguration",
    "LogConfigurations",
)
# Members of ``settings`` that other operations show.
_HIDDEN = frozenset(
    {
        "SoftwareTokenMfaConfiguration",
        "EmailMfaConfiguration",
        "WebAuthnConfiguration",
        "LogConfigurations",
    }
)
# What goes when its pool goes.
_IN_POOL: tuple[type[Document], ...] = (
    *(Client, Group, Membership, IdentityProvider, ResourceServer, Appearance, Branding, Terms),
    *(RiskConfiguration, User, SignInName, TokenSession, AuthSession, Registration),
    *(SessionTracking, AuthEvent, BrowserSession, AuthorizationCode, ImportJob),
    *(ProviderCode, SeenAssertion),
)


@operation("CreateUserPool")
def create_user_pool(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    if context.store.count(UserPool) >= MAX_POOLS:
        raise over_limit(f"The account has its {MAX_POOLS} user pools already.")
    if request.get("AliasAttributes") and request.get("UsernameAttributes"):
        raise invalid(
            "Only one of aliasAttributes or usernameAttributes can be set in a user pool."
        )
    now = context.clock.now()
    made_once = {"SchemaAttributes": schema_of(request.pop("Schema", ()))}
    pool = UserPool(
        id=f"{context.region}_{context.ids.text(9, string.ascii_letters + string.digits)}",
        name=request.pop("PoolName"),
        settings={**_settings(request), **made_once},
        created=now,
        modified=now,
    )
    return {"UserPool": described(context, context.store.put(pool))}


@operation("UpdateUserPool")
def update_user_pool(context: Context, request: dict[str, Any]) -> None:
    """What the request doesn't name gets its default again, as AWS does it."""
    pool = access_pool(context, request.pop("UserPoolId"))
    name = request.pop("PoolName", pool.name)
    request.setdefault("UserPoolTags", pool.settings["UserPoolTags"])
    kept = {member: pool.settings[member] for member in _KEPT if member in pool.settings}
    settings = {**_settings(request, kept), **kept}
    context.store.put(replace(pool, name=name, settings=settings, modified=context.clock.now()))


@operation("DescribeUserPool")
def describe_user_pool(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"UserPool": described(context, access_pool(context, request["UserPoolId"]))}


@operation("ListUserPools")
def list_user_pools(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pools, more = page_of(context, UserPool, None, request)
    return {
        "UserPools": [
            {
                "Id": pool.id,
                "Name": pool.name,
                "LambdaConfig": pool.settings["LambdaConfig"],
                "CreationDate": pool.created,
                "LastModifiedDate": pool.modified,
            }
            for pool in pools
        ],
        **more,
    }


@operation("DeleteUserPool")
def delete_user_pool(context: Context, request: dict[str, Any]) -> None:
    pool = access_pool(context, request["UserPoolId"])
    if pool.settings["DeletionProtection"] == "ACTIVE":
        raise invalid(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )
    if in_pool_of(context, Domain, pool.id):
        raise invalid(
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )
    context.store.delete(UserPool, pool.id)
    context.store.delete(PoolKeys, pool.id)
    context.store.delete(PoolKeys, provider_keys_id(pool.id))
    for kind in _IN_POOL:
        for document in context.store.find(kind, ("pool_id", pool.id)):
            context.store.delete(kind, document.key)


@operation("AddCustomAttributes")
def add_custom_attributes(context: Context, request: dict[str, Any]) -> None:
    def with_more(pool: UserPool) -> UserPool:
        schema = with_custom(pool.settings["SchemaAttributes"], request["CustomAttributes"])
        settings = {**pool.settings, "SchemaAttributes": schema}
        return replace(pool, settings=settings, modified=context.clock.now())

    _change_pool(context, request, with_more)


def described(context: Context, pool: UserPool) -> dict[str, Any]:
    """UserPoolType."""
    shown = {name: value for name, value in pool.settings.items() if name not in _HIDDEN}
    for domain in in_pool_of(context, Domain, pool.id):
        shown["CustomDomain" if domain.custom else "Domain"] = domain.name
    return {
        **shown,
        "Id": pool.id,
        "Name": pool.name,
        "Arn": arn_of(context, pool.id),
        "CreationDate": pool.created,
        "LastModifiedDate": pool.modified,
        "EstimatedNumberOfUsers": context.store.count(User, ("pool_id", pool.id)),
    }


def arn_of(context: Context, pool_id: str) -> str:
    return f"arn:aws:cognito-idp:{context.region}:{context.account}:userpool/{pool_id}"


def _settings(request: dict[str, Any], kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a request configures, and the defaults of what it doesn't.

    Raises InvalidParameterException or FeatureUnavailableInTierException.
    """
    settings = {**_DEFAULTS, **request}
    settings["Policies"] = _policies(request.get("Policies", {}))
    settings["AdminCreateUserConfig"] = _admin_create_user(request)
    _check_mfa(settings, kept or {})
    _check_tier(settings)
    check_senders(settings["LambdaConfig"])
    return settings


def _policies(asked: Mapping[str, Any]) -> dict[str, Any]:
    policy = asked.get("PasswordPolicy")
    if policy is None:
        policy = _PASSWORD_POLICY
    else:
        weakest = dict.fromkeys(_PASSWORD_POLICY, False)
        standard = {"MinimumLength": 8, "TemporaryPasswordValidityDays": 7}
        policy = {**weakest, **standard, **policy}
    factors = asked.get("SignInPolicy", {}).get("AllowedFirstAuthFactors", ["PASSWORD"])
    if "PASSWORD" not in factors:
        raise invalid("PASSWORD must be one of the AllowedFirstAuthFactors.")
    return {"PasswordPolicy": policy, "SignInPolicy": {"AllowedFirstAuthFactors": factors}}


def _admin_create_user(request: Mapping[str, Any]) -> dict[str, Any]:
    config = request.get("AdminCreateUserConfig", {})
    policy = request.get("Policies", {}).get("PasswordPolicy", {})
    if "UnusedAccountValidityDays" in config and "TemporaryPasswordValidityDays" in policy:
        raise invalid(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays"
        )
    days = policy.get("TemporaryPasswordValidityDays", 7)
    return {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": days, **config}


def _check_mfa(settings: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    has_sms = "SmsConfiguration" in settings
    if "phone_number" in settings.get("AutoVerifiedAttributes", ()) and not has_sms:
        raise invalid(
            "SMS configuration is required when phone_number is selected for auto verification"
        )
    others = kept.get("SoftwareTokenMfaConfiguration", {}).get("Enabled") or (
        "EmailMfaConfiguration" in kept
    )
    if settings["MfaConfiguration"] != "OFF" and not has_sms and not others:
        raise invalid(
            "SMS configuration and Auto verification for phone_number are required when MFA is "
            "required/optional"
        )


def _check_tier(settings: Mapping[str, Any]) -> None:
    """That the plan has what is asked for (developer guide, feature plans)."""
    tier = settings["UserPoolTier"]
    mode = settings.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF")
    if mode != "OFF" and tier != "PLUS":
        raise _unavailable("Threat protection", tier)
    if tier != "LITE":
        return
    version = (
        settings["LambdaConfig"].get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
    )
    if version != "V1_0":
        raise _unavailable("Access token customization", tier)
    if settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] != ["PASSWORD"]:
        raise _unavailable("Passwordless sign-in", tier)
    if settings["Policies"]["PasswordPolicy"].get("PasswordHistorySize"):
        raise _unavailable("Password history", tier)


def _unavailable(feature: str, tier: str) -> AwsError:
    return AwsError(
        "FeatureUnavailableInTierException",
        f"{feature} is not available in the {tier} tier of this user pool.",
    )


# Multi-factor authentication


@operation("SetUserPoolMfaConfig")
def set_user_pool_mfa_config(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    now = context.clock.now()
    changed = _change_pool(
        context, request, lambda pool: replace(_with_mfa(pool, request), modified=now)
    )
    return _mfa_config(changed)


@operation("GetUserPoolMfaConfig")
def get_user_pool_mfa_config(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return _mfa_config(access_pool(context, request["UserPoolId"]))


def _with_mfa(pool: UserPool, request: Mapping[str, Any]) -> UserPool:
    """What the request doesn't name is switched off, but for passkeys."""
    mode = request.get("MfaConfiguration", "OFF")
    sms = request.get("SmsMfaConfiguration")
    totp = request.get("SoftwareTokenMfaConfiguration", {}).get("Enabled", False)
    email = request.get("EmailMfaConfiguration")
    _check_mfa_choice(mode, sms is not None or totp or email is not None)
    if email is not None and (
        pool.settings["EmailConfiguration"].get("EmailSendingAccount") != "DEVELOPER"
    ):
        raise invalid(
            "Email MFA needs an EmailConfiguration whose EmailSendingAccount is DEVELOPER."
        )
    settings = {
        name: value
        for name, value in pool.settings.items()
        if name not in ("SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")
    }
    settings["MfaConfiguration"] = mode
    if totp:
        settings["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if email is not None:
        settings["EmailMfaConfiguration"] = email
    if sms is not None:
        if "SmsAuthenticationMessage" in sms:
            settings["SmsAuthenticationMessage"] = sms["SmsAuthenticationMessage"]
        if "SmsConfiguration" in sms:
            settings["SmsConfiguration"] = sms["SmsConfiguration"]
        if "SmsConfiguration" not in settings:
            raise invalid("SMS MFA needs an SmsConfiguration.")
    if "WebAuthnConfiguration" in request:
        settings["WebAuthnConfiguration"] = request["WebAuthnConfiguration"]
    return replace(pool, settings=settings)


def _check_mfa_choice(mode: str, has_any: bool) -> None:
    if mode == "OFF" and has_any:
        raise invalid(
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
        )
    if mode != "OFF" and not has_any:
        raise invalid(
            "Invalid MFA configuration given, can't disable all MFAs with a required or optional "
            "configuration."
        )


def _mfa_config(pool: UserPool) -> dict[str, Any]:
    settings = pool.settings
    answer: dict[str, Any] = {"MfaConfiguration": settings["MfaConfiguration"]}
    for member in ("SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"):
        if member in settings:
            answer[member] = settings[member]
    if "WebAuthnConfiguration" in settings:
        answer["WebAuthnConfiguration"] = settings["WebAuthnConfiguration"]
    if "SmsConfiguration" in settings:
        answer["SmsMfaConfiguration"] = {
            name: settings[name]
            for name in ("SmsAuthenticationMessage", "SmsConfiguration")
            if name in settings
        }
    return answer


# What is switched on for all of a pool


@operation("SetLogDeliveryConfiguration")
def set_log_delivery_configuration(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    sources = [configuration["EventSource"] for configuration in request["LogConfigurations"]]
    if len(set(sources)) < len(sources):
        raise invalid("LogConfigurations must name each EventSource once at most.")
    changed = _change_pool(context, request, lambda pool: _with_logs(pool, request))
    return {"LogDeliveryConfiguration": _log_delivery(changed)}


@operation("GetLogDeliveryConfiguration")
def get_log_delivery_configuration(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"LogDeliveryConfiguration": _log_delivery(access_pool(context, request["UserPoolId"]))}


def _with_logs(pool: UserPool, request: Mapping[str, Any]) -> UserPool:
    for configuration in request["LogConfigurations"]:
        if configuration["EventSource"] == "userAuthEvents":
            tier = pool.settings["UserPoolTier"]
            if tier != "PLUS":
                raise _unavailable("Exporting user activity", tier)
        elif "CloudWatchLogsConfiguration" not in configuration:
            raise invalid("userNotification can be sent to CloudWatchLogsConfiguration alone.")
    return _with(pool, "LogConfigurations", request["LogConfigurations"])


def _log_delivery(pool: UserPool) -> dict[str, Any]:
    return {
        "UserPoolId": pool.id,
        "LogConfigurations": pool.settings.get("LogConfigurations", []),
    }


@operation("GetCSVHeader")
def get_csv_header(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    return {"UserPoolId": pool.id, "CSVHeader": csv_header(pool)}


def csv_header(pool: UserPool) -> list[str]:
    """The columns of an import of users: all attributes but sub, then what an import adds."""
    names = [entry["Name"] for entry in pool.settings["SchemaAttributes"]]
    columns = [name for name in names if name not in ("sub", "identities")]
    return [*columns, "cognito:mfa_enabled", "cognito:username"]


def _with(pool: UserPool, member: str, value: Any) -> UserPool:
    return replace(pool, settings={**pool.settings, member: value})


def _change_pool(context: Context, request: Mapping[str, Any], edit: Any) -> UserPool:
    pool = access_pool(context, request["UserPoolId"])
    return change(context.store, UserPool, pool.id, edit)
