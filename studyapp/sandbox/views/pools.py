"""User pools, by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.ports import ConflictError
from studyapp.sandbox.console import Console, console, pools_of
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms.pools import PoolForm
from studyapp.sandbox.services.recording import record
from studyapp.sandbox.services.rotating import rotate_keys
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken
from studyapp.sandbox.well_known import issuer_of


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
    """A pool at a glance. POST rotates its keys, or deletes it."""
    asked = console(request, pool_id)
    if request.method == "POST":
        act = _rotate if request.POST.get("act") == "rotate" else _delete
        return act(request, asked)
    described = asked.pool()
    clients, more = asked.listed("ListUserPoolClients")
    return page(
        request,
        asked,
        "pool",
        place="pool",
        pool=described,
        address=f"{endpoint_of(request)}/{pool_id}",
        issuer=issuer_of(endpoint_of(request), pool_id),
        clients=clients,
        more=more,
    )


def _rotate(request: LearnerRequest, asked: Console) -> HttpResponse:
    """Nothing that AWS's API has: a running Cognito does it by itself."""
    asked.pool()
    try:
        newest, *_ = rotate_keys(asked.account, asked.pool_id)
    except ConflictError:
        messages.error(request, "Somebody else was faster. Look at jwks.json, and try again.")
        return redirect("sandbox:pool", asked.pool_id)
    record(
        asked.account,
        service="cognito-idp",
        operation="Rotate the signing keys",
        region=asked.aws.region,
        source_ip=request.META.get("REMOTE_ADDR", ""),
        request={"UserPoolId": asked.pool_id},
        response={"kid": newest},
    )
    said = f"{newest} signs from now on. Tokens of before are good until they end: jwks.json has "
    messages.success(request, said + "their keys as well.")
    return redirect("sandbox:pool", asked.pool_id)


def _delete(request: LearnerRequest, asked: Console) -> HttpResponse:
    if is_sure(request) and taken(
        request, asked, "DeleteUserPool", "The pool is deleted, and all in it."
    ):
        return redirect("sandbox:pools")
    return redirect("sandbox:pool", asked.pool_id)
