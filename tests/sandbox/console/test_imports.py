"""Users from a file, by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


def file_of(header: list[str], *users: dict[str, str]) -> SimpleUploadedFile:
    written = io.StringIO()
    writer = csv.DictWriter(written, header, restval="")
    writer.writeheader()
    writer.writerows(users)
    return SimpleUploadedFile("users.csv", written.getvalue().encode())


def test_users_are_imported_and_the_log_says_of_each(client: Client, pages: str) -> None:
    header = client.get(pages + "imports/header.csv").text.strip().split(",")
    assert "cognito:username" in header
    job = client.post(pages + "imports/", {"JobName": "from before"})["Location"]
    assert "Created" in client.get(job).text
    early = client.post(job, {"act": "start"}, follow=True).text
    assert "PreconditionNotMetException" in early
    assert "PreconditionNotMetException" in client.post(job, {"act": "stop"}, follow=True).text
    assert client.post(job, {"act": "upload"}).status_code == 422
    good = {
        "cognito:username": "grace",
        "email": "grace@example.com",
        "email_verified": "true",
        "cognito:mfa_enabled": "false",
    }
    file = file_of(header, good, {**good, "cognito:username": ""})
    sent = client.post(job, {"act": "upload", "file": file}, follow=True)
    assert "Start the job" in sent.text
    shown = client.post(job, {"act": "start"}, follow=True).text
    assert "1, 0 skipped, 1 failed" in shown
    assert "[SUCCEEDED] Line Number 2" in shown
    assert "from before" in client.get(pages + "imports/").text
    assert "grace@example.com" in client.get(pages + "users/").text


def test_a_bad_name_and_a_file_that_is_too_large_are_refused(client: Client, pages: str) -> None:
    bad = client.post(pages + "imports/", {"JobName": "x" * 129})
    assert list(bad.context["form"].errors) == ["JobName"]
    job = client.post(pages + "imports/", {"JobName": "much"})["Location"]
    file = SimpleUploadedFile("users.csv", b"x" * 2_000_001)
    assert "more than" in client.post(job, {"act": "upload", "file": file}, follow=True).text


@pytest.mark.parametrize("rest", ["imports/", "imports/header.csv", "imports/import-0/"])
def test_nobody_reaches_anothers_imports(strange_pages: Callable[[str], int], rest: str) -> None:
    assert strange_pages(rest) == 404
