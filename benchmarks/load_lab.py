"""The masked company under SIPp's load."""

from __future__ import annotations

from typing import Self

from lab.masked import MaskedLab

RATE = 40
"""Calls a second."""
CALL_SECONDS = 2.0
_LOAD = """
[operator2](trunk)
aors = operator2
; SIPp knows no re-INVITE
send_connected_line = no
[operator2]
type = aor
contact = sip:{block}.20:5060
[operator2]
type = identify
endpoint = operator2
match = {block}.20
[105](desk)
aors = 105
send_connected_line = no
[105]
type = aor
contact = sip:105@{block}.21:5060
[105]
type = identify
endpoint = 105
match = {block}.21
"""


class LoadLab(MaskedLab):
    """The masked company with SIPp as its second trunk and as the one phone that rings."""

    def __init__(self) -> None:
        super().__init__(settings={"routing": {"group": ["105"]}})

    def start(self) -> Self:
        with (self.folder / "etc" / "pjsip.conf").open("a") as pjsip:
            pjsip.write(_LOAD.format(block=self.block))
        return super().start()
