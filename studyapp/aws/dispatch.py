"""The one door: every act in the sandbox is an HTTP request that comes in here."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from studyapp.aws.operations import Caller, Context, Mount, Service
from studyapp.aws.ports import Clock, Cloud, ConflictError, Functions, Home, Ids, Keys, NoFunctions
from studyapp.aws.trace import Entry, NotingOutbox, Record, Trail
from studyapp.aws.wire.errors import AwsError, unknown_operation
from studyapp.aws.wire.http import Request, Response
from studyapp.aws.wire.json_rpc import JsonRpc
from studyapp.aws.wire.models import OperationModel
from studyapp.aws.wire.shapes import MASK, masked, validation_message
from studyapp.aws.wire.sigv4 import read, verify

logger = logging.getLogger(__name__)

LONGEST_NAME = 128
"""Of what a trace entry is of."""

DEFAULT_REGION = "us-east-1"
"""Where an unsigned request is taken to be that asks for nothing that there is."""

_SIGNED = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
"""A JSON web token."""

# As AWS answers pages of any origin, so that apps in a browser can call it.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"),
}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Headers": (
        "Authorization,Cache-Control,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-Target,"
        "X-Amz-User-Agent,X-Amz-Content-Sha256,Amz-Sdk-Invocation-Id,Amz-Sdk-Request"
    ),
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Max-Age": "172800",
}


@dataclass(slots=True)
class _Call:
    """A request as far as it has been understood. ``home`` None: nobody knows yet whose it is."""

    service: Service
    operation: OperationModel
    home: Home | None = None
    caller: Caller | None = None
    params: dict[str, Any] = field(default_factory=dict)


class Dispatcher:
    """Answers requests to ``services`` for ``cloud``, and tells ``record`` of each call."""

    def __init__(
        self,
        cloud: Cloud,
        services: Iterable[Service],
        *,
        clock: Clock,
        ids: Ids,
        keys: Keys,
        record: Record,
        functions: Functions | None = None,
    ) -> None:
        self._cloud = cloud
        self._services = {service.target: service for service in services}
        self._clock = clock
        self._ids = ids
        self._keys = keys
        self._functions = functions or NoFunctions()
        self._record = record

    def __call__(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(200, headers=_PREFLIGHT)
        request_id = self._ids.uuid()
        if found := self._mounted(request):
            response = self._served(*found, request, request_id)
        elif request.method == "GET":
            response = self._page(request, request_id)
        else:
            response = self._answer(request, request_id)
        return replace(
            response, headers={**response.headers, "x-amzn-RequestId": request_id, **_CORS}
        )

    def _mounted(self, request: Request) -> tuple[Service, Mount, re.Match[str], Home] | None:
        for service in self._services.values():
            for mount in service.mounts:
                match = mount.path.fullmatch(request.place)
                home = match and self._cloud.home_of(mount.kind, match[1])
                if match and home:
                    return service, mount, match, home
        return None

    def _served(
        self,
        service: Service,
        mount: Mount,
        match: re.Match[str],
        home: Home,
        request: Request,
        request_id: str,
    ) -> Response:
        started = self._clock.now()
        trail = Trail()
        try:
            context = self._context(home, None, trail, request, request_id)
            response = mount.answer(context, match[1], match[2], request)
        except AwsError as error:
            response = _busy(error)
        except ConflictError:
            response = Response(409, b"Somebody else was faster. Try again.")
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            response = Response(500, b"Something went wrong.")
        if match[2] in mount.quiet:
            return response
        self._record(
            Entry(
                id=request_id,
                at=started,
                home=home,
                service=service.name,
                operation=f"{request.method} {request.place}"[:LONGEST_NAME],
                caller="",
                source_ip=request.source_ip,
                agent=request.headers.get("user-agent", ""),
                request={
                    name: MASK if name in mount.secrets else value
                    for name, value in request.parameters.items()
                },
                response=_outcome(trail, response, mount),
                status=response.status,
                error=trail.error,
                duration=self._clock.now() - started,
                triggers=tuple(trail.triggers),
                messages=tuple(trail.messages),
                remarks=tuple(trail.remarks),
            )
        )
        return response

    def _page(self, request: Request, request_id: str) -> Response:
        for service in self._services.values():
            for page in service.pages:
                match = page.path.fullmatch(request.place)
                home = match and self._cloud.home_of(page.kind, match[1])
                if match and home:
                    try:
                        context = self._context(home, None, Trail(), request, request_id)
                    except AwsError as error:
                        return _busy(error)
                    return page.answer(context, match[1])
        return Response(404, b'{"message":"Not Found"}', {"Content-Type": "application/json"})

    def _answer(self, request: Request, request_id: str) -> Response:
        target, _, name = request.headers.get("x-amz-target", "").rpartition(".")
        service = self._services.get(target)
        operation = service.model.operation(name) if service else None
        if service is None or operation is None:
            return JsonRpc().encode_error(unknown_operation(), 400)
        return self._called(_Call(service, operation), request, request_id)

    def _called(self, call: _Call, request: Request, request_id: str) -> Response:
        """Every call leaves one entry, also one that is refused before its operation began."""
        started = self._clock.now()
        trail = Trail()
        code, answer = "", {}
        try:
            home = self._understand(call, request, started)
            context = self._context(home, call.caller, trail, request, request_id)
            answer = dict(_operate(call, context))
            response = call.service.protocol.encode(call.operation, answer)
        except AwsError as error:
            code, answer = error.code, {"message": error.message}
            response = _refusal(call.service, error)
        self._record(
            Entry(
                id=request_id,
                at=started,
                home=call.home or self._claimed(request),
                service=call.service.name,
                operation=call.operation.name,
                caller=call.caller.arn if call.caller else "",
                source_ip=request.source_ip,
                agent=request.headers.get("user-agent", ""),
                request=masked(call.operation.input, call.params),
                response=answer if code else masked(call.operation.output, answer),
                status=response.status,
                error=code,
                duration=self._clock.now() - started,
                triggers=tuple(trail.triggers),
                messages=tuple(trail.messages),
                remarks=tuple(trail.remarks),
            )
        )
        return response

    def _context(
        self, home: Home, caller: Caller | None, trail: Trail, request: Request, request_id: str
    ) -> Context:
        return Context(
            home=home,
            caller=caller,
            clock=self._clock,
            ids=self._ids,
            keys=self._keys,
            store=self._cloud.store(home),
            outbox=NotingOutbox(self._cloud.outbox(home), trail),
            functions=self._functions,
            trail=trail,
            base=request.base,
            source_ip=request.source_ip,
            request_id=request_id,
            home_of=self._cloud.home_of,
        )

    def _understand(self, call: _Call, request: Request, now: datetime) -> Home:
        """Fill in ``call``, as far as it can be; whose it is. Raises AwsError."""
        service, operation = call.service, call.operation
        if not operation.is_unsigned:
            key, region = verify(request, service.name, self._cloud.access_key, now)
            call.caller, call.home = Caller(key.arn, key.id), Home(key.account, region)
        call.params = service.protocol.decode(operation, request)
        call.home = home = call.home or self._located(service, call.params)
        if message := validation_message(operation.input, call.params):
            raise AwsError(service.validation_error, message)
        return home

    def _claimed(self, request: Request) -> Home:
        """Whose a request says it is that was refused before that was checked."""
        try:
            signature = read(request)
        except AwsError:
            return self._cloud.stranger(DEFAULT_REGION)
        key = self._cloud.access_key(signature.key_id)
        return Home(key.account, DEFAULT_REGION) if key else self._cloud.stranger(DEFAULT_REGION)

    def _located(self, service: Service, params: Mapping[str, Any]) -> Home:
        """Whose an unsigned request is."""
        address = service.locate(params)
        home = address and self._cloud.home_of(*address)
        return home or self._cloud.stranger(DEFAULT_REGION)


def _operate(call: _Call, context: Context) -> Mapping[str, Any]:
    """What the operation answers. Raises AwsError, whatever goes wrong."""
    service, model = call.service, call.operation
    function = service.operations.get(model.name)
    if function is None:
        reason = service.unsupported.get(model.name, "The sandbox doesn't have it.")
        raise AwsError(
            "UnsupportedOperationException", f"{model.name} is not supported here. {reason}"
        )
    try:
        return function(context, call.params) or {}
    except ConflictError:
        conflict = "ConcurrentModificationException"
        code = conflict if conflict in model.errors else "TooManyRequestsException"
        raise AwsError(code, "The resource was changed by another request. Try again.") from None
    except AwsError:
        raise
    except Exception:
        logger.exception("%s %s failed", service.name, model.name)
        raise AwsError("InternalErrorException", "Something went wrong", status=500) from None


def _outcome(trail: Trail, response: Response, mount: Mount) -> dict[str, Any]:
    """What an endpoint gave, tokens to be read but not to be used; where a page led to, without
    what only the browser may know; and why it said no."""
    told: dict[str, Any] = {"message": trail.message} if trail.error else {}
    if location := response.headers.get("Location"):
        told["location"] = location.partition("?")[0].partition("#")[0]
    if response.headers.get("Content-Type", "").startswith("application/json"):
        given = json.loads(response.body)
        told |= {name: _readable(mount, name, value) for name, value in given.items()}
    return told


def _readable(mount: Mount, name: str, value: Any) -> Any:
    if isinstance(value, str) and _SIGNED.fullmatch(value):
        return f"{value.rpartition('.')[0]}.signature-left-out"
    return MASK if name in mount.secrets else value


def _busy(error: AwsError) -> Response:
    """Why an account answers nobody for now."""
    return Response(429, f"{error.message}. Try again in a minute.".encode())


def _refusal(service: Service, error: AwsError) -> Response:
    return service.protocol.encode_error(error, error.status or service.model.status_of(error.code))
