"""Users from a file: jobs are made, given their file, started, and looked at."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.http import Request
from studyapp.sandbox.client import AGENT
from studyapp.sandbox.console import Console, console
from studyapp.sandbox.endpoint import dispatch, endpoint_of
from studyapp.sandbox.forms.imports import ImportFileForm, ImportJobForm
from studyapp.sandbox.queries import log_of_import
from studyapp.sandbox.views.answering import PAGE, page, sent, settled, taken


@PAGE
def imports(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """The jobs. POST makes one."""
    asked = console(request, pool_id)
    form = ImportJobForm(sent(request))
    role = f"arn:aws:iam::{asked.account.number}:role/cognito-import-log"
    done = settled(
        request,
        form,
        lambda: asked.call(
            "CreateUserImportJob",
            JobName=form.cleaned_data["JobName"],
            CloudWatchLogsRoleArn=role,
        )["UserImportJob"],
        lambda made: reverse("sandbox:import_job", args=[pool_id, made["JobId"]]),
    )
    if done:
        return done
    jobs, after = asked.listed("ListUserImportJobs", request.GET.get("next", ""))
    return page(request, asked, "imports", form, place="imports", jobs=jobs, next=after)


@require_safe
def header(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """The first line of a file for this pool."""
    asked = console(request, pool_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="users.csv"'
    csv.writer(response).writerow(asked.read("GetCSVHeader")["CSVHeader"])
    return response


@PAGE
def job(request: LearnerRequest, pool_id: str, job_id: str) -> HttpResponse:
    """A job and its log. POST uploads its file, or starts or stops it."""
    asked = console(request, pool_id)
    found = asked.read("DescribeUserImportJob", JobId=job_id)["UserImportJob"]
    form = ImportFileForm()
    act = request.POST.get("act", "")
    if request.method == "POST" and act == "upload":
        form = ImportFileForm(request.POST, request.FILES)
        if form.is_valid():
            _upload(request, found, form.cleaned_data["file"].read())
            return redirect(request.path)
    elif request.method == "POST":
        _act(request, asked, job_id, act)
        return redirect(request.path)
    return page(
        request,
        asked,
        "import_job",
        form,
        place="imports",
        within=("Import", reverse("sandbox:imports", args=[pool_id])),
        job=found,
        log=log_of_import(asked.account, job_id),
    )


def _act(request: LearnerRequest, asked: Console, job_id: str, act: str) -> None:
    if act == "start":
        taken(request, asked, "StartUserImportJob", "The job ran: see below.", JobId=job_id)
    elif act == "stop":
        taken(request, asked, "StopUserImportJob", "The job is stopped.", JobId=job_id)


def _upload(request: LearnerRequest, found: Mapping[str, Any], content: bytes) -> None:
    """Put the file at the address that the job gave out, as any client would."""
    address = urlsplit(found["PreSignedUrl"])
    base = endpoint_of(request)
    response = dispatch(
        Request(
            method="PUT",
            path=address.path,
            query=address.query,
            headers={"host": address.netloc, "user-agent": AGENT},
            body=content,
            base=base,
            source_ip=request.META.get("REMOTE_ADDR", ""),
        )
    )
    if response.status == 200:
        messages.success(request, "The file is there. Start the job.")
    else:
        messages.error(request, response.body.decode())
