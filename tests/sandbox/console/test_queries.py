"""Pages of the console ask the database as often whatever there is in the pool."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studyapp.sandbox import cloud
from studyapp.sandbox.client import ConsoleClient
from studyapp.sandbox.models import Account


@pytest.fixture(autouse=True)
def _no_pruning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each so many calls, one lets go of old entries of the trace."""
    monkeypatch.setattr(cloud, "PRUNED_EVERY", 10**9)


@pytest.fixture
def addresses(ada: Account, aws: ConsoleClient, pool: str, pages: str, app: str) -> list[str]:
    ada.functions.create(name="mine", source="exports.handler = async (event) => event")
    role = f"arn:aws:iam::{ada.number}:role/cognito-import-log"
    job = aws.call(
        "CreateUserImportJob", UserPoolId=pool, JobName="users", CloudWatchLogsRoleArn=role
    )["UserImportJob"]["JobId"]
    of_client = [f"clients/{app}/{page}" for page in ("", "terms/", "threat-protection/")]
    lists = ["", "groups/", "providers/", "triggers/"]
    inside = [*lists, *of_client, f"branding/managed/{app}/", f"imports/{job}/", "try-sign-in/"]
    return [*(pages + rest for rest in inside), "/sandbox/functions/mine/try/"]


def counts(client: Client, addresses: list[str]) -> dict[str, int]:
    counted = {}
    for address in addresses:
        client.get(address)  # what a process keeps at hand
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counted[address] = len(asked)
    return counted


def test_pages_take_as_many_queries_with_much_in_the_pool_as_with_little(
    client: Client, ada: Account, aws: ConsoleClient, pool: str, addresses: list[str]
) -> None:
    few = counts(client, addresses)
    assert max(few.values()) < 40
    role = f"arn:aws:iam::{ada.number}:role/cognito-import-log"
    for number in range(4):
        ada.functions.create(name=f"f{number}", source="exports.handler = (event) => event")
        aws.call("CreateUserPoolClient", UserPoolId=pool, ClientName=f"app {number}")
        aws.call("CreateGroup", UserPoolId=pool, GroupName=f"group{number}")
        aws.call("AdminCreateUser", UserPoolId=pool, Username=f"user{number}")
        aws.call(
            "CreateUserImportJob",
            UserPoolId=pool,
            JobName=f"job {number}",
            CloudWatchLogsRoleArn=role,
        )
        aws.call(
            "CreateIdentityProvider",
            UserPoolId=pool,
            ProviderName=f"oidc{number}",
            ProviderType="OIDC",
            ProviderDetails={
                "client_id": "c",
                "client_secret": "s",
                "authorize_scopes": "openid",
                "attributes_request_method": "GET",
                "oidc_issuer": "https://example.com",
            },
        )
    assert counts(client, addresses) == few
