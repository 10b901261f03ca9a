"""Finding and making people."""

from allauth.account.models import EmailAddress
from django.db import transaction

from studyapp.accounts.models import User

LOCAL_LEARNER = "learner"


def ensure_learner(*, username: str = LOCAL_LEARNER) -> User:
    """The person called ``username``, made without a password (so no form lets anybody in as
    them) when there is none yet."""
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        user, created = User.objects.get_or_create(username=username)
        if created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return user


def name_of(user: User) -> str:
    """What a person is called on pages and in mails."""
    return user.get_full_name() or user.email or user.get_username()


class TakenError(Exception):
    """The address is somebody else's."""


@transaction.atomic
def give_address(user: User, email: str, password: str) -> None:
    """Let ``user`` in by that address and password; nobody needs to confirm it.

    Raises TakenError.
    """
    email = email.lower()
    if EmailAddress.objects.filter(email=email).exclude(user=user).exists():
        raise TakenError(email)
    user.email = email
    user.set_password(password)
    user.save(update_fields=["email", "password"])
    EmailAddress.objects.filter(user=user).exclude(email=email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
