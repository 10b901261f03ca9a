"""What the library does, a verb a module."""
