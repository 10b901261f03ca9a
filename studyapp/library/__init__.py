"""Vaults, their notes and attachments, and the items derived from them."""
