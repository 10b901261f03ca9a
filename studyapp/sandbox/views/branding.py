"""A pool's own pages: the domain they are at, and how they look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import Console, console
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms.branding import (
    BEGINNING,
    ClassicForm,
    DomainForm,
    DomainVersionForm,
    ManagedForm,
)
from studyapp.sandbox.hosted import domain_address, sign_in_address
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken

PAGES = {1: "the classic pages", 2: "managed login"}


@require_safe
def domains(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """Where the pool's pages are: at a prefix, a name of one's own, both or neither."""
    asked = console(request, pool_id)
    pool = asked.pool()
    names = [pool[kind] for kind in ("Domain", "CustomDomain") if pool.get(kind)]
    listed = [
        {
            "name": name,
            "address": domain_address(endpoint_of(request), name),
            "pages": PAGES[_domain(asked, name)["ManagedLoginVersion"]],
        }
        for name in names
    ]
    return page(request, asked, "domains", place="domains", domains=listed)


@PAGE
def create_domain(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = DomainForm(sent(request))
    shown = reverse("sandbox:domains", args=[pool_id])
    done = settled(
        request, form, lambda: asked.call("CreateUserPoolDomain", **form.request()), shown, "Made."
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        place="domains",
        within=("Domain", shown),
        title="Create a domain",
        verb="Create",
    )


@PAGE
def domain(request: LearnerRequest, pool_id: str, name: str) -> HttpResponse:
    """Which pages a domain has. POST changes that, or deletes it."""
    asked = console(request, pool_id)
    shown = reverse("sandbox:domains", args=[pool_id])
    if request.POST.get("act") == "delete":
        said = "The domain is deleted; its pages are gone."
        if is_sure(request) and taken(request, asked, "DeleteUserPoolDomain", said, Domain=name):
            return redirect(shown)
        return redirect("sandbox:domain", pool_id, name)
    described = _domain(asked, name)
    form = DomainVersionForm(sent(request), initial=described)
    done = settled(
        request,
        form,
        lambda: asked.call("UpdateUserPoolDomain", Domain=name, **form.request()),
        shown,
        "Saved.",
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        place="domains",
        within=("Domain", shown),
        title=name,
        back=shown,
        delete="Delete the domain",
        consequence="Nobody can sign in on its pages any more",
    )


def _domain(asked: Console, name: str) -> dict[str, Any]:
    described = asked.aws.call("DescribeUserPoolDomain", Domain=name)["DomainDescription"]
    if described.get("UserPoolId") != asked.pool_id:
        raise Http404(f"domain {name}")
    return {"ManagedLoginVersion": described["ManagedLoginVersion"]}


@require_safe
def sign_in(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    """The client's sign-in page; back to the client's own where there is none yet."""
    asked = console(request, pool_id)
    found = sign_in_address(endpoint_of(request), asked.domain(), asked.client(client_id))
    if not found:
        messages.warning(request, "It has no sign-in page yet. “Login pages” below says why.")
    return redirect(found or reverse("sandbox:client", args=[pool_id, client_id]))


@require_safe
def branding(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """Whose pages can be given a look of their own."""
    asked = console(request, pool_id)
    clients, after = asked.listed("ListUserPoolClients", request.GET.get("next", ""))
    context: dict[str, Any] = {"clients": clients, "next": after, "domain": asked.domain()}
    return page(request, asked, "branding", place="branding", **context)


@PAGE
def classic(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    """The classic pages of a client, or of all that have none of their own (ALL)."""
    asked = console(request, pool_id)
    known = asked.read("GetUICustomization", ClientId=client_id)["UICustomization"]
    form = ClassicForm(sent(request), request.FILES or None, initial=known)
    shown = reverse("sandbox:branding", args=[pool_id])
    done = settled(
        request,
        form,
        lambda: asked.call("SetUICustomization", ClientId=client_id, **form.request()),
        shown,
        "Saved.",
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        **_within(pool_id),
        title="Classic pages" if client_id == "ALL" else "Classic pages of one client",
        back=shown,
    )


@PAGE
def managed(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    """Managed login of one client. POST makes, changes or deletes its branding."""
    asked = console(request, pool_id)
    client = asked.client(client_id)
    known = _managed(asked, client_id)
    branding_id = {"ManagedLoginBrandingId": known.get("ManagedLoginBrandingId", "")}
    shown = reverse("sandbox:branding", args=[pool_id])
    if request.POST.get("act") == "delete":
        said = "The branding is deleted: the pages are plain."
        operation = "DeleteManagedLoginBranding"
        if is_sure(request) and taken(request, asked, operation, said, **branding_id):
            return redirect(shown)
        return redirect(request.path)
    settings = known.get("Settings", {} if known else BEGINNING)
    form = ManagedForm(
        sent(request),
        request.FILES or None,
        initial={
            "UseCognitoProvidedValues": known.get("UseCognitoProvidedValues", False),
            "Settings": json.dumps(settings, indent=2) if settings else "",
        },
    )

    def save() -> None:
        if known:
            asked.call("UpdateManagedLoginBranding", **branding_id, **form.request())
        else:
            asked.call("CreateManagedLoginBranding", ClientId=client_id, **form.request())

    done = settled(request, form, save, shown, "Saved.")
    return done or page(
        request,
        asked,
        "form",
        form,
        **_within(pool_id),
        title=f"Managed login of {client['ClientName']}",
        back=shown,
        delete="Delete the branding" if known else "",
        consequence="The pages look plain again",
    )


def _managed(asked: Console, client_id: str) -> Mapping[str, Any]:
    """The client's branding; empty if it has none."""
    operation = "DescribeManagedLoginBrandingByClient"
    branding: Mapping[str, Any] = asked.found(operation, ClientId=client_id).get(
        "ManagedLoginBranding", {}
    )
    return branding


def _within(pool_id: str) -> dict[str, Any]:
    return {
        "place": "branding",
        "within": ("Branding", reverse("sandbox:branding", args=[pool_id])),
    }
