"""A question in a form, for those who don't want Markdown; and a question tried as a candidate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from studyapp.accounts.http import LearnerRequest
from studyapp.interchange.questions import Question
from studyapp.items.grading import grade
from studyapp.items.responses import ResponseError, Typed
from studyapp.items.values import OPEN_KINDS, Kind, to_json
from studyapp.library.access import access_note
from studyapp.library.asking.layout import lay_out
from studyapp.library.asking.reading import written_response
from studyapp.library.forms import QUESTION_DETAILS, LinesForm, QuestionForm, TrialForm
from studyapp.library.models import ItemVersion, NoteVersion
from studyapp.library.queries.naming import KIND_LABELS, edit_url
from studyapp.library.question_text import (
    FORM_KINDS,
    CannotWriteError,
    question_in,
    with_question,
)
from studyapp.library.services.editing import (
    EditError,
    StaleEditError,
    edit_lines,
    edit_note,
    text_seen,
)
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.previewing import Preview, preview_note
from studyapp.library.views.edits import ask_again_if_busy, back_from, refused
from studyapp.obsidian.spans import lines_of, replace_lines
from studyapp.obsidian.values import Span
from studyapp.ui.htmx import wants_partial

NOT_IN_FORM = "This question says more than the form can show, so here is its Markdown."
BUSY = "Other questions are being laid out at this moment. Try again after that."
FEWEST_ROWS = 4
MORE_ROWS = 2


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The form of the question on some ``lines`` of a note, or of a new one below all others."""
    version = access_note(request.user, slug, path)
    if request.method != "POST":
        chosen = LinesForm(request.GET)
        lines = chosen.span if chosen.is_valid() else None
        asked = question_in(lines_of(version.text, lines)) if lines else Question(Kind.CHOICE, "")
        if asked is None:
            messages.info(request, NOT_IN_FORM)
            return redirect(edit_url(version.vault, path, lines or (1, 1)))
        return _page(request, version, asked, version.sha256, lines)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        raise Http404(path)  # no page of ours posts this
    asked, seen, lines = form.question(request.POST), form.cleaned_data["seen"], form.span
    act = form.cleaned_data["act"]
    if act in ("kind", "rows"):
        more = MORE_ROWS if act == "rows" else 0
        return _page(request, version, asked, seen, lines, more=more)
    whole = text_seen(version, seen)
    try:
        text = with_question(lines_of(whole, lines) if lines else "", asked)
        if act == "preview":
            preview = _preview(version, whole, lines, text)
            if wants_partial(request):
                context = {"preview": preview, "lines": (1, 1), "is_form": True}
                context |= {"vault": version.vault, "path": path}
                page = render(request, "library/edit.html#preview", context)
                return ask_again_if_busy(page, preview)
            return _page(request, version, asked, seen, lines, preview=preview)
        if lines:
            edit_lines(vault=version.vault, path=path, lines=lines, text=text, seen=seen)
        else:
            edit_note(vault=version.vault, path=path, text=_below(whole, text)[0], seen=seen)
    except StaleEditError as error:
        return refused(request, version, error)
    except (CannotWriteError, EditError, VaultBusyError) as error:
        if act == "preview" and wants_partial(request):
            problem = Preview(problem=error.message)
            context = {"preview": None if _is_begun(asked) else problem}
            return render(request, "library/edit.html#preview", context)
        return _page(request, version, asked, seen, lines, error=error.message, status=422)
    messages.success(request, "Saved.")
    if act == "another":
        asked_for = urlencode({"next": back_from(request, version, lines)})
        return redirect(f"{request.path}?{asked_for}")
    return redirect(back_from(request, version, lines))


