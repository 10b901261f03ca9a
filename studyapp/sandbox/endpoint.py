"""``/aws/``: where AWS's clients find the sandbox.

It stands in front of all that lets people into the study app: no cookie, session or sign-in of the
app's is read here, and nothing that is given out here is read there.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from studyapp.accounts.middleware import stranger_refusal
from studyapp.aws.dispatch import Dispatcher
from studyapp.aws.machine import MachineKeys, RandomIds, SystemClock
from studyapp.aws.services import SERVICES
from studyapp.aws.wire.http import Request, Response
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.cloud import DatabaseCloud
from studyapp.sandbox.functions import StoredFunctions
from studyapp.sandbox.quotas import Quotas

PREFIX = "/aws"

GetResponse = Callable[[HttpRequest], HttpResponse]


class AwsEndpointMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == PREFIX or request.path.startswith(f"{PREFIX}/"):
            return aws(request)
        return self.get_response(request)


def aws(request: HttpRequest) -> HttpResponse:
    """A request of a client of AWS's, whatever its method and address."""
    if settings.ONE_PERSON and (why := stranger_refusal(request)):
        return HttpResponse(why + "\n", status=403, content_type="text/plain; charset=utf-8")
    try:
        asked = _as_value(request)
    except (DisallowedHost, UnreadablePostError):
        return HttpResponse(status=400)
    except RequestDataTooBig:
        return HttpResponse(status=413)
    answer = dispatch(asked)
    response = HttpResponse(answer.body, status=answer.status, headers=answer.headers)
    # What AWS refuses is in the trace: no warning to the site's own log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def dispatch(request: Request, quotas: Quotas | None = None) -> Response:
    """The one door to the sandbox in the database, for clients and for the app's own pages."""
    clock = SystemClock()
    with Transaction() as call:
        cloud = DatabaseCloud(call, clock.now(), quotas)
        dispatcher = Dispatcher(
            cloud,
            SERVICES,
            clock=clock,
            ids=RandomIds(),
            keys=MachineKeys(),
            record=cloud.record,
            functions=StoredFunctions(call),
        )
        return dispatcher(request)


def endpoint_of(request: HttpRequest) -> str:
    """The endpoint's address, as who asks reaches this site."""
    return f"{request.scheme}://{request.get_host()}{PREFIX}"


def _as_value(request: HttpRequest) -> Request:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(
        method=request.method or "",
        path=quote(request.path, safe="/!$&'()*+,-.:;=@_~"),
        query=request.META.get("QUERY_STRING", ""),
        headers=headers,
        body=request.body,
        base=endpoint_of(request),
        source_ip=request.META.get("REMOTE_ADDR", ""),
    )
