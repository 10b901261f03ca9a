"""What holds for all of a pool, a page for each call of AWS's that sets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.console import Console, console
from studyapp.sandbox.forms.base import ConsoleForm
from studyapp.sandbox.forms.settings import (
    AttributeDefinitionForm,
    MessagesForm,
    MfaForm,
    PoolSettingsForm,
    SignInForm,
    SignUpForm,
)
from studyapp.sandbox.views.answering import PAGE, page, sent, settled


@PAGE
def sign_in(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = SignInForm(sent(request), initial=SignInForm.initial_of(asked.pool()))
    return _settings(
        request,
        asked,
        form,
        lambda: asked.change_pool(**form.request()),
        place="sign_in_settings",
        title="Sign-in",
        lead="What people prove themselves with first, and what helps who has forgotten it.",
    )


@PAGE
def mfa(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = MfaForm(sent(request), initial=MfaForm.initial_of(asked.read("GetUserPoolMfaConfig")))
    return _settings(
        request,
        asked,
        form,
        lambda: asked.call("SetUserPoolMfaConfig", **form.request()),
        place="mfa",
        title="Second factors and passkeys",
    )


@PAGE
def sign_up(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    pool = asked.pool()
    form = SignUpForm(sent(request), initial=SignUpForm.initial_of(pool))
    return _settings(
        request,
        asked,
        form,
        lambda: asked.change_pool(**form.request(pool)),
        place="sign_up_settings",
        title="Sign-up",
        lead="Who may, and what is verified. Attributes stand on a page of their own.",
    )


@PAGE
def attributes(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """What a user can have said of them. POST adds a custom one."""
    asked = console(request, pool_id)
    form = AttributeDefinitionForm(sent(request))
    done = settled(
        request,
        form,
        lambda: asked.call("AddCustomAttributes", CustomAttributes=[form.request()]),
        reverse("sandbox:attributes", args=[pool_id]),
        "Added.",
    )
    return done or page(
        request,
        asked,
        "attributes",
        form,
        place="attributes",
        schema=asked.pool()["SchemaAttributes"],
    )


@PAGE
def messages(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    pool = asked.pool()
    form = MessagesForm(sent(request), initial=MessagesForm.initial_of(pool))
    return _settings(
        request,
        asked,
        form,
        lambda: asked.change_pool(**form.request(pool)),
        place="message_templates",
        title="Messages",
        lead="What people are written, and by whom. An empty text is Cognito's own.",
    )


@PAGE
def pool_settings(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    form = PoolSettingsForm(sent(request), initial=PoolSettingsForm.initial_of(asked.pool()))
    return _settings(
        request,
        asked,
        form,
        lambda: asked.change_pool(**form.request()),
        place="pool_settings",
        title="The pool",
    )


def _settings(
    request: LearnerRequest,
    asked: Console,
    form: ConsoleForm,
    act: Callable[[], Any],
    *,
    place: str,
    **context: Any,
) -> HttpResponse:
    """A form that comes back to itself."""
    own = reverse(f"sandbox:{place}", args=[asked.pool_id])
    done = settled(request, form, act, own, "Saved.")
    return done or page(request, asked, "form", form, place=place, **context)
