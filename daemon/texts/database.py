"""What ``callward database`` says: the schema's versions, forward and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "help.database": (
        "The database's schema: which version, forward, and back by one.",
        "Схема базы: какой она версии, вперёд и на одну назад.",
    ),
    "help.database.version": (
        "Say which schema the database has, which this Callward needs, and what is to be done.",
        "Показать, какая схема у базы, какая нужна этому Callward и что надо сделать.",
    ),
    "help.database.upgrade": (
        "Bring the schema up to this Callward, as its daemon does when it starts.",
        "Обновить схему до нужной этому Callward, как это делает служба при запуске.",
    ),
    "help.database.downgrade": (
        "Take the schema back by one version, before an older Callward is installed.",
        "Вернуть схему на одну версию назад перед установкой более старого Callward.",
    ),
    "help.database.yes": ("Do not ask.", "Не спрашивать."),
    "database.stands": (
        "Database {name}: schema {version}, made by Callward {writer}",
        "База {name}: схема {version}, записана Callward {writer}",
    ),
    "database.stands_unsigned": (
        "Database {name}: schema {version}",
        "База {name}: схема {version}",
    ),
    "database.stands_empty": (
        "Database {name}: no schema yet",
        "База {name}: схемы ещё нет",
    ),
    "database.needs": (
        "This Callward {own}: schema {head}",
        "Этот Callward {own}: схема {head}",
    ),
    "database.is_current": ("Nothing is to be done.", "Делать ничего не нужно."),
    "database.is_older": (
        "The next start of the daemon (callward run) or callward database upgrade brings it there:",
        "Следующий запуск службы (callward run) или callward database upgrade добавит:",
    ),
    "database.step": ("  {version}  {brings}", "  {version}  добавляет: {brings}"),
    "database.upgraded": (
        "Done: database {name} has schema {version}. Start Callward.",
        "Готово: у базы {name} схема {version}. Запустите Callward.",
    ),
    "database.goes_back": (
        "Database {name} goes back from schema {version} to {before}. Callward of that version does"
        " not know: {brings}.",
        "База {name} вернётся со схемы {version} на {before}. Callward той версии не знает:"
        " {brings}.",
    ),
    "database.lost": (
        "Lost for good, also when the schema is brought forward again:",
        "Будет потеряно навсегда, в том числе при новом обновлении схемы:",
    ),
    "database.loss": ("  {what}: {rows}", "  {what}, строк: {rows}"),
    "database.nothing_lost": (
        "Nothing that is stored now is lost by it.",
        "Из того, что сейчас есть в базе, ничего не пропадёт.",
    ),
    "database.backup_first": (
        "Make a backup first (callward backup): it alone brings back what is lost here.",
        "Сначала сделайте резервную копию (callward backup): только она вернёт то, что будет"
        " потеряно.",
    ),
    "database.ask": ("Go back now?", "Вернуть схему назад?"),
    "database.downgraded": (
        "Done: database {name} has schema {version}. Install the older Callward before you start"
        " it: this one, {own}, would bring the schema forward again.",
        "Готово: у базы {name} схема {version}. Установите более старый Callward до запуска: этот,"
        " {own}, снова обновит схему.",
    ),
    "database.first": (
        "database {name} has the first schema there is, {version}: no Callward is older",
        "у базы {name} самая первая схема, {version}: более старого Callward нет",
    ),
    "database.step.0001": (
        "calls, recordings, clients and their phones",
        "звонки, записи, клиенты и их телефоны",
    ),
    "database.step.0002": (
        "short codes, curators, tasks from missed calls, managers' phones, PINs and keys,"
        " callbacks, announcements",
        "короткие коды, кураторы, задачи по пропущенным, телефоны, PIN и ключи менеджеров, обратные"
        " звонки, предупреждения о записи",
    ),
    "database.step.0003": (
        "people and their roles, departments, rules of fields and places, sessions, keys with"
        " limits, the audit",
        "сотрудники и роли, отделы, правила полей и мест, сеансы, ключи с ограничениями, аудит",
    ),
    "database.step.0004": (
        "what stands on cards, private and archived clients, decoys, notes, tasks that people set,"
        " the history of changes, merges, take-overs (private and archived clients and decoys"
        " become clients like any other)",
        "содержимое карточек, закрытые и архивные клиенты, приманки, заметки, задачи сотрудников,"
        " история изменений, объединения, передачи (закрытые и архивные клиенты и приманки станут"
        " обычными клиентами)",
    ),
    "database.step.0005": (
        "alerts, notices, exports and imports",
        "тревоги, уведомления, выгрузки и загрузки",
    ),
    "database.step.0006": (
        "who listened in, pauses of recordings, outcomes, questions, notes on calls, saved views,"
        " who is away",
        "прослушивания, паузы записи, итоги, вопросы, заметки к звонкам, сохранённые виды, кто"
        " отсутствует",
    ),
    "database.step.0007": ("the days of the ledger", "дни сверки"),
    "database.step.0008": (
        "legal holds and which recordings have expired (those become recordings that are missing)",
        "запреты на удаление и записи с истёкшим сроком (они станут отсутствующими записями)",
    ),
    "database.step.0009": (
        "which of two daemons leads, and keys that keep an effect from being done twice",
        "какая из двух служб ведёт работу и ключи, из-за которых ничего не делается дважды",
    ),
    "database.step.0010": (
        "which calls lost their client for good: the PBX's log may bring him back",
        "у каких звонков клиент удалён безвозвратно: журнал АТС может его вернуть",
    ),
    "audit.database_downgraded": (
        "took the database's schema back: {object}",
        "схема базы возвращена назад: {object}",
    ),
    "audit.by_later": (
        "{action} (by a later Callward, which this one has replaced)",
        "{action} (сделано более новым Callward, до возврата к этому)",
    ),
    "audit.action.database_downgraded": ("took the schema back", "возврат схемы базы"),
}
