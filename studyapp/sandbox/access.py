"""What of the sandbox is the learner's; what is not, is 404."""

from __future__ import annotations

from django.http import Http404

from studyapp.sandbox.models import Account, Snapshot, StoredFunction, TraceEntry


def access_entry(account: Account, pk: int) -> TraceEntry:
    entry = account.trace.filter(pk=pk).first()
    if entry is None:
        raise Http404(f"trace entry {pk}")
    return entry


def access_function(account: Account, name: str) -> StoredFunction:
    found = account.functions.filter(name=name).first()
    if found is None:
        raise Http404(f"function {name}")
    return found


def access_snapshot(account: Account, pk: str) -> Snapshot:
    found = account.snapshots.filter(pk=pk).first() if pk.isdecimal() else None
    if found is None:
        raise Http404(f"snapshot {pk}")
    return found
