"""Lambda functions, written in the browser."""

from __future__ import annotations

import json
import time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.sandbox.access import access_function
from studyapp.sandbox.forms.functions import EventForm, FunctionForm
from studyapp.sandbox.functions import processes, ready_made
from studyapp.sandbox.models import StoredFunction
from studyapp.sandbox.sample_events import KINDS, sample
from studyapp.sandbox.services.accounts import ensure_account
from studyapp.sandbox.views.answering import PAGE, is_sure


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
            if not is_sure(request):
                return redirect(found)
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


@PAGE
def try_function(request: LearnerRequest, name: str) -> HttpResponse:
    """A function run once with an event of the ``kind`` that was chosen. Nothing comes of it."""
    found = access_function(ensure_account(request.user), name)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else next(iter(KINDS))
    begun = json.dumps(sample(kind, region=DEFAULT_REGION), indent=2)
    form = EventForm(request.POST if request.method == "POST" else None, initial={"event": begun})
    came, milliseconds = None, 0.0
    if request.method == "POST" and form.is_valid():
        started = time.perf_counter()
        came = processes().run(found.source, form.cleaned_data["event"], {})
        milliseconds = (time.perf_counter() - started) * 1000
    context = {
        "function": found,
        "form": form,
        "kinds": KINDS,
        "kind": kind,
        "came": came,
        "milliseconds": milliseconds,
        "tab": "functions",
    }
    return render(request, "sandbox/try.html", context, status=422 if form.errors else 200)
