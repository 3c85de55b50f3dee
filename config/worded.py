"""Errors that tell people what is wrong in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, get_args

from config.problems import Language


class WordedError(Exception):
    """One thing that is wrong. ``str`` of it is English; it holds no secret and no plain value."""

    words: ClassVar[Mapping[str, tuple[str, str]]]
    """By ``code``: English and Russian; ``about`` fills what a text leaves open."""

    def __init__(self, code: str, **about: object) -> None:
        super().__init__(code)
        self.code = code
        self.about = about

    def text(self, language: Language) -> str:
        """For people who speak that language."""
        return self.words[self.code][get_args(Language).index(language)].format(**self.about)

    def __str__(self) -> str:
        return self.text("en")
