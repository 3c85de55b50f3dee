"""Every text that the command and the API show to people, in English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast, get_args

from config.problems import Language
from daemon.texts import (
    access,
    api,
    audit,
    audit_actions,
    callbacks,
    cards,
    command,
    console,
    control,
    database,
    decided,
    dialplan,
    exchange,
    history,
    init,
    journal,
    keeping,
    ledger,
    ledger_differences,
    masking,
    monitoring,
    people,
    presence,
    reports,
    signin,
    signin_command,
    watching,
    work,
)

ENGLISH: Final[Language] = "en"

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    **command.TEXTS,
    **console.TEXTS,
    **api.TEXTS,
    **audit.TEXTS,
    **audit_actions.TEXTS,
    **access.TEXTS,
    **callbacks.TEXTS,
    **cards.TEXTS,
    **masking.TEXTS,
    **monitoring.TEXTS,
    **dialplan.TEXTS,
    **people.TEXTS,
    **presence.TEXTS,
    **signin.TEXTS,
    **signin_command.TEXTS,
    **init.TEXTS,
    **watching.TEXTS,
    **work.TEXTS,
    **history.TEXTS,
    **exchange.TEXTS,
    **control.TEXTS,
    **ledger.TEXTS,
    **ledger_differences.TEXTS,
    **decided.TEXTS,
    **database.TEXTS,
    **journal.TEXTS,
    **reports.TEXTS,
    **keeping.TEXTS,
}


def say(language: Language, key: str, **about: object) -> str:
    """One text in that language; ``about`` fills what it leaves open."""
    return _TEXTS[key][get_args(Language).index(language)].format(**about)


def language_of(environ: Mapping[str, str], settings: Language | None = None) -> Language:
    """``CALLWARD_LANGUAGE``, else the settings' language, else the locale's; English by default."""
    named = environ.get("CALLWARD_LANGUAGE", "")
    if named in get_args(Language):
        return cast("Language", named)
    if settings is not None:
        return settings
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "ru" if environ[name].startswith("ru") else ENGLISH
    return ENGLISH
