"""``manage.py set_sign_in EMAIL``: how the local learner signs in once there are many people."""

from __future__ import annotations

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from studyapp.accounts.models import User
from studyapp.accounts.services import LOCAL_LEARNER, TakenError, give_address


class Command(BaseCommand):
    help = (
        "Gives a person an e-mail address and a password to sign in with. Without --user it is the "
        "learner of one-person use, who keeps all there is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--user", default=LOCAL_LEARNER, help="default: %(default)s")

    def handle(self, *args: Any, email: str, user: str, **options: Any) -> None:
        person = User.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"There is nobody called {user}.")
        try:
            validate_email(email)
            password = getpass("Password: ")
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if getpass("The same again: ") != password:
            raise CommandError("The two passwords differ. Nothing was changed.")
        try:
            give_address(person, email, password)
        except TakenError as error:
            raise CommandError(f"{email} is somebody else's already.") from error
        self.stdout.write(f"{user} signs in as {email.lower()} where STUDYAPP_ONE_PERSON is 0.")
