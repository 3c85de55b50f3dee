"""What the command says: helps, tables, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "help": (
        "Callward captures every call of a company number on Asterisk or FreePBX.",
        "Callward сохраняет каждый звонок на номер компании в Asterisk или FreePBX.",
    ),
    "help.config": (
        "Settings file (TOML). Also CALLWARD_CONFIG.",
        "Файл настроек (TOML). Также CALLWARD_CONFIG.",
    ),
    "help.json": ("Print JSON instead of a table.", "Печатать JSON вместо таблицы."),
    # What Typer says in English by itself; [blue] and {command_path} are its own.
    "help.panel.usage": ("Usage: ", "Вызов: "),
    "help.panel.arguments": ("Arguments", "Аргументы"),
    "help.panel.options": ("Options", "Параметры"),
    "help.panel.commands": ("Commands", "Команды"),
    "help.panel.errors": ("Error", "Ошибка"),
    "help.panel.required": ("[required]", "[обязательно]"),
    "help.panel.default": ("[default: {{}}]", "[по умолчанию: {{}}]"),
    "help.panel.help": ("Show this message and exit.", "Показать эту справку и выйти."),
    "help.panel.try": (
        "Try [blue]'{{command_path}} {{help_option}}'[/] for help.",
        "Справка: [blue]'{{command_path}} {{help_option}}'[/]",
    ),
    "help.version": ("Print the version and exit.", "Показать версию и выйти."),
    "help.run": (
        "Run the daemon in the foreground until Ctrl-C or SIGTERM.",
        "Запустить службу на переднем плане, до Ctrl-C или SIGTERM.",
    ),
    "help.calls": (
        "List calls, newest first, running ones too.",
        "Показать звонки, новые сверху, идущие тоже.",
    ),
    "help.clients": (
        "Client cards; without a command: list them, newest first.",
        "Карточки клиентов; без команды: список, новые сверху.",
    ),
    "help.watch": (
        "Live board of running calls; Ctrl-C ends it.",
        "Живое табло идущих звонков; Ctrl-C завершает.",
    ),
    "help.replay": (
        "Fold recorded AMI journals into calls and print them, oldest first.",
        "Собрать звонки из записанных журналов AMI и напечатать их, старые сверху.",
    ),
    "help.doctor": (
        "Check settings, PBX, database and folders; each line is ok or says what to do.",
        "Проверить настройки, АТС, базу и папки; каждая строка: «ок» или что сделать.",
    ),
    "help.lab": (
        "A real Asterisk with real SIP phones on loopback, for trying and testing.",
        "Настоящий Asterisk с настоящими SIP-телефонами на loopback, для проб и тестов.",
    ),
    "help.since": (
        "From this instant on: 2026-01-31, 2026-01-31T09:00, 90m, 12h or 7d ago.",
        "Начиная с этого момента: 2026-01-31, 2026-01-31T09:00 или 90m, 12h, 7d назад.",
    ),
    "help.until": ("Before this instant; written as --since.", "До этого момента; как --since."),
    "help.direction": ("inbound, outbound or internal.", "inbound, outbound или internal."),
    "help.disposition": (
        "answered, missed, busy, failed or cancelled.",
        "answered, missed, busy, failed или cancelled.",
    ),
    "help.agent": ("Rang at this agent or was his.", "Звонил этому сотруднику или был его."),
    "help.client": ("Id of the client card.", "Номер (id) карточки клиента."),
    "help.number": (
        "Customer's number, in any spelling.",
        "Номер клиента, в любой записи.",
    ),
    "help.running": ("Only calls that run now.", "Только идущие сейчас."),
    "help.limit": ("At most so many.", "Не больше стольких."),
    "help.files": (
        "Journals (.ami) in order: one connection, cut between files.",
        "Журналы (.ami) по порядку: одно соединение, прерванное между файлами.",
    ),
    "help.cel": (
        "The PBX's own event log (cel_custom CSV), to catch up from.",
        "Журнал событий самой АТС (CSV от cel_custom), чтобы восполнить пропущенное.",
    ),
    "help.pbx": (
        "Whose journal it is; default: the first PBX of the settings.",
        "Чей это журнал; по умолчанию первая АТС в настройках.",
    ),
    "help.once": ("Print the board once and end.", "Напечатать табло один раз и выйти."),
    "no_lab": (
        "The lab is not installed on this machine: pip install 'callward[lab]'",
        "Лаборатория на этой машине не установлена: pip install 'callward[lab]'",
    ),
    "no_database": (
        "There is no database yet ({name}). Start the daemon once: callward run",
        "Базы ещё нет ({name}). Запустите службу: callward run",
    ),
    "closed_database": (
        "The database {name} is closed to this user. Ask as the user that runs callward: "
        "runuser -u callward -- callward …",
        "База {name} закрыта для этого пользователя. Выполните от имени того, кто запускает "
        "callward: runuser -u callward -- callward …",
    ),
    "old_database": (
        "The database {name} has an older schema. Start the daemon once: callward run",
        "У базы {name} старая схема. Запустите службу один раз: callward run",
    ),
    "bad_instant": (
        "{option} = {value}: must be a date or time (2026-01-31, 2026-01-31T09:00) or an age "
        "(90m, 12h, 7d)",
        "{option} = {value}: нужна дата или время (2026-01-31, 2026-01-31T09:00) либо давность "
        "(90m, 12h, 7d)",
    ),
    "bad_id": (
        "{option} = {value}: must be an id such as {example}",
        "{option} = {value}: нужен id вида {example}",
    ),
    "bad_phone": (
        "{option}: must be a phone number, international (+442079460101) or national",
        "{option}: нужен телефонный номер, международный (+442079460101) или местный",
    ),
    "passed_over": (
        "passed over what could not be read: {kinds}",
        "пропущено то, что не удалось прочесть: {kinds}",
    ),
    "no_file": ("{file}: there is no such file", "{file}: такого файла нет"),
    "unreadable_file": ("{file}: cannot be read ({reason})", "{file}: не читается ({reason})"),
    "no_daemon": (
        "No daemon answers at {address}. Start it: callward run",
        "По адресу {address} служба не отвечает. Запустите её: callward run",
    ),
    "slow_daemon": (
        "The daemon at {address} did not answer within {seconds} s. What was asked may still be"
        " done.",
        "Служба по адресу {address} не ответила за {seconds} с. Запрошенное ещё может быть"
        " выполнено.",
    ),
    "bad_cel": ("{file}: {reason}", "{file}: {reason}"),
    "unknown_pbx": (
        "--pbx = {value}: the settings have no such PBX; there are: {allowed}",
        "--pbx = {value}: такой АТС в настройках нет; есть: {allowed}",
    ),
    "nothing_found": ("Nothing found.", "Ничего не найдено."),
    "board.running": ("Running calls: {count}", "Идёт звонков: {count}"),
    "board.ended": ("Just ended", "Только что завершились"),
    "board.lost": ("No answer from the daemon, trying again", "Служба не отвечает, пробую снова"),
    # columns
    "column.started": ("Started", "Начало"),
    "column.direction": ("Direction", "Направление"),
    "column.customer": ("Customer", "Клиент"),
    "column.company": ("Company number", "Номер компании"),
    "column.rang": ("Rang", "Звонили"),
    "column.agents": ("Agent", "Сотрудник"),
    "column.disposition": ("Outcome", "Итог"),
    "column.ring": ("Ring", "Гудки"),
    "column.talk": ("Talk", "Разговор"),
    "column.recording": ("Recording", "Запись"),
    "column.transfers": ("Transfers", "Переводы"),
    "column.client": ("Client", "Клиент"),
    "column.name": ("Name", "Имя"),
    "column.created": ("Created", "Создан"),
    # values
    "inbound": ("inbound", "входящий"),
    "outbound": ("outbound", "исходящий"),
    "internal": ("internal", "внутренний"),
    "answered": ("answered", "отвечен"),
    "missed": ("missed", "пропущен"),
    "busy": ("busy", "занято"),
    "failed": ("failed", "не удался"),
    "cancelled": ("cancelled", "отменён"),
    "running": ("running", "идёт"),
    "unknown_end": ("end unknown", "конец неизвестен"),
    "anonymous": ("anonymous", "скрыт"),
    "recording.stored": ("stored", "сохранена"),
    "recording.empty": ("no sound", "без звука"),
    "recording.missing": ("missing", "нет файла"),
    "recording.failed": ("not stored", "не сохранена"),
}
