"""Partial or page: decided here and nowhere else."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_partial(request: HttpRequest) -> bool:
    """True when htmx will swap the response into a page that is already there.

    A boosted link and a return through the browser's history come from htmx too, but want the
    whole page.
    """
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def render_page_or_partial(
    request: HttpRequest,
    template: str,
    partial: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render ``template``, or only its part named ``partial`` where htmx asked for that.

    The two differ at one address, so caches are told which header decides. 409 and 422 are
    swapped by htmx as 200 is (see the htmx-config in base.html).
    """
    name = f"{template}#{partial}" if wants_partial(request) else template
    response = render(request, name, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
