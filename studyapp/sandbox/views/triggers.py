"""Which Lambda function a pool calls when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import TRIGGERS, Console, console, triggers_of, with_triggers
from studyapp.sandbox.forms.base import words
from studyapp.sandbox.views.answering import PAGE, page

VERSIONS = ("V1_0", "V2_0", "V3_0")


@PAGE
def triggers(request: LearnerRequest, pool_id: str) -> HttpResponse:
    asked = console(request, pool_id)
    described = asked.pool()
    if request.method == "POST":
        arns = {name: request.POST.get(name, "") for name in TRIGGERS}
        config = with_triggers(described, arns, request.POST.get("version", "V1_0"))
        try:
            asked.change_pool(LambdaConfig=config)
            messages.success(request, "The triggers are set.")
        except AwsError as error:
            messages.error(request, words(error))
        return redirect("sandbox:triggers", pool_id)
    versioned = described.get("LambdaConfig", {}).get("PreTokenGenerationConfig", {})
    return page(
        request,
        asked,
        "triggers",
        place="triggers",
        triggers=_triggers(asked, described),
        versions=VERSIONS,
        version=versioned.get("LambdaVersion", "V1_0"),
    )


def _triggers(asked: Console, pool: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each trigger with the function it has, and those it could have."""
    region = asked.aws.region
    arns = {
        each.arn(region): each.name for each in asked.account.functions.select_related("account")
    }
    return [
        {
            "name": name,
            "about": TRIGGERS[name],
            "arn": arn,
            "functions": {**arns, **({arn: arns.get(arn, arn)} if arn else {})},
        }
        for name, arn in triggers_of(pool).items()
    ]
