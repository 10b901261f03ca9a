"""Lambda functions, written in the browser."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.aws.ports import Invocation
from studyapp.aws.trace import TriggerRun
from studyapp.sandbox.access import access_function
from studyapp.sandbox.forms.functions import EventForm, FunctionForm
from studyapp.sandbox.functions import processes, ready_made
from studyapp.sandbox.models import StoredFunction, TraceEntry
from studyapp.sandbox.sample_events import KINDS, sample
from studyapp.sandbox.services.accounts import ensure_account
from studyapp.sandbox.services.recording import record
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
    came, took, entry = None, timedelta(), None
    if request.method == "POST" and form.is_valid():
        event, started = form.cleaned_data["event"], time.perf_counter()
        came = processes().run(found.source, event, {})
        took = timedelta(seconds=time.perf_counter() - started)
        entry = _noted(request, found, event, came, took)
    context = {
        "function": found,
        "form": form,
        "kinds": KINDS,
        "kind": kind,
        "came": came,
        "milliseconds": took / timedelta(milliseconds=1),
        "entry": entry,
        "tab": "functions",
    }
    return render(request, "sandbox/try.html", context, status=422 if form.errors else 200)


def _noted(
    request: LearnerRequest,
    function: StoredFunction,
    event: Mapping[str, Any],
    came: Invocation,
    took: timedelta,
) -> TraceEntry | None:
    """The trace's entry of a run, in the words of Lambda's Invoke, of which it is all there is."""
    answer: dict[str, Any] = {"StatusCode": 200, "Payload": came.result}
    if came.error:
        answer = {"StatusCode": 200, "FunctionError": "Unhandled", "message": came.error}
    request_id = record(
        function.account,
        service="lambda",
        operation="Invoke",
        region=DEFAULT_REGION,
        source_ip=request.META.get("REMOTE_ADDR", ""),
        request={"FunctionName": function.name, "Payload": event},
        response=answer,
        error=answer.get("FunctionError", ""),
        duration=took,
        run=TriggerRun(
            str(event.get("triggerSource", "")), event, came.result, came.error, came.log
        ),
    )
    return function.account.trace.filter(request_id=request_id).only("id").first()
