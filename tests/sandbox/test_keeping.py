"""A whole account: snapshots are put back to the letter, a reset empties it, an export is whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from studyapp.aws.cognito_idp.documents import Domain
from studyapp.aws.cognito_idp.signing_keys import PoolKeys
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.models import Account, Place, StoredDocument
from studyapp.sandbox.services.keeping import MOST_SNAPSHOTS, exported
from tests.sandbox.factories import make_account
from tests.sandbox.test_trace_pages import console

pytestmark = pytest.mark.django_db

ACCOUNT = "/sandbox/account/"


@pytest.fixture
def ada(client: Client) -> Account:
    account = make_account("ada")
    client.force_login(account.learner)
    return account


@pytest.fixture
def pool(ada: Account) -> str:
    asked = console(ada)
    schema = [{"Name": "tier", "AttributeDataType": "String", "Mutable": True}]
    pool_id: str = asked.call("CreateUserPool", PoolName="shop", Schema=schema)["UserPool"]["Id"]
    asked.call("CreateUserPoolClient", UserPoolId=pool_id, ClientName="web", GenerateSecret=True)
    asked.call("CreateGroup", UserPoolId=pool_id, GroupName="admins", Precedence=0)
    asked.call("AdminCreateUser", UserPoolId=pool_id, Username="grace", MessageAction="SUPPRESS")
    return pool_id


def kept(account: Account) -> list[tuple[Any, ...]]:
    documents = account.documents.values_list("region", "kind", "key", "version", "body")
    places = Place.objects.filter(account=account).values_list("kind", "name", "value", "key")
    return [*sorted(documents), *sorted(places)]


def test_what_reading_a_pools_keys_made_is_counted(ada: Account, pool: str) -> None:
    assert Client().get(f"/aws/{pool}/.well-known/jwks.json").status_code == 200
    assert ada.documents.filter(kind=PoolKeys.kind).exists()
    ada.refresh_from_db()
    assert ada.stored_bytes == sum(len(row.body) for row in ada.documents.all())


def test_a_snapshot_is_put_back_to_the_letter(client: Client, ada: Account, pool: str) -> None:
    before = kept(ada)
    client.post(ACCOUNT, {"act": "snapshot", "name": "before"})
    console(ada).call("DeleteUserPool", UserPoolId=pool)
    console(ada).call("CreateUserPool", PoolName="other")
    snapshot = ada.snapshots.get()
    assert "before" in client.get(ACCOUNT).text
    said = client.post(ACCOUNT, {"act": "restore", "snapshot": snapshot.pk}, follow=True)
    assert "put back" in said.text
    assert kept(ada) == before
    ada.refresh_from_db()
    assert ada.stored_bytes == sum(len(row.body) for row in ada.documents.all())
    users = console(ada).call("ListUsers", UserPoolId=pool)["Users"]
    assert [user["Username"] for user in users] == ["grace"]
    client.post(ACCOUNT, {"act": "forget", "snapshot": snapshot.pk})
    assert not ada.snapshots.exists()


def test_a_domain_that_somebody_else_has_by_now_is_left_out(
    client: Client, ada: Account, pool: str
) -> None:
    console(ada).call("CreateUserPoolDomain", UserPoolId=pool, Domain="shop")
    client.post(ACCOUNT, {"act": "snapshot", "name": "before"})
    console(ada).call("DeleteUserPoolDomain", UserPoolId=pool, Domain="shop")
    bob = make_account("bob")
    theirs = console(bob).call("CreateUserPool", PoolName="b")["UserPool"]["Id"]
    console(bob).call("CreateUserPoolDomain", UserPoolId=theirs, Domain="shop")
    sent = {"act": "restore", "snapshot": ada.snapshots.get().pk}
    assert "shop is somebody else&#x27;s by now" in client.post(ACCOUNT, sent, follow=True).text
    assert StoredDocument.objects.get(kind=Domain.kind).account == bob
    assert console(ada).call("DescribeUserPool", UserPoolId=pool)


def test_there_is_room_for_so_many_snapshots(client: Client, ada: Account) -> None:
    for number in range(MOST_SNAPSHOTS):
        client.post(ACCOUNT, {"act": "snapshot", "name": str(number)})
    said = client.post(ACCOUNT, {"act": "snapshot", "name": "more"}, follow=True).text
    assert f"at most {MOST_SNAPSHOTS} snapshots" in said
    assert ada.snapshots.count() == MOST_SNAPSHOTS


def test_a_reset_takes_all_and_only_ones_own_and_wants_to_be_sure(
    client: Client, ada: Account, pool: str
) -> None:
    bob = make_account("bob")
    console(bob).call("CreateUserPool", PoolName="b")
    assert "tick the box" in client.post(ACCOUNT, {"act": "reset"}, follow=True).text
    assert ada.documents.exists()
    client.post(ACCOUNT, {"act": "reset", "sure": "yes"})
    assert not ada.documents.exists()
    assert not ada.trace.exists()
    assert not Place.objects.filter(account=ada).exists()
    assert bob.documents.exists()
    with pytest.raises(AwsError, match="ResourceNotFound"):
        console(ada).call("DescribeUserPool", UserPoolId=pool)
    assert Account.objects.get(pk=ada.pk).stored_bytes == 0


def test_an_export_has_every_document(client: Client, ada: Account, pool: str) -> None:
    answer = client.get(f"{ACCOUNT}export.json")
    assert answer["Content-Disposition"] == f'attachment; filename="sandbox-{ada.number}.json"'
    told = json.loads(b"".join(answer) if answer.streaming else answer.content)
    assert told == exported(ada)
    kinds = {each["kind"] for each in told["documents"]}
    assert {"cognito-idp/pool", "cognito-idp/user", "cognito-idp/client"} <= kinds


def test_a_template_sets_the_pool_up_at_aws(client: Client, ada: Account, pool: str) -> None:
    answer = client.get(f"{ACCOUNT}cloudformation.json")
    resources = json.loads(answer.content)["Resources"]
    assert {name: each["Type"] for name, each in resources.items()} == {
        "Pool1": "AWS::Cognito::UserPool",
        "Pool1Client1": "AWS::Cognito::UserPoolClient",
        "Pool1Group1": "AWS::Cognito::UserPoolGroup",
    }
    properties = resources["Pool1"]["Properties"]
    assert properties["UserPoolName"] == "shop"
    assert [each["Name"] for each in properties["Schema"]] == ["tier"]
    assert resources["Pool1Client1"]["Properties"]["UserPoolId"] == {"Ref": "Pool1"}
    assert resources["Pool1Client1"]["Properties"]["GenerateSecret"] is True
    assert "Secret" not in str(resources).replace("GenerateSecret", "")
    assert resources["Pool1Group1"]["Properties"] == {
        "UserPoolId": {"Ref": "Pool1"},
        "GroupName": "admins",
        "Precedence": 0,
    }


def test_a_template_has_all_that_is_set_up_in_a_pool(
    client: Client, ada: Account, pool: str
) -> None:
    asked, own = console(ada), {"UserPoolId": pool}
    app = asked.call("ListUserPoolClients", **own, MaxResults=1)["UserPoolClients"][0]["ClientId"]
    asked.call("UpdateUserPool", **own, UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
               UserPoolTier="PLUS")  # fmt: skip
    asked.call("SetUserPoolMfaConfig", **own, MfaConfiguration="OPTIONAL",
               SoftwareTokenMfaConfiguration={"Enabled": True})  # fmt: skip
    asked.call("CreateUserPoolDomain", **own, Domain="shop")
    scopes = [{"ScopeName": "read", "ScopeDescription": "Read"}]
    asked.call("CreateResourceServer", **own, Identifier="https://a.example", Name="a",
               Scopes=scopes)  # fmt: skip
    details = {"client_id": "1", "client_secret": "hidden", "authorize_scopes": "profile"}
    asked.call("CreateIdentityProvider", **own, ProviderName="Google", ProviderType="Google",
               ProviderDetails=details, AttributeMapping={"email": "email"})  # fmt: skip
    blocked = {"BlockedIPRangeList": ["192.0.2.0/24"]}
    asked.call("SetRiskConfiguration", **own, RiskExceptionConfiguration=blocked)
    asked.call("SetUICustomization", **own, ClientId=app, CSS=".banner-customizable { }")
    asked.call("CreateManagedLoginBranding", **own, ClientId=app, UseCognitoProvidedValues=True)
    links = {"cognito:default": "https://a.example/terms"}
    asked.call("CreateTerms", **own, ClientId=app, TermsName="terms-of-use", TermsSource="LINK",
               Enforcement="NONE", Links=links)  # fmt: skip
    told = json.loads(client.get(f"{ACCOUNT}cloudformation.json").content)
    made = {name: each["Properties"] for name, each in told["Resources"].items()}
    assert made["Pool1"]["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert made["Pool1Domain1"]["Domain"] == "shop"
    assert made["Pool1Server1"]["Scopes"] == scopes
    provider = made["Pool1Provider1"]
    assert provider["AttributeMapping"]["email"] == "email"
    assert provider["ProviderDetails"]["client_secret"] == {"Ref": "Pool1Provider1ClientSecret"}
    assert told["Parameters"] == {"Pool1Provider1ClientSecret": {"Type": "String", "NoEcho": True}}
    assert "hidden" not in str(told)
    needed = told["Resources"]["Pool1Client1"]["DependsOn"]
    assert needed == ["Pool1Server1", "Pool1Provider1"]
    assert made["Pool1Risk"]["ClientId"] == "ALL"
    assert made["Pool1Risk"]["RiskExceptionConfiguration"] == blocked
    assert made["Pool1Client1Looks"]["ClientId"] == {"Ref": "Pool1Client1"}
    assert made["Pool1Client1Branding"]["UseCognitoProvidedValues"] is True
    assert made["Pool1Terms1"]["Links"] == links
    assert not {"Pool1Looks", "Pool1Client1Risk"} & made.keys()


def test_nobody_restores_or_forgets_anothers_snapshot(
    client: Client, ada: Account, pool: str
) -> None:
    client.post(ACCOUNT, {"act": "snapshot", "name": "mine"})
    pk = ada.snapshots.get().pk
    client.force_login(make_account("bob").learner)
    for act in ("restore", "forget"):
        assert client.post(ACCOUNT, {"act": act, "snapshot": pk}).status_code == 404
    assert client.post(ACCOUNT, {"act": "restore", "snapshot": "x"}).status_code == 404
    assert ada.snapshots.exists()


def test_another_pair_of_keys_and_one_less(client: Client, ada: Account) -> None:
    first = ada.access_keys.get()
    client.post(ACCOUNT, {"act": "key"})
    assert ada.access_keys.count() == 2
    client.post(ACCOUNT, {"act": "forget-key", "key": first.pk})
    assert first.secret not in client.get(ACCOUNT).text
    ada.access_keys.create(id="AKIAMORE", secret="s")
    assert "at most 2" in client.post(ACCOUNT, {"act": "key"}, follow=True).text
