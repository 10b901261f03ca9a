"""Users from a file: a job gives out an address to put a CSV file at, and reads it when started.

Line by line, so that what is wrong with one user keeps out no other; the log of AWS's job is in
the trace here.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from studyapp.aws.cognito_idp.attributes import VERIFIABLE
from studyapp.aws.cognito_idp.documents import ImportJob, UserPool
from studyapp.aws.cognito_idp.newcomers import keep_new, new_user
from studyapp.aws.cognito_idp.pools import csv_header
from studyapp.aws.cognito_idp.resources import access_pool, invalid, not_found, over_limit, page_of
from studyapp.aws.cognito_idp.service import COGNITO_IDP, operation
from studyapp.aws.cognito_idp.users import MfaPreference, UserStatus
from studyapp.aws.cognito_idp.visits import Site, site_of
from studyapp.aws.operations import Context, Mount
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Request, Response

# As AWS has it: how long the address is good, and how long a job waits to be started.
_UPLOAD_LIFE = timedelta(minutes=15)
_JOB_LIFE = timedelta(hours=24)

# AWS takes half a million users and 100 MB, and as many hours as that needs.
_MOST_BYTES = 2_000_000
_MOST_JOBS = 50

_MFA, _NAME = "cognito:mfa_enabled", "cognito:username"


@operation("CreateUserImportJob")
def create_user_import_job(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(ctx, request["UserPoolId"])
    if ctx.store.count(ImportJob, ("pool_id", pool.id)) >= _MOST_JOBS:
        raise over_limit(f"The user pool has its {_MOST_JOBS} import jobs already.")
    if "PasswordHashingAlgorithm" in request:
        raise AwsError(
            "OperationNotEnabledException",
            "Imported users set a new password here; hashes from elsewhere aren't taken.",
        )
    job = ImportJob(
        pool_id=pool.id,
        id=f"import-{ctx.ids.text(10, '0123456789abcdefghijklmnopqrstuvwxyz')}",
        name=request["JobName"],
        role=request["CloudWatchLogsRoleArn"],
        token=ctx.keys.random(24).hex(),
        created=ctx.clock.now(),
    )
    return {"UserImportJob": described(ctx, ctx.store.put(job))}


@operation("DescribeUserImportJob")
def describe_user_import_job(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"UserImportJob": described(ctx, _job(ctx, request))}


@operation("ListUserImportJobs")
def list_user_import_jobs(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(ctx, request["UserPoolId"])
    asked = {**request, "NextToken": request.get("PaginationToken")}
    jobs, more = page_of(ctx, ImportJob, ("pool_id", pool.id), asked)
    return {
        "UserImportJobs": [described(ctx, _by_now(ctx, job)) for job in jobs],
        **({"PaginationToken": more["NextToken"]} if more else {}),
    }


@operation("StopUserImportJob")
def stop_user_import_job(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    """Nothing to stop, ever: a job that was started is done before anybody hears of it."""
    job = _job(ctx, request)
    raise _not_yet(
        f"The job is {job.status}; only one that is Pending or InProgress can be stopped."
    )


@operation("StartUserImportJob")
def start_user_import_job(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    job = _job(ctx, request)
    if job.status != "Created":
        raise _not_yet(f"The job is {job.status} and can't be started.")
    if job.file is None:
        raise _not_yet("The CSV file has not been uploaded.")
    job = replace(job, status="InProgress", started=site.now)
    done = ctx.store.put(_finished(site, job, job.file or b""))
    return {"UserImportJob": described(ctx, done)}


def _job(ctx: Context, request: Mapping[str, Any]) -> ImportJob:
    access_pool(ctx, request["UserPoolId"])
    job = ctx.store.get(ImportJob, request["JobId"])
    if job is None or job.pool_id != request["UserPoolId"]:
        raise not_found("Job does not exist.")
    return _by_now(ctx, job)


def _by_now(ctx: Context, job: ImportJob) -> ImportJob:
    late = job.status == "Created" and ctx.clock.now() >= job.created + _JOB_LIFE
    return replace(job, status="Expired") if late else job


def _not_yet(message: str) -> AwsError:
    return AwsError("PreconditionNotMetException", message)


def described(ctx: Context, job: ImportJob) -> dict[str, Any]:
    """UserImportJobType."""
    counts = job.started is not None
    return {
        "JobName": job.name,
        "JobId": job.id,
        "UserPoolId": job.pool_id,
        "PreSignedUrl": f"{ctx.base}/import/{job.id}/users.csv?token={job.token}",
        "CreationDate": job.created,
        "StartDate": job.started,
        "CompletionDate": job.completed,
        "Status": job.status,
        "CloudWatchLogsRoleArn": job.role,
        "ImportedUsers": job.imported if counts else None,
        "SkippedUsers": job.skipped if counts else None,
        "FailedUsers": job.failed if counts else None,
        "CompletionMessage": job.message or None,
    }


# The file


def upload(ctx: Context, job_id: str, _path: str, request: Request) -> Response:
    """What S3 does at the address it signed."""
    job = ctx.store.get(ImportJob, job_id)
    now = ctx.clock.now()
    if (
        job is None
        or request.parameters.get("token") != job.token
        or now >= job.created + _UPLOAD_LIFE
    ):
        return _said(403, "The address is not, or no longer, good. Create another job.")
    if request.method != "PUT":
        return _said(405, "Put the file here, with the method PUT.")
    if job.status != "Created":
        return _said(409, f"The job is {job.status}.")
    if len(request.body) > _MOST_BYTES:
        return _said(413, f"The file has more than {_MOST_BYTES:,} bytes.")
    ctx.store.put(replace(job, file=request.body))
    return Response(200)


COGNITO_IDP.mounts.append(
    Mount(
        re.compile(r"/import/(import-[0-9a-z]+)/(users\.csv)"),
        ImportJob,
        upload,
        secrets=frozenset({"token"}),
    )
)


def _said(status: int, words: str) -> Response:
    return Response(status, words.encode(), {"Content-Type": "text/plain; charset=utf-8"})


def _finished(site: Site, job: ImportJob, data: bytes) -> ImportJob:
    """Every user of the file made, skipped or refused."""
    job = replace(job, completed=site.now, file=None)
    try:
        rows = list(_rows(site.pool, data))
    except AwsError as error:
        return replace(job, status="Failed", message=error.message)
    outcomes: Counter[str] = Counter()
    for number, row in rows:
        outcome, words = _taken_in(site, row)
        outcomes[outcome] += 1
        site.ctx.trail.remarks.append(f"[{outcome}] Line Number {number} - {words}")
    return replace(
        job,
        status="Failed" if rows and outcomes["FAILED"] == len(rows) else "Succeeded",
        imported=outcomes["SUCCEEDED"],
        skipped=outcomes["SKIPPED"],
        failed=outcomes["FAILED"],
        message=f"Import Job Completed {'with' if outcomes['FAILED'] else 'Successfully'}"
        + (f" {outcomes['FAILED']} failures." if outcomes["FAILED"] else "."),
    )


def _rows(pool: UserPool, data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of a line, and what it says under which header. Raises for a file that isn't one
    of this pool's."""
    try:
        text = data.decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(reader, [])
        wanted = csv_header(pool)
        if missing := [name for name in wanted if name not in header]:
            raise invalid(f"The header of the CSV file lacks {', '.join(missing)}.")
        if unknown := [name for name in header if name not in wanted]:
            raise invalid(f"The header of the CSV file has unknown {', '.join(unknown)}.")
        for row in reader:
            if any(row):
                padded = [*row, *([""] * (len(header) - len(row)))]
                yield reader.line_num, dict(zip(header, padded, strict=False))
    except (UnicodeDecodeError, csv.Error) as error:
        raise invalid(f"The CSV file can't be read: {error}") from error


