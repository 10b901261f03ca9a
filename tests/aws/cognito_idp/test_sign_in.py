"""Signing in with a password: sent, proven by SRP, temporary, wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest
from pycognito.aws_srp import AWSSRP

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import ALL_FLOWS, PASSWORD, Pool, make_pool, refused

WRONG = "Incorrect username or password."


def srp(pool: Pool, password: str = PASSWORD, name: str = "ada", **more: Any) -> AWSSRP:
    return AWSSRP(name, password, pool.id, pool.client_id, client=pool.api, **more)


def claims(token: str) -> dict[str, Any]:
    told: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return told


def test_a_password_gives_the_three_tokens(pool: Pool) -> None:
    user = pool.user(email="ada@example.com", email_verified="true")
    result = pool.sign_in()
    assert result["TokenType"] == "Bearer"
    assert result["ExpiresIn"] == 3600
    identity, access = claims(result["IdToken"]), claims(result["AccessToken"])
    sub = next(a["Value"] for a in user["Attributes"] if a["Name"] == "sub")
    assert identity["sub"] == access["sub"] == sub
    assert identity["iss"] == access["iss"] == f"{pool.sandbox.endpoint}/{pool.id}"
    assert identity["email"] == "ada@example.com"
    assert identity["email_verified"] is True
    assert identity["aud"] == access["client_id"] == pool.client_id
    assert "aud" not in access
    assert access["scope"] == "aws.cognito.signin.user.admin"
    assert identity["origin_jti"] == access["origin_jti"]
    assert identity["jti"] != access["jti"]
    assert result["RefreshToken"].count(".") == 4


def test_pycognito_proves_a_password_without_sending_it(pool: Pool) -> None:
    pool.user()
    result = srp(pool).authenticate_user()["AuthenticationResult"]
    assert claims(result["IdToken"])["cognito:username"] == "ada"


def test_a_wrong_password_passes_no_flow(pool: Pool) -> None:
    pool.user()
    with refused("NotAuthorizedException", WRONG):
        pool.begin(USERNAME="ada", PASSWORD="Passw0rd?")
    with refused("NotAuthorizedException", WRONG):
        srp(pool, "Passw0rd?").authenticate_user()
    with refused("NotAuthorizedException", WRONG):
        pool.api.admin_initiate_auth(
            UserPoolId=pool.id,
            ClientId=pool.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": "Passw0rd?"},
        )


def test_a_srp_challenge_has_no_session_and_takes_one_answer(pool: Pool) -> None:
    pool.user()
    client = srp(pool)
    asked = pool.begin("USER_SRP_AUTH", **client.get_auth_params())
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    assert "Session" not in asked
    told = asked["ChallengeParameters"]
    assert set(told) == {"SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"}
    responses = client.process_challenge(told, client.get_auth_params())
    assert "AuthenticationResult" in pool.answer(asked, **responses)
    with refused(
        "NotAuthorizedException", "Invalid session for the user, session can only be used once."
    ):
        pool.answer(asked, **responses)


def test_a_srp_answer_to_another_secret_block_is_refused(pool: Pool) -> None:
    pool.user()
    client = srp(pool)
    first = pool.begin("USER_SRP_AUTH", **client.get_auth_params())
    second = pool.begin("USER_SRP_AUTH", **client.get_auth_params())
    responses = client.process_challenge(first["ChallengeParameters"], client.get_auth_params())
    swapped = {
        **responses,
        "PASSWORD_CLAIM_SECRET_BLOCK": second["ChallengeParameters"]["SECRET_BLOCK"],
    }
    with refused("NotAuthorizedException", WRONG):
        pool.answer(second, **swapped)
    with refused("NotAuthorizedException", WRONG):
        pool.answer(first, **{**responses, "PASSWORD_CLAIM_SECRET_BLOCK": "bm9uZQ=="})
    with refused("NotAuthorizedException", WRONG):
        pool.answer(first, **{**responses, "TIMESTAMP": "Tue Mar 3 09:05:00 UTC 2026"})


@pytest.mark.parametrize("public", ["0", "-5", "", "x", "F" * 768, "1" * 9000])
def test_what_is_no_srp_a_is_refused(pool: Pool, public: str) -> None:
    pool.user()
    with refused("InvalidParameterException"):
        pool.begin("USER_SRP_AUTH", USERNAME="ada", SRP_A=public)


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
        ("USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
        ("USER_AUTH", "USER_AUTH is not enabled for the client."),
        ("ADMIN_USER_PASSWORD_AUTH", "Initiate Auth method not supported."),
        ("ADMIN_NO_SRP_AUTH", "Initiate Auth method not supported."),
    ],
)
def test_a_client_allows_flows(sandbox: Running, flow: str, message: str) -> None:
    pool = make_pool(sandbox, {"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]})
    with refused("InvalidParameterException", message):
        pool.begin(flow, USERNAME="ada", PASSWORD=PASSWORD, SRP_A="5")


def test_custom_sign_in_needs_a_trigger(pool: Pool) -> None:
    pool.user()
    with refused(
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    ):
        pool.begin("CUSTOM_AUTH", USERNAME="ada")


@pytest.mark.parametrize(
    ("given", "missing"), [({"PASSWORD": "x"}, "USERNAME"), ({"USERNAME": "ada"}, "PASSWORD")]
)
def test_a_missing_parameter_is_named(pool: Pool, given: dict[str, str], missing: str) -> None:
    pool.user()
    with refused("InvalidParameterException", f"Missing required parameter {missing}"):
        pool.begin(**given)


def test_a_temporary_password_has_to_be_changed(pool: Pool) -> None:
    pool.api.admin_create_user(UserPoolId=pool.id, Username="ada", TemporaryPassword="Tempor4ry!")
    with refused("NotAuthorizedException", WRONG):
        pool.begin(USERNAME="ada", PASSWORD="Tempor4ry?")
    asked = pool.begin(USERNAME="ada", PASSWORD="Tempor4ry!")
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert asked["ChallengeParameters"]["USER_ID_FOR_SRP"] == "ada"
    with refused("InvalidPasswordException"):
        pool.answer(asked, USERNAME="ada", NEW_PASSWORD="short")
    assert "AuthenticationResult" in pool.answer(asked, USERNAME="ada", NEW_PASSWORD=PASSWORD)
    assert pool.described()["UserStatus"] == "CONFIRMED"
    assert "AccessToken" in pool.sign_in()


def test_pycognito_changes_a_temporary_password(pool: Pool) -> None:
    pool.api.admin_create_user(UserPoolId=pool.id, Username="ada", TemporaryPassword="Tempor4ry!")
    answer = srp(pool, "Tempor4ry!").set_new_password_challenge(PASSWORD)
    assert "AuthenticationResult" in answer
    assert "AccessToken" in pool.sign_in()


def test_a_temporary_password_expires(pool: Pool) -> None:
    pool.api.admin_create_user(UserPoolId=pool.id, Username="ada", TemporaryPassword="Tempor4ry!")
    pool.sandbox.clock.ahead = timedelta(days=7, minutes=-1)
    # Signatures are made now, so that only what isn't signed can be called from then.
    assert pool.begin(USERNAME="ada", PASSWORD="Tempor4ry!")["ChallengeName"]
    pool.sandbox.clock.ahead = timedelta(days=7)
    with refused(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    ):
        pool.begin(USERNAME="ada", PASSWORD="Tempor4ry!")


def test_required_attributes_are_asked_for_with_the_new_password(sandbox: Running) -> None:
    pool = make_pool(
        sandbox,
        SchemaAttributes=[
            {"Name": "sub", "Required": True},
            {"Name": "name", "Required": True, "Mutable": True},
            {"Name": "email", "Required": True, "Mutable": True},
        ],
    )
    pool.api.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        TemporaryPassword="Tempor4ry!",
        UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
    )
    asked = pool.begin(USERNAME="ada", PASSWORD="Tempor4ry!")
    assert asked["ChallengeParameters"]["requiredAttributes"] == '["userAttributes.name"]'
    assert asked["ChallengeParameters"]["userAttributes"] == '{"email":"ada@example.com"}'
    with refused("InvalidParameterException", "Invalid attributes given, name is missing"):
        pool.answer(asked, USERNAME="ada", NEW_PASSWORD=PASSWORD)
    with refused("NotAuthorizedException", "Cannot modify an already provided email"):
        pool.answer(
            asked,
            USERNAME="ada",
            NEW_PASSWORD=PASSWORD,
            **{"userAttributes.name": "Ada", "userAttributes.email": "eve@example.com"},
        )
    answer = pool.answer(
        asked, USERNAME="ada", NEW_PASSWORD=PASSWORD, **{"userAttributes.name": "Ada"}
    )
    assert claims(answer["AuthenticationResult"]["IdToken"])["name"] == "Ada"


def test_sessions_are_for_one_user_one_client_and_a_while(pool: Pool) -> None:
    for name in ("ada", "eve"):
        pool.api.admin_create_user(
            UserPoolId=pool.id, Username=name, TemporaryPassword="Tempor4ry!"
        )
    asked = pool.begin(USERNAME="ada", PASSWORD="Tempor4ry!")
    with refused("NotAuthorizedException", "Invalid session for the user."):
        pool.answer(asked, USERNAME="eve", NEW_PASSWORD=PASSWORD)
    with refused("NotAuthorizedException", "Invalid session for the user."):
        pool.answer({**asked, "Session": "x" * 64}, USERNAME="ada", NEW_PASSWORD=PASSWORD)
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        pool.answer({**asked, "ChallengeName": "SMS_MFA"}, USERNAME="ada", SMS_MFA_CODE="123456")
    pool.sandbox.clock.ahead = timedelta(minutes=3)
    with refused("NotAuthorizedException", "Invalid session for the user, session is expired."):
        pool.answer(asked, USERNAME="ada", NEW_PASSWORD=PASSWORD)


def test_wrong_passwords_lock_for_a_while(pool: Pool) -> None:
    pool.user()
    for locked in (0, 0, 0, 0, 0, 1, 2, 4, 8, 16):
        pool.sandbox.clock.ahead += timedelta(seconds=locked)
        with refused("NotAuthorizedException", WRONG):
            pool.begin(USERNAME="ada", PASSWORD="Passw0rd?")
    with refused("NotAuthorizedException", "Password attempts exceeded"):
        pool.begin(USERNAME="ada", PASSWORD=PASSWORD)
    pool.sandbox.clock.ahead += timedelta(seconds=32)
    assert "AccessToken" in pool.sign_in()
    with refused("NotAuthorizedException", WRONG):
        pool.begin(USERNAME="ada", PASSWORD="Passw0rd?")


def test_a_disabled_user_cannot_sign_in(pool: Pool) -> None:
    pool.user()
    tokens = pool.sign_in()
    pool.api.admin_disable_user(UserPoolId=pool.id, Username="ada")
    with refused("NotAuthorizedException", "User is disabled."):
        pool.begin(USERNAME="ada", PASSWORD=PASSWORD)
    with refused("NotAuthorizedException", "User is disabled."):
        pool.api.get_user(AccessToken=tokens["AccessToken"])
    with refused("NotAuthorizedException", "User is disabled."):
        pool.begin("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])
    pool.api.admin_enable_user(UserPoolId=pool.id, Username="ada")
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.api.get_user(AccessToken=tokens["AccessToken"])
    assert "AccessToken" in pool.sign_in()


def test_nobody_is_told_apart_from_somebody_unless_the_client_says_so(sandbox: Running) -> None:
    pool = make_pool(sandbox)
    with refused("UserNotFoundException", "User does not exist."):
        pool.begin(USERNAME="nobody", PASSWORD=PASSWORD)
    with refused("UserNotFoundException", "User does not exist."):
        srp(pool, name="nobody").authenticate_user()


def test_a_client_may_hide_who_there_is(sandbox: Running) -> None:
    pool = make_pool(sandbox, {"PreventUserExistenceErrors": "ENABLED"})
    with refused("NotAuthorizedException", WRONG):
        pool.begin(USERNAME="nobody", PASSWORD=PASSWORD)
    with refused("NotAuthorizedException", WRONG):
        srp(pool, name="nobody").authenticate_user()
    first, second = (
        pool.begin("USER_SRP_AUTH", USERNAME="nobody", SRP_A="5")["ChallengeParameters"]
        for _ in range(2)
    )
    assert first["SALT"] == second["SALT"]
    assert first["SRP_B"] != second["SRP_B"]
    other = pool.begin("USER_SRP_AUTH", USERNAME="nobody2", SRP_A="5")["ChallengeParameters"]
    assert other["SALT"] != first["SALT"]


def test_a_made_up_user_id_is_stable_where_people_sign_in_by_address(sandbox: Running) -> None:
    pool = make_pool(
        sandbox, {"PreventUserExistenceErrors": "ENABLED"}, UsernameAttributes=["email"]
    )
    first, second = (
        pool.begin("USER_SRP_AUTH", USERNAME="no@example.com", SRP_A="5")["ChallengeParameters"]
        for _ in range(2)
    )
    assert first["USER_ID_FOR_SRP"] == second["USER_ID_FOR_SRP"]
    assert len(first["USER_ID_FOR_SRP"]) == 36


def test_a_client_with_a_secret_wants_its_hash(sandbox: Running) -> None:
    pool = make_pool(sandbox, secret="a" * 51)
    pool.user()
    with refused(
        "NotAuthorizedException",
        f"Client {pool.client_id} is configured with secret but SECRET_HASH was not received",
    ):
        pool.begin(USERNAME="ada", PASSWORD=PASSWORD)
    with refused(
        "NotAuthorizedException", f"Unable to verify secret hash for client {pool.client_id}"
    ):
        pool.begin(USERNAME="ada", PASSWORD=PASSWORD, SECRET_HASH="eA==")
    right = AWSSRP.get_secret_hash("ada", pool.client_id, "a" * 51)
    result = pool.begin(USERNAME="ada", PASSWORD=PASSWORD, SECRET_HASH=right)
    assert "AuthenticationResult" in result
    assert "AuthenticationResult" in srp(pool, client_secret="a" * 51).authenticate_user()
    refreshed = pool.begin(
        "REFRESH_TOKEN_AUTH",
        REFRESH_TOKEN=result["AuthenticationResult"]["RefreshToken"],
        SECRET_HASH=right,
    )
    assert "AccessToken" in refreshed["AuthenticationResult"]


def test_unknown_pools_and_clients(pool: Pool) -> None:
    with refused("ResourceNotFoundException", "User pool client nosuchclient does not exist."):
        pool.api.initiate_auth(
            ClientId="nosuchclient", AuthFlow="USER_PASSWORD_AUTH", AuthParameters={}
        )
    with refused("ResourceNotFoundException", "User pool us-east-1_none does not exist."):
        pool.api.admin_get_user(UserPoolId="us-east-1_none", Username="ada")


def test_case_matters_only_where_the_pool_says_so(sandbox: Running) -> None:
    strict = make_pool(sandbox)
    strict.user("Ada")
    with refused("UserNotFoundException"):
        strict.sign_in("ada")
    loose = make_pool(sandbox, UsernameConfiguration={"CaseSensitive": False})
    loose.user("Ada")
    assert claims(loose.sign_in("aDA")["IdToken"])["cognito:username"] == "ada"


def test_flows_of_before_still_go_by_their_old_names(sandbox: Running) -> None:
    pool = make_pool(sandbox, {"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", *ALL_FLOWS[-1:]]})
    pool.user()
    answer = pool.api.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert "AuthenticationResult" in answer
