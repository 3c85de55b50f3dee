"""Listening to running calls, whispering to the manager, barging in, taking over.

In a browser: two channels of the PBX each carry what one side says here (``audio_socket``), as one
stereo stream it goes to the page, and what the page says goes back to the manager's channel, to
both, or to none. Who is heard by whom is decided here alone, so that another mode is a matter of
the next 20 ms and the PBX is told nothing. On a phone: one channel, and ChanSpy's own modes.
"""
