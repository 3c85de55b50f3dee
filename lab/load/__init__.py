"""Many calls at once, by SIPp over the lab's second trunk."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lab.lab import Lab

ANSWERED: Final = "+442079460015"
"""The company number that leads to SIPp itself, as the phone 105, which answers at once."""
ENGAGED: Final = "+442079460012"
_HERE = Path(__file__).parent
_SPEECH_SECONDS = 2


def callers(count: int, first: int = 100) -> list[str]:
    """Customers' numbers, all of them reserved for fiction; at most 900."""
    return [f"+442079460{first + n % 900}" for n in range(count)]


def talk(lab: Lab, numbers: Sequence[str], *, rate: int, seconds: float) -> subprocess.Popen[bytes]:
    """One call from each number, so many a second; each speaks a little and stays so long."""
    # Silence might be cut somewhere; a level that changes costs what speech does.
    speech = bytes(range(0x55, 0xD5)) * (8000 * _SPEECH_SECONDS // 128)
    (lab.folder / "speech.alaw").write_bytes(speech)
    return _call(lab, numbers, "caller", ANSWERED, rate=rate, seconds=seconds)


def turned_away(lab: Lab, numbers: Sequence[str], *, rate: int) -> subprocess.Popen[bytes]:
    """One call from each number to a company number that is engaged."""
    return _call(lab, numbers, "turned_away", ENGAGED, rate=rate)


def _call(
    lab: Lab, numbers: Sequence[str], scenario: str, to: str, *, rate: int, seconds: float = 0
) -> subprocess.Popen[bytes]:
    injected = lab.folder / "load.csv"
    injected.write_text("SEQUENTIAL\n" + "".join(f"{number};\n" for number in numbers))
    host, port = lab.sip_address
    return subprocess.Popen(
        [
            *("sipp", f"{host}:{port}", "-i", f"{lab.block}.20", "-p", "5060", "-s", to),
            *("-sf", str(_HERE / f"{scenario}.xml"), "-inf", str(injected), "-nostdin"),
            *("-r", str(rate), "-m", str(len(numbers)), "-l", str(len(numbers))),
            *("-d", str(round(seconds * 1000)), "-timeout", "300"),
        ],
        cwd=lab.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def answering(lab: Lab) -> Iterator[None]:
    """The phone 105: answers every call and says back what it hears."""
    process = subprocess.Popen(
        [
            *("sipp", "-sn", "uas", "-i", f"{lab.block}.21", "-p", "5060"),
            *("-nostdin", "-rtp_echo"),
        ],
        cwd=lab.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
