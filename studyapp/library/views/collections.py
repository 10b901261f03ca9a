"""Notes and questions by what they have in common: a tag, a topic."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import read_topic, read_vault
from studyapp.library.models import Vault
from studyapp.library.queries.tags import tag_context, tags_context
from studyapp.library.queries.topics import topic_context


@require_safe
def tags(request: LearnerRequest, slug: str) -> HttpResponse:
    """Every tag of a vault."""
    return render(request, "library/tags.html", tags_context(read_vault(request.user, slug)))


@require_safe
def tag(request: LearnerRequest, slug: str, tag: str) -> HttpResponse:
    """What has a tag, or one nested in it."""
    found = read_vault(request.user, slug)
    return _show(request, found, tag_context(found, tag, request.GET.get("page")))


@require_safe
def topic(request: LearnerRequest, slug: str, pk: int) -> HttpResponse:
    """What stands under a topic."""
    found = read_topic(request.user, slug, pk)
    return _show(request, found.vault, topic_context(found.vault, found, request.GET.get("page")))


@require_safe
def loose(request: LearnerRequest, slug: str) -> HttpResponse:
    """The notes that stand under no topic."""
    found = read_vault(request.user, slug)
    return _show(request, found, topic_context(found, None, request.GET.get("page")))


def _show(request: LearnerRequest, vault: Vault, context: dict[str, Any]) -> HttpResponse:
    is_own = vault.owner_id == request.user.pk
    return render(request, "library/collection.html", {**context, "is_own": is_own})
