"""A day's calls, matched one to one: PBX log, calls, recordings, client base, outside CRM."""
