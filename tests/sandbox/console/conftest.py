"""Ada with a pool and an app client of hers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from studyapp.sandbox.client import ConsoleClient
from studyapp.sandbox.models import Account
from tests.sandbox.factories import make_account


@pytest.fixture
def ada(client: Client, db: None) -> Account:
    account = make_account("ada")
    client.force_login(account.learner)
    return account


@pytest.fixture
def aws(ada: Account) -> ConsoleClient:
    """Ada's calls."""
    base = "http://testserver/aws"
    return ConsoleClient(ada.access_keys.get(), base=base, source_ip="127.0.0.1")


@pytest.fixture
def pool(aws: ConsoleClient) -> str:
    made = aws.call("CreateUserPool", PoolName="shop", AutoVerifiedAttributes=["email"])
    pool_id: str = made["UserPool"]["Id"]
    return pool_id


@pytest.fixture
def pages(pool: str) -> str:
    """Where the pages of the pool are."""
    return f"/sandbox/pools/{pool}/"


@pytest.fixture
def app(aws: ConsoleClient, pool: str) -> str:
    """A client with a secret."""
    made = aws.call("CreateUserPoolClient", UserPoolId=pool, ClientName="web", GenerateSecret=True)
    app: str = made["UserPoolClient"]["ClientId"]
    return app


@pytest.fixture
def strange_pages(client: Client, pages: str) -> Callable[[str], int]:
    """The status with which a page of the pool answers somebody else."""

    def ask(rest: str) -> int:
        client.force_login(make_account("bob").learner)
        return client.get(pages + rest).status_code

    return ask


def shown_in(response: Any) -> dict[str, Any]:
    """What the form of a page would send if its button were pressed."""
    form = response.context["form"]
    data: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if field.widget_type == "span":
            data[f"{field.html_name}_0"], data[f"{field.html_name}_1"] = value
        elif field.widget_type == "checkbox":
            if value:
                data[field.html_name] = "on"
        elif value is not None:
            data[field.html_name] = value
    return data
