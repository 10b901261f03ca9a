"""The least that a view does which records what a logged-in person did."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tests.benchmarks.site.models import Row


@require_POST
def insert_row(request: HttpRequest) -> HttpResponse:
    """Insert one row and say so."""
    Row.objects.create(learner=request.user, text=request.POST["text"])
    return HttpResponse("Inserted.")
