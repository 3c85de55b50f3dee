"""What Typer itself says in ``--help``, in the language of the texts around it."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from daemon.cli.context import HELP_LANGUAGE, help_text
from daemon.messages import ENGLISH


class Group(TyperGroup):
    """The whole command; Typer speaks English by itself."""

    def main(self, *args: Any, **more: Any) -> Any:
        """Run it."""
        if HELP_LANGUAGE != ENGLISH:
            _name_panels()
            _name_usage(self.context_class)
            _name_help(self, self.context_class(self, **self.context_settings))
        return super().main(*args, **more)


def _name_panels() -> None:
    from typer import rich_utils  # noqa: PLC0415 - where nothing is translated it may not be needed

    rich_utils.ARGUMENTS_PANEL_TITLE = help_text("panel.arguments")
    rich_utils.OPTIONS_PANEL_TITLE = help_text("panel.options")
    rich_utils.COMMANDS_PANEL_TITLE = help_text("panel.commands")
    rich_utils.ERRORS_PANEL_TITLE = help_text("panel.errors")
    rich_utils.REQUIRED_LONG_STRING = help_text("panel.required")
    rich_utils.DEFAULT_STRING = help_text("panel.default")
    rich_utils.RICH_HELP = help_text("panel.try")


def _name_usage(context_class: Any) -> None:
    english = context_class.formatter_class

    class Formatter(english):  # type: ignore[misc, valid-type]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or help_text("panel.usage"))

    context_class.formatter_class = Formatter


def _name_help(command: Any, context: Any) -> None:
    """The option ``--help`` of a command and of all below it."""
    option = command.get_help_option(context)
    if option is not None:
        option.help = help_text("panel.help")
    for name, below in getattr(command, "commands", {}).items():
        _name_help(below, type(context)(below, info_name=name, parent=context))
