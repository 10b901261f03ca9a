"""Learners with accounts, and AWS's clients that reach them through the running site."""

from __future__ import annotations

from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from django.conf import settings
from django.shortcuts import resolve_url

from studyapp.accounts.models import User
from studyapp.sandbox.models import Account
from studyapp.sandbox.services.accounts import ensure_account

PASSWORD = "Passw0rd!"


def sign_in_address() -> str:
    """Where who isn't signed in to the study app is sent."""
    return resolve_url(settings.LOGIN_URL)


def make_account(username: str = "ada") -> Account:
    return ensure_account(User.objects.create_user(username))


def client_of(
    account: Account | None, site: object, *, secret: str | None = None, region: str = "us-east-1"
) -> Any:
    """boto3's client with the account's keys; without an account, one that doesn't sign."""
    keys: dict[str, Any] = {}
    config = Config(retries={"max_attempts": 0}, signature_version=None if account else UNSIGNED)
    if account:
        key = account.access_keys.get()
        keys = {"aws_access_key_id": key.pk, "aws_secret_access_key": secret or key.secret}
    return boto3.client(
        "cognito-idp", endpoint_url=f"{site}/aws", region_name=region, config=config, **keys
    )


def make_pool(client: Any, name: str = "shop", **more: Any) -> str:
    pool: str = client.create_user_pool(PoolName=name, **more)["UserPool"]["Id"]
    return pool


def make_app(client: Any, pool: str, **more: Any) -> str:
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = client.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=flows, **more
    )
    app: str = made["UserPoolClient"]["ClientId"]
    return app


def make_user(client: Any, pool: str, name: str = "grace") -> None:
    client.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    client.admin_set_user_password(
        UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True
    )


def sign_in(client: Any, app: str, name: str = "grace") -> dict[str, str]:
    """The tokens."""
    answer = client.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )
    tokens: dict[str, str] = answer["AuthenticationResult"]
    return tokens
