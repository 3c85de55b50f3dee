"""The schema's history: one module for each step in ``versions``, run by ``store.migrate``.

Each has ``upgrade`` and ``downgrade``, and says what the version before it has no place for:
``LOSES``, tables and columns (``TABLE.COLUMN``) that its ``downgrade`` drops; ``UNHELD``, by table
a condition of rows that it deletes; ``DERIVED``, what of ``LOSES`` is made anew by itself.
"""

HEAD = "0010"
"""The version that this code works with: the last step's revision."""
