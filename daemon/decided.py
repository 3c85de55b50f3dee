"""The settings as they hold now: the file's, and over them what was decided in the console."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from config.decided import decide_what_may_be
from config.problems import Problem
from config.settings import Settings
from crm.decisions import Decisions, read_decisions, values_of

_log = structlog.get_logger(__name__)


class Decided:
    """Holds ``now``, and tells it to those who keep settings of their own."""

    def __init__(self, file: Settings) -> None:
        self.file = file
        """As the daemon was started with them."""
        self.now = file
        self.decisions: Decisions = {}
        """All that were made, also those that are ``refused``."""
        self.refused: tuple[Problem, ...] = ()
        """Decisions that go with the file no longer: there the file's values hold."""
        self._listeners: tuple[Callable[[Settings], None], ...] = ()

    def settings(self) -> Settings:
        """``now``."""
        return self.now

    def begin(self, policies: Mapping[str, Any], *listeners: Callable[[Settings], None]) -> None:
        """Let these policies hold; ``listeners`` are told of what holds, now and ever after."""
        self._listeners = listeners
        self.take(policies)

    def take(self, policies: Mapping[str, Any]) -> None:
        """Let these policies hold from now on."""
        self.decisions = read_decisions(policies)
        self.now, refused = decide_what_may_be(self.file, values_of(self.decisions))
        for problem in refused:
            if problem not in self.refused:
                _log.error(
                    "a setting of the console goes with the file no longer: the file's holds",
                    setting=problem.where,
                )
        self.refused = refused
        for listener in self._listeners:
            listener(self.now)
