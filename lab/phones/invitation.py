"""A call that comes in: what its INVITE says, and how a phone treats it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lab.phones.softphone import PhoneCall, header

REQUEST_LINE = re.compile(r"^INVITE sips?:(?:([^@;>\s]*)@)?[^:;>\s]+")
SHOWN = re.compile(r'^From:\s*(?:"?([^"<]*?)"?\s*)?<sips?:([^@;>]*)', re.MULTILINE | re.IGNORECASE)

Later = Callable[[float, Callable[[], object]], None]
"""``later(seconds, action)``."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Of a SIP INVITE what a phone shows of it; empty where it says nothing."""

    dialled: str
    shown: str
    display: str

    @classmethod
    def read(cls, message: str) -> Invitation:
        """From the whole SIP message."""
        request, shown = REQUEST_LINE.match(message), SHOWN.search(message)
        return cls(
            dialled=(request.group(1) or "") if request else "",
            shown=shown.group(2) if shown else "",
            display=(shown.group(1) or "") if shown else "",
        )


def treat(call: PhoneCall, server: tuple[str, int], later: Later) -> None:
    """Treat a call as its phone's behaviour says (``lab.phones.phone.Behaviour`` as a dict)."""
    behaviour = call.phone.behaviour
    match behaviour["kind"]:
        case "refuse":
            _refuse(call, behaviour["code"])
            return
        case "redirect":
            _redirect(call, f"<sip:{behaviour['target']}@{server[0]}:{server[1]}>")
            return
    call.answer(call.parameter(180))
    call.say("rang")
    match behaviour["kind"]:
        case "answer":
            later(behaviour["after"], lambda: _answer(call))
        case "decline":
            later(behaviour["after"], lambda: _refuse(call, behaviour["code"]))


def _answer(call: PhoneCall) -> None:
    if not (call.over or call.ended_by_self):
        call.answer(call.parameter(200))


def _refuse(call: PhoneCall, code: int) -> None:
    if not (call.over or call.ended_by_self):
        call.ended_by_self = True
        call.hangup(call.parameter(code))


def _redirect(call: PhoneCall, contact: str) -> None:
    call.ended_by_self = True
    call.say("redirected", target=call.phone.behaviour["target"])
    parameter = call.parameter(302)
    parameter.txOption.headers.append(header("Contact", contact))
    # hangup() would send it without the Contact.
    call.answer(parameter)
