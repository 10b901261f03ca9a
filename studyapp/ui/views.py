"""The style guide: every component in every state, the first place to look; and the frame that
diagrams are drawn in."""

from datetime import timedelta

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

SWATCHES = (
    *("paper", "paper-sunk", "ink", "ink-soft", "ink-faint", "rule", "accent", "accent-soft"),
    *("thread", "right", "wrong", "hard", "easy", "mark"),
)
CALLOUTS = (
    *("note", "abstract", "info", "todo", "tip", "success", "question", "warning", "failure"),
    *("danger", "bug", "example", "quote"),
)
TOPICS = (
    {"name": "User pools", "new": 4, "learning": 2, "young": 9, "mature": 21, "due": 12},
    {
        "name": "Tokens and what they carry",
        "new": 0,
        "learning": 1,
        "young": 3,
        "mature": 8,
        "due": 0,
    },
    {"name": "Identity pools", "new": 18, "learning": 0, "young": 0, "mature": 0, "due": 0},
)
INTERVALS = tuple(
    timedelta(seconds=seconds) for seconds in (60, 600, 5400, 345_600, 5_500_000, 50_000_000)
)


@login_not_required
def style_guide(request: HttpRequest) -> HttpResponse:
    """The guide in the reader's theme, or in the one that ``?theme=`` names."""
    theme = request.GET.get("theme", "")
    now = timezone.now()
    context = {
        "theme": theme if theme in ("light", "dark") else "",
        "swatches": SWATCHES,
        "callouts": CALLOUTS,
        "topics": TOPICS,
        "intervals": INTERVALS,
        "moments": [now + timedelta(minutes=10), now + timedelta(days=3), now - timedelta(days=70)],
        "spark": [3, 5, 4, 8, 6, 9, 12, 7, 11, 14, 12, 15],
    }
    return render(request, "ui/style.html", context)


DRAWING = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-scripts"],
}
"""Mermaid measures its text under styles that it writes into the page, which our pages do not
allow. So it draws in this one, which has nothing of the site: no origin, no network, no cookie."""


@login_not_required
@csp(DRAWING)
@cache_control(max_age=86_400)
@require_safe
def diagrams(request: HttpRequest) -> HttpResponse:
    """The frame that draws diagrams for the page around it."""
    return render(request, "ui/diagrams.html")
