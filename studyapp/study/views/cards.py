"""Cards that the learner has set aside for good."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.study.access import studiable
from studyapp.study.services.undoing import resume_card


@require_safe
def suspended(request: LearnerRequest) -> HttpResponse:
    """The suspended cards, newest first, each with a way back."""
    placements = (
        studiable(request.user)
        .filter(item__cards__learner=request.user, item__cards__suspended_at__isnull=False)
        .annotate(card_id=F("item__cards"), suspended_at=F("item__cards__suspended_at"))
        .select_related("version", "note__vault")
        .order_by("-suspended_at", "-card_id")
    )
    page = Paginator(placements, 50).get_page(request.GET.get("page"))
    return render(request, "study/suspended.html", {"page": page})


@require_POST
def resume(request: LearnerRequest, pk: int) -> HttpResponse:
    """Bring a card back."""
    resume_card(learner=request.user, card_id=pk)
    messages.success(request, "The card is back; it comes when it is due.")
    return redirect("study:suspended")
