"""Identities of other providers, linked to users."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws.cognito_idp.pools import Pool, refused
from tests.aws.cognito_idp.test_sign_in import claims


def source(user_id: str = "1") -> dict[str, str]:
    return {
        "ProviderName": "Google",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": user_id,
    }


def link(pool: Pool, user_id: str = "1", name: str = "ada", **changed: Any) -> None:
    destination = {"ProviderName": "Cognito", "ProviderAttributeValue": name}
    pool.api.admin_link_provider_for_user(
        **{
            "UserPoolId": pool.id,
            "DestinationUser": destination,
            "SourceUser": source(user_id),
            **changed,
        }
    )


@pytest.fixture
def linked(pool: Pool) -> Pool:
    """A pool that knows Google, and Ada."""
    pool.api.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "a", "client_secret": "b", "authorize_scopes": "openid"},
    )
    pool.user()
    return pool


def test_a_linked_identity_is_told_of_in_the_token(linked: Pool) -> None:
    link(linked)
    told = claims(linked.sign_in()["IdToken"])["identities"]
    assert [(entry["providerName"], entry["userId"]) for entry in told] == [("Google", "1")]
    assert '"providerName":"Google"' in linked.attributes()["identities"]
    linked.api.admin_disable_provider_for_user(UserPoolId=linked.id, User=source())
    assert "identities" not in linked.attributes()
    assert "identities" not in claims(linked.sign_in()["IdToken"])
    link(linked)


def test_an_identity_is_one_users(linked: Pool) -> None:
    linked.user("eve")
    link(linked)
    with refused("InvalidParameterException", "SourceUser is already linked to DestinationUser"):
        link(linked, name="eve")
    linked.api.admin_delete_user(UserPoolId=linked.id, Username="ada")
    link(linked, name="eve")


def test_links_have_their_bounds(linked: Pool) -> None:
    for number in range(5):
        link(linked, str(number))
    with refused("LimitExceededException"):
        link(linked, "6")
    with refused("UserNotFoundException", "User does not exist."):
        link(linked, "7", "nobody")
    with refused("ResourceNotFoundException"):
        link(linked, "7", SourceUser={**source("7"), "ProviderName": "Facebook"})
    with refused("InvalidParameterException"):
        link(linked, "7", SourceUser={"ProviderName": "Google"})
    with refused("UserNotFoundException", "User does not exist."):
        linked.api.admin_disable_provider_for_user(UserPoolId=linked.id, User=source("7"))
