"""The console: what ``web/`` was built into, as browsers get it."""
