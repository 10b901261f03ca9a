"""What the page of a question shows: the turn laid out for the templates.

Whether an answer has been given decides everything: before it, nothing on the sheet says which
option is right; after it, every part has its verdict.
"""
