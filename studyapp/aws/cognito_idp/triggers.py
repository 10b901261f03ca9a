"""Lambda triggers: functions a pool calls at set points, and what it takes from their answers.

A function gets the event AWS documents for its point, and five seconds; three of those, if it
needs them. What it throws, the caller is told; and what a pool can't make sense of, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site, Visit
from studyapp.aws.ports import Message, Sent
from studyapp.aws.trace import TriggerRun
from studyapp.aws.wire.errors import AwsError

TRIES = 3

# What sources call otherwise than LambdaConfig does.
_CONFIGURED_AS = {"TokenGeneration": "PreTokenGeneration"}
_NOT_THROUGH_A_CLIENT = "CLIENT_ID_NOT_APPLICABLE"


def arn_of(site: Site, trigger: str) -> str | None:
    """The function of a trigger (by its name in LambdaConfig); None if the pool has none."""
    config = site.settings.get("LambdaConfig") or {}
    set_up = config.get(f"{trigger}Config", config.get(trigger))
    arn: str | None = set_up["LambdaArn"] if isinstance(set_up, Mapping) else set_up
    return arn


def call(
    site: Site,
    source: str,
    username: str,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
    *,
    version: str = "1",
) -> Mapping[str, Any]:
    """The ``response`` of the event that the trigger of ``source`` (``PreSignUp_SignUp``) gives
    back; the one it would be given, where the pool has no such trigger.

    Raises UserLambdaValidationException for what the function throws,
    InvalidLambdaResponseException for an answer that is no event, UnexpectedLambdaException where
    there is none.
    """
    named = source.partition("_")[0]
    trigger = _CONFIGURED_AS.get(named, named)
    arn = arn_of(site, trigger)
    if arn is None:
        return response
    event = _event(site, source, username, request, version=version, response=response)
    answered = _invoked(site, trigger, source, arn, event, {})
    given = answered.get("response") if isinstance(answered, dict) else None
    if not isinstance(given, dict):
        raise AwsError("InvalidLambdaResponseException", "Unrecognizable lambda output")
    return given


def tell(
    site: Site,
    source: str,
    username: str,
    request: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> bool:
    """Give the event to the trigger of ``source``, whatever it answers. Whether there is one.

    Raises UserLambdaValidationException, UnexpectedLambdaException.
    """
    trigger = source.partition("_")[0]
    arn = arn_of(site, trigger)
    if arn is not None:
        event = _event(site, source, username, request)
        _invoked(site, trigger, source, arn, event, secrets)
    return arn is not None


def _event(
    site: Site,
    source: str,
    username: str,
    request: Mapping[str, Any],
    *,
    version: str = "1",
    **response: Any,
) -> dict[str, Any]:
    return {
        "version": version,
        "region": site.ctx.region,
        "userPoolId": site.pool_id,
        "userName": username,
        "callerContext": {
            "awsSdkVersion": "aws-sdk-unknown-unknown",
            "clientId": site.client_id if isinstance(site, Visit) else _NOT_THROUGH_A_CLIENT,
        },
        "triggerSource": source,
        "request": request,
        **response,
    }


def _invoked(
    site: Site,
    trigger: str,
    source: str,
    arn: str,
    event: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> Any:
    reason = "Socket timeout while invoking Lambda function"
    for _ in range(TRIES):
        invocation = site.ctx.functions.invoke(site.ctx.home, arn, event, secrets)
        if invocation is None:
            reason = "ResourceNotFoundException"
            break
        result = invocation.result if isinstance(invocation.result, dict) else None
        site.ctx.trail.triggers.append(
            TriggerRun(source, event, result, invocation.error, invocation.log)
        )
        _send(site, source, invocation.sent)
        if invocation.timed_out:
            continue
        if invocation.error:
            raise AwsError(
                "UserLambdaValidationException", f"{trigger} failed with error {invocation.error}."
            )
        return invocation.result
    raise AwsError(
        "UnexpectedLambdaException", f"{trigger} invocation failed due to error {reason}."
    )


def _send(site: Site, source: str, sent: tuple[Sent, ...]) -> None:
    for each in sent:
        is_sms = each.to.startswith("+")
        site.ctx.outbox.send(
            Message(
                medium="SMS" if is_sms else "EMAIL",
                to=each.to,
                body=each.body,
                subject="" if is_sms else each.subject,
                source=site.pool_id,
                occasion=source.rpartition("_")[2],
            )
        )


def about(user: User) -> dict[str, str]:
    """``userAttributes`` of an event: with the status, as AWS has it."""
    return {**user.attributes, "cognito:user_status": user.status.value}


def told(user: User, site: Site, **more: Any) -> dict[str, Any]:
    """``request`` of an event about a user there is."""
    return {"userAttributes": about(user), **more, "clientMetadata": dict(site.metadata)}
