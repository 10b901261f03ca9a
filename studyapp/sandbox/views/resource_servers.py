"""Resource servers of a pool, and their scopes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import console
from studyapp.sandbox.forms.resource_servers import ResourceServerForm, initial
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken


@require_safe
def resource_servers(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    servers, after = asked.listed("ListResourceServers", request.GET.get("next", ""))
    context: dict[str, Any] = {"resource_servers": servers, "next": after}
    return page(request, asked, "resource_servers", place="resource_servers", **context)


@PAGE
def create_resource_server(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = ResourceServerForm(sent(request))
    done = settled(
        request,
        form,
        lambda: asked.call("CreateResourceServer", **form.request()),
        reverse("sandbox:resource_servers", args=[pool_id]),
        "Made. App clients can now be given its scopes.",
    )
    title = "Create a resource server"
    return done or page(
        request, asked, "form", form, **_within(pool_id), title=title, verb="Create"
    )


@PAGE
def resource_server(request: LearnerRequest, pool_id: str, identifier: str) -> HttpResponse:
    """A resource server to be changed. POST with ``act`` delete deletes it."""
    asked = console(request, pool_id)
    shown = reverse("sandbox:resource_servers", args=[pool_id])
    if request.POST.get("act") == "delete":
        said = "The resource server is deleted."
        operation = "DeleteResourceServer"
        if is_sure(request) and taken(request, asked, operation, said, Identifier=identifier):
            return redirect(shown)
        return redirect("sandbox:resource_server", pool_id, identifier)
    known = asked.read("DescribeResourceServer", Identifier=identifier)["ResourceServer"]
    form = ResourceServerForm(sent(request), initial=initial(known))
    form.fields["Identifier"].disabled = True
    done = settled(
        request, form, lambda: asked.call("UpdateResourceServer", **form.request()), shown, "Saved."
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        **_within(pool_id),
        title=known["Name"],
        back=shown,
        delete="Delete the resource server",
        consequence="No token is given its scopes any more",
    )


def _within(pool_id: str) -> dict[str, Any]:
    return {
        "place": "resource_servers",
        "within": ("Resource servers", reverse("sandbox:resource_servers", args=[pool_id])),
    }
