"""Classes: making and joining them, who is in them, what they share."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studyapp.accounts import classes
from studyapp.accounts.access import access_membership, access_taught_class
from studyapp.accounts.forms import ClassForm, JoinForm, MemberForm
from studyapp.accounts.http import LearnerRequest
from studyapp.accounts.models import StudyClass
from studyapp.accounts.services import name_of
from studyapp.accounts.throttling import count_wrong_code, may_try_code
from studyapp.home.class_queries import (
    class_rows,
    member_rows,
    shared_vaults,
    sharing_choices,
)
from studyapp.library.access import access_vault
from studyapp.library.services.sharing import share_vault, unshare_vault
from studyapp.quizzes.assigned_queries import assigned_rows
from studyapp.study.services.presets import current_preset


@never_cache
@require_safe
def class_list(request: LearnerRequest) -> HttpResponse:
    """The classes one belongs to."""
    rows = class_rows(request.user)
    context = {
        "live": [row for row in rows if not row.is_archived],
        "archived": [row for row in rows if row.is_archived],
        "may_teach": request.user.may_teach,
    }
    return render(request, "classes/classes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: LearnerRequest) -> HttpResponse:
    """Make a class: for who may teach."""
    if not request.user.may_teach:
        raise PermissionDenied
    zone = current_preset(request.user).preset.timezone
    form = ClassForm(request.POST or None, initial={"timezone": zone})
    if form.is_valid():
        made = classes.make_class(instructor=request.user, now=timezone.now(), **form.cleaned_data)
        return redirect(made)
    return render(request, "classes/make.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: LearnerRequest) -> HttpResponse:
    """Join a class by its code. An invite link brings the code along, and says nothing about it:
    whether it is good is only told to who posts it."""
    classes.forget_invite(request.user)
    if request.method != "POST":
        form = JoinForm(initial={"code": request.GET.get("code", "")[:40]})
        return render(request, "classes/join.html", {"form": form})
    form = JoinForm(request.POST)
    if not may_try_code(request):
        form.add_error(
            "code", "Too many codes were tried from here. Wait a minute, then try again."
        )
        return render(request, "classes/join.html", {"form": form}, status=429)
    if form.is_valid():
        try:
            joined = classes.join_class(
                person=request.user, code=form.cleaned_data["code"], now=timezone.now()
            )
        except classes.ClassError as error:
            count_wrong_code(request)
            form.add_error("code", error.message)
        else:
            messages.success(request, f"You are in “{joined.title}”.")
            return redirect(joined)
    return render(request, "classes/join.html", {"form": form}, status=422)


@never_cache
@require_safe
def study_class(request: LearnerRequest, pk: int) -> HttpResponse:
    """A class as its members see it, and for its instructors with all they can do."""
    membership = access_membership(request.user, pk)
    found = membership.study_class
    context = {
        "study_class": found,
        "teaches": membership.teaches,
        "vaults": shared_vaults(found) if found.archived_at is None else [],
    }
    rows = assigned_rows(
        request.user, StudyClass.objects.filter(pk=found.pk), timezone.now(), every=True
    )
    context |= {"assigned": rows}
    if membership.teaches:
        link = reverse("classes:join", query={"code": found.join_code})
        context |= {
            "members": member_rows(found),
            "choices": sharing_choices(request.user, found),
            "lets_in": found.lets_in(timezone.now()),
            "invite": request.build_absolute_uri(link),
        }
    with timezone.override(found.zone):
        return render(request, "classes/class.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: LearnerRequest, pk: int) -> HttpResponse:
    """What the class is called, and where its dates are meant."""
    found = access_taught_class(request.user, pk)
    initial = {"title": found.title, "timezone": found.timezone}
    form = ClassForm(request.POST or None, initial=initial)
    if form.is_valid():
        classes.change_class(study_class=found, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect(found)
    context = {"study_class": found, "form": form}
    return render(request, "classes/make.html", context, status=422 if form.errors else 200)


@require_POST
def code(request: LearnerRequest, pk: int) -> HttpResponse:
    """Another join code, or none."""
    found = access_taught_class(request.user, pk)
    if request.POST.get("do") == "close":
        classes.close_code(study_class=found, now=timezone.now())
        messages.success(request, "Nobody can join any more, until you make a new code.")
    else:
        classes.renew_code(study_class=found, now=timezone.now())
        messages.success(request, "This is the new code. The one before is good no more.")
    return redirect(found)


@require_POST
def share(request: LearnerRequest, pk: int) -> HttpResponse:
    """Let the class read a vault of one's own, or no more."""
    found = access_taught_class(request.user, pk)
    if request.POST.get("do") == "stop":
        unshare_vault(study_class=found, slug=request.POST.get("vault", ""))
        messages.success(request, "The class does not see that vault any more.")
    else:
        vault = access_vault(request.user, request.POST.get("vault", ""))
        share_vault(vault=vault, study_class=found)
        messages.success(request, f"The class can read and study “{vault.title}” now.")
    return redirect(found)


@require_POST
def archive(request: LearnerRequest, pk: int) -> HttpResponse:
    """Put the class away, or take it up again."""
    found = access_taught_class(request.user, pk)
    is_archived = request.POST.get("do") != "restore"
    classes.archive_class(study_class=found, now=timezone.now() if is_archived else None)
    return redirect(found)


@require_POST
def leave(request: LearnerRequest, pk: int) -> HttpResponse:
    """Leave the class."""
    membership = access_membership(request.user, pk)
    try:
        classes.end_membership(membership=membership)
    except classes.ClassError as error:
        messages.error(request, error.message)
        return redirect(membership.study_class)
    messages.success(request, f"You have left “{membership.study_class.title}”.")
    return redirect("classes:classes")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: LearnerRequest, pk: int, person: int) -> HttpResponse:
    """What a member is in the class, how much time they get, or that they are no member."""
    found = access_taught_class(request.user, pk)
    members = found.memberships.select_related("person")
    membership = get_object_or_404(members, person=person)
    name = name_of(membership.person)
    form = MemberForm(
        request.POST or None,
        initial={"role": membership.role, "time_factor": membership.time_factor},
    )
    if request.method == "POST":
        try:
            if request.POST.get("do") == "remove":
                classes.end_membership(membership=membership)
                messages.success(request, f"{name} is not in the class any more.")
                return redirect(found if membership.person != request.user else "classes:classes")
            if form.is_valid():
                classes.change_membership(membership=membership, **form.cleaned_data)
                messages.success(request, f"Saved what {name} is here.")
                return redirect(membership.study_class)
        except classes.ClassError as error:
            form.is_valid()
            form.add_error(None, error.message)
    context = {"study_class": found, "membership": membership, "name": name, "form": form}
    return render(request, "classes/member.html", context, status=422 if form.errors else 200)
