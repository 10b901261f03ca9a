"""Pools and their users, for tests: made quickly, spoken to with boto3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from studyapp.aws.cognito_idp.documents import Client, ClientSecret, UserPool
from studyapp.aws.cognito_idp.signing_keys import PoolKeys, stored_key
from studyapp.aws.memory import OPEN_ACCOUNT
from studyapp.aws.ports import Home, Message
from tests.aws.clients import Running

HOME = Home(OPEN_ACCOUNT, "us-east-1")
PASSWORD = "Passw0rd!"
ALL_FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]
SCHEMA = [
    {"Name": "sub", "AttributeDataType": "String", "Mutable": False, "Required": True},
    *(
        {"Name": name, "AttributeDataType": "String", "Mutable": True, "Required": False}
        for name in ("name", "given_name", "email", "phone_number", "preferred_username")
    ),
    *(
        {"Name": name, "AttributeDataType": "Boolean", "Mutable": True, "Required": False}
        for name in ("email_verified", "phone_number_verified")
    ),
]
_numbers = count(1)


@cache
def rsa_key() -> RSAPrivateKey:
    """One for all pools of a process: it takes longer to make than all the rest of a test."""
    return generate_private_key(65537, 2048)


@dataclass
class Pool:
    """A pool with one client that allows everything, and the API for it."""

    sandbox: Running
    id: str
    client_id: str

    @property
    def api(self) -> Any:
        return self.sandbox.client()

    @property
    def messages(self) -> list[Message]:
        return self.sandbox.cloud.outbox(HOME).messages  # type: ignore[no-any-return]

    @property
    def code(self) -> str:
        """The digits of the last message."""
        found = re.search(r"\d{6,8}", self.messages[-1].body)
        assert found
        return found[0]

    def user(
        self, username: str = "ada", password: str = PASSWORD, **attributes: str
    ) -> dict[str, Any]:
        """A confirmed user with a lasting password."""
        made = self.api.admin_create_user(
            UserPoolId=self.id,
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": k, "Value": v} for k, v in attributes.items()],
        )
        self.api.admin_set_user_password(
            UserPoolId=self.id, Username=username, Password=password, Permanent=True
        )
        user: dict[str, Any] = made["User"]
        return user

    def begin(self, flow: str = "USER_PASSWORD_AUTH", **parameters: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.api.initiate_auth(
            ClientId=self.client_id, AuthFlow=flow, AuthParameters=parameters
        )
        return answer

    def answer(self, asked: dict[str, Any], **responses: str) -> dict[str, Any]:
        """Answer a challenge in its session."""
        answer: dict[str, Any] = self.api.respond_to_auth_challenge(
            ClientId=self.client_id,
            ChallengeName=asked["ChallengeName"],
            ChallengeResponses=responses,
            **({"Session": asked["Session"]} if "Session" in asked else {}),
        )
        return answer

    def sign_in(self, name: str = "ada", password: str = PASSWORD) -> dict[str, Any]:
        """AuthenticationResult."""
        answer = self.begin(USERNAME=name, PASSWORD=password)
        result: dict[str, Any] = answer["AuthenticationResult"]
        return result

    def configure(self, **settings: Any) -> None:
        """Change settings of the pool."""
        store = self.sandbox.cloud.store(HOME)
        known = store.get(UserPool, self.id)
        store.put(replace(known, settings={**known.settings, **settings}))

    def described(self, name: str = "ada") -> dict[str, Any]:
        told: dict[str, Any] = self.api.admin_get_user(UserPoolId=self.id, Username=name)
        return told

    def attributes(self, name: str = "ada") -> dict[str, str]:
        return {a["Name"]: a["Value"] for a in self.described(name)["UserAttributes"]}


def make_pool(
    sandbox: Running,
    client: dict[str, Any] | None = None,
    *,
    secret: str | None = None,
    **settings: Any,
) -> Pool:
    """Kept as it is told, whatever CreateUserPool would say; ``secret`` is the client's."""
    number = next(_numbers)
    pool_id, client_id = f"us-east-1_Test{number:05d}", f"client{number:020d}"
    now = datetime.now(UTC)
    store = sandbox.cloud.store(HOME)
    store.put(
        UserPool(
            id=pool_id,
            name="test",
            settings={"SchemaAttributes": SCHEMA, **settings},
            created=now,
            modified=now,
        )
    )
    store.put(
        Client(
            id=client_id,
            pool_id=pool_id,
            name="test",
            settings={"ExplicitAuthFlows": ALL_FLOWS, **(client or {})},
            created=now,
            modified=now,
            secrets=(ClientSecret("1", secret, now),) if secret else (),
        )
    )
    store.put(PoolKeys(pool_id=pool_id, signing=(stored_key(rsa_key()),), sealing=bytes(32)))
    return Pool(sandbox, pool_id, client_id)


@contextmanager
def refused(code: str, message: str | None = None) -> Iterator[None]:
    """What is called in here is refused with that error, in those words."""
    with pytest.raises(ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    if message is not None:
        assert error["Message"] == message
