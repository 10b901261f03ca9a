"""A quiz set on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.obsidian.quiz_set import read_quiz_set
from studyapp.quizzes.access import access_own_quiz_set
from studyapp.quizzes.forms import PaperForm
from studyapp.quizzes.paper import draw_papers, some_number


@never_cache
@require_safe
def paper(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """Forms of the set and their keys, as they are printed; the address says which."""
    note = access_own_quiz_set(request.user, slug, path)
    rules = read_quiz_set(path, note.frontmatter, note.text).quiz_set
    assert rules is not None
    form = PaperForm(request.GET if "number" in request.GET else {"number": some_number()})
    context = {"note": note, "form": form, "rules": rules}
    if form.is_valid():
        asked = form.cleaned_data
        context |= {
            "asked": asked,
            "papers": draw_papers(
                note,
                rules,
                number=asked["number"],
                forms=asked["copies"],
                everything=asked["questions"] == "all",
            ),
        }
    return render(request, "quizzes/paper.html", context, status=422 if form.errors else 200)
