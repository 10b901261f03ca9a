"""Identity providers of a pool: all simulated, and set up as the true ones are."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import console
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms.providers import KINDS, ProviderForm
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken


@require_safe
def providers(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    found, after = asked.listed("ListIdentityProviders", request.GET.get("next", ""))
    listed = [{**each, "kind": KINDS[each["ProviderType"]]} for each in found]
    context: dict[str, Any] = {"providers": listed, "kinds": KINDS, "next": after}
    return page(request, asked, "providers", place="providers", **context)


@PAGE
def create_provider(request: LearnerRequest, pool_id: str, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404(f"a provider of kind {kind}")
    asked = console(request, pool_id)
    form = ProviderForm(sent(request), kind=kind, simulated=_simulated(request, pool_id))
    if kind not in ("OIDC", "SAML"):
        form.fields["ProviderName"].disabled = True
    done = settled(
        request,
        form,
        lambda: asked.call("CreateIdentityProvider", ProviderType=kind, **form.request()),
        reverse("sandbox:providers", args=[pool_id]),
        "Made. Its button shows on the sign-in page of app clients whose settings name it.",
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        **_within(pool_id),
        title=f"Add {KINDS[kind]}",
        verb="Add",
        lead="What stands here already makes it work: the provider is simulated.",
    )


@PAGE
def provider(request: LearnerRequest, pool_id: str, name: str) -> HttpResponse:
    """A provider to be changed. POST with ``act`` delete deletes it."""
    asked = console(request, pool_id)
    shown = reverse("sandbox:providers", args=[pool_id])
    if request.POST.get("act") == "delete":
        said, operation = "The provider is deleted.", "DeleteIdentityProvider"
        if is_sure(request) and taken(request, asked, operation, said, ProviderName=name):
            return redirect(shown)
        return redirect("sandbox:provider", pool_id, name)
    known = asked.read("DescribeIdentityProvider", ProviderName=name)["IdentityProvider"]
    kind, simulated = known["ProviderType"], _simulated(request, pool_id)
    form = ProviderForm(sent(request), kind=kind, simulated=simulated, known=known)
    done = settled(
        request,
        form,
        lambda: asked.call("UpdateIdentityProvider", **form.request()),
        shown,
        "Saved.",
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        **_within(pool_id),
        title=name,
        back=shown,
        links=_links(kind, simulated),
        delete="Delete the provider",
        consequence="Who comes from there can no longer sign in",
    )


def _links(kind: str, simulated: str) -> list[tuple[str, str]]:
    """Pages of the simulated provider that can be looked at."""
    if kind == "SAML":
        return [
            ("Sign in at the provider", f"{simulated}/saml/sso"),
            ("Its metadata", f"{simulated}/saml/metadata"),
        ]
    if kind == "OIDC":
        return [("Its discovery document", f"{simulated}/oidc/.well-known/openid-configuration")]
    return []


def _simulated(request: LearnerRequest, pool_id: str) -> str:
    return f"{endpoint_of(request)}/{pool_id}/idp"


def _within(pool_id: str) -> dict[str, Any]:
    return {
        "place": "providers",
        "within": ("Providers", reverse("sandbox:providers", args=[pool_id])),
    }
