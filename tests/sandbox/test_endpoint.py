"""AWS's own clients against the running site: whose sandbox a call is in, and who is kept out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.aws.cognito_idp.documents import UserPool
from studyapp.sandbox.models import Account, StoredDocument, TraceEntry, new_edition
from studyapp.sandbox.quotas import minute_of
from studyapp.sandbox.services.accounts import ensure_account, local_account
from tests.aws.clients import refusal
from tests.sandbox.factories import (
    PASSWORD,
    client_of,
    make_account,
    make_app,
    make_pool,
    make_user,
    sign_in,
    sign_in_address,
)

pytestmark = pytest.mark.django_db(transaction=True)

TARGET = "AWSCognitoIdentityProviderService"


@pytest.fixture
def ada() -> Account:
    return make_account("ada")


def test_a_pool_is_there_for_who_signs_with_the_accounts_key(
    ada: Account, live_server: object
) -> None:
    pool = make_pool(client_of(ada, live_server))
    connections.close_all()  # as after a restart: nothing but the database knows
    described = client_of(ada, live_server).describe_user_pool(UserPoolId=pool)["UserPool"]
    assert described["Name"] == "shop"
    assert described["Arn"] == f"arn:aws:cognito-idp:us-east-1:{ada.number}:userpool/{pool}"


def test_nobody_reaches_anothers_pool(ada: Account, live_server: object) -> None:
    pool = make_pool(client_of(ada, live_server))
    bob = client_of(make_account("bob"), live_server)
    code, _ = refusal(bob.describe_user_pool, UserPoolId=pool)
    assert code == "ResourceNotFoundException"
    assert bob.list_user_pools(MaxResults=10)["UserPools"] == []


def test_a_wrong_secret_and_an_unknown_key_are_refused(ada: Account, live_server: object) -> None:
    wrong = client_of(ada, live_server, secret="x" * 40)
    assert refusal(wrong.list_user_pools, MaxResults=1)[0] == "InvalidSignatureException"
    entry = TraceEntry.objects.get()
    assert (entry.account, entry.error) == (ada, "InvalidSignatureException")
    ada.access_keys.update(id="AKIAOTHER")
    unknown = client_of(ada, live_server)
    ada.access_keys.all().delete()
    assert refusal(unknown.list_user_pools, MaxResults=1)[0] == "UnrecognizedClientException"


def test_who_signs_nothing_is_found_by_client_and_token(ada: Account, live_server: object) -> None:
    owner, anybody = client_of(ada, live_server), client_of(None, live_server)
    pool = make_pool(owner)
    app = make_app(owner, pool)
    make_user(owner, pool)
    tokens = sign_in(anybody, app)
    assert anybody.get_user(AccessToken=tokens["AccessToken"])["Username"] == "grace"
    assert TraceEntry.objects.latest("id").account == ada


def test_keys_of_a_pool_are_read_below_the_endpoint(ada: Account, live_server: object) -> None:
    pool = make_pool(client_of(ada, live_server))
    issuer = f"{live_server}/aws/{pool}"
    with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration") as answer:
        found = json.load(answer)
    assert found["issuer"] == issuer
    with urllib.request.urlopen(found["jwks_uri"]) as answer:
        assert {key["alg"] for key in json.load(answer)["keys"]} == {"RS256"}


def test_a_domain_is_unique_among_accounts(ada: Account, live_server: object) -> None:
    mine = client_of(ada, live_server)
    mine.create_user_pool_domain(UserPoolId=make_pool(mine), Domain="shop")
    bob = client_of(make_account("bob"), live_server)
    code, message = refusal(bob.create_user_pool_domain, UserPoolId=make_pool(bob), Domain="shop")
    assert code == "InvalidParameterException"
    assert "already associated" in message


def test_what_was_counted_before_an_error_is_kept(ada: Account, live_server: object) -> None:
    owner = client_of(ada, live_server)
    pool = make_pool(owner)
    app = make_app(owner, pool)
    make_user(owner, pool)
    for _ in range(6):
        with pytest.raises(ClientError):
            owner.initiate_auth(
                ClientId=app,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "grace", "PASSWORD": "wrong"},
            )
    with pytest.raises(ClientError, match="Password attempts exceeded"):
        sign_in(owner, app)


def test_a_page_of_another_origin_may_call_it(ada: Account, live_server: object) -> None:
    asked = urllib.request.Request(
        f"{live_server}/aws/",
        method="OPTIONS",
        headers={"Origin": "http://localhost:5173", "Sec-Fetch-Site": "cross-site"},
    )
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


# Kept apart from the study app, both ways


def post(client: Client, operation: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(
        "/aws/",
        json.dumps(body),
        content_type="application/x-amz-json-1.1",
        headers={"x-amz-target": f"{TARGET}.{operation}", **headers},
    )


def test_being_signed_in_to_the_study_app_opens_nothing_in_the_sandbox(
    client: Client, ada: Account, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.ONE_PERSON = False
    client.force_login(ada.learner)
    with django_assert_num_queries(0):
        answer = post(client, "ListUserPools", {"MaxResults": 1})
    assert answer.status_code == 400
    assert json.loads(answer.content)["__type"] == "MissingAuthenticationTokenException"
    assert not answer.cookies


def test_a_sandbox_token_opens_nothing_in_the_study_app(
    client: Client, ada: Account, live_server: object, settings: Any
) -> None:
    settings.ONE_PERSON = False
    owner = client_of(ada, live_server)
    pool = make_pool(owner)
    app = make_app(owner, pool)
    make_user(owner, pool)
    token = sign_in(owner, app)["AccessToken"]
    for path in ("/", "/library/"):
        answer = client.get(path, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 302
        assert answer["Location"].startswith(sign_in_address())
    assert not User.objects.filter(username="grace").exists()


def test_another_machine_and_a_strange_name_get_nothing_in_one_person_use(client: Client) -> None:
    asked = {"MaxResults": 1}
    assert post(client, "ListUserPools", asked, host="evil.example").status_code == 403
    away = client.post("/aws/", REMOTE_ADDR="192.0.2.7")
    assert away.status_code == 403


def test_an_address_near_the_endpoint_is_a_page_that_there_is_not(client: Client) -> None:
    assert client.get("/awsome/").status_code == 404
    assert client.get("/aws/nothing/here").json() == {"message": "Not Found"}


def test_a_body_of_any_bytes_is_answered(client: Client) -> None:
    answer = post(client, "GetUser", {"AccessToken": "a.eyJpc3MiOiJcdTAwMDAifQ.b"})
    assert json.loads(answer.content)["__type"] == "NotAuthorizedException"
    big = client.post("/aws/", b"x" * 3_000_000, content_type="application/x-amz-json-1.1")
    assert big.status_code == 413


# One person, open


def test_the_local_learner_has_the_account_of_everybody(db: None) -> None:
    assert local_account().number == "123456789012"
    assert ensure_account(User.objects.create_user("ada")).number != "123456789012"


def test_open_to_any_key_where_that_is_set(live_server: object, settings: Any) -> None:
    ada = make_account("ada")
    stranger = client_of(ada, live_server, secret="anything")
    with pytest.raises(ClientError):
        make_pool(stranger)
    settings.SANDBOX_OPEN = True
    pool = make_pool(stranger)
    arn = stranger.describe_user_pool(UserPoolId=pool)["UserPool"]["Arn"]
    assert arn.split(":")[4] == "123456789012"


# Quotas


def test_too_many_pools_users_and_bytes_are_refused_in_awss_names(
    ada: Account, live_server: object, settings: Any
) -> None:
    settings.SANDBOX_POOLS, settings.SANDBOX_USERS = 1, 1
    client = client_of(ada, live_server)
    pool = make_pool(client)
    assert refusal(client.create_user_pool, PoolName="b") == (
        "LimitExceededException",
        "This sandbox has at most 1 user pools in a region.",
    )
    make_user(client, pool)
    code, _ = refusal(client.admin_create_user, UserPoolId=pool, Username="more")
    assert code == "LimitExceededException"
    settings.SANDBOX_MEGABYTES = 1
    Account.objects.update(stored_bytes=1024 * 1024 - 10)
    code, message = refusal(client.create_group, UserPoolId=pool, GroupName="g")
    assert (code, "at most 1 MB" in message) == ("LimitExceededException", True)
    client.admin_delete_user(UserPoolId=pool, Username="grace")
    client.create_group(UserPoolId=pool, GroupName="g")


def test_too_many_calls_in_a_minute_are_refused_and_the_next_minute_is_another(
    ada: Account, live_server: object, settings: Any
) -> None:
    client = client_of(ada, live_server)
    pool = make_pool(client)
    settings.SANDBOX_CALLS = 2

    def called(times: int, minutes_ago: int) -> None:
        minute = minute_of(timezone.now()) - minutes_ago
        Account.objects.update(minute=minute, calls_in_minute=times)

    called(2, 0)
    code, message = refusal(client.list_user_pools, MaxResults=1)
    called(2, 0)
    page = Client().get(f"/aws/{pool}/.well-known/jwks.json")
    assert (page.status_code, page.content) == (429, b"Too many requests. Try again in a minute.")
    if minute_of(timezone.now()) == Account.objects.get().minute:
        assert (code, message) == ("TooManyRequestsException", "Too many requests")
    called(2, 1)
    client.list_user_pools(MaxResults=1)


def test_a_change_is_seen_by_every_process_at_once(ada: Account, live_server: object) -> None:
    client = client_of(ada, live_server)
    pool = make_pool(client)
    for name in ("one", "two"):
        edition = Account.objects.get(pk=ada.pk).edition
        client.update_user_pool(UserPoolId=pool, PoolName=name)
        assert Account.objects.get(pk=ada.pk).edition != edition
        described = client.describe_user_pool(UserPoolId=pool)["UserPool"]
        assert described["Name"] == name
    # What is kept at hand is of an edition: another process's change made another one.
    stored = StoredDocument.objects.get(kind=UserPool.kind)
    stored.body = stored.body.replace('"two"', '"three"')
    stored.save()
    Account.objects.filter(pk=ada.pk).update(edition=new_edition())
    assert client.describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "three"


def test_a_sign_in_takes_few_queries(
    client: Client, ada: Account, live_server: object, django_assert_num_queries: Any
) -> None:
    owner = client_of(ada, live_server)
    pool = make_pool(owner)
    app = make_app(owner, pool)
    make_user(owner, pool)
    asked = {
        "ClientId": app,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "grace", "PASSWORD": PASSWORD},
    }
    for _ in range(2):  # the first makes the pool's keys
        assert post(client, "InitiateAuth", asked).status_code == 200
    # Whose, the user, sessions that are over, groups; session, its places, the count, the trace.
    with django_assert_num_queries(10):
        assert post(client, "InitiateAuth", asked).status_code == 200


# The command, and AWS's own


def test_the_credentials_are_what_the_aws_cli_needs(
    live_server: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("sandbox_credentials", "--format", "json", "--site", str(live_server))
    told = json.loads(capsys.readouterr().out)
    assert told["AWS_ENDPOINT_URL"] == f"{live_server}/aws"
    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "aws"), "cognito-idp", "create-user-pool"),
            *("--pool-name", "from-the-cli", "--query", "UserPool.Name", "--output", "text"),
        ],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **told},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout.strip(), done.stderr) == ("from-the-cli", "")
    assert TraceEntry.objects.get().account == local_account()


def test_the_credentials_of_another_are_asked_for_by_name(
    capsys: pytest.CaptureFixture[str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "8123")
    ada = make_account("ada")
    call_command("sandbox_credentials", "--user", "ada")
    key = ada.access_keys.get()
    lines = capsys.readouterr().out.splitlines()
    assert f"export AWS_ACCESS_KEY_ID={key.pk}" in lines
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:8123/aws" in lines
    settings.ONE_PERSON = False
    for arguments, said in (([], "--user NAME"), (["--user", "x"], "nobody called x")):
        with pytest.raises(Exception, match=said):
            call_command("sandbox_credentials", *arguments)


# What is kept of calls


def test_the_trace_keeps_no_password_and_only_so_many_calls(
    ada: Account, live_server: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyapp.sandbox.cloud.KEPT", 3)
    monkeypatch.setattr("studyapp.sandbox.cloud.PRUNED_EVERY", 1)
    client = client_of(ada, live_server)
    pool = make_pool(client)
    app = make_app(client, pool)
    make_user(client, pool)
    sign_in(client, app)
    kept = TraceEntry.objects.all()
    assert [entry.operation for entry in kept] == [
        "InitiateAuth",
        "AdminSetUserPassword",
        "AdminCreateUser",
    ]
    assert PASSWORD not in "".join(entry.request + entry.response for entry in kept)
    assert kept[0].caller == ""
    assert kept[1].caller == f"arn:aws:iam::{ada.number}:user/ada"
