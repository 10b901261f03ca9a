"""Users who come from a CSV file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import Pool, make_pool, refused

ROLE = "arn:aws:iam::123456789012:role/import"


def job(pool: Pool) -> dict[str, Any]:
    made = pool.api.create_user_import_job(
        JobName="all of them", UserPoolId=pool.id, CloudWatchLogsRoleArn=ROLE
    )
    told: dict[str, Any] = made["UserImportJob"]
    return told


def file(pool: Pool, *users: dict[str, str]) -> bytes:
    header = pool.api.get_csv_header(UserPoolId=pool.id)["CSVHeader"]
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows({"cognito:mfa_enabled": "false", **user} for user in users)
    return text.getvalue().encode()


def put(address: str, data: bytes, method: str = "PUT") -> int:
    try:
        with urlopen(Request(address, data, method=method)) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return int(error.code)


def run(pool: Pool, data: bytes) -> dict[str, Any]:
    made = job(pool)
    assert put(made["PreSignedUrl"], data) == 200
    done = pool.api.start_user_import_job(UserPoolId=pool.id, JobId=made["JobId"])
    told: dict[str, Any] = done["UserImportJob"]
    return told


def ada(**more: str) -> dict[str, str]:
    return {
        "cognito:username": "ada",
        "email": "ada@example.com",
        "email_verified": "true",
        **more,
    }


def test_who_is_in_the_file_sets_a_password_and_signs_in(sandbox: Running) -> None:
    pool = make_pool(sandbox, AutoVerifiedAttributes=["email"])
    made = job(pool)
    assert made["Status"] == "Created"
    assert put(made["PreSignedUrl"], file(pool, ada(name="Ada, née Byron"))) == 200
    pool.api.start_user_import_job(UserPoolId=pool.id, JobId=made["JobId"])
    done = pool.api.describe_user_import_job(UserPoolId=pool.id, JobId=made["JobId"])
    assert done["UserImportJob"]["Status"] == "Succeeded"
    assert done["UserImportJob"]["ImportedUsers"] == 1
    assert pool.described()["UserStatus"] == "RESET_REQUIRED"
    assert pool.attributes()["name"] == "Ada, née Byron"
    with refused("PasswordResetRequiredException"):
        pool.sign_in()
    pool.api.forgot_password(ClientId=pool.client_id, Username="ada")
    pool.api.confirm_forgot_password(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.code, Password="Passw0rd!"
    )
    assert "AccessToken" in pool.sign_in()


def test_what_is_wrong_with_one_keeps_out_no_other(sandbox: Running) -> None:
    pool = make_pool(sandbox, AutoVerifiedAttributes=["email"])
    pool.user("bob")
    done = run(
        pool,
        file(
            pool,
            ada(),
            ada(**{"cognito:username": "bob", "email": "bob@example.com"}),
            ada(**{"cognito:username": "eve", "email": "no address"}),
            ada(**{"cognito:username": "dan", "email_verified": "false"}),
            ada(**{"cognito:username": "joe", "cognito:mfa_enabled": "true"}),
        ),
    )
    assert done["Status"] == "Succeeded"
    assert (done["ImportedUsers"], done["SkippedUsers"], done["FailedUsers"]) == (1, 1, 3)
    entry = next(e for e in reversed(sandbox.entries) if e.operation == "StartUserImportJob")
    assert [remark.partition("]")[0] for remark in entry.remarks] == [
        "[SUCCEEDED",
        "[SKIPPED",
        "[FAILED",
        "[FAILED",
        "[FAILED",
    ]
    assert "Line Number 4" in entry.remarks[2]
    assert "email" in entry.remarks[2]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"name,email\n", "lacks"),
        (b"\xff\xfe", "can't be read"),
        (b'"', "can't be read"),
    ],
)
def test_a_file_that_is_none_fails_the_job(pool: Pool, data: bytes, said: str) -> None:
    done = run(pool, data)
    assert done["Status"] == "Failed"
    assert said in done["CompletionMessage"]


def test_a_column_of_nobodys_is_named(pool: Pool) -> None:
    data = file(pool).replace(b"cognito:username", b"cognito:username,shoe_size")
    assert "shoe_size" in run(pool, data)["CompletionMessage"]


def test_a_job_runs_once_and_not_without_a_file(pool: Pool) -> None:
    made = job(pool)
    asked = {"UserPoolId": pool.id, "JobId": made["JobId"]}
    with refused("PreconditionNotMetException", "The CSV file has not been uploaded."):
        pool.api.start_user_import_job(**asked)
    put(made["PreSignedUrl"], file(pool, ada()))
    pool.api.start_user_import_job(**asked)
    with refused("PreconditionNotMetException"):
        pool.api.start_user_import_job(**asked)
    with refused("PreconditionNotMetException"):
        pool.api.stop_user_import_job(**asked)
    assert put(made["PreSignedUrl"], file(pool, ada())) == 409


def test_only_who_has_the_address_can_upload(pool: Pool) -> None:
    made = job(pool)
    address = made["PreSignedUrl"]
    assert put(f"{address}0", b"") == 403
    assert put(address, b"", "POST") == 405
    assert put(address, b"x" * 2_000_001) == 413
    pool.sandbox.clock.ahead += timedelta(minutes=15)
    assert put(address, b"") == 403


def test_jobs_are_listed_in_pages_and_go_with_the_pool(pool: Pool) -> None:
    made = {job(pool)["JobId"] for _ in range(3)}
    first = pool.api.list_user_import_jobs(UserPoolId=pool.id, MaxResults=2)
    rest = pool.api.list_user_import_jobs(
        UserPoolId=pool.id, MaxResults=2, PaginationToken=first["PaginationToken"]
    )
    assert {one["JobId"] for one in first["UserImportJobs"] + rest["UserImportJobs"]} == made
    with refused("ResourceNotFoundException"):
        pool.api.describe_user_import_job(UserPoolId=pool.id, JobId="import-none")
