"""``manage.py set_role EMAIL ROLE``: who may teach on this site, and who may only learn."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studyapp.accounts.models import User


class Command(BaseCommand):
    help = "Makes the person with this e-mail address a learner, an instructor or an admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=User.Role.values)

    def handle(self, *args: Any, email: str, role: str, **options: Any) -> None:
        if not User.objects.filter(email=email.lower()).update(role=role):
            raise CommandError(f"Nobody here signs in as {email}.")
        self.stdout.write(f"{email.lower()} is {role} now.")
