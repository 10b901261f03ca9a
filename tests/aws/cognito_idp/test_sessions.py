"""Sign-ins that go on: refreshed, rotated, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import Pool, make_pool, refused
from tests.aws.cognito_idp.test_sign_in import claims

ROTATION = {
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
}


def refreshed(pool: Pool, token: str, flow: str = "REFRESH_TOKEN_AUTH") -> dict[str, Any]:
    result: dict[str, Any] = pool.begin(flow, REFRESH_TOKEN=token)["AuthenticationResult"]
    return result


def exchanged(pool: Pool, token: str, **more: str) -> dict[str, Any]:
    result: dict[str, Any] = pool.api.get_tokens_from_refresh_token(
        ClientId=pool.client_id, RefreshToken=token, **more
    )["AuthenticationResult"]
    return result


def test_a_refresh_keeps_the_time_of_the_sign_in(pool: Pool) -> None:
    pool.user()
    first = pool.sign_in()
    pool.sandbox.clock.ahead = timedelta(hours=2)
    for flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"):
        again = refreshed(pool, first["RefreshToken"], flow)
        assert "RefreshToken" not in again
        before, after = claims(first["IdToken"]), claims(again["IdToken"])
        assert after["auth_time"] == before["auth_time"]
        assert after["origin_jti"] == before["origin_jti"]
        assert after["jti"] != before["jti"]
        assert after["iat"] >= before["iat"] + 7200
        pool.api.get_user(AccessToken=again["AccessToken"])


def test_a_refresh_token_is_good_for_its_client_and_its_time(sandbox: Running) -> None:
    life = {"RefreshTokenValidity": 2, "TokenValidityUnits": {"RefreshToken": "hours"}}
    pool = make_pool(sandbox, life)
    pool.user()
    token = pool.sign_in()["RefreshToken"]
    for forged in ("a.b.c", token[:-1], token + "A", "x" * 40):
        with refused("NotAuthorizedException", "Invalid Refresh Token"):
            refreshed(pool, forged)
    other = make_pool(sandbox)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refreshed(other, token)
    sandbox.clock.ahead = timedelta(hours=2)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        refreshed(pool, token)


def test_lifetimes_are_the_clients(sandbox: Running) -> None:
    pool = make_pool(
        sandbox,
        {
            "AccessTokenValidity": 5,
            "IdTokenValidity": 10,
            "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes"},
        },
    )
    pool.user()
    result = pool.sign_in()
    access, identity = claims(result["AccessToken"]), claims(result["IdToken"])
    assert result["ExpiresIn"] == access["exp"] - access["iat"] == 300
    assert identity["exp"] - identity["iat"] == 600


def test_a_revoked_token_ends_the_access_tokens_too(pool: Pool) -> None:
    pool.user()
    one, two = pool.sign_in(), pool.sign_in()
    with refused("UnsupportedTokenTypeException"):
        pool.api.revoke_token(ClientId=pool.client_id, Token=one["AccessToken"])
    pool.api.revoke_token(ClientId=pool.client_id, Token=one["RefreshToken"])
    pool.api.revoke_token(ClientId=pool.client_id, Token=one["RefreshToken"])
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        refreshed(pool, one["RefreshToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.api.get_user(AccessToken=one["AccessToken"])
    pool.api.get_user(AccessToken=two["AccessToken"])


def test_who_revokes_knows_the_secret(sandbox: Running) -> None:
    pool = make_pool(sandbox, secret="s" * 51)
    with refused("UnauthorizedException"):
        pool.api.revoke_token(ClientId=pool.client_id, Token="x")
    with refused("UnauthorizedException"):
        pool.api.revoke_token(ClientId=pool.client_id, Token="x", ClientSecret="t" * 51)
    with refused("NotAuthorizedException"):
        exchanged(pool, "x", ClientSecret="t" * 51)


def test_a_client_may_be_without_revocation(sandbox: Running) -> None:
    pool = make_pool(sandbox, {"EnableTokenRevocation": False})
    pool.user()
    with refused("UnsupportedOperationException"):
        pool.api.revoke_token(ClientId=pool.client_id, Token=pool.sign_in()["RefreshToken"])


def test_signing_out_everywhere(pool: Pool) -> None:
    pool.user()
    for sign_out in (
        lambda access: pool.api.global_sign_out(AccessToken=access),
        lambda access: pool.api.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada"),
    ):
        one, two = pool.sign_in(), pool.sign_in()
        sign_out(one["AccessToken"])
        for result in (one, two):
            with refused("NotAuthorizedException", "Access Token has been revoked"):
                pool.api.get_user(AccessToken=result["AccessToken"])
            with refused("NotAuthorizedException", "Refresh Token has been revoked"):
                refreshed(pool, result["RefreshToken"])
        pool.api.get_user(AccessToken=pool.sign_in()["AccessToken"])


def test_a_rotated_token_is_taken_for_a_moment_and_then_ends_it_all(sandbox: Running) -> None:
    pool = make_pool(sandbox, ROTATION)
    pool.user()
    first = pool.sign_in()["RefreshToken"]
    second = exchanged(pool, first)["RefreshToken"]
    assert second != first
    again = exchanged(pool, first)
    third = exchanged(pool, again["RefreshToken"])
    sandbox.clock.ahead = timedelta(seconds=11)
    with refused("RefreshTokenReuseException"):
        exchanged(pool, first)
    with refused("NotAuthorizedException", "Refresh Token has been revoked"):
        exchanged(pool, third["RefreshToken"])
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.api.get_user(AccessToken=third["AccessToken"])


def test_without_rotation_the_exchange_gives_no_refresh_token(pool: Pool) -> None:
    pool.user()
    assert "RefreshToken" not in exchanged(pool, pool.sign_in()["RefreshToken"])


def test_nobody_refreshes_for_a_user_who_is_gone(pool: Pool) -> None:
    pool.user()
    one = pool.sign_in()
    pool.api.admin_delete_user(UserPoolId=pool.id, Username="ada")
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        refreshed(pool, one["RefreshToken"])
    pool.user()
    with refused("UserNotFoundException", "User does not exist."):
        pool.api.get_user(AccessToken=one["AccessToken"])
