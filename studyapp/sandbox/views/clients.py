"""App clients of a pool: all that can be set of one, and its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import Console, console
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms.base import words
from studyapp.sandbox.forms.clients import ClientForm, ClientSettingsForm
from studyapp.sandbox.forms.terms import DOCUMENTS, TermsForm
from studyapp.sandbox.hosted import sign_in_address
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken
from studyapp.sandbox.well_known import issuer_of


@require_safe
def clients(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    listed, after = asked.listed("ListUserPoolClients", request.GET.get("next", ""))
    return page(request, asked, "clients", place="clients", clients=listed, next=after)


@PAGE
def create_client(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = ClientForm(sent(request))
    done = settled(
        request,
        form,
        lambda: asked.call("CreateUserPoolClient", **form.request())["UserPoolClient"],
        lambda made: reverse("sandbox:client", args=[pool_id, made["ClientId"]]),
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        **_within(pool_id),
        title="Create an app client",
        verb="Create",
    )


@PAGE
def app_client(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    """An app client. POST does what ``act`` says: a secret more or less, or none of it left."""
    asked = console(request, pool_id)
    added = ""
    if request.method == "POST":
        if request.POST.get("act") != "add-secret":
            return _act(request, asked, client_id)
        added = _added_secret(request, asked, client_id)
    described = asked.client(client_id)
    domain = asked.domain()
    secrets = asked.read("ListUserPoolClientSecrets", ClientId=client_id)["ClientSecrets"]
    return page(
        request,
        asked,
        "client",
        **_within(pool_id),
        client=described,
        secrets=secrets,
        added=added,
        issuer=issuer_of(endpoint_of(request), pool_id),
        domain=domain,
        sign_in=sign_in_address(endpoint_of(request), domain, described),
    )


def _added_secret(request: LearnerRequest, asked: Console, client_id: str) -> str:
    """The value of another secret, which AWS tells once."""
    try:
        made = asked.call("AddUserPoolClientSecret", ClientId=client_id)
    except AwsError as error:
        messages.error(request, words(error))
        return ""
    value: str = made["ClientSecretDescriptor"]["ClientSecretValue"]
    return value


def _act(request: LearnerRequest, asked: Console, client_id: str) -> HttpResponse:
    client = {"ClientId": client_id}
    if secret := request.POST.get("secret"):
        said = "The secret is deleted: who still uses it is refused."
        taken(request, asked, "DeleteUserPoolClientSecret", said, **client, ClientSecretId=secret)
    elif is_sure(request) and taken(
        request, asked, "DeleteUserPoolClient", "The app client is deleted.", **client
    ):
        return redirect("sandbox:clients", asked.pool_id)
    return redirect("sandbox:client", asked.pool_id, client_id)


@PAGE
def terms(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    """What who signs up on the pages of managed login is shown."""
    asked = console(request, pool_id)
    client = asked.client(client_id)
    known = {
        name: found
        for name in DOCUMENTS
        if (found := asked.found("DescribeTermsByClient", ClientId=client_id, TermsName=name))
    }
    initial = {
        name.replace("-", "_"): {
            language.removeprefix("cognito:"): address
            for language, address in found["Terms"]["Links"].items()
        }
        for name, found in known.items()
    }
    form = TermsForm(sent(request), initial=initial)
    shown = reverse("sandbox:client", args=[pool_id, client_id])

    def save() -> None:
        for name in DOCUMENTS:
            links, before = form.links(name), known.get(name)
            told = {"TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE", "Links": links}
            if before and links:
                asked.call("UpdateTerms", TermsId=before["Terms"]["TermsId"], **told)
            elif before:
                asked.call("DeleteTerms", TermsId=before["Terms"]["TermsId"])
            elif links:
                asked.call("CreateTerms", ClientId=client_id, **told)

    done = settled(request, form, save, shown, "Saved.")
    return done or page(
        request,
        asked,
        "form",
        form,
        place="clients",
        within=(client["ClientName"], shown),
        title="Terms documents",
        lead="Managed login links to them where people sign up, once there are both.",
        back=shown,
    )


@PAGE
def edit_client(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    client = asked.client(client_id)
    schema = asked.pool()["SchemaAttributes"]
    form = ClientSettingsForm.of(
        sent(request),
        client,
        providers=[each["ProviderName"] for each in asked.providers()],
        scopes=_scopes(asked),
        schema=schema,
    )
    shown = reverse("sandbox:client", args=[pool_id, client_id])
    done = settled(
        request,
        form,
        lambda: asked.retell("UpdateUserPoolClient", client, **form.request(schema)),
        shown,
        "Saved.",
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        place="clients",
        within=(client["ClientName"], shown),
        title=f"Settings of {client['ClientName']}",
        back=shown,
    )


def _scopes(asked: Console) -> Mapping[str, str]:
    """Those of the pool's resource servers, with what they are for."""
    servers = asked.every("ListResourceServers")
    return {
        f"{server['Identifier']}/{scope['ScopeName']}": scope["ScopeDescription"]
        for server in servers
        for scope in server.get("Scopes", ())
    }


def _within(pool_id: str) -> dict[str, Any]:
    return {
        "place": "clients",
        "within": ("App clients", reverse("sandbox:clients", args=[pool_id])),
    }
