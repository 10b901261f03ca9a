"""How a sign-in goes on: RespondToAuthChallenge, its administrator's twin, and each answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.attributes import unwritable
from studyapp.aws.cognito_idp.auth_sessions import (
    AuthSession,
    find_session,
    open_session,
    use_up,
)
from studyapp.aws.cognito_idp.ceremonies import CeremonyError, assert_passkey, parse_credential
from studyapp.aws.cognito_idp.codes import Verdict
from studyapp.aws.cognito_idp.credentials import (
    WRONG_PASSWORD,
    check_may_try,
    count_failure,
    refuse_password,
    srp_context,
    with_password,
)
from studyapp.aws.cognito_idp.custom_auth import after_password, take_answer
from studyapp.aws.cognito_idp.devices import known_device
from studyapp.aws.cognito_idp.event_log import MFA as EVENT_MFA
from studyapp.aws.cognito_idp.event_log import add_answer
from studyapp.aws.cognito_idp.factors import TOTP, first_factors, second_factors
from studyapp.aws.cognito_idp.password_factor import ask_srp, take_password
from studyapp.aws.cognito_idp.pretending import pretended_user
from studyapp.aws.cognito_idp.progress import (
    DEVICE,
    MFA,
    OTP,
    PASSKEY,
    PASSWORD,
    Progress,
    ask,
    ask_factor,
    device_token,
    go_on,
)
from studyapp.aws.cognito_idp.protection import check_new_password
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.sign_in import begin_factor, party_of
from studyapp.aws.cognito_idp.srp import Verifier, claim_holds, parse_public_value, public_value
from studyapp.aws.cognito_idp.totp import matching_step
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Visit, required, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

Answers = Mapping[str, str]
_WRONG_CODE = "Invalid code or auth state for the user."


@operation("RespondToAuthChallenge")
def respond_to_auth_challenge(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    return respond(
        visit_of(
            ctx,
            request["ClientId"],
            metadata=request.get("ClientMetadata"),
            context_data=request.get("UserContextData"),
        ),
        request,
    )


@operation("AdminRespondToAuthChallenge")
def admin_respond_to_auth_challenge(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    return respond(
        visit_of(
            ctx,
            request["ClientId"],
            request["UserPoolId"],
            request.get("ClientMetadata"),
            request.get("ContextData"),
        ),
        request,
    )


def respond(visit: Visit, request: Mapping[str, Any]) -> dict[str, Any]:
    """Take the answer to a challenge, whoever brings it."""
    challenge = request["ChallengeName"]
    take = _ANSWERS.get(challenge)
    if take is None:
        raise AwsError("InvalidParameterException", f"Challenge {challenge} can't be answered.")
    answers: Answers = request.get("ChallengeResponses", {})
    name = required(answers, "USERNAME")
    session = _session(visit, request, answers, name)
    user = _answering(visit, session, name)
    visit.check_secret_hash(answers.get("SECRET_HASH"), name, user.username)
    return take(visit, user, session, answers)


def _session(visit: Visit, request: Mapping[str, Any], answers: Answers, name: str) -> AuthSession:
    challenge = request["ChallengeName"]
    if challenge in ("PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER"):
        block = required(answers, "PASSWORD_CLAIM_SECRET_BLOCK")
        if find_session(visit, block) is None:
            raise AwsError("NotAuthorizedException", WRONG_PASSWORD)
        return open_session(visit, block, challenge)
    token = request.get("Session")
    if challenge == "DEVICE_SRP_AUTH" and not token and (user := visit.find(name)):
        token = device_token(visit, user, required(answers, "DEVICE_KEY"))
    return open_session(visit, token, challenge)


def _answering(visit: Visit, session: AuthSession, name: str) -> User:
    """Whose session it is; somebody made up, where it is a made-up user's."""
    user = visit.ctx.store.get(User, session.owner)
    if user is None:
        return pretended_user(visit, name)
    known = {visit.naming.folded(name)}
    names = visit.naming.sign_in_names(user.username, user.attributes)
    if not known & {*names, user.sub}:
        raise AwsError("NotAuthorizedException", "Invalid session for the user.")
    return user


