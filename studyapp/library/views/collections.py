"""Notes and questions by what they have in common: a tag, a topic."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_topic, access_vault
from studyapp.library.queries.tags import tag_context, tags_context
from studyapp.library.queries.topics import topic_context


@require_safe
def tags(request: LearnerRequest, slug: str) -> HttpResponse:
    """Every tag of a vault."""
    return render(request, "library/tags.html", tags_context(access_vault(request.user, slug)))


@require_safe
def tag(request: LearnerRequest, slug: str, tag: str) -> HttpResponse:
    """What has a tag, or one nested in it."""
    found = access_vault(request.user, slug)
    return render(
        request, "library/collection.html", tag_context(found, tag, request.GET.get("page"))
    )


@require_safe
def topic(request: LearnerRequest, slug: str, pk: int) -> HttpResponse:
    """What stands under a topic."""
    found = access_topic(request.user, slug, pk)
    context = topic_context(found.vault, found, request.GET.get("page"))
    return render(request, "library/collection.html", context)


@require_safe
def loose(request: LearnerRequest, slug: str) -> HttpResponse:
    """The notes that stand under no topic."""
    found = access_vault(request.user, slug)
    context = topic_context(found, None, request.GET.get("page"))
    return render(request, "library/collection.html", context)
