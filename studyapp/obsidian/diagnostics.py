"""Short ways to make a diagnostic, and the one order in which they are shown.

Codes are lower-case words joined by hyphens. They are stable: reports and tests name them.
"""

from __future__ import annotations

from collections.abc import Iterable

from studyapp.obsidian.values import Diagnostic, Severity


def error(path: str, line: int, code: str, message: str) -> Diagnostic:
    """Something was lost: the file, or part of it, could not be used."""
    return Diagnostic(path, line, code, Severity.ERROR, message)


def warning(path: str, line: int, code: str, message: str) -> Diagnostic:
    """Everything was read, but not everything as its author may have meant it."""
    return Diagnostic(path, line, code, Severity.WARNING, message)


def info(path: str, line: int, code: str, message: str) -> Diagnostic:
    """Worth knowing; nothing to mend."""
    return Diagnostic(path, line, code, Severity.INFO, message)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by path, then line, then code; repeated ones once."""
    return tuple(sorted(set(diagnostics)))
