"""A sign-in tried from the console, which plays the app to its end: tokens are read and used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox import trial as trials
from studyapp.sandbox.checking import Expected, checks_of
from studyapp.sandbox.console import Console, console
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.forms.base import words
from studyapp.sandbox.forms.trial import ReturnForm, TrialForm
from studyapp.sandbox.hosted import domain_address
from studyapp.sandbox.tokens import tokens_in
from studyapp.sandbox.trial import Trial
from studyapp.sandbox.views.answering import PAGE, page, sent
from studyapp.sandbox.well_known import issuer_of, well_known

WHY = {
    "invalid_grant": "The code or the token is no good (any more). A code is good once, for five "
    "minutes, and for who shows the redirect_uri and the verifier it was asked for with; a refresh "
    "token until it is over or revoked.",
    "invalid_client": "The client's id or secret is wrong.",
    "invalid_token": "The access token is no good: over, revoked, or without the scope openid.",
    "invalid_scope": "The app client may not ask for one of the scopes, or email, phone or profile "
    "was asked for without openid.",
    "unauthorized_client": "The app client isn't allowed to use this grant type.",
}


@PAGE
def try_sign_in(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """POST does what ``act`` says: prepare an app client, begin, ask an endpoint, forget it all."""
    asked = console(request, pool_id)
    clients = asked.clients()
    known = trials.kept(request.session)
    known = known if known and known.pool_id == pool_id else None
    chosen = request.GET.get("client") or (known.client_id if known else "")
    if not chosen and clients:
        chosen = clients[0]["ClientId"]
    context: dict[str, Any] = {"place": "try_sign_in", "clients": clients, "chosen": chosen}
    if not chosen:
        return page(request, asked, "trial", **context)
    client, domain = asked.client(chosen), asked.domain()
    callback, signed_out = _addresses(request)
    lacking = trials.preparation(
        client,
        domain=domain,
        callback=callback,
        signed_out=signed_out,
        providers=[each["ProviderName"] for each in asked.providers()],
    )
    form = TrialForm.of(sent(request) if _act(request) == "begin" else None, client)
    if request.method == "POST":
        here = f"{reverse('sandbox:try_sign_in', args=[pool_id])}?client={chosen}"
        match _act(request):
            case "prepare":
                _prepare(request, asked, chosen, lacking)
                return redirect(here)
            case "begin" if not lacking.words and form.is_valid():
                begun = trials.begin(
                    client,
                    kind=form.cleaned_data["kind"],
                    scopes=form.cleaned_data["scopes"],
                    address=domain_address(endpoint_of(request), domain),
                    callback=callback,
                )
                trials.keep(request.session, begun)
                return redirect(f"{here}#asked")
            case "forget":
                trials.forget(request.session)
                return redirect(here)
            case act if known and known.client_id == chosen and act != "begin":
                _ask(request, known, act, client.get("ClientSecret", ""))
                return redirect(f"{here}#said")
    shown = known if known and known.client_id == chosen else None
    return page(
        request,
        asked,
        "trial",
        form,
        **context,
        client=client,
        lacking=lacking,
        trial=shown,
        **(_shown(request, shown, client, signed_out) if shown else {}),
    )


def _act(request: LearnerRequest) -> str:
    return request.POST.get("act", "")


def _addresses(request: LearnerRequest) -> tuple[str, str]:
    """Where the browser comes back to, from signing in and from signing out."""
    return (
        request.build_absolute_uri(reverse("sandbox:callback")),
        request.build_absolute_uri(reverse("sandbox:signed_out")),
    )


def _prepare(
    request: LearnerRequest, asked: Console, client_id: str, lacking: trials.Preparation
) -> None:
    try:
        if lacking.domain:
            asked.call("CreateUserPoolDomain", Domain=lacking.domain, ManagedLoginVersion=1)
        if lacking.changes:
            asked.change_client(client_id, **lacking.changes)
    except AwsError as error:
        said = words(error)
        if not request.is_secure() and "HTTP protocol" in said:
            port = f":{request.get_port()}"
            said += f" On this machine, the study app is at http://localhost{port} as well."
        messages.error(request, said)
    else:
        messages.success(request, "Done: the app client can be tried.")


def _ask(request: LearnerRequest, trial: Trial, act: str, secret: str) -> None:
    """Ask an endpoint, and keep what it answers."""
    found = trials.requests_of(trial, secret).get(act)
    if found is None:
        return
    base, source_ip = endpoint_of(request), request.META.get("REMOTE_ADDR", "")
    answer = trials.ask(found, base=base, source_ip=source_ip)
    if answer.status == 200 and act in ("exchange", "refresh"):
        names = ("id_token", "access_token", "refresh_token")
        trial.tokens |= {name: answer.body[name] for name in names if name in answer.body}
    trial.said = {
        "act": act,
        "status": answer.status,
        "body": answer.body,
        "request_id": answer.request_id,
    }
    trials.keep(request.session, trial)


def _shown(
    request: LearnerRequest, trial: Trial, client: Mapping[str, Any], signed_out: str
) -> dict[str, Any]:
    """What the page tells of a trial that was begun."""
    said = trial.said
    entry = None
    if said:
        account = request.user.sandbox
        entry = account.trace.filter(request_id=said["request_id"]).only("id").first()
    return {
        "requests": trials.requests_of(trial, client.get("ClientSecret", "")),
        "tokens": _tokens(request, trial),
        "said": said,
        "why": WHY.get(said.get("body", {}).get("error", "")) if said else None,
        "came_why": WHY.get(trial.came.get("error", "")),
        "entry": entry,
        "logout": trial.logout_url(signed_out),
    }


def _tokens(request: LearnerRequest, trial: Trial) -> list[dict[str, Any]]:
    """The tokens that can be read, each with what an app checks of it."""
    if not trial.tokens:
        return []
    base = endpoint_of(request)
    expected = Expected(
        jwks=well_known(base, trial.pool_id, "jwks.json")["keys"],
        issuer=issuer_of(base, trial.pool_id),
        client_id=trial.client_id,
        nonce=trial.asked["nonce"],
        now=datetime.now(UTC),
    )
    return [
        {
            "token": token,
            "checks": checks_of(token.text, token.name.removesuffix("_token"), expected),
        }
        for token in tokens_in(trial.tokens)
    ]


@PAGE
def callback(request: LearnerRequest) -> HttpResponse:
    """Where the pool's pages send the browser back to. What came is kept and looked at on the page
    of the trial: a code has no business in an address bar. Tokens come behind the #, where only the
    browser sees them: it sends them by POST."""
    came, form = request.GET.dict(), None
    if request.method == "POST":
        form = ReturnForm(request.POST)
        if form.is_valid():
            parts = urlsplit(form.cleaned_data["address"])
            came = dict(parse_qsl(parts.fragment or parts.query))
    trial = trials.kept(request.session)
    if trial is None or (came and came.get("state") != trial.asked["state"]):
        strange = {"trial": trial, "came": came, "tab": "pools"}
        return render(request, "sandbox/callback.html", strange, status=400)
    if came:
        trial.take(came)
        trials.keep(request.session, trial)
        return redirect(_page_of(trial))
    context: dict[str, Any] = {"trial": trial, "form": form or ReturnForm(), "tab": "pools"}
    status = 422 if request.method == "POST" else 200
    return render(request, "sandbox/callback.html", context, status=status)


@require_safe
def signed_out(request: LearnerRequest) -> HttpResponse:
    """Where the domain's logout endpoint leads to."""
    trial = trials.kept(request.session)
    if trial is None:
        return redirect("sandbox:pools")
    messages.success(
        request,
        "Signed out: the browser's session with the pool is over. Tokens that were given out are "
        "as good as before, until they end or are revoked.",
    )
    return redirect(_page_of(trial))


def _page_of(trial: Trial) -> str:
    return f"{reverse('sandbox:try_sign_in', args=[trial.pool_id])}?client={trial.client_id}#came"
