"""Find the questions of a note.

To add a question shape, touch these files:

1. a file in this folder with a function that takes a ``Question`` (a callout) or the blocks of a
   note, and returns what it found, or None when the shape is not its own;
2. the list in ``registry.py``, at the place where it should be asked;
3. a folder in ``tests/corpus/extract/`` with notes and the items expected of them.
"""

from studyapp.obsidian.extract.registry import extract_items

__all__ = ["extract_items"]
