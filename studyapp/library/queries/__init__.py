"""What the library's pages show, one module a page, each in a fixed number of queries."""

from studyapp.library.queries.naming import KIND_LABELS, line_url
from studyapp.library.queries.reader import reader_context, reader_items
from studyapp.library.queries.report import (
    report_counts,
    report_on_vault,
    section_rows,
    with_choices,
)
from studyapp.library.queries.settings import dialect_switches
from studyapp.library.queries.vaults import vault_rows, vault_tree

__all__ = [
    "KIND_LABELS",
    "dialect_switches",
    "line_url",
    "reader_context",
    "reader_items",
    "report_counts",
    "report_on_vault",
    "section_rows",
    "vault_rows",
    "vault_tree",
    "with_choices",
]
