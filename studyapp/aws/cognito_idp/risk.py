"""What threat protection does at which risk, for a pool or one of its clients."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.documents import ALL_CLIENTS, RiskConfiguration, UserPool, in_pool
from studyapp.aws.cognito_idp.resources import access_client, access_pool, invalid
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

_PARTS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)


@operation("SetRiskConfiguration")
def set_risk_configuration(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool, client_id = _subject(context, request)
    for addresses in request.get("RiskExceptionConfiguration", {}).values():
        for address in addresses:
            _check_range(address)
    _check_notice(request.get("AccountTakeoverRiskConfiguration", {}))
    known = context.store.get(RiskConfiguration, in_pool(pool.id, client_id))
    if not any(part in request for part in _PARTS):
        # "To delete risk configuration (...), pass null values" (API reference).
        context.store.delete(RiskConfiguration, in_pool(pool.id, client_id))
        return {"RiskConfiguration": {"UserPoolId": pool.id}}
    configuration = RiskConfiguration(
        pool_id=pool.id,
        client_id=client_id,
        settings={part: request[part] for part in _PARTS if part in request},
        modified=context.clock.now(),
        version=known.version if known else 0,
    )
    return {"RiskConfiguration": described(context.store.put(configuration))}


@operation("DescribeRiskConfiguration")
def describe_risk_configuration(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool, client_id = _subject(context, request)
    for owner in (client_id, ALL_CLIENTS):
        known = context.store.get(RiskConfiguration, in_pool(pool.id, owner))
        if known is not None:
            return {"RiskConfiguration": described(known)}
    return {"RiskConfiguration": {"UserPoolId": pool.id}}


def _subject(context: Context, request: Mapping[str, Any]) -> tuple[UserPool, str]:
    """The pool and the client (or ALL) that a request is about.

    Raises UserPoolAddOnNotEnabledException where threat protection is off.
    """
    pool = access_pool(context, request["UserPoolId"])
    client_id = request.get("ClientId", ALL_CLIENTS)
    if client_id != ALL_CLIENTS:
        access_client(context, pool.id, client_id)
    if pool.settings.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") == "OFF":
        raise AwsError(
            "UserPoolAddOnNotEnabledException",
            f"Advanced security is not enabled for user pool {pool.id}.",
        )
    return pool, client_id


def _check_range(address: str) -> None:
    try:
        ipaddress.ip_network(address, strict=False)
    except ValueError:
        raise invalid(f"{address} is not an address range in CIDR notation.") from None


def _check_notice(takeover: Mapping[str, Any]) -> None:
    actions = takeover.get("Actions", {})
    notifies = any(action.get("Notify") for action in actions.values())
    if notifies and "NotifyConfiguration" not in takeover:
        raise invalid("NotifyConfiguration is required when an action notifies.")


def described(configuration: RiskConfiguration) -> dict[str, Any]:
    """RiskConfigurationType."""
    is_of_pool = configuration.client_id == ALL_CLIENTS
    return {
        **configuration.settings,
        "UserPoolId": configuration.pool_id,
        "ClientId": None if is_of_pool else configuration.client_id,
        "LastModifiedDate": configuration.modified,
    }
