"""Amazon Cognito user pools, as a service of the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.auth_sessions import AuthSession, session_id
from studyapp.aws.cognito_idp.documents import Client, UserPool
from studyapp.aws.cognito_idp.grants import pool_of_token
from studyapp.aws.operations import Address, Service
from studyapp.aws.wire.json_rpc import JsonRpc

_REGIONS = "The sandbox has no second region to keep a copy in."
_OUTSIDE = (
    "Cognito would fetch a document from an address of the client's; nothing here connects out."
)
_RECOVERY = (
    "The sandbox keeps no past of a pool to go back to; snapshots of the whole account are its way."
)
_EXCHANGE = "Its tokens are bound to a service behind an app, and of those the sandbox has none."
_QUOTAS = "Nobody pays here, and quotas are AWS's own."

UNSUPPORTED = {
    **dict.fromkeys(
        (
            *("CreateCIMDPolicy", "DeleteCIMDPolicy", "DescribeCIMDPolicy", "ListCIMDPolicies"),
            *("UpdateCIMDPolicy", "ListClientMetadataURLs", "UpdateClientMetadataURLState"),
        ),
        _OUTSIDE,
    ),
    "CreateUserPoolReplica": _REGIONS,
    "DeleteUserPoolReplica": _REGIONS,
    "ListUserPoolReplicas": _REGIONS,
    "UpdateUserPoolReplica": _REGIONS,
    **dict.fromkeys(
        (
            *("InitiatePointInTimeRecovery", "StartPointInTimeRecovery"),
            *("CancelPointInTimeRecovery", "DescribePointInTimeRecovery"),
            "ListPointInTimeRecoveries",
        ),
        _RECOVERY,
    ),
    "GetDerivedToken": _EXCHANGE,
    "GetProvisionedLimit": _QUOTAS,
    "UpdateProvisionedLimit": _QUOTAS,
}


def locate(request: Mapping[str, Any]) -> Address | None:
    """An unsigned request belongs to the client or the pool it names, or to the pool that gave out
    the token or the session it comes with."""
    if "ClientId" in request:
        return Client, request["ClientId"]
    if "UserPoolId" in request:
        return UserPool, request["UserPoolId"]
    if "AccessToken" in request:
        pool_id = pool_of_token(request["AccessToken"])
        return (UserPool, pool_id) if pool_id else None
    if "Session" in request:
        return AuthSession, session_id(request["Session"])
    return None


COGNITO_IDP = Service(
    name="cognito-idp",
    title="Amazon Cognito user pools",
    target="AWSCognitoIdentityProviderService",
    protocol=JsonRpc(),
    validation_error="InvalidParameterException",
    locate=locate,
    unsupported=UNSUPPORTED,
)
operation = COGNITO_IDP.operation
page = COGNITO_IDP.page
