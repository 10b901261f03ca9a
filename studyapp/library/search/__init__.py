"""Search over everything that a learner's vaults serve.

``search`` is the one way in. Behind it stands SQLite's FTS5 (``fts5``); another engine answers the
same two questions (``matches``, ``near_titles``) and nothing else changes.
"""

from studyapp.library.search.finding import (
    FoundNote,
    FoundTitle,
    Passage,
    SearchResults,
    search,
)

__all__ = ["FoundNote", "FoundTitle", "Passage", "SearchResults", "search"]
