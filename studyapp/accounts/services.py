"""Finding and making people."""

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
