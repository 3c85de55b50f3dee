"""Recordings of running calls that are kept silent for a while."""
