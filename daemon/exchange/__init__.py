"""Clients in and out: imports of tables that people bring, exports that they take along."""
