"""What the dialplan asks for: whom to ring, what to show, what to dial.

A question comes in by ``daemon.api.pbx`` and is read by ``wire``; ``desk`` hands it on: a call of a
customer is planned there (``plan``, by ``hours``), what somebody dialled on a phone goes to
``dialled_calls`` (``outbound`` says what it means), a manager on his own mobile to ``return_calls``
(``sessions``, ``recent``). All know the agents from ``people`` (``choices``), write dial strings
by ``line``, put ``tokens`` where a number would stand (``connect``) and answer in the words of
``wire``.
``snapshot`` is what the PBX knows of this while nobody answers, ``absent`` whom it leaves out then.
"""
