"""A quiz set's questions as a file to take elsewhere."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.obsidian.quiz_set import read_quiz_set
from studyapp.quizzes.access import access_own_quiz_set
from studyapp.quizzes.selecting import select_questions
from studyapp.study.services.card_exports import Selection
from studyapp.study.views.exports import ask_for


@require_http_methods(["GET", "HEAD", "POST"])
def export_set(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The form that asks for a file of what the set may ask."""
    note = access_own_quiz_set(request.user, slug, path)
    quiz_set = read_quiz_set(path, note.frontmatter, note.text).quiz_set
    assert quiz_set is not None
    items = tuple(question.item for question in select_questions(note, quiz_set).questions)
    if not items:
        raise Http404("it asks nothing")
    return ask_for(request, Selection(note.vault, items=items, title=note.title))
