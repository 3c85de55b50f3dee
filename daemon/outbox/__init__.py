"""Work that follows from what was stored: at least once, oldest first."""
