"""Asking an item on a page and reading what was responded: what reviews and exams share.

Whether an answer has been given decides everything: before it, nothing on the sheet says which
option is right; after it, every part has its verdict.
"""
