"""Where a pool's logs go."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import console
from studyapp.sandbox.forms.logs import LogForm
from studyapp.sandbox.views.answering import PAGE, page, sent, settled


@PAGE
def logs(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    known = asked.read("GetLogDeliveryConfiguration")["LogDeliveryConfiguration"]
    form = LogForm(sent(request), initial=LogForm.initial_of(known))
    own = reverse("sandbox:logs", args=[pool_id])
    done = settled(
        request,
        form,
        lambda: asked.call("SetLogDeliveryConfiguration", **form.request()),
        own,
        "Saved.",
    )
    return done or page(
        request,
        asked,
        "form",
        form,
        place="logs",
        title="Log streaming",
        lead="Where Cognito is to write what it can't tell an app. There is nothing here to write "
        "to: what would go there is in the trace, and with each user's sign-ins.",
    )
