"""One running Asterisk of the lab: its folders, its configuration, its process."""

from __future__ import annotations

import math
import os
import secrets
import shlex
import signal
import socket
import struct
import subprocess
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lab import build
from lab.ami_client import AmiClient
from lab.block import AMI_PORT, Block
from lab.messages import LabError

START_DEADLINE: Final = 60.0
STOP_DEADLINE: Final = 15.0
_TEMPLATES: Final = Path(__file__).with_name("config")
_PRODUCT: Final = Path(__file__).parents[1] / "dialplan"
_PRODUCT_FILES: Final = (
    "cel.conf",
    "cel_custom.conf",
    "extensions_callward.conf",
    "manager_callward.conf",
)
_DEFAULTS: Final = ("acl.conf", "ccss.conf", "pjproject.conf", "queuerules.conf", "udptl.conf")
"""Left empty: to Asterisk an absent file is an error, an empty one means its defaults."""
_DATA_PLACES: Final = ("usr/share/asterisk", "var/lib/asterisk")
_FOLDERS: Final = (
    "agi-bin",
    "cache",
    "etc",
    "lib/keys",
    "log/cel-custom",
    "moh",
    "recordings",
    "run",
    "spool",
)

# In a mount namespace of its own, so that nothing has to be unmounted: the kernel does that when
# the process is gone. Everything is bound before chroot; the built folder itself is never written.
_CHROOT: Final = """
set -e
root=$1 folder=$2
mount --bind "$root" "$root"
cd "$root"
mount --bind "$folder" lab
mount --bind "$folder/hosts" etc/hosts
mount --bind "$folder/resolv.conf" etc/resolv.conf
mount --rbind /dev dev
mount -t proc proc proc
shift 2
exec chroot . "$@"
"""


