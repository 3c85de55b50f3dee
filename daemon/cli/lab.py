"""``callward lab``: handed on to the lab, which a production machine does not have."""

from __future__ import annotations

import typer

from daemon.cli.context import FAILED, fail, language
from daemon.messages import say


def lab(context: typer.Context) -> None:
    """Hand the rest of the command line to the lab's own commands."""
    try:
        from lab.cli import lab_app  # noqa: PLC0415
    except ModuleNotFoundError:
        fail(say(language(), "no_lab"), FAILED)
    lab_app(args=context.args, prog_name="callward lab")
