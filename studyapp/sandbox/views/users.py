"""The users of a pool, by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import LISTED, USER_ACTS, Console, attributes, console
from studyapp.sandbox.forms.users import AttributeForm, MembershipForm, PasswordForm, UserForm
from studyapp.sandbox.views.answering import PAGE, page, sent, settled, taken


@require_safe
def users(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """A page of users: all, or those whose username begins with what was typed."""
    asked = console(request, pool_id)
    prefix = request.GET.get("q", "").strip()
    more: dict[str, Any] = {}
    if prefix:
        quoted = prefix.replace("\\", "\\\\").replace('"', '\\"')
        more["Filter"] = f'username ^= "{quoted}"'
    if token := request.GET.get("next"):
        more["PaginationToken"] = token
    found = asked.read("ListUsers", Limit=LISTED, **more)
    context = {
        "pool": asked.pool(),
        "users": [{**user, "named": attributes(user)} for user in found["Users"]],
        "next": found.get("PaginationToken", ""),
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
    forms = {"password": PasswordForm, "attribute": AttributeForm, "group": MembershipForm}
    made = {name: form() for name, form in forms.items()}
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in forms:
            return _act(request, asked, username, act)
        made[act] = form = forms[act](request.POST)
        if form.is_valid() and _written(request, asked, username, act, form):
            return redirect("sandbox:user", pool_id, username)
    found = asked.user(username)
    context = {
        **_within(pool_id),
        "member": found,
        "named": attributes(found),
        "pool_id": pool_id,
        "forms": made,
        "tab": "pools",
    }
    status = 422 if any(form.errors for form in made.values()) else 200
    return render(request, "sandbox/user.html", context, status=status)


def _act(request: LearnerRequest, asked: Console, username: str, act: str) -> HttpResponse:
    if act == "leave":
        group = request.POST.get("group", "")
        taken(
            request,
            asked,
            "AdminRemoveUserFromGroup",
            "Taken out of the group.",
            Username=username,
            GroupName=group,
        )
    elif act in USER_ACTS:
        operation, said = USER_ACTS[act]
        if taken(request, asked, operation, said, Username=username) and act == "delete":
            return redirect("sandbox:users", asked.pool_id)
    return redirect("sandbox:user", asked.pool_id, username)


def _written(request: LearnerRequest, asked: Console, username: str, act: str, form: Any) -> bool:
    """Whether AWS took what was typed; otherwise the form says why."""
    try:
        if act == "password":
            asked.call("AdminSetUserPassword", Username=username, **form.request())
        elif act == "group":
            asked.call("AdminAddUserToGroup", Username=username, **form.request())
        elif value := form.cleaned_data["value"]:
            changed = [{"Name": form.cleaned_data["name"], "Value": value}]
            asked.call("AdminUpdateUserAttributes", Username=username, UserAttributes=changed)
        else:
            names = [form.cleaned_data["name"]]
            asked.call("AdminDeleteUserAttributes", Username=username, UserAttributeNames=names)
    except AwsError as error:
        form.refuse(error)
        return False
    messages.success(request, "Done.")
    return True


def _within(pool_id: str) -> dict[str, Any]:
    return {"place": "users", "within": ("Users", reverse("sandbox:users", args=[pool_id]))}
