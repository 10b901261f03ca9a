"""The first page: what is due, what is next, and what is there; and, for the reader, what is
known of a note."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.home.queries import asking_for_an_answer, latest_notes, topic_list
from studyapp.home.services.missing import make_missed_due
from studyapp.library.access import read_note
from studyapp.library.queries import reader_items, vault_rows
from studyapp.library.queries.reader import start_of
from studyapp.quizzes.access import access_attempt
from studyapp.study.summary import memory_labels, today_summary
from studyapp.ui.wording import plural


@never_cache  # going back to it after studying must show what is left now
@require_safe
def today(request: LearnerRequest) -> HttpResponse:
    """One sentence, one button, then the topics with their state."""
    now = timezone.now()
    context = {
        "summary": today_summary(request.user, now),
        "topics": topic_list(request.user, now),
        "vaults": vault_rows(request.user),
        "recent_notes": latest_notes(request.user),
        "needs_answer": asking_for_an_answer(request.user),
    }
    return render(request, "home/today.html", context)


@never_cache
@require_safe
def note_items(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """A note's questions for the reader's margin, each with how well the learner knows it."""
    version = read_note(request.user, slug, path)
    context = reader_items(version, start_of(request))
    items = context["items"]
    labels = memory_labels(request.user, [item["id"] for item in items], timezone.now())
    for item in items:
        item["state"] = labels[item["id"]].state
    context |= {
        "vault": version.vault,
        "note": version,
        "states_known": True,
        "is_own": version.vault.owner_id == request.user.pk,
    }
    return render(request, "library/note.html#items", context)


@require_POST
def missed_due(request: LearnerRequest, pk: int) -> HttpResponse:
    """What a quiz went wrong in becomes due cards."""
    now = timezone.now()
    attempt = access_attempt(request.user, pk)
    if attempt.finished_at is None or attempt.is_withheld:
        raise Http404(f"attempt {pk} is not over")
    count = make_missed_due(learner=request.user, attempt=attempt, now=now)
    if count:
        messages.success(request, f"{plural(count, 'card is,cards are')} due now.")
    else:
        messages.info(request, "They are due cards already.")
    return redirect("home:today")
