"""What the API says: a title (RFC 9457) for each code of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # API errors: a title (RFC 9457) for each code
    "api.unknown_parameter": (
        "{name}: no such parameter; there are: {allowed}",
        "{name}: такого параметра нет; бывают: {allowed}",
    ),
    "api.standby": (
        "another Callward works, this one stands by: ask the other one",
        "работает другой Callward, этот ждёт в резерве: обращайтесь к другому",
    ),
    "api.repeated_parameter": (
        "{name}: is given more than once; once is allowed",
        "{name}: задан несколько раз, допустим один",
    ),
    "api.invalid_parameter": (
        "{name} = {value}: {reason}",
        "{name} = {value}: {reason}",
    ),
    "api.invalid_number": (
        "{name}: must be a phone number, international (+442079460101) or national",
        "{name}: нужен телефонный номер, международный (+442079460101) или местный",
    ),
    "api.invalid_cursor": (
        "{name}: must be what the page before gave as next",
        "{name}: нужно значение next предыдущей страницы",
    ),
    "api.choice": ("must be one of: {allowed}", "допустимо одно из: {allowed}"),
    "api.instant": (
        "must be an instant with a zone, such as 2026-01-31T09:00:00Z",
        "нужен момент времени с поясом, например 2026-01-31T09:00:00Z",
    ),
    "api.id": ("must be a UUID", "нужен UUID"),
    "api.whole": (
        "must be a whole number from {least} to {most}",
        "нужно целое число от {least} до {most}",
    ),
    "api.whole_within": (
        "must be a whole number from {least} to {most}",
        "нужно целое число от {least} до {most}",
    ),
    "api.string_too_long": (
        "must be text of at most {max_length} characters",
        "нужен текст не длиннее {max_length} знаков",
    ),
    "api.too_long": ("must be at most {max_length} of them", "допустимо не больше {max_length}"),
    "api.boolean": ("must be true or false", "допустимо true или false"),
    "api.text": (
        "must be text of {least} to {most} characters",
        "нужен текст длиной от {least} до {most} знаков",
    ),
    "api.not_found": ("There is nothing at this address", "По этому адресу ничего нет"),
    "api.call_not_found": ("There is no such call", "Такого звонка нет"),
    "api.client_not_found": ("There is no such client", "Такого клиента нет"),
    "api.recording_not_found": ("There is no such recording", "Такой записи нет"),
    "api.audio_not_ready": (
        "The recording is not stored yet, or could not be",
        "Запись ещё не сохранена или сохранить её не удалось",
    ),
    "api.audio_missing": (
        "The recording's file is missing from the storage",
        "Файла записи в хранилище нет",
    ),
    "api.audio_unavailable": (
        "The recordings' storage does not answer; try again later",
        "Хранилище записей не отвечает; попробуйте позже",
    ),
    "api.method_not_allowed": (
        "This method is not allowed here; allowed: {allowed}",
        "Этот метод здесь не допускается; допустимы: {allowed}",
    ),
    "api.range_not_satisfiable": (
        "The requested range lies outside of the file",
        "Запрошенный диапазон лежит вне файла",
    ),
    "api.bad_request": ("The request cannot be read", "Запрос не разобрать"),
    "api.database_unavailable": (
        "The database does not answer now; try again",
        "База сейчас не отвечает, повторите запрос",
    ),
    "api.internal_error": (
        "The daemon failed to answer; its log says why",
        "Служба не смогла ответить; причина в её журнале",
    ),
}
