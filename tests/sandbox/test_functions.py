"""Learners' functions: written in the browser, called by their pools, nobody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from studyapp.aws.lambda_.runtime import run
from studyapp.aws.ports import Home
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox import functions
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.functions import StoredFunctions, ready_made
from studyapp.sandbox.models import Account, StoredFunction
from studyapp.sandbox.sample_events import KINDS
from tests.sandbox.factories import PASSWORD, make_account
from tests.sandbox.test_trace_pages import console

pytestmark = pytest.mark.django_db

FUNCTIONS = "/sandbox/functions/"
SOURCE = "exports.handler = async (event) => ({ ...event, seen: true });"


@pytest.fixture(autouse=True)
def _processes() -> Iterator[None]:
    yield
    functions.processes().close()
    functions.processes.cache_clear()


@pytest.fixture
def ada(client: Client) -> Account:
    account = make_account("ada")
    client.force_login(account.learner)
    return account


def test_a_function_is_written_changed_and_deleted(client: Client, ada: Account) -> None:
    page = client.get(f"{FUNCTIONS}create/", {"from": "confirm-everybody"}).text
    assert "autoConfirmUser" in page
    made = client.post(f"{FUNCTIONS}create/", {"name": "mine", "source": SOURCE})["Location"]
    shown = client.get(made).text
    assert f"arn:aws:lambda:us-east-1:{ada.number}:function:mine" in shown
    client.post(made, {"name": "mine", "source": "// other"})
    assert "// other" in client.get(made).text
    assert "mine" in client.get(FUNCTIONS).text
    assert "tick the box" in client.post(made, {"act": "delete"}, follow=True).text
    client.post(made, {"act": "delete", "sure": "yes"})
    assert client.get(made).status_code == 404


def test_a_function_is_tried_with_an_event_of_any_kind(client: Client, ada: Account) -> None:
    made = ada.functions.create(name="mine", source="console.log('seen');" + SOURCE)
    page = f"{made.get_absolute_url()}try/"
    for kind in KINDS:
        shown = client.get(page, {"kind": kind})
        event = json.loads(shown.context["form"]["event"].value())
        assert kind == f"{event['triggerSource']} {event['version']}"
    came = client.post(page, {"event": json.dumps({"a": 1})})
    assert came.context["came"].result == {"a": 1, "seen": True}
    assert "It printed" in came.text
    bad = client.post(page, {"event": "[1]"})
    assert (bad.status_code, "JSON object" in bad.text) == (422, True)
    made.source = "exports.handler = () => { throw new Error('no luck') }"
    made.save()
    failed = client.post(page, {"event": "{}"})
    assert "It failed" in failed.text
    assert "no luck" in failed.text
    latest = client.get(failed.context["entry"].get_absolute_url())
    assert "no luck" in latest.text
    assert "The same call" not in latest.text
    assert [run.operation for run in ada.trace.all()] == ["Invoke", "Invoke"]
    client.force_login(make_account("bob").learner)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("", SOURCE, "required"),
        ("a b", SOURCE, "letters, digits"),
        ("mine", "", "required"),
        ("mine", "x" * 70_000, "at most"),
        ("taken", SOURCE, "already"),
    ],
)
def test_what_is_no_function_is_refused_and_kept(
    client: Client, ada: Account, name: str, source: str, said: str
) -> None:
    ada.functions.create(name="taken", source=SOURCE)
    refused = client.post(f"{FUNCTIONS}create/", {"name": name, "source": source})
    assert refused.status_code == 422
    assert said in refused.text
    assert StoredFunction.objects.count() == 1


def test_nobody_sees_or_calls_anothers_function(client: Client, ada: Account) -> None:
    made = ada.functions.create(name="mine", source=SOURCE)
    bob = make_account("bob")
    port, arn = StoredFunctions(Transaction()), made.arn("us-east-1")
    assert port.invoke(Home(bob.number, "us-east-1"), arn, {}, {}) is None
    assert port.invoke(Home(ada.number, "us-east-1"), arn.replace("mine", "no"), {}, {}) is None
    called = port.invoke(Home(ada.number, "us-east-1"), arn, {"a": 1}, {})
    assert called is not None
    assert called.result == {"a": 1, "seen": True}
    client.force_login(bob.learner)
    assert client.get(made.get_absolute_url()).status_code == 404
    assert "mine" not in client.get(FUNCTIONS).text


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_a_function_runs(ada: Account, monkeypatch: Any) -> None:
    made = ada.functions.create(name="mine", source=SOURCE)

    class Watching:
        def run(self, source: str, event: Any, secrets: Any) -> None:
            assert not connection.in_atomic_block

        def close(self) -> None: ...

    with Transaction() as call, monkeypatch.context() as patch:
        call.begin()
        patch.setattr(functions, "processes", Watching)
        StoredFunctions(call).invoke(Home(ada.number, "us-east-1"), made.arn("us-east-1"), {}, {})


def test_a_trigger_set_on_the_pools_page_runs_and_is_traced(client: Client, ada: Account) -> None:
    source = next(each for each in ready_made() if each.name == "confirm-everybody").source
    made = ada.functions.create(name="confirm", source="console.log('here');" + source)
    asked = console(ada)
    pool = asked.call("CreateUserPool", PoolName="shop", AutoVerifiedAttributes=["email"])
    pool_id = pool["UserPool"]["Id"]
    page = f"/sandbox/pools/{pool_id}/triggers/"
    arn = made.arn("us-east-1")
    client.post(page, {"PreSignUp": arn, "PreTokenGeneration": ""})
    described = asked.call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    assert described["LambdaConfig"] == {"PreSignUp": arn}
    assert described["AutoVerifiedAttributes"] == ["email"]  # the rest stays as it was
    shown = client.get(page)
    assert re.search(rf'value="{arn}"\s+selected', shown.text)
    app = asked.call("CreateUserPoolClient", UserPoolId=pool_id, ClientName="web")
    app_id = app["UserPoolClient"]["ClientId"]
    asked.call("SignUp", ClientId=app_id, Username="grace", Password=PASSWORD)
    user = asked.call("AdminGetUser", UserPoolId=pool_id, Username="grace")
    assert user["UserStatus"] == "CONFIRMED"
    entry = ada.trace.get(operation="SignUp")
    assert "PreSignUp_SignUp" in client.get(entry.get_absolute_url()).text
    made.delete()
    with pytest.raises(AwsError, match="UnexpectedLambdaException"):
        asked.call("SignUp", ClientId=app_id, Username="alan", Password=PASSWORD)


def test_tokens_of_another_version_are_set_with_it(client: Client, ada: Account) -> None:
    made = ada.functions.create(name="claims", source=SOURCE)
    asked = console(ada)
    pool_id = asked.call("CreateUserPool", PoolName="shop")["UserPool"]["Id"]
    arn = made.arn("us-east-1")
    sent = {"PreTokenGeneration": arn, "version": "V2_0"}
    client.post(f"/sandbox/pools/{pool_id}/triggers/", sent)
    config = asked.call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]["LambdaConfig"]
    assert config["PreTokenGenerationConfig"] == {"LambdaVersion": "V2_0", "LambdaArn": arn}


def test_a_pool_has_its_codes_sent_by_a_function_set_on_its_page(
    client: Client, ada: Account
) -> None:
    source = next(each for each in ready_made() if each.trigger == "CustomEmailSender").source
    arn = ada.functions.create(name="send", source=source).arn("us-east-1")
    asked = console(ada)
    pool = asked.call("CreateUserPool", PoolName="shop", AutoVerifiedAttributes=["email"])
    pool_id = pool["UserPool"]["Id"]
    page = f"/sandbox/pools/{pool_id}/triggers/"
    client.post(page, {"CustomEmailSender": arn})
    assert re.search(rf'value="{arn}"\s+selected', client.get(page).text)
    email = [{"Name": "email", "Value": "grace@example.com"}]
    asked.call(
        "AdminCreateUser",
        UserPoolId=pool_id,
        Username="grace",
        UserAttributes=email,
        DesiredDeliveryMediums=["EMAIL"],
        TemporaryPassword=PASSWORD,
    )
    assert ada.messages.get().body == f"Psst, grace: {PASSWORD}"
    client.post(page, {"CustomEmailSender": ""})
    config = asked.call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]["LambdaConfig"]
    assert "CustomEmailSender" not in config


@pytest.mark.parametrize("made", ready_made(), ids=lambda made: made.name)
def test_what_is_ready_made_runs_and_says_for_what_it_is(made: functions.ReadyMade) -> None:
    assert made.trigger
    assert made.about
    attributes = {"email": "grace@example.com"}
    private = {"answer": "please"}
    request = {
        "userAttributes": attributes,
        "session": [],
        "codeParameter": "{####}",
        "privateChallengeParameters": private,
        "challengeAnswer": "please",
        "password": "Compiler-1952",
        "code": "sealed",
    }
    event = {
        "triggerSource": f"{made.trigger}_SignUp",
        "userName": "grace",
        "callerContext": {"clientId": "web"},
        "request": request,
        "response": {},
    }
    told = run(made.source, json.dumps(event), '{"sealed": "123456"}')
    assert "error" not in told
    assert told["result"]["userName"] == "grace"
