"""An event of each kind that a pool gives its triggers (developer guide, "Lambda triggers"), to try
a function with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ATTRIBUTES = {
    "sub": "0c6f1b5e-9e3b-4c7e-a3e0-2f5d0a6f7b11",
    "email": "grace@example.com",
    "email_verified": "true",
    "cognito:user_status": "CONFIRMED",
}
_GROUPS = {"groupsToOverride": ["admins"], "iamRolesToOverride": [], "preferredRole": None}
_ANSWERED = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True}
_CODES: Mapping[str, Any] = {
    "userAttributes": _ATTRIBUTES,
    "code": "what the function decrypts",
    "clientMetadata": {},
}

# By trigger source and version: what is in "request" and in "response".
_KINDS: Mapping[tuple[str, str], tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    ("PreSignUp_SignUp", "1"): (
        {"userAttributes": {"email": "grace@example.com"}, "validationData": None},
        {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
    ),
    ("PostConfirmation_ConfirmSignUp", "1"): ({"userAttributes": _ATTRIBUTES}, {}),
    ("PreAuthentication_Authentication", "1"): (
        {"userAttributes": _ATTRIBUTES, "userNotFound": False, "validationData": None},
        {},
    ),
    ("PostAuthentication_Authentication", "1"): (
        {"userAttributes": _ATTRIBUTES, "newDeviceUsed": False},
        {},
    ),
    ("TokenGeneration_Authentication", "1"): (
        {"userAttributes": _ATTRIBUTES, "groupConfiguration": _GROUPS},
        {"claimsOverrideDetails": None},
    ),
    ("TokenGeneration_Authentication", "2"): (
        {"userAttributes": _ATTRIBUTES, "groupConfiguration": _GROUPS, "scopes": ["openid"]},
        {"claimsAndScopeOverrideDetails": None},
    ),
    ("TokenGeneration_ClientCredentials", "3"): (
        {"userAttributes": {}, "groupConfiguration": {}, "scopes": ["orders/read"]},
        {"claimsAndScopeOverrideDetails": None},
    ),
    ("CustomMessage_SignUp", "1"): (
        {
            "userAttributes": _ATTRIBUTES,
            "codeParameter": "{####}",
            "usernameParameter": None,
            "linkParameter": "{##Click Here##}",
        },
        {"smsMessage": None, "emailMessage": None, "emailSubject": None},
    ),
    ("UserMigration_Authentication", "1"): (
        {"password": "Compiler-1952", "validationData": None, "userAttributes": None},
        {
            "userAttributes": None,
            "finalUserStatus": None,
            "messageAction": None,
            "desiredDeliveryMediums": None,
        },
    ),
    ("DefineAuthChallenge_Authentication", "1"): (
        {"userAttributes": _ATTRIBUTES, "session": [_ANSWERED], "userNotFound": False},
        {"challengeName": None, "issueTokens": None, "failAuthentication": None},
    ),
    ("CreateAuthChallenge_Authentication", "1"): (
        {
            "userAttributes": _ATTRIBUTES,
            "challengeName": "CUSTOM_CHALLENGE",
            "session": [],
            "userNotFound": False,
        },
        {
            "publicChallengeParameters": None,
            "privateChallengeParameters": None,
            "challengeMetadata": None,
        },
    ),
    ("VerifyAuthChallengeResponse_Authentication", "1"): (
        {
            "userAttributes": _ATTRIBUTES,
            "privateChallengeParameters": {"answer": "please"},
            "challengeAnswer": "please",
            "userNotFound": False,
        },
        {"answerCorrect": None},
    ),
    ("CustomEmailSender_SignUp", "1"): ({"type": "customEmailSenderRequestV1", **_CODES}, {}),
    ("CustomSMSSender_SignUp", "1"): ({"type": "customSMSSenderRequestV1", **_CODES}, {}),
}

KINDS: Mapping[str, str] = {
    f"{source} {version}": f"{source}, version {version}" for source, version in _KINDS
}
"""What there are events of, and what they are called."""


def sample(kind: str, *, region: str) -> dict[str, Any]:
    """An event of one of the KINDS."""
    source, _, version = kind.partition(" ")
    request, response = _KINDS[source, version]
    return {
        "version": version,
        "triggerSource": source,
        "region": region,
        "userPoolId": f"{region}_EXAMPLE12",
        "userName": "grace",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "example"},
        "request": request,
        "response": response,
    }
