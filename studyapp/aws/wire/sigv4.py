"""Signature Version 4: who signed a request, in a header or in the query, and AWS's refusals."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, unquote

from studyapp.aws.ports import AccessKey
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Request

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW = timedelta(minutes=5)
LONGEST_PRESIGNED = 7 * 24 * 3600

_STAMP = "%Y%m%dT%H%M%SZ"
_WRITTEN_STAMP = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d|us-east-1|aws-global")
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def _moment(text: str) -> datetime:
    """A moment as signatures write it. Raises ValueError."""
    if _WRITTEN_STAMP.fullmatch(text) is None:
        raise ValueError(text)
    # ``strptime`` takes twenty times as long.
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request claims about who sent it."""

    key_id: str
    date: str
    region: str
    service: str
    terminator: str
    headers: tuple[str, ...]
    signature: str
    moment: datetime
    expires: timedelta | None = None
    """None for one in the header, which lives as long as SKEW."""

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


def is_signed(request: Request) -> bool:
    return "authorization" in request.headers or "X-Amz-Algorithm=" in request.query


def verify(
    request: Request,
    service: str,
    find_key: Callable[[str], AccessKey | None],
    now: datetime,
) -> tuple[AccessKey, str]:
    """The key that signed ``request`` for ``service``, and the region. Raises AwsError."""
    signature = read(request)
    _check_time(signature, now)
    _check_scope(signature, service)
    if "host" not in signature.headers:
        raise _invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    key = find_key(signature.key_id)
    token = _token(request)
    if key is None or (key.session_token is not None and key.session_token != token):
        raise AwsError(
            "UnrecognizedClientException", "The security token included in the request is invalid."
        )
    if key.secret is not None and not hmac.compare_digest(
        expected(request, signature, key.secret), signature.signature
    ):
        raise _invalid(_MISMATCH)
    return key, signature.region


def read(request: Request) -> Signature:
    """Raises AwsError if the request isn't signed, or not readably."""
    if "authorization" in request.headers:
        return _from_header(request)
    if "X-Amz-Algorithm=" in request.query:
        return _from_query(request)
    raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")


def _from_header(request: Request) -> Signature:
    header = request.headers["authorization"]
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise _incomplete(f"Unsupported AWS 'algorithm': '{algorithm}'")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    stamp = request.headers.get("x-amz-date")
    if stamp is None:
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if missing or stamp is None:
        raise _incomplete(" ".join([*missing, f"Authorization={algorithm}"]))
    return _signature(parts["Credential"], parts["SignedHeaders"], parts["Signature"], stamp)


def _from_query(request: Request) -> Signature:
    parts = {unquote(name): unquote(value) for name, value in _pairs(request.query)}
    names = ("Credential", "Signature", "SignedHeaders", "Date", "Expires")
    if missing := [f"X-Amz-{name}" for name in names if not parts.get(f"X-Amz-{name}")]:
        raise _incomplete(f"AWS query-string parameters must include {' and '.join(missing)}.")
    expires = parts["X-Amz-Expires"]
    if not re.fullmatch(r"\d{1,6}", expires, re.ASCII) or int(expires) > LONGEST_PRESIGNED:
        raise _incomplete(f"X-Amz-Expires must be a number of at most {LONGEST_PRESIGNED} seconds")
    return _signature(
        parts["X-Amz-Credential"],
        parts["X-Amz-SignedHeaders"],
        parts["X-Amz-Signature"],
        parts["X-Amz-Date"],
        timedelta(seconds=int(expires)),
    )


def _signature(
    credential: str, headers: str, signature: str, stamp: str, expires: timedelta | None = None
) -> Signature:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5:
        raise _incomplete(
            f"Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{credential}'"
        )
    try:
        moment = _moment(stamp)
    except ValueError:
        raise _incomplete(
            "Date must be in ISO-8601 'basic format'. Got "
            f"'{stamp}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ) from None
    key_id, date, region, service, terminator = parts
    return Signature(
        key_id=key_id,
        date=date,
        region=region,
        service=service,
        terminator=terminator,
        headers=tuple(headers.split(";")),
        signature=signature,
        moment=moment,
        expires=expires,
    )


def _check_time(signature: Signature, now: datetime) -> None:
    written = signature.moment.strftime(_STAMP)
    if signature.moment.strftime("%Y%m%d") != signature.date:
        raise _invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{signature.date}' != '{signature.moment:%Y%m%d}', from '{written}'."
        )
    lifetime = SKEW if signature.expires is None else signature.expires
    seconds = int(lifetime.total_seconds())
    allowed = f"{seconds // 60} min." if seconds % 60 == 0 else f"{seconds} sec."
    earliest, latest = now - lifetime, now + SKEW
    if signature.moment < earliest:
        raise _invalid(
            f"Signature expired: {written} is now earlier than {earliest.strftime(_STAMP)} "
            f"({now.strftime(_STAMP)} - {allowed})"
        )
    if signature.moment > latest:
        raise _invalid(
            f"Signature not yet current: {written} is still later than {latest.strftime(_STAMP)} "
            f"({now.strftime(_STAMP)} + 5 min.)"
        )


def _check_scope(signature: Signature, service: str) -> None:
    wrong = []
    if _REGION.fullmatch(signature.region) is None:
        wrong.append("Credential should be scoped to a valid region. ")
    if signature.service != service:
        wrong.append(f"Credential should be scoped to correct service: '{service}'. ")
    if signature.terminator != "aws4_request":
        wrong.append(
            "Credential should be scoped with a valid terminator: "
            f"'aws4_request', not '{signature.terminator}'. "
        )
    if wrong:
        raise _invalid("".join(wrong))


def expected(request: Request, signature: Signature, secret: str) -> str:
    """The signature that ``secret`` gives."""
    canonical = hashlib.sha256(_canonical(request, signature).encode()).hexdigest()
    stamp = signature.moment.strftime(_STAMP)
    text = f"{ALGORITHM}\n{stamp}\n{signature.scope}\n{canonical}"
    key = f"AWS4{secret}".encode()
    for part in (signature.date, signature.region, signature.service, signature.terminator):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _canonical(request: Request, signature: Signature) -> str:
    pairs = sorted(
        (_requoted(name), _requoted(value))
        for name, value in _pairs(request.query)
        if name != "X-Amz-Signature"
    )
    query = "&".join(f"{name}={value}" for name, value in pairs)
    headers = "".join(
        f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signature.headers
    )
    return "\n".join(
        (
            request.method,
            quote(request.path, safe="/-_.~") or "/",
            query,
            headers,
            ";".join(signature.headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(name, value) for name, _, value in parts]


def _requoted(text: str) -> str:
    return quote(unquote(text), safe="-_.~")


def _token(request: Request) -> str | None:
    header = request.headers.get("x-amz-security-token")
    in_query = (value for name, value in _pairs(request.query) if name == "X-Amz-Security-Token")
    return header or next(map(unquote, in_query), None)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidSignatureException", message)


def _incomplete(message: str) -> AwsError:
    return AwsError("IncompleteSignatureException", message)
