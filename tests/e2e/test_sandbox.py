"""The trace in a browser: live, by keyboard, and without a barrier."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from studyapp.sandbox.models import Account
from studyapp.sandbox.services.accounts import local_account
from tests.e2e.conftest import PHONE, OpenPage
from tests.sandbox.factories import PASSWORD, client_of, make_app, make_pool, make_user, sign_in
from tests.ui.axe import barriers, overflow


@pytest.fixture
def account(transactional_db: None) -> Account:
    return local_account()


def test_a_call_from_elsewhere_shows_by_itself_and_opens_by_keyboard(
    open_page: OpenPage, account: Account, live_server: LiveServer
) -> None:
    page = open_page("/sandbox/trace/")
    expect(page.get_by_text("No call yet")).to_be_visible()
    make_pool(client_of(account, live_server))
    row = page.get_by_role("link", name="CreateUserPool")
    expect(row).to_be_visible()
    row.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="CreateUserPool")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/sandbox/trace/\d+/$"))
    client_of(account, live_server).list_user_pools(MaxResults=1)
    expect(page.get_by_role("link", name="ListUserPools")).to_be_visible()
    expect(row).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.get_by_text("Every call, whoever makes it.")).to_be_visible()


def test_filtering_while_typing_keeps_the_field(
    open_page: OpenPage, account: Account, live_server: LiveServer
) -> None:
    client = client_of(account, live_server)
    make_app(client, make_pool(client))
    page = open_page("/sandbox/trace/")
    field = page.get_by_role("searchbox")
    field.press_sequentially("client", delay=20)
    expect(page.get_by_role("link", name=re.compile("CreateUserPool"))).to_have_count(1)
    expect(field).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?q=client$"))


def test_code_is_copied(open_page: OpenPage, account: Account) -> None:
    page = open_page("/sandbox/account/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy: In a shell").click()
    expect(page.get_by_text("Copied").first).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"export AWS_ACCESS_KEY_ID={account.access_keys.get().pk}" in copied


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_no_page_has_a_barrier_or_scrolls_sideways(
    open_page: OpenPage, account: Account, live_server: LiveServer, scheme: str, width: int
) -> None:
    client = client_of(account, live_server)
    pool = make_pool(client, AutoVerifiedAttributes=["email"])
    app = make_app(client, pool)
    make_user(client, pool)
    client.admin_update_user_attributes(
        UserPoolId=pool, Username="grace", UserAttributes=[{"Name": "profile", "Value": "x" * 200}]
    )
    sign_in(client, app)
    last = account.trace.latest("id").get_absolute_url()
    options = PHONE if width == 390 else {"viewport": {"width": width, "height": 900}}
    places = ("clients/", "groups/", "triggers/", "providers/", "domain/", "branding/")
    forms = (f"clients/{app}/edit/", f"branding/managed/{app}/", "create-provider/SAML/")
    rest = ("", "users/", "users/grace/", f"clients/{app}/", "create-domain/", *places, *forms)
    inside = [f"/sandbox/pools/{pool}/{each}" for each in rest]
    pages: tuple[str, ...] = (
        "",
        "pools/create/",
        "functions/",
        "functions/create/",
        "trace/",
        "messages/",
    )
    page = open_page("/sandbox/", color_scheme=scheme, **options)
    # Forms like others: one look at them is enough.
    if scheme == "dark":
        account.functions.create(name="welcome", source="exports.handler = async (event) => event")
        role = "arn:aws:iam::123456789012:role/cognito-import-log"
        job = client.create_user_import_job(
            UserPoolId=pool, JobName="users", CloudWatchLogsRoleArn=role
        )["UserImportJob"]["JobId"]
        of_client = (f"clients/{app}/terms/", f"clients/{app}/threat-protection/")
        more = ("logs/", f"imports/{job}/", "try-sign-in/", "settings/", *of_client)
        inside += [f"/sandbox/pools/{pool}/{each}" for each in more]
        pages = (*pages, "functions/welcome/try/")
    for address in (*inside, last, *(f"/sandbox/{rest}" for rest in (*pages, "account/"))):
        page.goto(address)
        assert barriers(page) == [], address
        assert overflow(page) == 0, address


def test_a_sign_in_is_tried_by_hand(
    open_page: OpenPage, account: Account, live_server: LiveServer
) -> None:
    client = client_of(account, live_server)
    pool = make_pool(client)
    make_app(client, pool)
    make_user(client, pool)
    page = open_page(f"/sandbox/pools/{pool}/", **PHONE)
    page.get_by_role("list", name="Applications").get_by_text("Try the sign-in").click()
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("button", name="Make the request").click()
    page.get_by_role("link", name="Open the sign-in page").click()
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Back with a code")).to_be_visible()
    page.get_by_text("The request", exact=True).click()
    program = page.get_by_role("region", name="Python").locator("code").inner_text()
    page.get_by_role("button", name="Exchange it for tokens").click()
    expect(page.get_by_role("heading", name="The token endpoint answered 200")).to_be_visible()
    expect(page.get_by_text("Does not hold")).to_have_count(0)
    assert barriers(page) == []
    assert overflow(page) == 0
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert printed.strip() == '400 {"error":"invalid_grant"}'  # it was exchanged already
    settings = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthScopes": ["openid"]}
    app = make_app(client, pool, AllowedOAuthFlows=["implicit"], **settings)
    page.goto(f"/sandbox/pools/{pool}/try-sign-in/?client={app}")
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("button", name="Make the request").click()
    page.get_by_role("link", name="Open the sign-in page").click()
    # Who is signed in there comes straight back, and a script reads what only the browser is told.
    expect(page.get_by_role("heading", name="Back with the tokens")).to_be_visible()
    expect(page.get_by_text("cognito:username", exact=True)).to_be_visible()
