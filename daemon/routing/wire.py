"""The lines of the protocol between the dialplan and Callward, version 1. Pure.

A question is a form; an answer is one line of text: ``callward1|KIND|…|end``. What could break the
line, or could be read as a number on a phone, never gets into one: what comes from the settings is
held to the patterns by which these were checked (``config.values``). The other side of this is
``callward-ask`` in ``dialplan/extensions_callward.conf``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from config.values import CALLER_ID, MAILBOX, PHONE_DIAL, SOUND, TRUNK_DIAL
from crm.names import shown_name

VERSION: Final = "1"
QUESTIONS: Final = ("inbound", "dial", "client", "mobile", "pin", "choose")
LONGEST_LINE: Final = 3900
"""Asterisk cuts a variable's value at 4095 bytes (``VAR_BUF_SIZE``, include/asterisk/pbx.h)."""

_COMMON = frozenset({"secret", "v", "pbx", "channel"})
_ANY = r"[^\x00-\x1f\x7f]{0,80}"
_TOKEN = r"[a-z]{1,64}"  # noqa: S105 - the form of one
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "inbound": {"caller": _ANY, "called": _ANY},
    "dial": {"from": r"[^\x00-\x1f\x7f]{1,120}", "dialled": r"[^\x00-\x1f\x7f]{1,80}"},
    "client": {"token": _TOKEN},
    "mobile": {"token": _TOKEN},
    "pin": {"session": _TOKEN, "pin": r"[0-9]{0,16}"},
    "choose": {"session": _TOKEN, "code": r"[0-9]{0,16}"},
}
_CHANNEL = r"[^\x00-\x1f\x7f]{1,150}"

_CODE = re.compile(r"[0-9]{0,10}")


class QuestionError(ValueError):
    """A form that is not a question; ``place`` names the field, the value is nobody's business."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class AnswerError(ValueError):
    """An answer that the dialplan could misread; the message names the field only."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, its fields validated: printable, bounded, none missing, none unknown."""

    kind: str
    channel: str
    """Asterisk's uniqueid of the channel that asks."""
    fields: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.fields[name]


def parse(kind: str, form: Sequence[tuple[str, str]]) -> Question:
    """Validate a decoded form, all but ``secret``, ``v`` and ``pbx``. Raises ``QuestionError``."""
    if kind not in _FIELDS:
        raise QuestionError("question")
    wanted = _FIELDS[kind]
    fields: dict[str, str] = {}
    for name, value in form:
        if name in fields:
            raise QuestionError(name)
        if name not in wanted and name not in _COMMON:
            raise QuestionError("unknown field")
        fields[name] = value
    for name, form_of in {**wanted, "channel": _CHANNEL}.items():
        if name not in fields or re.fullmatch(form_of, fields[name]) is None:
            raise QuestionError(name)
    return Question(kind, fields["channel"], {name: fields[name] for name in wanted})


@dataclass(frozen=True, slots=True)
class Announce:
    """A sound that the customer hears: before the answer, after ours, after his."""

    when: Literal["early", "answer", "called"]
    sound: str
    language: str

    def __str__(self) -> str:
        return "~".join((self.when, _checked(SOUND, self.sound, "sound"), self.language))


@dataclass(frozen=True, slots=True)
class Say:
    """The last word of a call that nobody took."""

    sound: str

    def __str__(self) -> str:
        return f"say~{_checked(SOUND, self.sound, 'sound')}"


@dataclass(frozen=True, slots=True)
class Voicemail:
    """The mailbox of a call that nobody took."""

    mailbox: str

    def __str__(self) -> str:
        return f"vm~{_checked(MAILBOX, self.mailbox, 'mailbox')}"


@dataclass(frozen=True, slots=True)
class Ringing:
    """One ``Dial``: so many seconds, these dial strings."""

    seconds: int
    dials: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.seconds}~{'&'.join(_checked(PHONE_DIAL, one, 'dial') for one in self.dials)}"


