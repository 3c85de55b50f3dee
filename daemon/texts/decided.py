"""Settings that are decided in the console, and what a call would do by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.unknown_setting": (
        "{value}: no setting of these; there are: {allowed}",
        "{value}: такой настройки здесь нет; бывают: {allowed}",
    ),
    # A preview: one sentence for when, one for who
    "preview.now": ("Now", "Сейчас"),
    "preview.open": ("{when}: open.", "{when}: рабочее время."),
    "preview.hours": (
        "{when}: closed, outside of working hours.",
        "{when}: закрыто, нерабочее время.",
    ),
    "preview.holiday": ("{when}: closed, a holiday.", "{when}: закрыто, выходной день."),
    "preview.client": ("A call from this client", "Звонок этого клиента"),
    "preview.anybody": ("A call from somebody new", "Звонок нового клиента"),
    "preview.rings": ("{who} would ring: {turns}.", "{who}, порядок вызова: {turns}."),
    "preview.rings_nobody": ("{who} would ring nobody.", "{who} не поступит никому."),
    "preview.one": ("{people} ({seconds} s)", "{people} ({seconds} с)"),
    "preview.together": (
        "group {people} together ({seconds} s)",
        "группа {people} одновременно ({seconds} с)",
    ),
    "preview.in_group": ("group {people} ({seconds} s)", "группа {people} ({seconds} с)"),
    "preview.last.voicemail": (
        "Unanswered, it ends in the mailbox.",
        "Без ответа звонок уходит в почтовый ящик.",
    ),
    "preview.last.closed": (
        "Unanswered, the caller is told that the company is closed, and a task to call back is"
        " made.",
        "Без ответа звонящий услышит, что компания не работает, и будет создана задача"
        " перезвонить.",
    ),
    "preview.last.nobody": (
        "Unanswered, the caller is told that nobody can answer, and a task to call back is made.",
        "Без ответа звонящий услышит, что никто не может ответить, и будет создана задача"
        " перезвонить.",
    ),
}
