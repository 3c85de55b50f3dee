"""Backups: one encrypted file each, read back and restored before it counts as made."""