@dataclass(frozen=True, slots=True)
class RingClient:
    """``inbound``: a customer (or somebody without a number) calls; whom to ring."""

    code: str
    name: str
    caller_id: str
    announce: Announce | None
    steps: tuple[Ringing, ...]
    last: Say | Voicemail
    kind = "client"


@dataclass(frozen=True, slots=True)
class Manager:
    """``inbound``: an employee calls from his own mobile."""

    session: str
    asks_pin: bool
    code: str
    """Of the client who is offered; empty where a PIN comes first."""
    kind = "manager"


@dataclass(frozen=True, slots=True)
class CallClient:
    """``dial``, ``choose``: go on to the client behind the token."""

    token: str
    code: str
    name: str
    kind = "call"


@dataclass(frozen=True, slots=True)
class RingColleagues:
    """``dial``: phones of colleagues."""

    steps: tuple[Ringing, ...]
    kind = "ring"


@dataclass(frozen=True, slots=True)
class DialClient:
    """``client``: what is dialled over the trunk for a client."""

    dial: str = field(repr=False)
    seconds: int
    caller_id: str
    code: str
    name: str
    announce: Announce | None
    kind = "dial"


@dataclass(frozen=True, slots=True)
class DialMobile:
    """``mobile``: what is dialled over the trunk for an employee."""

    dial: str = field(repr=False)
    seconds: int
    caller_id: str
    code: str
    kind = "dial"


@dataclass(frozen=True, slots=True)
class Welcome:
    """``pin``: the right one; ``code`` of the client who is offered, or empty."""

    code: str
    kind = "ok"


@dataclass(frozen=True, slots=True)
class No:
    """Not so; the prompt says why. In a session he may try again."""

    prompt: str
    kind = "no"


@dataclass(frozen=True, slots=True)
class Bye:
    """The session is over; the prompt says why."""

    prompt: str
    kind = "bye"


Answer = (
    RingClient
    | Manager
    | CallClient
    | RingColleagues
    | DialClient
    | DialMobile
    | Welcome
    | No
    | Bye
)


def encode(answer: Answer) -> str:
    """The answer's line. ``AnswerError`` where a field could be misread, or the line be cut."""
    line = "|".join((f"callward{VERSION}", answer.kind, *_fields(answer), "end"))
    if len(line.encode()) > LONGEST_LINE:
        raise AnswerError("line")
    return line


def _fields(answer: Answer) -> tuple[str, ...]:  # noqa: PLR0911 - one for each answer
    match answer:
        case RingClient():
            return (
                _code(answer.code),
                _name(answer.name),
                _caller_id(answer.caller_id),
                _announce(answer.announce),
                _steps(answer.steps),
                str(answer.last),
            )
        case Manager():
            return answer.session, "pin" if answer.asks_pin else "", _code(answer.code)
        case CallClient():
            return answer.token, _code(answer.code), _name(answer.name)
        case RingColleagues():
            return (_steps(answer.steps),)
        case DialClient():
            return (
                _checked(TRUNK_DIAL, answer.dial, "dial"),
                str(answer.seconds),
                _caller_id(answer.caller_id),
                _code(answer.code),
                _name(answer.name),
                _announce(answer.announce),
            )
        case DialMobile():
            return (
                _checked(TRUNK_DIAL, answer.dial, "dial"),
                str(answer.seconds),
                _caller_id(answer.caller_id),
                _code(answer.code),
            )
        case Welcome():
            return (_code(answer.code),)
        case No() | Bye():
            return (_checked(SOUND, answer.prompt, "prompt"),)


def _steps(steps: Sequence[Ringing]) -> str:
    return ";".join(map(str, steps))


def _announce(announce: Announce | None) -> str:
    return "" if announce is None else str(announce)


def _code(code: str) -> str:
    return _checked(_CODE, code, "code")


def _caller_id(caller_id: str) -> str:
    return _checked(CALLER_ID, caller_id, "caller id")


def _name(name: str) -> str:
    """As ``crm.names.shown_name`` made it."""
    if shown_name(name) != name:
        raise AnswerError("name")
    return name


def _checked(form: re.Pattern[str], value: str, place: str) -> str:
    if form.fullmatch(value) is None:
        raise AnswerError(place)
    return value
