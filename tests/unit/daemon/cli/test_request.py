"""What the command says where no daemon answers it, or one that hangs."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from typer import Exit

from config.loading import load
from config.settings import Settings
from daemon.cli.request import NoDaemonError, SlowDaemonError, answering, fail_without_daemon
from tests.unit.daemon.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("stored")


@pytest.fixture
def silent() -> Iterator[int]:
    """A port where somebody listens and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def settings_of(command: Command, port: int) -> Settings:
    command.write_settings(http_port=port)
    return load(command.config, {})


def test_a_daemon_that_hangs_is_not_said_to_be_stopped(
    command: Command, silent: int, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_of(command, silent)
    with (
        pytest.raises(SlowDaemonError) as caught,
        answering(settings, "en", "GET", "/health", patience_seconds=0.05),
    ):
        raise AssertionError
    with pytest.raises(Exit):
        fail_without_daemon(settings, "en", SlowDaemonError(30))
    said = capsys.readouterr().err
    assert "did not answer within 30 s" in said
    assert "callward run" not in said
    assert caught.value.seconds == 0.05


def test_nobody_listens(command: Command, silent: int, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    settings = settings_of(command, port)
    with pytest.raises(NoDaemonError) as caught, answering(settings, "en", "GET", "/health"):
        raise AssertionError
    assert not isinstance(caught.value, SlowDaemonError)
    with pytest.raises(Exit):
        fail_without_daemon(settings, "ru", caught.value)
    assert "callward run" in capsys.readouterr().err
