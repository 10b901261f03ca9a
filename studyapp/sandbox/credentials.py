"""What a client of AWS's needs to know, under the names AWS's own clients read."""

from __future__ import annotations

import shlex

from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.sandbox.models import Account
from studyapp.sandbox.services.accounts import create_access_key
from studyapp.sandbox.snippets import Snippet


def credentials_of(account: Account, *, endpoint: str) -> dict[str, str]:
    """Environment variables with the account's first pair of keys, made if there is none."""
    key = account.access_keys.first() or create_access_key(account)
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": DEFAULT_REGION,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_ACCESS_KEY_ID": key.pk,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_ACCOUNT_ID": account.number,
    }


def ways_in(account: Account, *, endpoint: str) -> list[Snippet]:
    """What to put where, so that a client reaches the account."""
    values = credentials_of(account, endpoint=endpoint)
    key, secret, region = (
        values[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")
    )
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())
    profile = (
        f"[profile sandbox]\nregion = {region}\nendpoint_url = {endpoint}\n"
        f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    )
    boto3 = (
        "import boto3\n\n"
        "client = boto3.client(\n"
        '    "cognito-idp",\n'
        f'    endpoint_url="{endpoint}",\n'
        f'    region_name="{region}",\n'
        f'    aws_access_key_id="{key}",\n'
        f'    aws_secret_access_key="{secret}",\n'
        ")\n"
    )
    amplify = (
        'import { Amplify } from "aws-amplify";\n\n'
        "Amplify.configure({\n"
        "  Auth: {\n"
        "    Cognito: {\n"
        '      userPoolId: "…",\n'
        '      userPoolClientId: "…",\n'
        f'      userPoolEndpoint: "{endpoint}",\n'
        "    },\n"
        "  },\n"
        "});\n"
    )
    return [
        Snippet("In a shell", "bash", exports),
        Snippet("In ~/.aws/config", "ini", profile),
        Snippet("boto3", "python", boto3),
        Snippet("Amplify", "javascript", amplify),
    ]
