"""Undoing in batches, and deleting for good: what is done by itself."""
