"""``extensions_callward_settings.conf``: what the dialplan has to know of the settings. Pure.

Globals, and three contexts whose patterns depend on the settings. All they do is to send what was
dialled on, with the dialled digits as extension:

- ``callward-emergency``: to ``callward-urgent``, which dials at once and asks nobody;
- ``callward-extensions``: to ``callward-dial``, with ``CALLWARD_OWN`` set to what is rung while
  Callward is silent;
- ``callward-codes``: to ``callward-dial``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from config.emergency import emergency_numbers
from config.phones import dial_string, extension_of, is_mobile_key, ring_keys
from config.settings import AgentSettings, PbxSettings, Settings
from dialplan.trunk import written

VERSION: Final = 1
"""Of the dialplan, as ``CALLWARD_DIALPLAN``: the daemon compares it with its own."""
SECRET_FILE: Final = "extensions_callward_secret.conf"  # noqa: S105 - where it stands
_HEAD: Final = """\
; Callward: its settings, as the dialplan needs them. Made by `callward dialplan install`, which
; overwrites this file: change Callward's settings, then install again.
"""


def settings_file(settings: Settings, pbx: PbxSettings, *, recordings: str | None = None) -> str:
    """The whole file.

    ``recordings``: the folder for recordings as Asterisk sees it; ``None`` where somebody else
    sets ``CALLWARD_RECORDINGS``, or where Asterisk's own spool folder is meant.
    """
    lines = [_HEAD, "[globals]"]
    lines += [f"{name} = {value(text)}" for name, text in _globals(settings, pbx, recordings)]
    # In a file of its own, which nobody but Asterisk may read.
    lines += [f'#include "{SECRET_FILE}"', "", "[callward-emergency]"]
    lines += [_sent_on(number, "callward-urgent") for number in emergency(settings)]
    lines += ["", "[callward-extensions]"]
    for extension, dial in _extensions(settings).items():
        lines.append(f"exten => {extension},1,Set(CALLWARD_OWN={dial})")
        lines.append(" same => n,Goto(callward-dial,${EXTEN},1)")
    lines += ["", "[callward-codes]"]
    for length in settings.masking.code_lengths:
        lines.append(_sent_on(f"_[2-8]{'X' * (length - 1)}", "callward-dial"))
    return "\n".join([*lines, ""])


def secret_file(secret: str) -> str:
    """The included file, mode 0640, with the secret that every question carries."""
    return f"{_HEAD}CALLWARD_SECRET = {secret}\n"


def value(text: str) -> str:
    """Text as the value of a line. ``ValueError`` where no line can hold it."""
    # Asterisk would put a variable's value in place of ${…}, and cut at a line's end.
    if any(ord(character) < 32 for character in text) or "${" in text or "$[" in text:
        raise ValueError(text)
    return text.replace(";", "\\;")


def emergency(settings: Settings) -> tuple[str, ...]:
    """Numbers that are dialled at once: the country's and those of ``outbound.emergency``.

    A country's number that the settings give to an employee as his extension is the employee's
    (101 is one in many countries), unless ``outbound.emergency`` names it as well.
    """
    taken = _extensions(settings).keys() - set(settings.outbound.emergency)
    return tuple(number for number in emergency_numbers(settings) if number not in taken)


def lost_emergency(settings: Settings) -> tuple[str, ...]:
    """Emergency numbers that ring an employee instead."""
    return tuple(sorted(set(emergency_numbers(settings)) - set(emergency(settings))))


def fallback(settings: Settings) -> str:
    """What is rung while Callward is silent, ``PJSIP/101&PJSIP/102``; empty where nobody is.

    ``routing.fallback``, else the desk phones of ``routing.group``, else everybody's.
    """
    if settings.routing.fallback:
        return "&".join(dict.fromkeys(map(dial_string, settings.routing.fallback)))
    agents = {agent.name: agent for agent in settings.agents}
    endpoints: list[str] = []
    for name in settings.routing.group or agents:
        endpoints += desk_phones(agents[name]) if name in agents else (dial_string(name),)
    return "&".join(dict.fromkeys(endpoints))


def desk_phones(agent: AgentSettings) -> tuple[str, ...]:
    """``PJSIP/101``: the phones on which he takes calls and for which no trunk is needed."""
    return tuple(dial_string(key) for key in ring_keys(agent) if not is_mobile_key(key))


def caller_id(settings: Settings, pbx: PbxSettings) -> str:
    """The company's first number, as this trunk wants it."""
    company = settings.company
    return written(pbx.caller_id, company.numbers[0], company.region)


def _globals(
    settings: Settings, pbx: PbxSettings, recordings: str | None
) -> Iterator[tuple[str, str]]:
    before, _, after = re.sub(r"\{\w+\}", "{}", pbx.dial).partition("{}")
    announcements = settings.announcements
    yield "CALLWARD_DIALPLAN", str(VERSION)
    yield "CALLWARD_URL", (pbx.ask_url or settings.http.url).rstrip("/")
    yield "CALLWARD_SECONDS", f"{pbx.answer_seconds:g}"
    yield "CALLWARD_PBX", pbx.name
    yield "CALLWARD_NUMBER", caller_id(settings, pbx)
    yield "CALLWARD_FALLBACK", fallback(settings)
    yield "CALLWARD_LANGUAGE", settings.company.language
    # While nobody can tell whose a number is, only who lets all be dialled lets any be dialled.
    yield "CALLWARD_OUTBOUND_SILENT", "dial" if settings.outbound.policy == "anyone" else "deny"
    yield "CALLWARD_DIAL_BEFORE", before
    yield "CALLWARD_DIAL_AFTER", after
    yield "CALLWARD_ANNOUNCE_INBOUND", announcements.inbound
    yield "CALLWARD_ANNOUNCE_OUTBOUND", "called" if announcements.outbound else "off"
    yield "CALLWARD_ANNOUNCE_SOUND", announcements.sound
    yield "CALLWARD_ANNOUNCE_LANGUAGE", announcements.language or settings.company.language
    if recordings is not None:
        yield "CALLWARD_RECORDINGS", recordings


def _extensions(settings: Settings) -> dict[str, str]:
    """What is rung for whom a colleague dials, while Callward is silent."""
    found: dict[str, str] = {}
    for agent in settings.agents:
        extension = extension_of(agent)
        if extension is not None:
            found.setdefault(extension, "&".join(desk_phones(agent)))
    return found


def _sent_on(pattern: str, context: str) -> str:
    return f"exten => {pattern},1,Goto({context},${{EXTEN}},1)"
