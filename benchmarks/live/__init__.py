"""The live board under load: a real daemon, a page in Chromium, a PBX that replays a real call."""
