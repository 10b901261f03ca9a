"""User pools, their app clients and groups, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import (
    LISTED,
    TRIGGERS,
    Console,
    console,
    pools_of,
    triggers_of,
    with_triggers,
)
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms import ClientForm, GroupForm, PoolForm
from studyapp.sandbox.views.refusing import refused, taken, words

VERSIONS = ("V1_0", "V2_0", "V3_0")
PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def pools(request: LearnerRequest) -> HttpResponse:
    context = {"pools": pools_of(request), "tab": "pools"}
    return render(request, "sandbox/pools.html", context)


@PAGE
def create_pool(request: LearnerRequest) -> HttpResponse:
    form = PoolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = console(request, region=form.cleaned_data["region"])
        try:
            made = asked.client.call("CreateUserPool", **form.request())["UserPool"]["Id"]
            if form.cleaned_data["mfa"] != "OFF":
                asked.client.call(
                    "SetUserPoolMfaConfig",
                    UserPoolId=made,
                    MfaConfiguration=form.cleaned_data["mfa"],
                    SoftwareTokenMfaConfiguration={"Enabled": True},
                )
            return redirect("sandbox:pool", made)
        except AwsError as error:
            refused(form, error)
    context = {"form": form, "title": "Create a user pool", "verb": "Create", "tab": "pools"}
    return render(request, "sandbox/create.html", context, status=422 if form.errors else 200)


@PAGE
def pool(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """A pool, with what is configured in it. POST sets its triggers, or deletes it or a group."""
    asked = console(request, pool_id)
    if request.method == "POST":
        return _act(request, asked)
    described = asked.pool()
    context = {
        "pool": described,
        "pool_id": pool_id,
        "issuer": f"{endpoint_of(request)}/{pool_id}",
        "clients": asked.read("ListUserPoolClients", MaxResults=LISTED)["UserPoolClients"],
        "triggers": _triggers(asked, described),
        "versions": VERSIONS,
        "version": described.get("LambdaConfig", {})
        .get("PreTokenGenerationConfig", {})
        .get("LambdaVersion", "V1_0"),
        "groups": asked.read("ListGroups", Limit=LISTED)["Groups"],
        "tab": "pools",
    }
    return render(request, "sandbox/pool.html", context)


def _triggers(asked: Console, pool: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each trigger with the function it has, and those it could have."""
    region = asked.client.region
    arns = {
        each.arn(region): each.name for each in asked.account.functions.select_related("account")
    }
    return [
        {
            "name": name,
            "arn": arn,
            "functions": {**arns, **({arn: arns.get(arn, arn)} if arn else {})},
        }
        for name, arn in triggers_of(pool).items()
    ]


def _act(request: LearnerRequest, asked: Console) -> HttpResponse:
    group = request.POST.get("group", "")
    if request.POST.get("act") == "triggers":
        arns = {name: request.POST.get(name, "") for name in TRIGGERS}
        config = with_triggers(asked.pool(), arns, request.POST.get("version", "V1_0"))
        try:
            asked.change_pool(LambdaConfig=config)
            messages.success(request, "The triggers are set.")
        except AwsError as error:
            messages.error(request, words(error))
    elif group:
        taken(request, asked, "DeleteGroup", "Deleted.", GroupName=group)
    elif request.POST.get("sure") != "yes":
        messages.error(request, "Nothing was deleted: tick the box to say that you are sure.")
    elif taken(request, asked, "DeleteUserPool", "The pool is deleted, and all in it."):
        return redirect("sandbox:pools")
    return redirect("sandbox:pool", asked.pool_id)


@PAGE
def create_client(request: LearnerRequest, pool_id: str) -> HttpResponse:
    form = ClientForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = console(request, pool_id).call("CreateUserPoolClient", **form.request())
            return redirect("sandbox:client", pool_id, made["UserPoolClient"]["ClientId"])
        except AwsError as error:
            refused(form, error)
    return _form(request, pool_id, form, "Create an app client")


@PAGE
def create_group(request: LearnerRequest, pool_id: str) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            console(request, pool_id).call("CreateGroup", **form.request())
            return redirect("sandbox:pool", pool_id)
        except AwsError as error:
            refused(form, error)
    return _form(request, pool_id, form, "Create a group")


@PAGE
def app_client(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    """An app client. POST deletes it."""
    asked = console(request, pool_id)
    if request.method == "POST":
        if taken(request, asked, "DeleteUserPoolClient", "Deleted.", ClientId=client_id):
            return redirect("sandbox:pool", pool_id)
        return redirect("sandbox:client", pool_id, client_id)
    described = asked.read("DescribeUserPoolClient", ClientId=client_id)["UserPoolClient"]
    context = {
        "client": described,
        "pool_id": pool_id,
        "issuer": f"{endpoint_of(request)}/{pool_id}",
        "tab": "pools",
    }
    return render(request, "sandbox/client.html", context)


def _form(request: LearnerRequest, pool_id: str, form: Any, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "verb": "Create", "pool_id": pool_id, "tab": "pools"}
    return render(request, "sandbox/create.html", context, status=422 if form.errors else 200)
