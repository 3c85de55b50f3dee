"""``callward lab``: the lab from the command line."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from lab import session
from lab.errands import CallErrand, Errand, ScenarioErrand, perform
from lab.lab import COMPANY_NUMBERS, DESKS, Lab
from lab.messages import LabError, text

_E164 = re.compile(r"\+[1-9]\d{6,14}")

lab_app = typer.Typer(help=text("cli.help"), no_args_is_help=True, add_completion=False)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)


@lab_app.command(help=text("cli.help.up"))
def up(
    config: Annotated[Path | None, typer.Option(help=text("cli.help.config"))] = None,
) -> None:
    with _explained(), session.listening() as listener, _stopped_by_signals():
        try:
            with Lab(_err) as lab:
                if config is not None:
                    config.write_text(lab.settings_toml(http_port=8088))
                _out.print(
                    text(
                        "cli.up",
                        sip=lab.ami_host,
                        secret_file=lab.secret_file,
                        recordings=lab.recordings_folder,
                        cel=lab.cel_file,
                        folder=lab.folder,
                    )
                )
                session.serve(lab, listener)
        except KeyboardInterrupt:
            _out.print(text("cli.stopping"))


@lab_app.command(help=text("cli.help.down"))
def down() -> None:
    with _explained():
        stopped = session.stop()
    if not stopped:
        raise _failure(text("cli.not_running"))
    _out.print(text("cli.stopped"))


@lab_app.command(help=text("cli.help.call"))
def call(
    customer: Annotated[str, typer.Option("--from", help=text("cli.help.from"))] = "+442079460101",
    number: Annotated[str, typer.Option("--to", help=text("cli.help.to"))] = COMPANY_NUMBERS[0],
    answered_by: Annotated[str | None, typer.Option(help=text("cli.help.answered_by"))] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help=text("cli.help.seconds"))] = 5.0,
) -> None:
    for option, value in (("--from", customer), ("--to", number)):
        if _E164.fullmatch(value) is None:
            example = COMPANY_NUMBERS[0]
            raise _failure(text("cli.bad_number", option=option, value=value, example=example))
    if answered_by is not None and answered_by not in DESKS:
        raise _failure(text("cli.bad_phone", name=answered_by, allowed=", ".join(DESKS)))
    _perform(CallErrand(customer, number, answered_by, seconds))


@lab_app.command(help=text("cli.help.scenario"))
def scenario(names: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    with _explained():
        from lab.scenarios import SCENARIOS  # noqa: PLC0415  pjsua2 only where it is wanted
    if not names:
        for one in SCENARIOS.values():
            _out.print(f"{one.name}: {one.description}", markup=False)
        return
    for name in names:
        if name not in SCENARIOS:
            alike = ", ".join(get_close_matches(name, SCENARIOS)) or next(iter(SCENARIOS))
            raise _failure(text("cli.unknown_scenario", name=name, alike=alike))
    _perform(ScenarioErrand(tuple(names)))


def _perform(errand: Errand) -> None:
    """In the lab that is up, else in one that lives as long as this takes."""
    with _explained():
        status = session.ask(errand, _say)
        if status is None:
            with Lab(_err) as lab:
                status = perform(lab, errand, _say)
    raise typer.Exit(status)


@contextmanager
def _explained() -> Iterator[None]:
    """A failure is one line that says what to do, not a traceback."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "pjsua2":
            raise
        raise _failure(text("cli.phones_missing")) from error
    except (LabError, TimeoutError) as error:
        raise _failure(str(error)) from error


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """``kill`` and a closed terminal end it as Ctrl-C does."""
    signals = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _interrupt) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(said: str) -> None:
    _out.print(said, markup=False)


def _failure(said: str) -> typer.Exit:
    _err.print(said, style="red", markup=False)
    return typer.Exit(1)
