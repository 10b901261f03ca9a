"""The people of the site, for its admins."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from studyapp.accounts.access import check_admin
from studyapp.accounts.forms import RoleForm
from studyapp.accounts.http import LearnerRequest
from studyapp.accounts.models import User
from studyapp.accounts.people import RoleError, change_role, find_people
from studyapp.accounts.services import name_of
from studyapp.ui.htmx import render_page_or_partial


@never_cache
@require_safe
def people(request: LearnerRequest) -> HttpResponse:
    """Who there is, narrowed by what is typed and by role."""
    check_admin(request.user)
    text, role = request.GET.get("q", ""), request.GET.get("role", "")
    page = find_people(text, role, request.GET.get("page"))
    context = {
        "q": text,
        "role": role,
        "roles": User.Role.choices,
        "page": page,
        "rows": [(name_of(person), person) for person in page],
    }
    return render_page_or_partial(request, "people/people.html", "found", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: LearnerRequest, pk: int) -> HttpResponse:
    """Somebody's role."""
    check_admin(request.user)
    found = get_object_or_404(User, pk=pk)
    name = name_of(found)
    form = RoleForm(request.POST or None, initial={"role": found.role})
    if form.is_valid():
        role = form.cleaned_data["role"]
        try:
            change_role(person=found, role=role)
        except RoleError as error:
            form.add_error("role", error.message)
        else:
            messages.success(request, f"{name} is {role} now.")
            is_out = found == request.user and role != User.Role.ADMIN
            return redirect("home:today" if is_out else "people:people")
    context = {"person": found, "name": name, "form": form}
    return render(request, "people/person.html", context, status=422 if form.errors else 200)
