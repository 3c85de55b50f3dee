"""What is said of reports on calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.day": (
        "must be a day, such as 2026-01-31",
        "нужен день, например 2026-01-31",
    ),
    "api.report_span": (
        "A report is on 1 to {most} days: since must be no later than until",
        "Отчёт охватывает от 1 до {most} дней: since не может быть позже until",
    ),
    "report.column.weekday": ("Weekday", "День недели"),
    "report.column.hour": ("Hour", "Час"),
    "report.column.person": ("Manager", "Менеджер"),
    "report.column.line": ("Company number", "Номер компании, по порядку"),
    "report.column.number": ("Number", "Номер"),
    "report.column.day": ("Day", "День"),
    "report.column.inbound": ("Inbound", "Входящих"),
    "report.column.answered": ("Answered", "Отвечено"),
    "report.column.missed": ("Missed", "Пропущено"),
    "report.column.rang": ("Rang", "Звонило"),
    "report.column.unanswered": ("Rang, nobody answered", "Звонило, никто не ответил"),
    "report.column.outbound": ("Outbound", "Исходящих"),
    "report.column.reached": ("Reached", "Дозвонились"),
    "report.column.within": ("Answered in time", "Отвечено вовремя"),
    "report.column.left_early": ("Gave up in that time", "Не дождались за это время"),
    "report.column.service_level": ("Service level, %", "Уровень сервиса, %"),
    "report.column.waiting.median": ("Waiting: median, s", "Ожидание: медиана, с"),
    "report.column.waiting.mean": ("Waiting: mean, s", "Ожидание: среднее, с"),
    "report.column.waiting.longest": ("Waiting: longest, s", "Ожидание: самое долгое, с"),
    "report.column.talk.median": ("Talk: median, s", "Разговор: медиана, с"),
    "report.column.talk.mean": ("Talk: mean, s", "Разговор: среднее, с"),
    "report.column.talk.longest": ("Talk: longest, s", "Разговор: самый долгий, с"),
    "report.column.talk_seconds": ("Talk: all, s", "Разговор: всего, с"),
    # In a terminal, where there is little room
    "report.head.weekday": ("Day", "День"),
    "report.head.hour": ("Hour", "Час"),
    "report.head.person": ("Manager", "Менеджер"),
    "report.head.number": ("Number", "Номер"),
    "report.head.day": ("Day", "День"),
    "report.head.inbound": ("In", "Вход."),
    "report.head.answered": ("Answered", "Отвеч."),
    "report.head.missed": ("Missed", "Проп."),
    "report.head.rang": ("Rang", "Звонило"),
    "report.head.unanswered": ("In vain", "Зря"),
    "report.head.outbound": ("Out", "Исх."),
    "report.head.reached": ("Reached", "Дозв."),
    "report.head.within": ("In time", "Вовремя"),
    "report.head.left_early": ("Gave up", "Бросили"),
    "report.head.service_level": ("Level", "Уровень"),
    "report.head.waiting.median": ("Wait", "Ожид."),
    "report.head.talk.median": ("Talk", "Разг."),
    "report.head.talk_seconds": ("All talk", "Всего"),
    "report.line": ("number {line}", "номер {line}"),
    "report.short_day.1": ("Mon", "Пн"),
    "report.short_day.2": ("Tue", "Вт"),
    "report.short_day.3": ("Wed", "Ср"),
    "report.short_day.4": ("Thu", "Чт"),
    "report.short_day.5": ("Fri", "Пт"),
    "report.short_day.6": ("Sat", "Сб"),
    "report.short_day.7": ("Sun", "Вс"),
    "report.total": ("Total", "Всего"),
    "report.legend": (
        "Waiting and talk are medians, in minutes and seconds. --csv and --json have every figure.",
        "Ожидание и разговор — медианы, в минутах и секундах. Все показатели есть в --csv и"
        " --json.",
    ),
    "report.weekday.1": ("Monday", "понедельник"),
    "report.weekday.2": ("Tuesday", "вторник"),
    "report.weekday.3": ("Wednesday", "среда"),
    "report.weekday.4": ("Thursday", "четверг"),
    "report.weekday.5": ("Friday", "пятница"),
    "report.weekday.6": ("Saturday", "суббота"),
    "report.weekday.7": ("Sunday", "воскресенье"),
    "help.reports": (
        "Print a report on calls: hours, people, numbers or service.",
        "Показать отчёт о звонках: hours, people, numbers или service.",
    ),
    "help.reports.kind": (
        "hours: by weekday and hour; people: by manager; numbers: by number of the company;"
        " service: by day, answered in time.",
        "hours — по дням недели и часам; people — по менеджерам; numbers — по номерам компании;"
        " service — по дням, отвечено вовремя.",
    ),
    "help.reports.since": ("The first day; default: 30 days.", "Первый день; иначе 30 дней."),
    "help.reports.until": ("The last day; default: today.", "Последний день; иначе сегодня."),
    "help.reports.within": (
        "Seconds within which a call is to be answered; default: 20.",
        "За сколько секунд надо ответить; иначе 20.",
    ),
    "help.reports.csv": ("As CSV.", "В виде CSV."),
    "reports.no_kind": (
        "There is no report {kind}; there are: {kinds}",
        "Отчёта {kind} нет; есть: {kinds}",
    ),
}
