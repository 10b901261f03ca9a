"""Signing in with somebody else's account: the providers themselves, simulated, and what a pool
does with what they say of a person. Nothing here opens a connection."""