class AsteriskServer:
    """Asterisk with a configuration of the lab's on a network of its own.

    It dies with the thread that started it (``PR_SET_PDEATHSIG``), whatever kills that.
    """

    def __init__(self, asterisk: build.Asterisk, block: Block, overlay: Path | None = None) -> None:
        self.folder = block.folder
        self.address = block.address(1)
        self.secret = secrets.token_urlsafe(24)
        self._asterisk = asterisk
        self._block = block
        self.base = Path("/lab") if asterisk.root else block.folder
        """``folder`` as Asterisk sees it."""
        self._process: subprocess.Popen[bytes] | None = None
        self._write_folder(overlay)

    @property
    def pid(self) -> int | None:
        """The running Asterisk's process id."""
        alive = self._process is not None and self._process.poll() is None
        return self._process.pid if alive and self._process else None

    @property
    def timezone(self) -> str:
        """The zone in which it writes CEL: the machine's own, or the built one's UTC."""
        zone = Path("/etc/localtime")
        if self._asterisk.root is None and zone.is_symlink():
            return str(zone.readlink()).partition("zoneinfo/")[2] or "UTC"
        return "UTC"

    @property
    def log_file(self) -> Path:
        return self.folder / "log" / "full"

    def start(self) -> None:
        """Start it and return when it is fully booted; ``LabError`` with the log where it fails."""
        if self.pid is not None:
            return
        with (self.folder / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                cwd=self.folder,
            )
        try:
            self._wait_booted()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """End it as a reboot of the PBX would: calls are hung up, logs are closed."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would (``SIGKILL``)."""
        self._end(signal.SIGKILL)

    def connect(self) -> AmiClient:
        """A connection to its manager interface with every right."""
        return AmiClient(self.address, AMI_PORT, "lab", self.secret)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _command(self) -> list[str]:
        root = self._asterisk.root
        configuration = str(self.base / "etc" / "asterisk.conf")
        asterisk = [str(self._asterisk.binary), "-f", "-C", configuration]
        dies_with_parent = ["setpriv", "--pdeathsig", "KILL"]
        if root is None:
            return [*dies_with_parent, *asterisk]
        if os.geteuid() != 0:
            raise LabError("start.needs_root")
        namespace = ["unshare", "--mount", "--propagation", "private"]
        chroot = ["sh", "-c", _CHROOT, "sh", str(root), str(self.folder)]
        return [*dies_with_parent, *namespace, *chroot, *asterisk]

    def _wait_booted(self) -> None:
        deadline = time.monotonic() + START_DEADLINE
        _wait_until(self._listens, deadline, self._failed)
        with self.connect() as ami:
            ami.wait_for("FullyBooted", max(0.1, deadline - time.monotonic()))

    def _listens(self) -> bool:
        if self.pid is None:
            raise self._failed("start.ended")
        with socket.socket() as probe:
            return probe.connect_ex((self.address, AMI_PORT)) == 0

    def _failed(self, key: str) -> LabError:
        console = self.folder / "console.log"
        said = console.read_text(errors="replace").strip()
        if "mount" in said or "unshare" in said:
            return LabError("start.mount", detail=said.splitlines()[-1])
        log = self.log_file if self.log_file.is_file() else console
        detail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        return LabError(key, log=log, detail=detail, seconds=START_DEADLINE)

    def _write_folder(self, overlay: Path | None) -> None:
        for name in _FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        etc = self.folder / "etc"
        values = {
            "@BASE@": str(self.base),
            "@ADDRESS@": self.address,
            "@BLOCK@": self._block.prefix,
            "@SECRET@": self.secret,
        }
        templates = {file.name: file for file in _TEMPLATES.glob("*.conf")}
        if overlay is not None:
            templates |= {file.name: file for file in overlay.glob("*.conf")}
        for template in templates.values():
            content = template.read_text()
            for placeholder, value in values.items():
                content = content.replace(placeholder, value)
            (etc / template.name).write_text(content)
        for name in _DEFAULTS:
            (etc / name).touch()
        for name in _PRODUCT_FILES:
            (etc / name).write_text((_PRODUCT / name).read_text())
        secret_file = etc / "manager_callward_secret.conf"
        secret_file.touch(mode=0o600)
        secret_file.write_text(f"secret = {self.secret}\n")
        # PJSIP resolves names in every INVITE: unless these answer at once, each costs seconds.
        names = f"localhost {shlex.quote(socket.gethostname())} A.ROOT-SERVERS.NET"
        (self.folder / "hosts").write_text(f"127.0.0.1 {names}\n")
        (self.folder / "resolv.conf").write_text("")
        _write_tone(self.folder / "moh" / "hold.wav", hertz=250, seconds=4)
        self._link_data()

    def _link_data(self) -> None:
        """Asterisk's own data, but with a folder of sounds to which others may be added."""
        root = self._asterisk.root or Path("/")
        folders = [root / place for place in _DATA_PLACES if (root / place / "sounds").is_dir()]
        data = self.folder / "data"
        (data / "sounds" / "en").mkdir(parents=True)
        for folder in folders[:1]:
            seen = Path("/") / folder.relative_to(root)
            for entry in folder.iterdir():
                if entry.name != "sounds":
                    (data / entry.name).symlink_to(seen / entry.name)
            english = next(iter(sorted((folder / "sounds").glob("en_*_*"))), folder / "sounds/en")
            for entry in english.iterdir():
                target = Path("/") / english.relative_to(root) / entry.name
                (data / "sounds" / "en" / entry.name).symlink_to(target)


def _wait_until(
    condition: Callable[[], bool], deadline: float, failed: Callable[[str], LabError]
) -> None:
    while not condition():
        if time.monotonic() > deadline:
            raise failed("start.deadline")
        time.sleep(0.05)


def _write_tone(file: Path, hertz: int, seconds: int) -> None:
    """The music on hold: 8 kHz, 16 bit, far below every phone's tone."""
    rate = 8000
    samples = (
        round(6000 * math.sin(2 * math.pi * hertz * index / rate))
        for index in range(rate * seconds)
    )
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
