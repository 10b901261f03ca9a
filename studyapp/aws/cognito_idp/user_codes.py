"""The codes a user was sent: made and kept, and judged when somebody types one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from studyapp.aws.cognito_idp.codes import Attempts, Code, Verdict, make_digits
from studyapp.aws.cognito_idp.delivery import send_code
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site
from studyapp.aws.wire.errors import AwsError

WRONG_CODE = "Invalid verification code provided, please try again."
OLD_CODE = "Invalid code provided, please request a code again."
TOO_OFTEN = "Attempt limit exceeded, please try after some time."

SIGN_UP, FORGOTTEN = "sign_up", "forgotten"


def count(site: Site, user: User, what: str, limit: int) -> User:
    """Note that ``what`` was tried. Raises LimitExceededException when it was too often of late."""
    if user.attempts.get(what, Attempts()).exhausted(limit, site.now):
        raise AwsError("LimitExceededException", TOO_OFTEN)

    def edit(known: User) -> User:
        tried = known.attempts.get(what, Attempts()).plus(site.now)
        return replace(known, attempts={**known.attempts, what: tried})

    return site.change(user, edit)


def issue_code(
    site: Site, user: User, purpose: str, attribute: str, to: str, life: timedelta, occasion: str
) -> tuple[User, dict[str, str]]:
    """Send a code to ``to`` and keep it for ``purpose``, in place of the one before it.

    The user with it, and CodeDeliveryDetails.
    """
    code = Code(make_digits(site.ctx.keys.random(16)), site.now + life, to)
    user = site.change(user, lambda known: replace(known, codes={**known.codes, purpose: code}))
    return user, send_code(site, user, attribute, code, occasion)


def judged(site: Site, user: User, purpose: str, typed: str) -> Code:
    """The code somebody typed, if it is the one that was sent. Raises CodeMismatchException or
    ExpiredCodeException."""
    code = user.codes.get(purpose)
    verdict = code.judge(typed, site.now) if code else Verdict.EXPIRED
    if code is None or verdict is Verdict.EXPIRED:
        raise AwsError("ExpiredCodeException", OLD_CODE)
    if verdict is Verdict.WRONG:
        raise AwsError("CodeMismatchException", WRONG_CODE)
    return code


def without_code(user: User, purpose: str) -> User:
    """``user`` after a code was used."""
    left = {name: code for name, code in user.codes.items() if name != purpose}
    return replace(user, codes=left)
