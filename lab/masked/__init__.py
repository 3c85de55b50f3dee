"""A lab in which nobody may learn a number: the masked company, and those who watch its wires.

Use, in any test under ``tests/lab``::

    from lab.masked import MaskedLab

    with MaskedLab() as lab:                    # Asterisk, with Callward's dialplan installed
        with lab.daemon() as callward:          # `callward run`, where the dialplan asks
            lab.phones.desk("101").dial("102")

- ``lab.http_port``: where the dialplan asks; a test may listen there itself in Callward's place.
- ``lab.config``: the settings file, written before Asterisk starts.
- ``MaskedLab(settings={"routing": {"curator_seconds": 5}})`` adds to the settings' sections (or
  replaces single keys in them).
- ``lab.reinstall()`` installs Callward's dialplan anew and has Asterisk load it.
- The engineer's own files are in ``lab/masked/config``; what is not there comes from
  ``lab/config``. Trunk: endpoint ``operator``, whose context leads to ``callward-inbound``;
  phones 101 to 104 in ``from-internal``, which includes ``callward-phones``. His own: queue 600,
  ring group 601, voicemail 698, conference 800, park 700, pickup ``*8`` and ``*810X``, echo
  ``*43``, lamps in context ``hints``; numbers that go his own way instead of to
  ``callward-inbound``: ...0002 queue, ...0003 ring group, ...0006 voicemail, ...0009 phone 101,
  ...0011 conference.
- People: ``lab.masked.people``.

What leaks: ``python -m lab.masked [SCENE...]``, ``lab.masked.performance.Performance`` in tests.
"""

from lab.masked.company import MaskedLab

__all__ = ["MaskedLab"]
