"""``manage.py sandbox_rotate_keys POOL``: have a user pool sign its tokens with a new key."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.aws.cognito_idp.documents import UserPool
from studyapp.sandbox.models import Account
from studyapp.sandbox.services.rotating import rotate_keys


class Command(BaseCommand):
    help = "Sign a user pool's tokens with a new key from now on; tokens of before stay good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pool", metavar="POOL", help="its id, as us-east-1_AbCdEfGhI")

    def handle(self, *args: Any, pool: str, **options: Any) -> None:
        account = Account.objects.filter(documents__kind=UserPool.kind, documents__key=pool).first()
        if account is None:
            raise CommandError(f"There is no user pool {pool}.")
        newest, *others = rotate_keys(account, pool)
        self.stdout.write(f"{newest} signs now.")
        for kid in others:
            self.stdout.write(f"{kid} still verifies.")
