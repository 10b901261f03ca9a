"""How often an address may try something that must not be guessed, or make much of something."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest


def may_try_code(request: HttpRequest) -> bool:
    """Whether this address may try a join code: not beyond ten wrong ones a minute. (Right ones
    don't count, since a whole class comes from one address.)"""
    return bool(ratelimit.consume(request, action="join_class", dry_run=True))


def count_wrong_code(request: HttpRequest) -> None:
    """Count a wrong one."""
    ratelimit.consume(request, action="join_class")


def may_begin_as_guest(request: HttpRequest) -> bool:
    """Whether this address may make one guest more; it is counted."""
    return bool(ratelimit.consume(request, action="begin_as_guest"))
