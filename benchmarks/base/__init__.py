"""A large base: a million clients and ten million calls, made up, and how soon it answers."""
