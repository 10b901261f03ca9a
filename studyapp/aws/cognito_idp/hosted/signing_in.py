"""The sign-in page and whatever a sign-in asks next, by the rules of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from studyapp.aws.cognito_idp.challenges import respond
from studyapp.aws.cognito_idp.credentials import check_may_try
from studyapp.aws.cognito_idp.factors import TOTP, first_factors
from studyapp.aws.cognito_idp.hosted import pages
from studyapp.aws.cognito_idp.hosted.adding_passkeys import may_add, offer_passkey
from studyapp.aws.cognito_idp.hosted.authorizing import complete, grant
from studyapp.aws.cognito_idp.hosted.confirming import confirm_later
from studyapp.aws.cognito_idp.hosted.elsewhere import chosen_provider, depart, offered_providers
from studyapp.aws.cognito_idp.hosted.frames import frame
from studyapp.aws.cognito_idp.hosted.html import Markup, tag
from studyapp.aws.cognito_idp.hosted.pages import Form
from studyapp.aws.cognito_idp.hosted.qr import qr_code
from studyapp.aws.cognito_idp.hosted.requests import AuthorizeRequest
from studyapp.aws.cognito_idp.hosted.visiting import Visiting, own_hash
from studyapp.aws.cognito_idp.hosted.words import name_in_words, policy_in_words
from studyapp.aws.cognito_idp.mfa import associate_software_token, verify_software_token
from studyapp.aws.cognito_idp.password_factor import take_password
from studyapp.aws.cognito_idp.progress import HOSTED, Progress
from studyapp.aws.cognito_idp.sign_in import announce, ask_choice, begin_factor, claimed_user
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Visit
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Response

PASSKEY = "WEB_AUTHN"
_CODES = ("SMS_MFA", "SMS_OTP", "EMAIL_OTP", TOTP)
_SOCIAL = {
    "Google": "Google",
    "Facebook": "Facebook",
    "LoginWithAmazon": "Amazon",
    "SignInWithApple": "Apple",
}
_FACTORS = {
    "SMS_MFA": "A code by text message",
    "EMAIL_OTP": "A code by e-mail",
    "SMS_OTP": "A code by text message",
    TOTP: "The code of an authenticator app",
    "PASSWORD": "Password",
    PASSKEY: "A passkey",
}


def login(visiting: Visiting) -> Response:
    asked = visiting.asked
    if provider := chosen_provider(visiting, asked):
        return depart(visiting, asked, provider)
    known = visiting.browser.signed_in()
    if known and asked.prompt not in ("login", "select_account"):
        return _known_page(visiting, asked, known[1])
    return sign_in_page(visiting, asked)


def post_login(visiting: Visiting) -> Response:
    asked = visiting.asked
    form = visiting.form
    if "continue" in form and (known := visiting.browser.signed_in()):
        return grant(visiting, asked, *known)
    name, password = form.get("username", "").strip(), form.get("password", "")
    visit = visiting.visit(asked.client)
    by_choice = chooses(visiting, visit)
    if not _takes_local(asked):
        return sign_in_page(visiting, asked, "Login option is not available.")
    if not name or not (password or by_choice):
        return sign_in_page(visiting, asked, "Enter your name and your password.", name)
    try:
        if by_choice:
            answer = _begin_choice(visit, name)
        else:
            given = {"USERNAME": name, "PASSWORD": password, **own_hash(visit, name)}
            user = claimed_user(visit, given)
            announce(visit, user)
            answer = take_password(visit, user, Progress(HOSTED), password)
    except AwsError as error:
        words = visiting.refused(error)
        if error.code == "UserNotConfirmedException":
            return confirm_later(visiting, asked, name)
        return sign_in_page(visiting, asked, words, name)
    return proceed(visiting, asked, name, answer)


# Who may choose how


def chooses(visiting: Visiting, visit: Visit) -> bool:
    """Managed login asks for the name first, where there is more than a password to show."""
    policy = visit.settings.get("Policies", {}).get("SignInPolicy", {})
    return (
        visiting.is_managed
        and visit.allows("ALLOW_USER_AUTH")
        and policy.get("AllowedFirstAuthFactors", ["PASSWORD"]) != ["PASSWORD"]
    )


def _begin_choice(visit: Visit, name: str) -> dict[str, Any]:
    user = claimed_user(visit, {"USERNAME": name, **own_hash(visit, name)})
    check_may_try(visit, user)
    announce(visit, user)
    offered = [f for f in first_factors(visit.settings, user) if f in _FACTORS]
    if len(offered) == 1:
        return begin_factor(visit, user, Progress(HOSTED), offered[0], {})
    return ask_choice(visit, user, Progress(HOSTED))


# What is asked next


def proceed(
    visiting: Visiting, asked: AuthorizeRequest, name: str, answer: Mapping[str, Any]
) -> Response:
    """The page of a challenge; back to the app, if there is none left."""
    user = answer.get("AuthenticatedUser")
    if isinstance(user, User):
        if chooses(visiting, visiting.visit(asked.client)) and may_add(visiting, user):
            return offer_passkey(visiting, asked, user)
        return complete(visiting, asked, user)
    flow = {
        "name": name,
        "challenge": answer["ChallengeName"],
        "session": answer["Session"],
        "told": dict(answer["ChallengeParameters"]),
        "offered": list(answer.get("AvailableChallenges", ())),
    }
    if flow["challenge"] == "MFA_SETUP" and TOTP in flow["told"].get("MFAS_CAN_SETUP", ""):
        made = associate_software_token(visiting.ctx, {"Session": flow["session"]})
        flow |= {"session": made["Session"], "secret": made["SecretCode"]}
    return challenge_page(visiting, asked, flow)


def post_challenge(visiting: Visiting) -> Response:
    asked = visiting.asked
    flow = visiting.browser.unseal(visiting.form.get("flow", ""))
    if flow is None or "challenge" not in flow:
        return sign_in_page(visiting, asked, "That took too long. Sign in again.")
    visit = visiting.visit(asked.client)
    try:
        answer = _answered(visiting, visit, flow)
    except AwsError as error:
        words = visiting.refused(error)
        if error.code == "NotAuthorizedException" and "session" in error.message:
            return sign_in_page(visiting, asked, "That took too long. Sign in again.")
        return challenge_page(visiting, asked, flow, words)
    return proceed(visiting, asked, flow["name"], answer)


def _answered(visiting: Visiting, visit: Visit, flow: Mapping[str, Any]) -> dict[str, Any]:
    form, challenge, session = visiting.form, flow["challenge"], flow["session"]
    answers: dict[str, str] = {}
    if challenge in _CODES:
        answers[f"{challenge}_CODE"] = form.get("code", "").strip()
    elif challenge == "NEW_PASSWORD_REQUIRED":
        answers = _new_password(form)
    elif challenge == "PASSWORD":
        answers["PASSWORD"] = form.get("password", "")
    elif challenge == PASSKEY:
        answers["CREDENTIAL"] = form.get("credential", "")
    elif challenge == "MFA_SETUP":
        told = {"Session": session, "UserCode": form.get("code", "").strip()}
        session = verify_software_token(visiting.ctx, told)["Session"]
    else:
        answers["ANSWER"] = form.get("answer", "")
    return respond(
        visit,
        {
            "ChallengeName": challenge,
            "Session": session,
            "ChallengeResponses": {
                "USERNAME": flow["name"],
                **own_hash(visit, flow["name"]),
                **answers,
            },
        },
    )


def _new_password(form: Mapping[str, str]) -> dict[str, str]:
    password = form.get("password", "")
    if password != form.get("again"):
        raise AwsError("InvalidParameterException", "The two passwords are not the same.")
    prefix = "attribute."
    more = {k.removeprefix(prefix): v for k, v in form.items() if k.startswith(prefix) and v}
    return {"NEW_PASSWORD": password, **{f"userAttributes.{k}": v for k, v in more.items()}}


def challenge_page(
    visiting: Visiting, asked: AuthorizeRequest, flow: Mapping[str, Any], wrong: str = ""
) -> Response:
    challenge, told = flow["challenge"], flow["told"]
    form = Form(visiting.to("/challenge", asked), visiting.hidden(flow))
    if challenge in _CODES:
        heading, body = "Enter your code", [_where_from(challenge, told), pages.code_box()]
        button = "Sign in"
    elif challenge == "NEW_PASSWORD_REQUIRED":
        heading, body, button = (
            "Choose a new password",
            _new_password_fields(visiting, told),
            "Save",
        )
    elif challenge == "MFA_SETUP":
        heading, button = "Set up a second factor", "Verify"
        body = _set_up(asked, flow)
    elif challenge == "PASSWORD":
        heading, button = "Enter your password", "Sign in"
        body = [pages.password_box("password", "Password")]
    elif challenge == PASSKEY:
        heading, button = "Sign in with a passkey", "Use a passkey"
        body = [pages.passkey_field(told["CREDENTIAL_REQUEST_OPTIONS"])]
    else:
        heading, button = "Choose how to sign in", "Continue"
        offered = flow["offered"] or json.loads(told.get("MFAS_CAN_CHOOSE", "[]"))
        known = [(factor, _FACTORS[factor]) for factor in offered if factor in _FACTORS]
        body = [pages.choices("answer", f"Signing in as {flow['name']}", known)]
    again = pages.link("Sign in as somebody else", visiting.to("/login", asked))
    can_go_on = challenge != "MFA_SETUP" or "secret" in flow
    script = f"{visiting.address}/passkey.js" if challenge == PASSKEY else ""
    html = frame(visiting, asked.client).page(
        heading,
        pages.error(wrong),
        form.html(*body, button=button) if can_go_on else body[0],
        pages.below(again),
        tag("script", src=script) if script else None,
    )
    status = 400 if wrong else 200
    return visiting.page(html, status=status, leads_to=asked.redirect_uri, script=script)


def _where_from(challenge: str, told: Mapping[str, str]) -> Markup:
    if challenge == TOTP:
        return pages.described("Open your authenticator app and enter the code it shows.")
    return pages.described(f"We sent a code to {told['CODE_DELIVERY_DESTINATION']}.")


def _new_password_fields(visiting: Visiting, told: Mapping[str, str]) -> list[Markup]:
    missing = [n.removeprefix("userAttributes.") for n in json.loads(told["requiredAttributes"])]
    return [
        pages.described("The one you were given was for this first time alone."),
        pages.password_box(
            "password", "New password", is_new=True, hint=policy_in_words(visiting.site)
        ),
        pages.password_box("again", "New password, again", is_new=True),
        *(pages.attribute_box(name) for name in missing),
    ]


def _set_up(asked: AuthorizeRequest, flow: Mapping[str, Any]) -> list[Markup]:
    secret = flow.get("secret")
    if secret is None:
        words = (
            "This user pool asks for a second factor that you have no address for. "
            "Ask its administrator to add your phone number or e-mail address."
        )
        return [pages.described(words)]
    label = f"{asked.client.name}:{flow['name']}"
    return [
        pages.described("Scan this with an authenticator app, or type the key into it."),
        tag("div", qr_code(label, asked.client.name, secret), class_="qr"),
        tag("p", secret, class_="secret"),
        pages.code_box(focus=False),
    ]


# The page


def sign_in_page(
    visiting: Visiting,
    asked: AuthorizeRequest,
    wrong: str = "",
    name: str = "",
    told: str = "",
) -> Response:
    visit = visiting.visit(asked.client)
    action = Form(visiting.to("/login", asked), visiting.hidden())
    elsewhere = pages.providers(_buttons(visiting, asked))
    local = _takes_local(asked)
    by_choice = chooses(visiting, visit)
    form = action.html(
        pages.box(
            "username",
            name_in_words(visit),
            value=name or asked.login_hint,
            complete="username",
            focus=not (name or asked.login_hint),
        ),
        None if by_choice else pages.password_box("password", "Password"),
        button="Next" if by_choice else "Sign in",
    )
    may_join = not visit.settings.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly")
    html = frame(visiting, asked.client).page(
        "Sign in",
        pages.notice(told),
        pages.error(wrong),
        elsewhere,
        pages.divider() if elsewhere and local else None,
        form if local else None,
        pages.below(
            pages.link("Forgot your password?", visiting.to("/forgotPassword", asked)),
            pages.link("Create an account", visiting.to("/signup", asked)) if may_join else None,
        )
        if local
        else None,
    )
    return visiting.page(html, status=400 if wrong else 200, leads_to=asked.redirect_uri)


def _known_page(visiting: Visiting, asked: AuthorizeRequest, user: User) -> Response:
    who = user.attributes.get("email") or user.username
    form = Form(visiting.to("/login", asked), {**visiting.hidden(), "continue": "1"})
    other = visiting.to("/login", asked) + "&prompt=login"
    html = frame(visiting, asked.client).page(
        "Sign in",
        pages.described("You are signed in here already."),
        form.html(button=f"Continue as {who}"),
        pages.below(pages.link("Sign in as somebody else", other)),
    )
    return visiting.page(html, leads_to=asked.redirect_uri)


def _takes_local(asked: AuthorizeRequest) -> bool:
    supported = asked.client.settings.get("SupportedIdentityProviders") or ["COGNITO"]
    return "COGNITO" in supported


def _buttons(visiting: Visiting, asked: AuthorizeRequest) -> list[tuple[str, str, str]]:
    """The other providers to sign in at: a name, an address, and the class of its kind."""
    found = []
    for provider in offered_providers(visiting, asked):
        kind = "socialButton" if provider.type in _SOCIAL else "idpButton"
        query = urlencode({**asked.carried, "identity_provider": provider.name})
        address = f"{visiting.address}/login?{query}"
        name = _SOCIAL.get(provider.type, provider.name)
        found.append((name, address, f"{kind}-customizable"))
    return found
