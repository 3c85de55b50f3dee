"""What is said of the journal of calls: its filters, notes on calls, saved views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.private_call": (
        "This call was with another's private client: notes on it are that person's to write",
        "Это звонок с чужим личным клиентом: заметки к нему ведёт тот, чей это клиент",
    ),
    "api.view_not_found": ("You have no such view", "Такого вида у вас нет"),
    "api.not_company_number": (
        "{name}: must be one of the company's own numbers",
        "{name}: нужен один из номеров самой компании",
    ),
    "api.seconds": (
        "must be a number of seconds, such as 90",
        "нужно число секунд, например 90",
    ),
    "value.half_marker": (
        "a marker has both recording_id and at_seconds, a plain note has neither",
        "у отметки есть и recording_id, и at_seconds, у простой заметки нет ни того, ни другого",
    ),
    "value.past_the_end": (
        "must be within the recording: 0 to {most} seconds",
        "должно быть в пределах записи: от 0 до {most} с",
    ),
    "value.not_a_page": (
        "must be a page's name, of small Latin letters and -",
        "нужно имя страницы: строчные латинские буквы и -",
    ),
    "value.not_a_query": (
        "must be a page's query, such as direction=inbound&missed=true",
        "нужны параметры страницы, например direction=inbound&missed=true",
    ),
    "help.missed": (
        "Only calls of customers whom nobody answered.",
        "Только звонки клиентов, на которые никто не ответил.",
    ),
    "help.queue": ("Came through this queue.", "Прошёл через эту очередь."),
    "help.min_talk": (
        "Talked for so many seconds at least.",
        "Разговор длился не меньше стольких секунд.",
    ),
    "help.recorded": (
        "Only calls with a stored recording, or only those without.",
        "Только звонки с сохранённой записью или только без неё.",
    ),
    "audit.call_noted": (
        "wrote a note on a call with {client}",
        "заметка к звонку добавлена: {client}",
    ),
    "audit.call_note_removed": (
        "removed a note on a call with {client}",
        "заметка к звонку удалена: {client}",
    ),
    "audit.action.call_noted": ("wrote notes on calls", "добавление заметок к звонкам"),
    "audit.action.call_note_removed": ("removed notes on calls", "удаление заметок к звонкам"),
}
