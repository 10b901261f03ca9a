"""Groups of a pool and who is in them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import Console, attributes, console
from studyapp.sandbox.forms.groups import GroupForm, GroupSettingsForm, MemberForm
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken


@require_safe
def groups(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    listed, after = asked.listed("ListGroups", request.GET.get("next", ""))
    return page(request, asked, "groups", place="groups", groups=listed, next=after)


@PAGE
def create_group(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = GroupForm(sent(request))
    done = settled(
        request,
        form,
        lambda: asked.call("CreateGroup", **form.request())["Group"],
        lambda made: reverse("sandbox:group", args=[pool_id, made["GroupName"]]),
    )
    return done or page(
        request, asked, "form", form, **_within(pool_id), title="Create a group", verb="Create"
    )


@PAGE
def group(request: LearnerRequest, pool_id: str, name: str) -> HttpResponse:
    """A group with its members. POST puts one in or takes one out, or deletes the group."""
    asked = console(request, pool_id)
    form = MemberForm()
    shown = reverse("sandbox:group", args=[pool_id, name])
    if request.method == "POST":
        if request.POST.get("act") != "add":
            return _act(request, asked, name)
        form = MemberForm(request.POST)
        done = settled(
            request,
            form,
            lambda: asked.call(
                "AdminAddUserToGroup", GroupName=name, Username=form.cleaned_data["Username"]
            ),
            shown,
            "Put into the group.",
        )
        if done:
            return done
    described = asked.read("GetGroup", GroupName=name)["Group"]
    users, after = asked.listed("ListUsersInGroup", request.GET.get("next", ""), GroupName=name)
    return page(
        request,
        asked,
        "group",
        form,
        **_within(pool_id),
        group=described,
        members=[{**user, "named": attributes(user)} for user in users],
        next=after,
    )


def _act(request: LearnerRequest, asked: Console, name: str) -> HttpResponse:
    if member := request.POST.get("leave"):
        said = "Taken out of the group."
        taken(request, asked, "AdminRemoveUserFromGroup", said, GroupName=name, Username=member)
    elif is_sure(request) and taken(
        request, asked, "DeleteGroup", "The group is deleted.", GroupName=name
    ):
        return redirect("sandbox:groups", asked.pool_id)
    return redirect("sandbox:group", asked.pool_id, name)


@PAGE
def edit_group(request: LearnerRequest, pool_id: str, name: str) -> HttpResponse:
    asked = console(request, pool_id)
    described = asked.read("GetGroup", GroupName=name)["Group"]
    form = GroupSettingsForm(sent(request), initial=described)
    shown = reverse("sandbox:group", args=[pool_id, name])
    done = settled(
        request,
        form,
        lambda: asked.call("UpdateGroup", GroupName=name, **form.request()),
        shown,
        "Saved.",
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        place="groups",
        within=(name, shown),
        title=f"Change {name}",
        back=shown,
    )


def _within(pool_id: str) -> dict[str, Any]:
    return {
        "place": "groups",
        "within": ("Groups", reverse("sandbox:groups", args=[pool_id])),
    }
