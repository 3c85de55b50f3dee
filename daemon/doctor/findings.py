"""What the doctor finds: one line for each thing looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, get_args

from config.problems import Language
from config.worded import WordedError
from daemon.doctor.words import WORDS


class Verdict(StrEnum):
    """``note``: nothing is wrong, but somebody may want to know."""

    OK = "ok"
    NOTE = "note"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    code: str
    """A key of ``WORDS``."""
    verdict: Verdict
    pbx: str | None = None
    """Whose it is; ``None`` where it is this machine's."""
    about: dict[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """How it is; where it fails, what to do."""
        about = {
            name: value.text(language) if isinstance(value, WordedError) else value
            for name, value in self.about.items()
        }
        return WORDS[self.code][get_args(Language).index(language)].format(**about)

    def as_json(self, language: Language) -> dict[str, Any]:
        """For programs."""
        return {
            "code": self.code,
            "verdict": self.verdict,
            "pbx": self.pbx,
            "text": self.text(language),
        }


def ok(code: str, pbx: str | None = None, **about: object) -> Finding:
    """All is well."""
    return Finding(code=code, verdict=Verdict.OK, pbx=pbx, about=about)


def note(code: str, pbx: str | None = None, **about: object) -> Finding:
    """Worth knowing."""
    return Finding(code=code, verdict=Verdict.NOTE, pbx=pbx, about=about)


def fail(code: str, pbx: str | None = None, **about: object) -> Finding:
    """Wrong; the words say what to do."""
    return Finding(code=code, verdict=Verdict.FAIL, pbx=pbx, about=about)
