"""A call of the trace as one would write it: with boto3, the AWS CLI, and AWS's JavaScript."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name

from studyapp.aws.wire.models import service_model

_PACKAGES = {"cognito-idp": ("client-cognito-identity-provider", "CognitoIdentityProviderClient")}


@dataclass(frozen=True, slots=True)
class Snippet:
    title: str
    language: str
    """Pygments' name."""
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A call, and where it is made."""

    service: str
    operation: str
    region: str
    endpoint: str
    request: Mapping[str, Any]


def snippets_of(said: Said) -> list[Snippet]:
    if said.operation.partition(" ")[2].startswith("/"):
        return [Snippet("curl", "bash", curl(said))]
    model = service_model(said.service) if said.service in _PACKAGES else None
    if model is None or model.operation(said.operation) is None:
        return []  # Done by hand: no client can.
    return [
        Snippet("boto3", "python", boto3(said)),
        Snippet("AWS CLI", "bash", command(said)),
        Snippet("JavaScript", "javascript", javascript(said)),
    ]


def curl(said: Said) -> str:
    """A request to a domain's pages or endpoints, which is no operation of the API."""
    method, _, path = said.operation.partition(" ")
    first = f"curl {'--get ' if method == 'GET' else ''}{shlex.quote(said.endpoint + path)}"
    fields = [
        f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in said.request.items()
    ]
    return " \\\n    ".join([first, *fields]) + "\n"


def boto3(said: Said) -> str:
    arguments = "".join(
        f"    {name}={_indented(pprint.pformat(value, width=76, sort_dicts=False))},\n"
        for name, value in said.request.items()
    )
    call = f"client.{xform_name(said.operation)}({arguments and chr(10)}{arguments})"
    return (
        "import boto3\n\n"
        "client = boto3.client(\n"
        f'    "{said.service}",\n'
        f'    region_name="{said.region}",\n'
        f'    endpoint_url="{said.endpoint}",\n'
        ")\n"
        f"{call}\n"
    )


def command(said: Said) -> str:
    options = [f"--region {said.region}", f"--endpoint-url {said.endpoint}"]
    model = service_model(said.service).operation(said.operation)
    if model is not None and model.is_unsigned:
        options.append("--no-sign-request")
    options += [_option(name, value) for name, value in said.request.items()]
    first = f"aws {said.service} {xform_name(said.operation, '-')}"
    return " \\\n    ".join([first, *options]) + "\n"


def javascript(said: Said) -> str:
    package, client = _PACKAGES[said.service]
    request = json.dumps(said.request, indent=2, ensure_ascii=False)
    return (
        f'import {{\n  {client},\n  {said.operation}Command,\n}} from "@aws-sdk/{package}";\n\n'
        f"const client = new {client}({{\n"
        f'  region: "{said.region}",\n  endpoint: "{said.endpoint}",\n}});\n'
        f"const answer = await client.send(new {said.operation}Command({request}));\n"
    )


def _option(name: str, value: Any) -> str:
    option = xform_name(name, "-")
    if isinstance(value, bool):
        return f"--{option}" if value else f"--no-{option}"
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return f"--{option} {shlex.join(value)}"
    if isinstance(value, Mapping | list):
        value = json.dumps(value, ensure_ascii=False)
    return f"--{option} {shlex.quote(str(value))}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
