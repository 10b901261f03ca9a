"""The account: how clients reach it, and all of it at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.access import access_snapshot
from studyapp.sandbox.cloudformation import template
from studyapp.sandbox.console import console, pools_of
from studyapp.sandbox.credentials import ways_in
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms.account import SnapshotForm
from studyapp.sandbox.models import Account
from studyapp.sandbox.services.accounts import create_access_key, ensure_account
from studyapp.sandbox.services.keeping import (
    MOST_SNAPSHOTS,
    TooManySnapshotsError,
    exported,
    reset_account,
    restore_snapshot,
    take_snapshot,
)

MOST_KEYS = 2
"""As AWS has it."""


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: LearnerRequest) -> HttpResponse:
    """POST does what “act” says, and comes back."""
    own = ensure_account(request.user)
    form = SnapshotForm()
    if request.method == "POST":
        form = SnapshotForm(request.POST)
        if request.POST.get("act") != "snapshot" or form.is_valid():
            _act(request, own)
            return redirect("sandbox:account")
    endpoint = endpoint_of(request)
    context = {
        "account": own,
        "endpoint": endpoint,
        "ways": ways_in(own, endpoint=endpoint),
        "keys": own.access_keys.all(),
        "snapshots": own.snapshots.defer("content"),
        "form": form,
        "tab": "account",
    }
    return render(request, "sandbox/account.html", context, status=422 if form.errors else 200)


def _act(request: LearnerRequest, own: Account) -> None:
    match request.POST.get("act"):
        case "snapshot":
            _snapshot(request, own)
        case "restore":
            _restore(request, own)
        case "forget":
            access_snapshot(own, request.POST.get("snapshot", "")).delete()
            messages.success(request, "The snapshot is deleted.")
        case "reset" if request.POST.get("sure") != "yes":
            messages.error(request, "Nothing was reset: tick the box to say that you are sure.")
        case "reset":
            reset_account(own)
            messages.success(request, "The account is empty.")
        case "key" if own.access_keys.count() >= MOST_KEYS:
            messages.error(request, f"An account has at most {MOST_KEYS} pairs of keys.")
        case "key":
            create_access_key(own)
        case "forget-key":
            own.access_keys.filter(pk=request.POST.get("key", "")).delete()
            messages.success(request, "The keys are deleted: nothing signed with them is taken.")


def _snapshot(request: LearnerRequest, own: Account) -> None:
    try:
        taken = take_snapshot(own, request.POST["name"].strip())
        messages.success(request, f"Taken: {taken.documents} documents.")
    except TooManySnapshotsError:
        messages.error(request, f"There are at most {MOST_SNAPSHOTS} snapshots. Delete one first.")


def _restore(request: LearnerRequest, own: Account) -> None:
    snapshot = access_snapshot(own, request.POST.get("snapshot", ""))
    for name in restore_snapshot(snapshot):
        messages.warning(request, f"The domain {name} is somebody else's by now: left out.")
    messages.success(request, f"All is put back to what it was in {snapshot.name}.")


@require_safe
def export(request: LearnerRequest) -> HttpResponse:
    """Every document, with verifiers and signing keys: the account as it is."""
    own = ensure_account(request.user)
    return _download(exported(own), f"sandbox-{own.number}.json")


@require_safe
def cloudformation(request: LearnerRequest) -> HttpResponse:
    """The pools as a template."""
    own = ensure_account(request.user)
    consoles = [console(request, pool["Id"]) for pool in pools_of(request)]
    return _download(template(consoles), f"cloudformation-{own.number}.json")


def _download(content: dict[str, object], name: str) -> HttpResponse:
    response = JsonResponse(content, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
