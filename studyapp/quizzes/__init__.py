"""Quiz sets, attempts and results."""
