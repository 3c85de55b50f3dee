"""The schema's history: one module for each step in ``versions``, run by ``store.migrate``."""

HEAD = "0006"
"""The version that this code works with: the last step's revision."""
