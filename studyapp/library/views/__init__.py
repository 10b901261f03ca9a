"""The library's pages, one file a kind."""
