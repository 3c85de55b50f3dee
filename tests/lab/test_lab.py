"""The lab itself: it starts, several run at once, and nothing is left of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from lab import session
from lab.ami_client import AmiClient
from lab.block import Block
from lab.lab import Lab
from lab.messages import LabError

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("asterisk_here")]

DEADLINE = 60.0
HOLD_A_LAB = """
import signal, sys
from lab.lab import Lab
# Whoever was started in the background of a shell ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)
with Lab() as lab:
    print(lab.server.pid, lab.folder, flush=True)
    sys.stdin.read()
"""


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders and sockets of labs that these tests start go where no other lab's are."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@pytest.fixture
def holder() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts processes that hold a lab until their stdin ends."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD_A_LAB],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen[str]) -> tuple[int, Path]:
    assert process.stdout is not None
    pid, folder = process.stdout.readline().split(maxsplit=1)
    return int(pid), Path(folder.strip())


def test_log_is_free_of_warnings_and_errors(temporary: Path) -> None:
    with Lab() as lab:
        noise = [
            line
            for line in lab.log_file.read_text().splitlines()
            if " WARNING[" in line or " ERROR[" in line
        ]
    assert noise == []


def test_product_files_are_loaded_as_shipped(lab: Lab) -> None:
    assert "callward-record" in lab.cli("dialplan show callward-record")
    assert "CEL Logging: Enabled" in lab.cli("cel show status")
    shown = lab.cli("manager show user callward")
    assert "read perm: system,call,agent,user,reporting,cdr,dialplan\n" in shown
    rights = next(line for line in shown.splitlines() if "write perm" in line).split(":")[1]
    assert set(rights.strip().split(",")) == {"system", "call", "originate", "reporting", "user"}


def test_daemons_user_logs_in_with_the_lab_s_secret_only(lab: Lab) -> None:
    with AmiClient(lab.ami_host, lab.ami_port, "callward", lab.ami_secret) as ami:
        assert ami.action("Ping")["Response"] == ["Success"]
    with pytest.raises(LabError):
        AmiClient(lab.ami_host, lab.ami_port, "callward", "wrong")


def test_secret_files_are_for_their_owner_only(lab: Lab) -> None:
    secrets = (lab.secret_file, lab.folder / "etc" / "manager_callward_secret.conf")
    assert [file.stat().st_mode & 0o777 for file in secrets] == [0o600, 0o600]


def test_settings_are_valid(lab: Lab) -> None:
    import tomllib

    settings = Settings.model_validate(tomllib.loads(lab.settings_toml(http_port=8099)))
    assert settings.http.port == 8099
    assert settings.pbx[0].host == lab.ami_host
    assert settings.pbx[0].secret_file == lab.secret_file


def test_two_labs_side_by_side_hear_nothing_of_each_other(temporary: Path) -> None:
    with Lab() as one, Lab() as other:
        assert one.block != other.block
        assert one.folder != other.folder
        one.cli("database put lab name one")
        other.cli("database put lab name other")
        assert "Value: one" in one.cli("database get lab name")
        assert "Value: other" in other.cli("database get lab name")
        assert len(one.phones.phones) == len(other.phones.phones) == 4


def test_nothing_is_left_of_it(temporary: Path) -> None:
    mounts = Path("/proc/mounts").read_text()
    with Lab() as lab:
        pid, folder = lab.server.pid, lab.folder
        assert pid is not None
        assert lives(pid)
        assert Path("/proc/mounts").read_text() == mounts
    assert not lives(pid)
    assert not folder.exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_asterisk_dies_with_whoever_started_it(
    temporary: Path, holder: Callable[[], subprocess.Popen[str]], how: signal.Signals
) -> None:
    process = holder()
    pid, _ = told(process)
    assert lives(pid)
    process.send_signal(how)
    until(lambda: not lives(pid))
    process.wait(DEADLINE)


def test_folder_of_a_killed_lab_is_cleared_by_the_next_one_there(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = Block.claim()
    left = free.folder / "recordings"
    left.mkdir()
    monkeypatch.setattr("lab.block._PREFIXES", (free.prefix,))
    with pytest.raises(LabError, match=free.prefix):
        Block.claim()
    free._hold.close()  # as the kernel does when the process is killed
    with contextlib.closing(Block.claim()._hold):
        assert free.folder.is_dir()
        assert not left.exists()


def test_stopped_killed_and_started_again(temporary: Path) -> None:
    with Lab() as lab:
        for end in (lab.stop_asterisk, lab.kill_asterisk):
            before = lab.server.pid
            end()
            assert lab.server.pid is None
            lab.restart()
            assert lab.server.pid not in (None, before)
            assert "0 active calls" in lab.cli("core show channels")


def test_up_call_down(temporary: Path) -> None:
    environment = {**os.environ, "CALLWARD_LANGUAGE": "en"}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from lab.cli import lab_app; lab_app()", *arguments],
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            env=environment,
            check=False,
        )

    nobody = command("down")
    assert (nobody.returncode, "callward lab up" in nobody.stderr) == (1, True)
    up = subprocess.Popen(
        [sys.executable, "-c", "from lab.cli import lab_app; lab_app()", "up"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert up.stdout is not None
        assert up.stdout.readline() == "The lab runs.\n"
        until(lambda: session.running_pid() == up.pid)
        second = command("up")
        assert (second.returncode, "already" in second.stderr) == (1, True)
        answered = command("call", "--answered-by", "102", "--seconds", "0.5")
        assert (answered.returncode, answered.stdout[:12]) == (0, "102 answered")
        missed = command("call", "--seconds", "0.5")
        assert (missed.returncode, missed.stdout) == (0, "Nobody answered.\n")
        wrong = command("call", "--answered-by", "109")
        assert (wrong.returncode, "101, 102, 103, 104" in wrong.stderr) == (1, True)
        assert command("down").returncode == 0
        assert up.wait(DEADLINE) == 0
    finally:
        up.kill()
        up.communicate()
    assert list(temporary.glob("callward-lab-*/*")) == []