@require_POST
def trial(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """A question that is being written, as candidates get it: asked, then checked. Nothing is
    stored."""
    version = access_note(request.user, slug, path)
    form = TrialForm(request.POST)
    if not form.is_valid():
        raise Http404(path)
    draft, part = form.cleaned_data["draft"], form.cleaned_data["part"]
    preview = preview_note(vault=version.vault, path=path, text=draft)
    context: dict[str, Any] = {"vault": version.vault, "note": version, "path": path}
    context |= {"draft": draft, "part": part, "error": ""}
    name = "library/trial.html#trial" if wants_partial(request) else "library/trial.html"
    if preview.is_busy or preview.problem:
        context["problem"] = preview.problem or BUSY
        context |= {"act": form.cleaned_data["act"], "given": _given(request.POST)}
        return render(request, name, context)
    if part >= len(preview.items):
        raise Http404(path)
    tried = preview.items[part]
    asked = ItemVersion(data=to_json(tried.content), html=tried.html)
    laid: dict[str, Any] = {"trail": (), "seed": len(draft), "is_written": True}
    status = 200
    if form.cleaned_data["act"] == "check":
        try:
            laid["given"] = written_response(tried.content, request.POST)
            strict = written_response(tried.content, request.POST, strict=True)
            if tried.content.kind in OPEN_KINDS and isinstance(strict, Typed):
                laid["is_revealed"] = True
            else:
                laid["outcome"] = grade(tried.content, strict)
        except ResponseError as error:
            context["error"] = error.message
            status = 422
    context["sheet"] = lay_out(asked, **laid)
    return render(request, name, context, status=status)


def _is_begun(asked: Question) -> bool:
    """Whether somebody is still at filling in what it needs to be a question at all."""
    if not asked.prompt:
        return True
    if asked.kind is Kind.CHOICE:
        return len(asked.rows) < 2 or not any(right for _, right, _ in asked.rows)
    return {Kind.ORDER: len(asked.rows), Kind.MATCH: len(asked.pairs)}.get(asked.kind, 2) < 2


def _given(posted: QueryDict) -> list[tuple[str, str]]:
    """The answer in what was ``posted``, to be posted again."""
    said = ("csrfmiddlewaretoken", *TrialForm.base_fields)
    return [(name, value) for name in posted if name not in said for value in posted.getlist(name)]


def _below(whole: str, text: str) -> tuple[str, Span]:
    """``whole`` with the question ``text`` as its last block, and the lines that it has there."""
    above = whole.rstrip("\n")
    above = f"{above}\n\n" if above else ""
    first = above.count("\n") + 1
    return f"{above}{text}\n", (first, first + text.count("\n"))


def _preview(version: NoteVersion, whole: str, lines: Span | None, text: str) -> Preview:
    after, now = replace_lines(whole, lines, text) if lines else _below(whole, text)
    return preview_note(vault=version.vault, path=version.note.path, text=after, lines=now)


def _page(
    request: LearnerRequest,
    version: NoteVersion,
    asked: Question,
    seen: str,
    lines: Span | None,
    *,
    more: int = 0,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    rows = [*asked.rows] + [("", False, "")] * max(FEWEST_ROWS - len(asked.rows), more)
    pairs = [*asked.pairs] + [("", "")] * max(FEWEST_ROWS - len(asked.pairs), more)
    context |= {
        "vault": version.vault,
        "note": version,
        "path": version.note.path,
        "asked": asked,
        "rows": rows,
        "pairs": pairs,
        "is_shuffled": asked.details.get("shuffle") != "false",
        "kinds": [(kind.value, KIND_LABELS[kind.value]) for kind in FORM_KINDS],
        "truths": ("True", "False"),
        "details": [
            (name, label, asked.details.get(name, "")) for name, label in QUESTION_DETAILS.items()
        ],
        "seen": seen,
        "lines": lines,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "back": back_from(request, version, lines),
        "markdown": edit_url(version.vault, version.note.path, lines) if lines else "",
        "is_form": True,
    }
    name = "library/question.html"
    if wants_partial(request):
        name = f"{name}#fields"
    return render(request, name, context, status=status)
