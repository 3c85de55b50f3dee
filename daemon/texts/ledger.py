"""What is said of the ledger: a day's calls against the PBX's log, recordings and client base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "ledger.state.matched": ("matched", "сходится"),
    "ledger.state.unchecked": ("not all checked", "проверено не всё"),
    "ledger.state.differs": ("differs", "расходится"),
    "ledger.unchecked.no_log": (
        "{pbx} has no event log in the settings (pbx.cel): its calls cannot be checked",
        "У {pbx} в настройках нет журнала событий (pbx.cel): его звонки проверить нельзя",
    ),
    "ledger.unchecked.unreadable": (
        "The event log of {pbx} cannot be read ({reason}): its calls cannot be checked",
        "Журнал событий {pbx} не читается ({reason}): его звонки проверить нельзя",
    ),
    "ledger.unchecked.starts_later": (
        "The event log of {pbx} begins at {begins}: what was before it cannot be checked",
        "Журнал событий {pbx} начинается с {begins}: что было раньше, проверить нельзя",
    ),
    "ledger.unchecked.stops_earlier": (
        "The event log of {pbx} holds nothing of this day, though calls of it are stored: the PBX"
        " does not write it",
        "В журнале событий {pbx} за этот день ничего нет, хотя звонки сохранены: станция его не"
        " пишет",
    ),
    "ledger.unknown": ("nothing", "ничего"),
    "ledger.ended.answered": ("answered", "отвечен"),
    "ledger.ended.missed": ("missed", "пропущен"),
    "ledger.ended.busy": ("busy", "занято"),
    "ledger.ended.failed": ("failed", "не удался"),
    "ledger.ended.cancelled": ("cancelled", "отменён"),
    "ledger.what.storage": ("the storage of the recordings", "хранилище записей"),
    "ledger.what.folder": ("the PBX's folder of recordings", "папка записей станции"),
    "ledger.settled_note": (
        "A later look at that day found nothing that differs.",
        "При повторной сверке этого дня расхождений нет.",
    ),
    # Alerts
    "alert.ledger": (
        "The ledger of {day} differs in {unmatched} places: calls, recordings or cards are missing"
        " or not as the PBX logged them",
        "Сверка за {day}: расхождений {unmatched} — звонков, записей или карточек не хватает, или"
        " они не такие, как в журнале станции",
    ),
    "alert.ledger_unread": (
        "The ledger of {day} could not be checked: the event log of {pbx} could not be read",
        "Сверка за {day} не проведена: журнал событий {pbx} не прочитан",
    ),
    # The API
    "api.ledger_day": (
        "day = {day}: must be today or a day before, since 1971",
        "day = {day}: нужен сегодняшний или прошедший день, не раньше 1971 года",
    ),
    # The audit
    "audit.ledger_mended": (
        "mended the ledger of {object}: {count}",
        "исправлена сверка за {object}: {count}",
    ),
    "audit.action.ledger_mended": ("mended the ledger", "исправление сверки"),
    # The command
    "help.ledger": (
        "Match a day one to one: the PBX's log, calls, recordings, the client base.",
        "Сверить день один к одному: журнал станции, звонки, записи, база клиентов.",
    ),
    "help.ledger.day": (
        "The day, YYYY-MM-DD, by company.timezone; yesterday otherwise.",
        "День, ГГГГ-ММ-ДД, по company.timezone; иначе вчера.",
    ),
    "help.ledger.fix": (
        "Mend what can be mended: complete calls from the PBX's log, take missed recordings in,"
        " make cards.",
        "Исправить, что можно: дополнить звонки из журнала станции, забрать пропущенные записи,"
        " завести карточки.",
    ),
    "ledger.bad_day": (
        "--day {value}: must be a day such as 2026-01-31",
        "--day {value}: нужен день, например 2026-01-31",
    ),
    "ledger.unfinished": (
        "The ledger of {day} could not be finished: the daemon's log says why",
        "Сверку за {day} завершить не удалось: причина в журнале демона",
    ),
    "ledger.said": (
        "{day}: {state}, unmatched: {unmatched}",
        "{day}: {state}, расхождений: {unmatched}",
    ),
    "ledger.pbx": (
        "PBX {pbx}: in its log {logged}, stored {stored}, matched {matched}",
        "Станция {pbx}: в журнале {logged}, сохранено {stored}, сходится {matched}",
    ),
    "ledger.running": (
        "running or just over, not judged yet: {running}",
        "идут или только что закончились, пока не сверялись: {running}",
    ),
    "ledger.earlier": (
        "in the log from before Callward was here: {earlier}",
        "в журнале до установки Callward: {earlier}",
    ),
    "ledger.recordings": (
        "Recordings: {recordings}, stored {stored}, without sound {empty}, on their way {waiting},"
        " expired {expired}",
        "Записи: {recordings}, сохранено {stored}, без звука {empty}, в пути {waiting}, удалено по"
        " сроку {expired}",
    ),
    "ledger.clients": (
        "Customers' calls: {customers}, with a card {with_card}, without a number {nameless}",
        "Звонки клиентов: {customers}, с карточкой {with_card}, без номера {nameless}",
    ),
    "ledger.crm": ("Outside CRM {crm}: {in_crm}", "Внешняя CRM {crm}: {in_crm}"),
    "ledger.no_crm": ("Outside CRM: none is used", "Внешняя CRM: не используется"),
    "ledger.mended": ("Mended: {mended}", "Исправлено: {mended}"),
    "ledger.column.what": ("what", "что"),
    "ledger.column.call": ("call", "звонок"),
    "ledger.column.at": ("when", "когда"),
    "ledger.column.why": ("why", "почему"),
    "ledger.column.mends": ("what mends it", "что исправит"),
    "ledger.more": (
        "… and {count} more",
        "… и ещё {count}",
    ),
}
