"""The study pages."""
