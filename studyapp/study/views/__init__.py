"""The study pages."""

from django.http import HttpRequest

from studyapp.accounts.models import User


class LearnerRequest(HttpRequest):
    """A request as the views get it: LoginRequiredMiddleware lets nobody else through."""

    user: User
