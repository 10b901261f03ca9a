"""Messages to users, and what the API tells of where they went."""

from __future__ import annotations

from urllib.parse import urlencode

from studyapp.aws.cognito_idp import wording
from studyapp.aws.cognito_idp.codes import Code
from studyapp.aws.cognito_idp.documents import Domain
from studyapp.aws.cognito_idp.hosted.visiting import address_of
from studyapp.aws.cognito_idp.masking import mask
from studyapp.aws.cognito_idp.resources import in_pool_of
from studyapp.aws.cognito_idp.senders import is_sent_by_function
from studyapp.aws.cognito_idp.triggers import call, told
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site, Visit
from studyapp.aws.cognito_idp.wording import CODE_PLACE, NAME_PLACE, Wording
from studyapp.aws.ports import Message

_CONFIRMS = ("SignUp", "ResendCode")
_MEDIUM = {"email": "EMAIL", "phone_number": "SMS"}


def send(
    site: Site, user: User, attribute: str, to: str, words: Wording, secret: str, occasion: str
) -> dict[str, str]:
    """Send ``words`` (or a trigger's) with ``secret`` in them; CodeDeliveryDetails. Where a
    function sends the pool's messages itself, it is given the secret."""
    if is_sent_by_function(site, user, attribute, to, secret, occasion):
        return delivery_details(attribute, to)
    filled = _reworded(site, user, words, occasion).filled(secret, user.username)
    is_email = attribute == "email"
    site.ctx.outbox.send(
        Message(
            medium=_MEDIUM[attribute],
            to=to,
            body=filled.email if is_email else filled.sms,
            subject=filled.email_subject if is_email else "",
            source=site.pool_id,
            occasion=occasion,
        )
    )
    return delivery_details(attribute, to)


def _reworded(site: Site, user: User, words: Wording, occasion: str) -> Wording:
    given = call(
        site,
        f"CustomMessage_{occasion}",
        user.username,
        told(user, site, codeParameter=CODE_PLACE, usernameParameter=NAME_PLACE),
        {"smsMessage": None, "emailMessage": None, "emailSubject": None},
    )
    return Wording(
        given.get("emailSubject") or words.email_subject,
        given.get("emailMessage") or words.email,
        given.get("smsMessage") or words.sms,
    )


def delivery_details(attribute: str, to: str) -> dict[str, str]:
    """CodeDeliveryDetails: where a code went, masked."""
    return {
        "Destination": mask(to),
        "DeliveryMedium": _MEDIUM[attribute],
        "AttributeName": attribute,
    }


def send_code(site: Site, user: User, attribute: str, code: Code, occasion: str) -> dict[str, str]:
    """A code for sign-up, a forgotten password or an attribute. CodeDeliveryDetails."""
    words = wording.verification(site.settings)
    if attribute == "email" and occasion in _CONFIRMS and (link := _link(site, user, code)):
        words = wording.verification_by_link(site.settings, link)
    return send(site, user, attribute, code.value, words, code.digits, occasion)


def _link(site: Site, user: User, code: Code) -> str | None:
    """Where one click confirms a sign-up, if the pool wants it so and has a domain for it."""
    template = site.settings.get("VerificationMessageTemplate", {})
    if template.get("DefaultEmailOption") != "CONFIRM_WITH_LINK" or not isinstance(site, Visit):
        return None
    domains = in_pool_of(site.ctx, Domain, site.pool_id)
    if not domains:
        return None
    told = {
        "client_id": site.client_id,
        "user_name": user.username,
        "confirmation_code": code.digits,
    }
    return f"{address_of(site.ctx, domains[0].name)}/confirmUser?{urlencode(told)}"


def send_sign_in_code(site: Site, user: User, attribute: str, code: Code) -> dict[str, str]:
    words = wording.sign_in_code(site.settings)
    return send(site, user, attribute, code.value, words, code.digits, "Authentication")


def invite(site: Site, user: User, media: list[str], password: str) -> None:
    """Tell a user whom an administrator made the temporary password."""
    words = wording.invitation(site.settings)
    for attribute, medium in _MEDIUM.items():
        if medium in media and (to := user.attributes.get(attribute)):
            send(site, user, attribute, to, words, password, "AdminCreateUser")
