"""Searching everything that the learner's vaults hold."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.library.search import search as find
from studyapp.ui.htmx import render_page_or_partial


@require_safe
def search(request: LearnerRequest) -> HttpResponse:
    """The field and what it finds; while somebody types, what it finds alone."""
    text = request.GET.get("q", "")
    context = {"q": text, "found": find(request.user, text)}
    return render_page_or_partial(request, "library/search.html", "results", context)
