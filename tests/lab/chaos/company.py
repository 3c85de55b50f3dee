"""The company under chaos: the masked one, with SIPp as a second trunk and as four more phones."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from lab.masked import MaskedLab
from tests.lab.chaos.cable import Cable

_AGENTS: Final = {"Abbott": "121", "Birch": "122", "Cole": "123", "Dunn": "124"}
"""Answers; rings; is busy; answers and hangs up."""
_TRUNK: Final = """
[operator2](trunk)
aors = operator2
; SIPp knows no re-INVITE
send_connected_line = no
[operator2]
type = aor
contact = sip:{block}.192:5060
[operator2]
type = identify
endpoint = operator2
match = {block}.192/26
"""
_PHONE: Final = """
[{name}](desk)
aors = {name}
send_connected_line = no
[{name}]
type = aor
contact = sip:{name}@{address}:5060
[{name}]
type = identify
endpoint = {name}
match = {address}
"""
_LINES: Final = {
    "0010": "Dial(PJSIP/102,30,tk)",
    "0012": "Dial(PJSIP/123,30)",
    "0013": "Dial(PJSIP/103,30,tk)",
    "0014": "Dial(PJSIP/104,30,tk)",
    "0015": "Dial(PJSIP/121,30)",
    "0016": "Dial(PJSIP/124,30)",
    "0017": "Dial(PJSIP/122,30)",
}


class Company(MaskedLab):
    """Its folder ``callward`` (keys, recordings, SQLite's database) is a disk of its own, which can
    be filled; each daemon reaches the manager interface over a cable of its own."""

    def __init__(self, *, disk_mb: int) -> None:
        super().__init__(
            settings={
                "routing": {"group": ["Abbott"], "fallback": ["121"]},
                "callbacks": {"each_per_minute": 600, "at_once": 10},
            }
        )
        # Not within the lab's folder: were this process killed, whoever clears that found a mount.
        self.disk = Path(tempfile.mkdtemp(prefix="callward-chaos-disk-"))
        self._disk_mb = disk_mb
        self._mounted = False

    def start(self) -> Self:
        try:
            (self.folder / "callward").symlink_to(self.disk)
            size = f"size={self._disk_mb}m,mode=700"
            subprocess.run(["mount", "-t", "tmpfs", "-o", size, "chaos", self.disk], check=True)
            self._mounted = True
            self._add_phones(self.folder / "etc")
        except BaseException:
            self.close()
            raise
        return super().start()

    def close(self) -> None:
        if self._mounted:
            self._mounted = False
            with suppress(subprocess.CalledProcessError):
                subprocess.run(["umount", "--lazy", self.disk], check=True)
        with suppress(OSError):
            self.disk.rmdir()
        super().close()

    def settings_toml(self, *, http_port: int, database_url: str | None = None) -> str:
        text = super().settings_toml(http_port=http_port, database_url=database_url)
        # Those who answer SIPp's calls.
        agents = "".join(
            f'[[agents]]\nname = "{name}"\nendpoints = ["{phone}"]\nextension = "{phone}"\n'
            for name, phone in _AGENTS.items()
        )
        return text.replace("[[agents]]", agents + "[[agents]]", 1)

    def over(self, cable: Cable, config: Path) -> None:
        """Whoever runs by these settings reaches the PBX over this cable."""
        old = f'host = "{self.ami_host}"\nport = {self.ami_port}\n'
        text = config.read_text()
        assert old in text
        config.write_text(text.replace(old, f'host = "127.0.0.1"\nport = {cable.port}\n'))

    def _add_phones(self, etc: Path) -> None:
        with (etc / "pjsip.conf").open("a") as pjsip:
            pjsip.write(_TRUNK.format(block=self.block))
            for last, name in enumerate(_AGENTS.values(), 21):
                pjsip.write(_PHONE.format(name=name, address=f"{self.block}.{last}"))
        with (etc / "extensions.conf").open("a") as extensions:
            extensions.write("\n[from-operator]\n")
            for line, dial in {**_LINES, "0018": "Answer"}.items():
                steps = ["Answer()", "Playback(vm-goodbye)"] if dial == "Answer" else [dial]
                extensions.write(
                    f"exten => _[+]44207946{line},1,Gosub(callward-customer,s,1)\n"
                    + "".join(f" same => n,{step}\n" for step in [*steps, "Hangup()"])
                )
