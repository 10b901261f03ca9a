"""Quiz sets, sitting one, and what came of it."""
