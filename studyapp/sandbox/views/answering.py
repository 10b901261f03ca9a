"""What pages of the console have in common: a form that ends in calls of AWS's, and an act of one
button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import Console
from studyapp.sandbox.forms.base import ConsoleForm, words

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: LearnerRequest) -> QueryDict | None:
    """What fills a form; None for one that is yet to be filled."""
    return request.POST if request.method == "POST" else None


def settled(
    request: LearnerRequest,
    form: ConsoleForm,
    act: Callable[[], Any],
    to: str | Callable[[Any], str],
    said: str = "",
) -> HttpResponse | None:
    """Do what a form that was sent asks for, and go on ``to`` an address (that may follow from what
    ``act`` answers). None where there is nothing to do, or AWS refused it, which the form says."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        answer = act()
    except AwsError as error:
        form.refuse(error)
        return None
    if said:
        messages.success(request, said)
    return redirect(to if isinstance(to, str) else to(answer))


def page(
    request: LearnerRequest,
    asked: Console | None,
    template: str,
    form: ConsoleForm | None = None,
    **context: Any,
) -> HttpResponse:
    """A page of the console; 422 where its form was refused."""
    known = {"tab": "pools", "pool_id": asked.pool_id if asked else "", "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, f"sandbox/{template}.html", {**known, **context}, status=status)


def taken(request: LearnerRequest, asked: Console, operation: str, said: str, **more: Any) -> bool:
    """Whether AWS did ``operation``; either way the next page says so."""
    try:
        asked.call(operation, **more)
    except AwsError as error:
        messages.error(request, words(error))
        return False
    messages.success(request, said)
    return True


def is_sure(request: LearnerRequest) -> bool:
    """Whether the box beside the button was ticked; if not, the next page says so."""
    if request.POST.get("sure") == "yes":
        return True
    messages.error(request, "Nothing was deleted: tick the box to say that you are sure.")
    return False