def _taken_in(site: Site, row: Mapping[str, str]) -> tuple[str, str]:
    """SUCCEEDED, SKIPPED or FAILED, and why."""
    given = {name: value for name, value in row.items() if value and name not in (_MFA, _NAME)}
    name = row[_NAME]
    if not name:
        return "FAILED", "The cognito:username is empty."
    wants_mfa = row[_MFA].lower() == "true"
    if wants_mfa and not given.get("phone_number"):
        return "FAILED", "cognito:mfa_enabled is true, and there is no phone_number."
    verified = site.settings.get("AutoVerifiedAttributes", ())
    if verified and not any(
        given.get(attribute) and given.get(VERIFIABLE[attribute], "").lower() == "true"
        for attribute in verified
    ):
        return "FAILED", (
            "The User Record does not set any of the auto verified attributes to true. "
            "(Example: email_verified to true)."
        )
    try:
        user = new_user(site, name, given, complete=False)
        keep_new(
            site,
            replace(
                user,
                status=UserStatus.RESET_REQUIRED,
                mfa=MfaPreference(("SMS_MFA",), "SMS_MFA") if wants_mfa else user.mfa,
            ),
            taken="The user already exists.",
        )
    except AwsError as error:
        return ("SKIPPED" if error.code == "UsernameExistsException" else "FAILED"), error.message
    return "SUCCEEDED", "The import succeeded."
