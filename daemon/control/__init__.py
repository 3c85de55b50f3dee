"""Calls against the client base: what was not entered, not called back, gone quiet, listened to."""
