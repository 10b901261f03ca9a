"""``manage.py sandbox_credentials``: what AWS's clients need to reach a learner's sandbox."""

from __future__ import annotations

import json
import shlex
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.env import env_int
from studyapp.sandbox.credentials import credentials_of
from studyapp.sandbox.endpoint import PREFIX
from studyapp.sandbox.services.accounts import ensure_account


class Command(BaseCommand):
    help = "Print endpoint, region and keys of a learner's sandbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--user", metavar="NAME", help="whose; in one-person use it may be left out"
        )
        parser.add_argument("--format", choices=["env", "json"], default="env")
        parser.add_argument(
            "--site",
            metavar="ADDRESS",
            default=f"http://127.0.0.1:{env_int('PORT', 8000)}",
            help="where studyapp is served (default %(default)s)",
        )

    def handle(self, *args: Any, user: str | None, format: str, site: str, **options: Any) -> None:
        account = ensure_account(_learner(user))
        values = credentials_of(account, endpoint=site.rstrip("/") + PREFIX)
        if format == "json":
            self.stdout.write(json.dumps(values, indent=2))
            return
        for name, value in values.items():
            self.stdout.write(f"export {name}={shlex.quote(value)}")


def _learner(name: str | None) -> User:
    if name is not None:
        try:
            return User.objects.get(username=name)
        except User.DoesNotExist:
            raise CommandError(f"There is nobody called {name}.") from None
    if settings.ONE_PERSON:
        return ensure_learner()
    raise CommandError("Say whose credentials: --user NAME.")
