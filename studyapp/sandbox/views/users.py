"""The users of a pool, by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import USER_ACTS, Console, attributes, console
from studyapp.sandbox.forms.base import ConsoleForm
from studyapp.sandbox.forms.users import (
    AttributeForm,
    LinkForm,
    MembershipForm,
    MfaPreferenceForm,
    PasswordForm,
    UserForm,
)
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken

FORMS: Mapping[str, type[ConsoleForm]] = {
    "password": PasswordForm,
    "attribute": AttributeForm,
    "group": MembershipForm,
    "mfa": MfaPreferenceForm,
}
"""What is written about a user with a form, by the act that its button names."""


@require_safe
def users(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """A page of users: all, or those whose username begins with what was typed."""
    asked = console(request, pool_id)
    prefix = request.GET.get("q", "").strip()
    more: dict[str, Any] = {}
    if prefix:
        quoted = prefix.replace("\\", "\\\\").replace('"', '\\"')
        more["Filter"] = f'username ^= "{quoted}"'
    found, after = asked.listed("ListUsers", request.GET.get("next", ""), **more)
    context: dict[str, Any] = {
        "pool": asked.pool(),
        "users": [{**user, "named": attributes(user)} for user in found],
        "next": after,
        "prefix": prefix,
    }
    return page(request, asked, "users", place="users", **context)


@PAGE
def create_user(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = UserForm(sent(request))
    done = settled(
        request,
        form,
        lambda: asked.call("AdminCreateUser", **form.request())["User"],
        lambda made: reverse("sandbox:user", args=[pool_id, made["Username"]]),
    )
    return done or page(
        request, asked, "form", form, **_within(pool_id), title="Create a user", verb="Create"
    )


@PAGE
def user(request: LearnerRequest, pool_id: str, username: str) -> HttpResponse:
    """A user. POST does what ``act`` says, and comes back."""
    asked = console(request, pool_id)
    act = request.POST.get("act", "")
    if request.method == "POST" and act not in (*FORMS, "link"):
        return _act(request, asked, username, act)
    found = asked.user(username)
    made: dict[str, ConsoleForm] = {name: form() for name, form in FORMS.items()}
    providers = [each["ProviderName"] for each in asked.providers()]
    made["link"] = LinkForm(request.POST if act == "link" else None, providers=providers)
    made["mfa"] = MfaPreferenceForm(initial=MfaPreferenceForm.initial_of(found))
    if request.method == "POST":
        form = made["link"] if act == "link" else FORMS[act](request.POST)
        made[act] = form
        own = reverse("sandbox:user", args=[pool_id, username])
        if done := settled(request, form, lambda: _write(asked, username, act, form), own, "Done."):
            return done
    devices = asked.every("AdminListDevices", Username=username)
    context = {
        **_within(pool_id),
        "member": found,
        "named": attributes(found),
        "devices": [{**each, "named": attributes(each, "DeviceAttributes")} for each in devices],
        "identities": json.loads(attributes(found).get("identities") or "[]"),
        "has_providers": bool(providers),
        "pool_id": pool_id,
        "forms": made,
        "tab": "pools",
    }
    status = 422 if any(form.errors for form in made.values()) else 200
    return render(request, "sandbox/user.html", context, status=status)


def _act(request: LearnerRequest, asked: Console, username: str, act: str) -> HttpResponse:
    of_user = {"Username": username}
    if act == "leave":
        group = request.POST.get("group", "")
        operation, said = "AdminRemoveUserFromGroup", "Taken out of the group."
        taken(request, asked, operation, said, **of_user, GroupName=group)
    elif act == "forget":
        device = request.POST.get("device", "")
        said = "The device is forgotten."
        taken(request, asked, "AdminForgetDevice", said, **of_user, DeviceKey=device)
    elif act == "unlink":
        provider, value = request.POST.get("provider", ""), request.POST.get("value", "")
        said = "Unlinked: who comes from there is a user of their own."
        whom = {
            "ProviderName": provider,
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": value,
        }
        taken(request, asked, "AdminDisableProviderForUser", said, User=whom)
    elif act == "delete":
        if is_sure(request) and taken(request, asked, "AdminDeleteUser", "Deleted.", **of_user):
            return redirect("sandbox:users", asked.pool_id)
    elif act in USER_ACTS:
        operation, said = USER_ACTS[act]
        taken(request, asked, operation, said, **of_user)
    return redirect("sandbox:user", asked.pool_id, username)


def _write(asked: Console, username: str, act: str, form: Any) -> None:
    """Raises AwsError."""
    match act:
        case "password":
            asked.call("AdminSetUserPassword", Username=username, **form.request())
        case "group":
            asked.call("AdminAddUserToGroup", Username=username, **form.request())
        case "link":
            to = {"ProviderName": "Cognito", "ProviderAttributeValue": username}
            asked.call(
                "AdminLinkProviderForUser", DestinationUser=to, SourceUser=dict(form.cleaned_data)
            )
        case "mfa":
            asked.call("AdminSetUserMFAPreference", Username=username, **form.request())
        case "attribute" if value := form.cleaned_data["value"]:
            changed = [{"Name": form.cleaned_data["name"], "Value": value}]
            asked.call("AdminUpdateUserAttributes", Username=username, UserAttributes=changed)
        case "attribute":
            names = [form.cleaned_data["name"]]
            asked.call("AdminDeleteUserAttributes", Username=username, UserAttributeNames=names)


def _within(pool_id: str) -> dict[str, Any]:
    return {"place": "users", "within": ("Users", reverse("sandbox:users", args=[pool_id]))}
