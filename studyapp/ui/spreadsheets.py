"""Values for files that a spreadsheet opens."""

from __future__ import annotations


def safe_cell(text: str) -> str:
    """``text``, so that no spreadsheet takes it for a formula: anybody may call themselves
    ``=HYPERLINK(...)``. (OWASP's list of first letters, and its remedy: an apostrophe.)"""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
