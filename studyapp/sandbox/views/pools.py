"""User pools, by hand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import LISTED, Console, console, pools_of
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms.pools import PoolForm
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken


@require_safe
def pools(request: LearnerRequest) -> HttpResponse:
    context = {"pools": pools_of(request), "tab": "pools"}
    return render(request, "sandbox/pools.html", context)


@PAGE
def create_pool(request: LearnerRequest) -> HttpResponse:
    form = PoolForm(sent(request))

    def create() -> str:
        asked = console(request, region=form.cleaned_data["region"])
        made: str = asked.aws.call("CreateUserPool", **form.request())["UserPool"]["Id"]
        if form.cleaned_data["mfa"] != "OFF":
            asked.aws.call(
                "SetUserPoolMfaConfig",
                UserPoolId=made,
                MfaConfiguration=form.cleaned_data["mfa"],
                SoftwareTokenMfaConfiguration={"Enabled": True},
            )
        return made

    done = settled(request, form, create, lambda made: reverse("sandbox:pool", args=[made]))
    return done or page(request, None, "form", form, title="Create a user pool", verb="Create")


@PAGE
def pool(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """A pool at a glance. POST deletes it."""
    asked = console(request, pool_id)
    if request.method == "POST":
        return _delete(request, asked)
    described = asked.pool()
    return page(
        request,
        asked,
        "pool",
        place="pool",
        pool=described,
        issuer=f"{endpoint_of(request)}/{pool_id}",
        clients=asked.read("ListUserPoolClients", MaxResults=LISTED)["UserPoolClients"],
    )


def _delete(request: LearnerRequest, asked: Console) -> HttpResponse:
    if is_sure(request) and taken(
        request, asked, "DeleteUserPool", "The pool is deleted, and all in it."
    ):
        return redirect("sandbox:pools")
    return redirect("sandbox:pool", asked.pool_id)
