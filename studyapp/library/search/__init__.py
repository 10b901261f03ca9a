"""Search over everything that a learner's vaults serve.

``search`` is the one way in. Behind it stands the engine of the database (``engines``): SQLite's
FTS5 or PostgreSQL's text search answers the same two questions (``matches``, ``near_titles``), and
nothing else changes.
"""

from studyapp.library.search.finding import (
    FoundNote,
    FoundTitle,
    Passage,
    SearchResults,
    search,
)

__all__ = ["FoundNote", "FoundTitle", "Passage", "SearchResults", "search"]