def _verify_password(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    check_may_try(visit, user)
    if user.verifier is None or not _claimed(
        visit, session, answers, user.verifier, srp_context(visit.pool_id), user.username
    ):
        raise refuse_password(visit, user)
    use_up(visit, session)
    if session.flow == "CUSTOM_AUTH":
        return after_password(visit, user, session)
    progress = Progress.of(session)
    if "DEVICE_KEY" in answers:
        progress = replace(progress, device_key=answers["DEVICE_KEY"])
    return go_on(visit, user, progress.having(PASSWORD))


def _claimed(
    visit: Visit,
    session: AuthSession,
    answers: Answers,
    verifier: Verifier,
    context: str,
    name: str,
) -> bool:
    """Whether the answers prove the password behind ``verifier``."""
    timestamp = required(answers, "TIMESTAMP")
    try:
        signature = base64.b64decode(required(answers, "PASSWORD_CLAIM_SIGNATURE"), validate=True)
        block = base64.b64decode(answers["PASSWORD_CLAIM_SECRET_BLOCK"], validate=True)
    except binascii.Error:
        return False
    return claim_holds(
        verifier,
        session.srp_public,
        session.srp_secret,
        context=context,
        name=name,
        secret_block=block,
        timestamp=timestamp,
        signature=signature,
        now=visit.now,
    )


def _set_new_password(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    password = required(answers, "NEW_PASSWORD")
    check_new_password(visit, password, "PASSWORD_CHANGE")
    prefix = "userAttributes."
    given = {k.removeprefix(prefix): v for k, v in answers.items() if k.startswith(prefix)}
    for name in given:
        if name in visit.schema.required and user.attributes.get(name):
            raise AwsError("NotAuthorizedException", f"Cannot modify an already provided {name}")
    if unwritable(given, visit.client.settings):
        raise AwsError(
            "NotAuthorizedException", "A client attempted to write unauthorized attribute"
        )
    for name in visit.schema.missing({**user.attributes, **given}):
        raise AwsError("InvalidParameterException", f"Invalid attributes given, {name} is missing")
    if objection := visit.schema.update_objection(given, by_admin=False):
        raise AwsError("InvalidParameterException", objection)

    def edit(known: User) -> User:
        changed = with_password(visit, known, password)
        return replace(changed.with_attributes(given), status=UserStatus.CONFIRMED)

    user = visit.modify(user, edit)
    use_up(visit, session)
    return go_on(visit, user, Progress.of(session))


def _refuse_code(visit: Visit, user: User, session: AuthSession, words: str) -> AwsError:
    """Count a wrong code as a wrong password is counted, and the error to raise for it."""
    add_answer(visit, user, session.event_id, EVENT_MFA, right=False)
    count_failure(visit, user)
    return AwsError("CodeMismatchException", words)


def _take_code(visit: Visit, user: User, session: AuthSession, answers: Answers) -> dict[str, Any]:
    check_may_try(visit, user)
    typed = required(answers, f"{session.challenge}_CODE")
    verdict = session.code.judge(typed, visit.now) if session.code else Verdict.WRONG
    if verdict is not Verdict.RIGHT or not user.version:
        raise _refuse_code(visit, user, session, _WRONG_CODE)
    use_up(visit, session)
    progress = Progress.of(session)
    if PASSWORD in progress.passed:
        return go_on(visit, user, progress.having(MFA))
    # Whoever reads what is sent to an address has proven it.
    proven = "email_verified" if session.challenge == "EMAIL_OTP" else "phone_number_verified"
    if user.attributes.get(proven) != "true":
        user = visit.modify(user, lambda known: known.with_attributes({proven: "true"}))
    return go_on(visit, user, progress.having(OTP))


def _take_software_token(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    check_may_try(visit, user)
    token = user.software_token
    if token is None or not token.verified:
        raise AwsError(
            "SoftwareTokenMFANotFoundException", "Software token MFA is not set up for the user."
        )
    step = matching_step(token.secret, required(answers, "SOFTWARE_TOKEN_MFA_CODE"), visit.now)
    if step is None:
        raise _refuse_code(visit, user, session, "Invalid code received for user")
    if step <= token.last_step:
        raise AwsError("ExpiredCodeException", "Your software token has already been used once.")
    user = visit.save(replace(user, software_token=replace(token, last_step=step)))
    use_up(visit, session)
    return go_on(visit, user, Progress.of(session).having(MFA))


def _select_mfa(visit: Visit, user: User, session: AuthSession, answers: Answers) -> dict[str, Any]:
    chosen = required(answers, "ANSWER")
    # The API's own documentation calls the factor EMAIL_MFA, and the challenge EMAIL_OTP.
    chosen = "EMAIL_OTP" if chosen == "EMAIL_MFA" else chosen
    if chosen not in (second_factors(visit.settings, user) or ()):
        raise AwsError("MFAMethodNotFoundException", "The MFA method is not set up for the user.")
    use_up(visit, session)
    return ask_factor(visit, user, Progress.of(session), chosen)


def _set_up_mfa(visit: Visit, user: User, session: AuthSession, answers: Answers) -> dict[str, Any]:
    if MFA not in session.passed:
        raise AwsError(
            "SoftwareTokenMFANotFoundException", "Software token MFA is not set up for the user."
        )
    use_up(visit, session)
    return go_on(visit, user, Progress.of(session))


def _select_factor(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    chosen = required(answers, "ANSWER")
    if chosen not in first_factors(visit.settings, user):
        raise AwsError("InvalidParameterException", "Selected challenge is not available.")
    if chosen == "WEB_AUTHN" and "CREDENTIAL" in answers:
        return _take_passkey(visit, user, session, answers)
    answer = begin_factor(visit, user, Progress.of(session), chosen, answers)
    use_up(visit, session)
    return answer


def _take_password(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    answer = take_password(visit, user, Progress.of(session), required(answers, "PASSWORD"))
    use_up(visit, session)
    return answer


def _take_public_value(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    answer = ask_srp(visit, user, Progress.of(session), required(answers, "SRP_A"))
    use_up(visit, session)
    return answer


def _take_passkey(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    check_may_try(visit, user)
    refused = AwsError("NotAuthorizedException", "Incorrect username or password.")
    try:
        credential = parse_credential(required(answers, "CREDENTIAL"))
        known = next((key for key in user.passkeys if key.id == credential.get("id")), None)
        if known is None:
            raise refused
        shown = assert_passkey(
            party_of(visit),
            credential,
            session.nonce,
            passkey_id=known.id,
            public_key=known.public_key,
            sign_count=known.sign_count,
        )
    except CeremonyError as error:
        if error.code == "InvalidParameterException":
            raise AwsError(error.code, str(error)) from error
        raise refused from error
    use_up(visit, session)
    counted = replace(known, sign_count=shown.sign_count)
    user = visit.change(
        user,
        lambda current: replace(
            current,
            passkeys=tuple(counted if key.id == known.id else key for key in current.passkeys),
        ),
    )
    progress = Progress.of(session).having(PASSKEY)
    return go_on(visit, user, progress.having(MFA) if shown.verified else progress)


def _ask_device_password(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    device = known_device(user, required(answers, "DEVICE_KEY"))
    if device.verifier is None or device.key != session.device_key:
        raise AwsError("NotAuthorizedException", WRONG_PASSWORD)
    public = parse_public_value(required(answers, "SRP_A"))
    if public is None:
        raise AwsError("InvalidParameterException", "Invalid SRP_A value.")
    secret = int.from_bytes(visit.ctx.keys.random(32))
    block = base64.b64encode(visit.ctx.keys.random(256)).decode()
    use_up(visit, session)
    return ask(
        visit,
        user,
        Progress.of(session),
        "DEVICE_PASSWORD_VERIFIER",
        {
            "DEVICE_KEY": device.key,
            "SALT": f"{device.verifier.salt:x}",
            "SECRET_BLOCK": block,
            "SRP_B": f"{public_value(device.verifier, secret):x}",
            "USERNAME": user.username,
        },
        token=block,
        srp_secret=secret,
        srp_public=public,
    )


def _verify_device(
    visit: Visit, user: User, session: AuthSession, answers: Answers
) -> dict[str, Any]:
    device = known_device(user, required(answers, "DEVICE_KEY"))
    if (
        device.key != session.device_key
        or device.verifier is None
        or not _claimed(visit, session, answers, device.verifier, device.group_key, device.key)
    ):
        raise AwsError("NotAuthorizedException", WRONG_PASSWORD)
    use_up(visit, session)
    return go_on(visit, user, Progress.of(session).having(DEVICE))


_Take = Callable[[Visit, User, AuthSession, Answers], dict[str, Any]]
_ANSWERS: Mapping[str, _Take] = {
    "PASSWORD_VERIFIER": _verify_password,
    "NEW_PASSWORD_REQUIRED": _set_new_password,
    "SMS_MFA": _take_code,
    "EMAIL_OTP": _take_code,
    "SMS_OTP": _take_code,
    TOTP: _take_software_token,
    "SELECT_MFA_TYPE": _select_mfa,
    "MFA_SETUP": _set_up_mfa,
    "SELECT_CHALLENGE": _select_factor,
    "PASSWORD": _take_password,
    "PASSWORD_SRP": _take_public_value,
    "WEB_AUTHN": _take_passkey,
    "CUSTOM_CHALLENGE": take_answer,
    "DEVICE_SRP_AUTH": _ask_device_password,
    "DEVICE_PASSWORD_VERIFIER": _verify_device,
}
