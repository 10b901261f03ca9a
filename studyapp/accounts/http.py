"""What views may count on."""

from django.http import HttpRequest

from studyapp.accounts.models import User


class LearnerRequest(HttpRequest):
    """A request as views see it: the middleware let nobody through who is not somebody."""

    user: User
