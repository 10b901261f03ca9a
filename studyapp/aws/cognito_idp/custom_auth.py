"""Sign-in by challenges of a pool's own: three triggers say which, make them, and judge answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.auth_sessions import AuthSession, use_up
from studyapp.aws.cognito_idp.credentials import WRONG_PASSWORD
from studyapp.aws.cognito_idp.password_factor import ask_srp
from studyapp.aws.cognito_idp.progress import MFA, Progress, ask, go_on
from studyapp.aws.cognito_idp.triggers import arn_of, call, told
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Visit, required
from studyapp.aws.wire.errors import AwsError

History = tuple[Mapping[str, Any], ...]

# What a function may ask for before it has its own challenges: that a password is proven.
_BY_PASSWORD = "PASSWORD_VERIFIER"  # noqa: S105, a challenge


def begin(visit: Visit, user: User, progress: Progress, given: Mapping[str, str]) -> dict[str, Any]:
    if arn_of(visit, "DefineAuthChallenge") is None:
        raise AwsError(
            "InvalidParameterException",
            "Custom auth lambda trigger is not configured for the user pool.",
        )
    with_srp = given.get("CHALLENGE_NAME") == "SRP_A"
    history: History = (
        ({"challengeName": "SRP_A", "challengeResult": True, "challengeMetadata": None},)
        if with_srp
        else ()
    )
    public = required(given, "SRP_A") if with_srp else ""
    return decide(visit, user, progress, history, public)


def decide(
    visit: Visit, user: User, progress: Progress, history: History, public: str = ""
) -> dict[str, Any]:
    """What the define trigger makes of what was answered so far: a challenge, tokens, or a no."""
    given = call(
        visit,
        "DefineAuthChallenge_Authentication",
        user.username,
        _request(visit, user, session=[dict(entry) for entry in history]),
        dict.fromkeys(("challengeName", "issueTokens", "failAuthentication")),
    )
    if given.get("issueTokens") is True and user.version:
        return go_on(visit, user, progress.having(MFA))
    name = given.get("challengeName")
    if given.get("failAuthentication") is True or given.get("issueTokens") is True:
        raise AwsError("NotAuthorizedException", WRONG_PASSWORD)
    if name == _BY_PASSWORD and public:
        return ask_srp(visit, user, progress, public, history=history)
    if name != "CUSTOM_CHALLENGE":
        raise AwsError("InvalidLambdaResponseException", "Unrecognizable lambda output")
    return _ask(visit, user, progress, history)


def _ask(visit: Visit, user: User, progress: Progress, history: History) -> dict[str, Any]:
    given = call(
        visit,
        "CreateAuthChallenge_Authentication",
        user.username,
        _request(
            visit,
            user,
            challengeName="CUSTOM_CHALLENGE",
            session=[dict(entry) for entry in history],
        ),
        dict.fromkeys(
            ("publicChallengeParameters", "privateChallengeParameters", "challengeMetadata")
        ),
    )
    public = given.get("publicChallengeParameters") or {}
    return ask(
        visit,
        user,
        progress,
        "CUSTOM_CHALLENGE",
        {"USERNAME": user.username, **{name: str(value) for name, value in public.items()}},
        history=history,
        private=given.get("privateChallengeParameters") or {},
        remark=given.get("challengeMetadata"),
    )


def take_answer(
    visit: Visit, user: User, session: AuthSession, answers: Mapping[str, str]
) -> dict[str, Any]:
    """An answer to a challenge of the pool's own, judged by its verify trigger."""
    given = call(
        visit,
        "VerifyAuthChallengeResponse_Authentication",
        user.username,
        _request(
            visit,
            user,
            privateChallengeParameters=dict(session.private),
            challengeAnswer=required(answers, "ANSWER"),
        ),
        {"answerCorrect": None},
    )
    entry = {
        "challengeName": "CUSTOM_CHALLENGE",
        "challengeResult": given.get("answerCorrect") is True,
        "challengeMetadata": session.remark,
    }
    use_up(visit, session)
    return decide(visit, user, Progress.of(session), (*session.history, entry))


def after_password(visit: Visit, user: User, session: AuthSession) -> dict[str, Any]:
    """A password was proven, as the define trigger wanted."""
    entry = {"challengeName": _BY_PASSWORD, "challengeResult": True, "challengeMetadata": None}
    return decide(visit, user, Progress.of(session), (*session.history, entry))


def _request(visit: Visit, user: User, **more: Any) -> dict[str, Any]:
    request = told(user, visit, **more)
    return request if user.version else {**request, "userAttributes": {}, "userNotFound": True}
