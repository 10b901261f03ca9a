"""Custom sender triggers: functions that send a pool's messages themselves, instead of Cognito.

They get what is secret in a message encrypted, as at AWS, where a function decrypts it with the
Encryption SDK and the key that KMSKeyID names. Here it is sealed under a key of the pool, and
``await decrypt(event.request.code)`` is how a function reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.tokens import seal
from studyapp.aws.cognito_idp.triggers import about, arn_of, tell
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site
from studyapp.aws.wire.errors import AwsError

_BY_ATTRIBUTE = {
    "email": ("CustomEmailSender", "customEmailSenderRequestV1"),
    "phone_number": ("CustomSMSSender", "customSMSSenderRequestV1"),
}


def check_senders(config: Mapping[str, Any]) -> None:
    """That a LambdaConfig with a custom sender says under which key. Raises AwsError."""
    has_sender = any(trigger in config for trigger, _ in _BY_ATTRIBUTE.values())
    if has_sender and "KMSKeyID" not in config:
        raise AwsError(
            "InvalidParameterException",
            "KMSKeyID is required when a custom sender Lambda trigger is configured.",
        )


def is_sent_by_function(
    site: Site, user: User, attribute: str, to: str, secret: str, occasion: str
) -> bool:
    """Whether the pool has a function that sends what goes to that attribute; it was called then.

    Raises UserLambdaValidationException, UnexpectedLambdaException.
    """
    trigger, version = _BY_ATTRIBUTE[attribute]
    if arn_of(site, trigger) is None:
        return False
    sealing = keys_of(site.ctx, site.pool_id).sealing
    sealed = seal({"code": secret}, sealing, site.ctx.keys.random(12))
    request = {
        "type": version,
        "code": sealed,
        "clientMetadata": dict(site.metadata) or None,
        "userAttributes": {**about(user), attribute: to},
    }
    return tell(site, f"{trigger}_{occasion}", user.username, request, {sealed: secret})


def is_warned_by_function(site: Site, user: User, takeover: Mapping[str, str]) -> bool:
    """Whether the pool has a function that sends its e-mail; it was called then, to warn of a
    sign-in. What ``takeover`` says stands among the user's attributes, as at AWS."""
    trigger, version = _BY_ATTRIBUTE["email"]
    request = {"type": version, "userAttributes": {**about(user), **takeover}}
    return tell(site, f"{trigger}_AccountTakeOverNotification", user.username, request, {})
