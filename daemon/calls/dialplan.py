"""What our own dialplan says of a call, and in which words. Pure.

Its user events, its rows in the PBX's log and its channel variables are read here, and believed
only where they say what ours says: anybody's dialplan can write the same.
"""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from uuid import UUID

RECORDING_EVENT = "CallwardRecording"
"""The UserEvent by which it tells a recording's name."""
ANNOUNCEMENT_EVENT = "CallwardAnnouncement"
"""The UserEvent, and the row in the log, by which it tells what it has played to a customer."""
_CALLBACK_PREFIX = "cw-"
"""Before a callback's id in the uniqueid of its first channel (``callback_channel``)."""
_FORMER_PREFIX = "callward-"
"""The same until 2026-11-23, before a UUID's 36 characters."""
SPY_PREFIX = "callward-spy-"
"""The uniqueid of a channel for who listens begins so (``spy_channel``)."""
HOLD_PREFIX = "callward-hold-"
"""The uniqueid of a channel that plays music to a customer on hold begins so."""
USER_EVENTS = frozenset({RECORDING_EVENT, ANNOUNCEMENT_EVENT})

# What `callward-record` filters out of a uniqueid to make a file's name of it.
_UNSAFE = re.compile(r"[^0-9A-Za-z._-]")
_SOUND = re.compile(r"(?!.*\.\.)[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,79}")
_MOST_DIGITS = 6
# Asterisk's AST_MAX_PUBLIC_UNIQUEID is 149: beside prefix and id so many bytes of a name have room.
_MOST_NAME_BYTES = 72
_LANGUAGES = frozenset({"en", "ru"})
_WHOLE = {"yes": True, "no": False}


def recording_name(uniqueid: str) -> str:
    """The name that ``callward-record`` gives the recording of this channel."""
    return _UNSAFE.sub("", uniqueid)


def announced(sound: str, language: str, whole: str) -> tuple[str, str, bool]:
    """An announcement as ``callward`` tells it; ValueError for what it never says.

    A sound's name with as many digits as a phone number is none of ours.
    """
    if not _SOUND.fullmatch(sound) or sum(map(str.isdigit, sound)) > _MOST_DIGITS:
        raise ValueError("Sound")
    if language not in _LANGUAGES:
        raise ValueError("Language")
    if whole not in _WHOLE:
        raise ValueError("Whole")
    return sound, language, _WHOLE[whole]


def hidden_party(kept: str) -> str:
    """The number or dial string that ``callward-edge`` keeps in base64; empty for anything else."""
    try:
        text = b64decode(kept, validate=True).decode()
    except ValueError:
        return ""
    return text[1:] if text.startswith("=") else ""


def callback_channel(callback: UUID) -> str:
    """The uniqueid of a callback's first channel: 25 characters, since FreePBX's event log cuts
    each after 32, and Asterisk may add two of its own.
    """
    return f"{_CALLBACK_PREFIX}{urlsafe_b64encode(callback.bytes).decode().rstrip('=')}"


def callback_of(linkedids: Iterable[str]) -> UUID | None:
    """The callback whose call this is: its first channel was ordered as ``callback_channel``."""
    for linkedid in linkedids:
        try:
            if linkedid.startswith(_CALLBACK_PREFIX):
                callback = UUID(bytes=urlsafe_b64decode(linkedid[len(_CALLBACK_PREFIX) :] + "=="))
                if callback_channel(callback) == linkedid:
                    return callback
            elif linkedid.startswith(_FORMER_PREFIX):
                return UUID(linkedid.removeprefix(_FORMER_PREFIX))
        except ValueError:
            continue
    return None


def spy_channel(id_: UUID, person: str) -> str:
    """The uniqueid of a channel for that person to listen by: whoever reads the PBX's log later
    learns from it, too, who took a call over. A name that is too long does not stand in it.
    """
    name = person.encode()
    coded = urlsafe_b64encode(name).decode().rstrip("=") if len(name) <= _MOST_NAME_BYTES else ""
    return f"{SPY_PREFIX}{id_.hex}-{coded}"


def is_spy(uniqueid: str) -> bool:
    """Whether that channel was made for somebody to listen to a call."""
    return uniqueid.startswith(SPY_PREFIX)


def is_hold(uniqueid: str) -> bool:
    """Whether that channel was made to play music to a customer, whom a button put on hold."""
    return uniqueid.startswith(HOLD_PREFIX)


def spy_person(uniqueid: str) -> str | None:
    """Who listens by that channel; ``None`` where it does not say."""
    _, _, coded = uniqueid.removeprefix(SPY_PREFIX).partition("-")
    try:
        return urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode() or None
    except ValueError:
        return None
