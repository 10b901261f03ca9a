"""How the questions of a quiz set did, for whoever it belongs to."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.items.item_statistics import JUDGED_FROM, PUBLISHED_FROM
from studyapp.quizzes.access import access_own_quiz_set
from studyapp.quizzes.report_queries import reported_rows, reports_on
from studyapp.quizzes.statistics import set_statistics, statistics_csv


@never_cache
@require_safe
def statistics(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The figures of each question, with its options held against ability."""
    note = access_own_quiz_set(request.user, slug, path)
    found, reports = set_statistics(note), reports_on(note)
    context = {
        "note": note,
        "found": found,
        "rows": [(row, reports.get(row.version, 0)) for row in found.rows],
        "reported": reported_rows(request.user, list(reports)),
        "published_from": PUBLISHED_FROM,
        "judged_from": JUDGED_FROM,
    }
    return render(request, "quizzes/statistics.html", context)


@never_cache
@require_safe
def statistics_file(request: LearnerRequest, slug: str, path: str) -> StreamingHttpResponse:
    """The same as CSV."""
    note = access_own_quiz_set(request.user, slug, path)
    response = StreamingHttpResponse(
        statistics_csv(set_statistics(note)), content_type="text/csv; charset=utf-8"
    )
    name = f"{note.title} statistics.csv".replace("/", " ")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
