"""What of the sandbox is the learner's; what is not, is 404."""

from __future__ import annotations

from django.http import Http404

from studyapp.sandbox.models import Account, TraceEntry


def access_entry(account: Account, pk: int) -> TraceEntry:
    entry = account.trace.filter(pk=pk).first()
    if entry is None:
        raise Http404(f"trace entry {pk}")
    return entry
