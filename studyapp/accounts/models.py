"""People."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who studies or teaches. Everything they produce points here and is only ever
    queried through them."""
