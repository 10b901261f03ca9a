"""Lambda functions, written in the browser."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.sandbox.access import access_function
from studyapp.sandbox.forms.functions import FunctionForm
from studyapp.sandbox.functions import ready_made
from studyapp.sandbox.models import StoredFunction
from studyapp.sandbox.services.accounts import ensure_account

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def functions(request: LearnerRequest) -> HttpResponse:
    context = {
        "functions": ensure_account(request.user).functions.all(),
        "ready_made": ready_made(),
        "tab": "functions",
    }
    return render(request, "sandbox/functions.html", context)


@PAGE
def create_function(request: LearnerRequest) -> HttpResponse:
    """A new one, empty or begun with the ready-made one that ``from`` names."""
    account = ensure_account(request.user)
    if request.method == "POST":
        form = FunctionForm(request.POST, instance=StoredFunction(account=account))
        if form.is_valid():
            return redirect(form.save())
    else:
        name = request.GET.get("from", "")
        begun = next((each for each in ready_made() if each.name == name), None)
        initial = {"name": begun.name, "source": begun.source} if begun else {}
        form = FunctionForm(initial=initial)
    context = {"form": form, "tab": "functions"}
    return render(request, "sandbox/function.html", context, status=422 if form.errors else 200)


@PAGE
def function(request: LearnerRequest, name: str) -> HttpResponse:
    """A function to be changed; POST with ``act`` delete deletes it."""
    found = access_function(ensure_account(request.user), name)
    if request.method == "POST":
        if request.POST.get("act") == "delete":
            found.delete()
            messages.success(request, f"{name} is deleted. Pools that call it say so.")
            return redirect("sandbox:functions")
        form = FunctionForm(request.POST, instance=found)
        if form.is_valid():
            messages.success(request, "Saved. The next call runs it.")
            return redirect(form.save())
    else:
        form = FunctionForm(instance=found)
    context = {
        "form": form,
        "function": found,
        "name": name,
        "arn": access_function(found.account, name).arn(DEFAULT_REGION),
        "tab": "functions",
    }
    return render(request, "sandbox/function.html", context, status=422 if form.errors else 200)
