"""The one table of the view that inserts one row."""

from django.conf import settings
from django.db import models


class Row(models.Model):
    """A row as small as a useful one gets: whose, what, when."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text
