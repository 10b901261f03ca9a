"""The rules a learner studies by."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from studyapp.accounts.http import LearnerRequest
from studyapp.scheduling.values import SchedulingError
from studyapp.study.forms import SettingsForm
from studyapp.study.models import Card
from studyapp.study.services.presets import change_preset, current_preset, guess_timezone


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: LearnerRequest) -> HttpResponse:
    """Read and change the rules. A change holds from the next session on."""
    if request.method == "POST":
        form = SettingsForm(request.POST)
        if form.is_valid():
            change_preset(learner=request.user, **form.changes)
            messages.success(request, "Saved. This holds from the next session on.")
            return redirect("study:settings")
    else:
        form = SettingsForm.of(current_preset(request.user).preset)
    context = {
        "form": form,
        "suspended_count": Card.objects.filter(learner=request.user)
        .exclude(suspended_at=None)
        .count(),
    }
    return render(request, "study/settings.html", context, status=422 if form.errors else 200)


@require_POST
def timezone(request: LearnerRequest) -> HttpResponse:
    """What the browser believes the time zone to be; a name that is none is let pass."""
    try:
        guess_timezone(learner=request.user, timezone=request.POST.get("timezone", ""))
    except SchedulingError:
        return HttpResponse(status=422)
    return HttpResponse(status=204)
