"""A user's sign-ins one by one, in a pool that keeps track of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import Pool, make_pool, refused


def track(pool: Pool, most: int = 20, how: str = "ENABLED") -> dict[str, Any]:
    answer: dict[str, Any] = pool.api.set_user_pool_session_configuration(
        UserPoolId=pool.id, UserSessionTracking=how, TokenSession={"MaxPerUser": most}
    )
    return answer


def test_a_user_sees_and_ends_sessions(pool: Pool) -> None:
    track(pool)
    pool.user()
    old, new = pool.sign_in(), pool.sign_in()
    listed = pool.api.list_user_sessions(AccessToken=new["AccessToken"])["Sessions"]
    assert [session["IsCurrentSession"] for session in listed] == [False, True]
    assert listed[0]["ClientId"] == pool.client_id
    assert listed[0]["LastIPAddress"] == "127.0.0.1"
    other, current = (session["SessionId"] for session in listed)
    with refused("InvalidParameterException", "The current session cannot be revoked."):
        pool.api.revoke_user_session(AccessToken=new["AccessToken"], SessionId=current)
    pool.api.revoke_user_session(AccessToken=new["AccessToken"], SessionId=other)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.api.get_user(AccessToken=old["AccessToken"])
    with refused("ResourceNotFoundException"):
        pool.api.revoke_user_session(AccessToken=new["AccessToken"], SessionId=other)
    told = pool.api.admin_list_user_sessions(UserPoolId=pool.id, Username="ada")["Sessions"]
    assert [session["SessionId"] for session in told] == [current]
    pool.api.admin_revoke_user_session(UserPoolId=pool.id, Username="ada", SessionId=current)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        pool.begin("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=new["RefreshToken"])


def test_a_sign_in_too_many_ends_the_one_longest_out_of_use(pool: Pool) -> None:
    track(pool, most=2)
    pool.user()
    first, second = pool.sign_in(), pool.sign_in()
    pool.sandbox.clock.ahead = timedelta(seconds=5)
    pool.begin("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=first["RefreshToken"])
    third = pool.sign_in()
    for kept in (first, third):
        pool.api.get_user(AccessToken=kept["AccessToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.api.get_user(AccessToken=second["AccessToken"])


def test_a_pool_is_told_to_keep_track(sandbox: Running) -> None:
    pool = make_pool(sandbox)
    assert pool.api.get_user_pool_session_configuration(UserPoolId=pool.id) | {
        "ResponseMetadata": None
    } == {
        "UserPoolId": pool.id,
        "UserSessionTracking": "DISABLED",
        "TokenSession": {"MaxPerUser": 20},
        "ResponseMetadata": None,
    }
    pool.user()
    with refused("InvalidParameterException"):
        pool.api.admin_list_user_sessions(UserPoolId=pool.id, Username="ada")
    here = {"UserPoolId": pool.id, "ClientId": pool.client_id}
    with refused("InvalidParameterException"):
        pool.api.set_user_pool_client_session_configuration(
            **here, SSOSession={"MaxValidityMinutes": 5}
        )
    assert track(pool, 3)["TokenSession"] == {"MaxPerUser": 3}
    read = pool.api.get_user_pool_client_session_configuration(**here)
    assert read["SSOSession"] == {"MaxValidityMinutes": 60}
    pool.api.set_user_pool_client_session_configuration(
        **here, SSOSession={"MaxValidityMinutes": 5}
    )
    track(pool, 3, "DISABLED")
    track(pool, 3)
    read = pool.api.get_user_pool_client_session_configuration(**here)
    assert read["SSOSession"] == {"MaxValidityMinutes": 5}


def test_it_takes_a_plan(sandbox: Running) -> None:
    with refused("FeatureUnavailableInTierException"):
        track(make_pool(sandbox, UserPoolTier="LITE"))
