"""Anki's packages, old format and new: ``.apkg`` (some decks), ``.colpkg`` (a collection)."""
