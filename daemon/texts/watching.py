"""What the command and the API say of quotas, decoys, alerts and notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.quota.cards.1": (
        "You have opened {used} of the {limit} cards that you may open in an hour. There is room"
        " again from {until}. Cards that you have open already, and clients who call, are not"
        " counted. Who can lift this: {who}",
        "Открыто карточек: {used} из {limit}, допустимых за час. Дальше можно с {until}. Уже"
        " открытые карточки и клиенты, которые звонят, не считаются. Снять ограничение может:"
        " {who}",
    ),
    "api.quota.cards.24": (
        "You have opened {used} of the {limit} cards that you may open in a day. There is room"
        " again from {until}. Cards that you have open already, and clients who call, are not"
        " counted. Who can lift this: {who}",
        "Открыто карточек: {used} из {limit}, допустимых за сутки. Дальше можно с {until}. Уже"
        " открытые карточки и клиенты, которые звонят, не считаются. Снять ограничение может:"
        " {who}",
    ),
    "api.quota.rows.1": (
        "You have seen {used} of the {limit} clients whom lists may show you in an hour. There is"
        " room again from {until}; a shorter list may fit now. Who can lift this: {who}",
        "Показано клиентов в списках: {used} из {limit}, допустимых за час. Дальше можно с"
        " {until}; список покороче может поместиться и сейчас. Снять ограничение может: {who}",
    ),
    "api.quota.rows.24": (
        "You have seen {used} of the {limit} clients whom lists may show you in a day. There is"
        " room again from {until}; a shorter list may fit now. Who can lift this: {who}",
        "Показано клиентов в списках: {used} из {limit}, допустимых за сутки. Дальше можно с"
        " {until}; список покороче может поместиться и сейчас. Снять ограничение может: {who}",
    ),
    "api.quota_pace": (
        "Too much is asked for at once: wait until the answers before have come",
        "Слишком много запросов сразу: дождитесь ответов на предыдущие",
    ),
    "api.quota_unknown": (
        "{name}: no such quota; there are cards_hour, cards_day, rows_hour, rows_day",
        "{name}: такого ограничения нет; бывают cards_hour, cards_day, rows_hour, rows_day",
    ),
    "api.quota_whole": (
        "{name}: must be a whole number from 1 to 100000",
        "{name}: нужно целое число от 1 до 100000",
    ),
    "api.quota_hour_over_day": (
        "{name} = {value}: must not be more than that of a day",
        "{name} = {value}: не может быть больше суточного",
    ),
    "api.quota_whose": (
        "{name}: there is no such role or person; there are: {allowed}",
        "{name}: такой роли или такого сотрудника нет; есть: {allowed}",
    ),
    "api.own_quota": (
        "Nobody lifts his own quota; somebody else has to, or the command on the server",
        "Своё ограничение не снимают: это делает кто-то другой или команда на сервере",
    ),
    "api.own_quota_raised": (
        "After this you could read more than before: nobody raises his own quota; somebody else has"
        " to, or the command on the server",
        "После этого вы могли бы читать больше, чем раньше: своё ограничение не повышают; это"
        " делает кто-то другой или команда на сервере",
    ),
    "api.alert_not_found": ("There is no such alert", "Такой тревоги нет"),
    "api.alert_is_settled": (
        "The alert is settled already",
        "Эта тревога уже разобрана",
    ),
    "api.decoy_not_found": ("There is no such decoy", "Такой приманки нет"),
    "api.decoy_domain": (
        "domain: must be a domain of the company's, such as example.com",
        "domain: нужен домен компании, например example.com",
    ),
    "api.decoy_number_foreign": (
        "numbers: must be numbers of the company's own, which company.numbers of the settings"
        " lists",
        "numbers: нужны собственные номера компании, перечисленные в настройке company.numbers",
    ),
    "api.decoy_number_used": (
        "numbers: this number was called within the last 90 days: every such call would raise an"
        " alert; choose one that nobody is told of",
        "numbers: на этот номер звонили в последние 90 дней: тревогу поднимал бы каждый такой"
        " звонок; выберите номер, который никому не сообщают",
    ),
    "api.decoy_number_taken": (
        "numbers: this number stands on a card already",
        "numbers: этот номер уже записан в карточке",
    ),
    # Alerts: what happened, of whom, on what it rests
    "alert.quota.cards.1": (
        "{person} has opened {used} cards within an hour, all that the quota of {limit} allows;"
        " locked until {until}",
        "{person}: за час открыто карточек {used}, всё, что допускает ограничение {limit}; закрыто"
        " до {until}",
    ),
    "alert.quota.cards.24": (
        "{person} has opened {used} cards within a day, all that the quota of {limit} allows;"
        " locked until {until}",
        "{person}: за сутки открыто карточек {used}, всё, что допускает ограничение {limit};"
        " закрыто до {until}",
    ),
    "alert.quota.rows.1": (
        "{person} has been shown {used} clients in lists within an hour; the quota is {limit};"
        " locked until {until}",
        "{person}: за час в списках показано клиентов {used}; ограничение {limit}; закрыто до"
        " {until}",
    ),
    "alert.quota.rows.24": (
        "{person} has been shown {used} clients in lists within a day; the quota is {limit};"
        " locked until {until}",
        "{person}: за сутки в списках показано клиентов {used}; ограничение {limit}; закрыто до"
        " {until}",
    ),
    "alert.rate": (
        "{person} opened {count} cards between {from} and {to}; the usual most in half an hour is"
        " {usual}",
        "{person}: открыто карточек {count} с {from} до {to}; обычно за полчаса не больше {usual}",
    ),
    "alert.hours": (
        "{person} opened {count} cards outside of working hours, between {from} and {to}; usual on"
        " a day: {usual}",
        "{person}: в нерабочее время открыто карточек {count}, с {from} до {to}; обычно за день:"
        " {usual}",
    ),
    "alert.breadth": (
        "{person} opened cards of {count} different clients within {days} days; usual: {usual}",
        "{person}: за {days} дня открыты карточки разных клиентов, {count}; обычно {usual}",
    ),
    "alert.others": (
        "{person} opened {count} cards of other managers between {from} and {to}; the usual most"
        " in an hour is {usual}",
        "{person}: открыто чужих карточек {count} с {from} до {to}; обычно за час не больше"
        " {usual}",
    ),
    "alert.many_private": (
        "{person} made {count} clients private within a day: others see them no more",
        "{person}: за сутки сделано личными клиентов — {count}; другие их больше не видят",
    ),
    "alert.decoy_opened.own": (
        "{person} opened a decoy at {at}, one among the clients whom {person} serves",
        "{person}: в {at} открыта приманка, одна из собственных карточек",
    ),
    "alert.decoy_opened.others": (
        "{person} opened a decoy at {at}, one that stands with another manager",
        "{person}: в {at} открыта приманка, записанная за другим сотрудником",
    ),
    "alert.decoy_called": (
        "{person} called a decoy, or tried to, at {at}",
        "{person}: в {at} звонок приманке или попытка позвонить",
    ),
    "alert.decoy_rang": (
        "A decoy's number was called from outside at {at}: it was copied from the client base",
        "В {at} на номер приманки позвонили извне: его списали из базы",
    ),
    # Notices
    "notice.quota.cards.1": (
        "You have opened {used} of the {limit} cards that you may open in an hour. There is room"
        " again from {until}; your supervisors are told",
        "Открыто карточек: {used} из {limit}, допустимых за час. Дальше можно с {until};"
        " руководителям об этом сообщено",
    ),
    "notice.quota.cards.24": (
        "You have opened {used} of the {limit} cards that you may open in a day. There is room"
        " again from {until}; your supervisors are told",
        "Открыто карточек: {used} из {limit}, допустимых за сутки. Дальше можно с {until};"
        " руководителям об этом сообщено",
    ),
    "notice.quota.rows.1": (
        "Lists have shown you {used} of the {limit} clients that they may in an hour. There is room"
        " again from {until}; your supervisors are told",
        "Показано клиентов в списках: {used} из {limit}, допустимых за час. Дальше можно с"
        " {until}; руководителям об этом сообщено",
    ),
    "notice.quota.rows.24": (
        "Lists have shown you {used} of the {limit} clients that they may in a day. There is room"
        " again from {until}; your supervisors are told",
        "Показано клиентов в списках: {used} из {limit}, допустимых за сутки. Дальше можно с"
        " {until}; руководителям об этом сообщено",
    ),
    # The command
    "help.alerts": (
        "What supervisors should look at: unusual reading, quotas, decoys.",
        "На что стоит взглянуть руководителю: необычное чтение, ограничения, приманки.",
    ),
    "help.alerts.list": ("List alerts, newest first.", "Показать тревоги, новые сверху."),
    "help.alerts.all": ("Settled ones too.", "И разобранные."),
    "help.alerts.person": ("Only about this person.", "Только об этом сотруднике."),
    "help.alerts.settle": (
        "Settle an alert: say what was done about it.",
        "Разобрать тревогу: записать, что сделано.",
    ),
    "help.alerts.id": ("The alert's id.", "Номер (id) тревоги."),
    "help.alerts.note": ("What was done about it.", "Что сделано."),
    "alerts.settled": ("The alert is settled.", "Тревога разобрана."),
    "help.quotas": (
        "How many cards and rows of lists everybody may read, and has.",
        "Сколько карточек и строк списков каждый может прочесть и уже прочёл.",
    ),
    "help.quotas.list": ("Show what is used.", "Показать, сколько использовано."),
    "help.quotas.lift": (
        "Lift a person's quotas: what was read until now is no longer counted.",
        "Снять ограничение: прочитанное до сих пор больше не считается.",
    ),
    "help.quotas.person": ("The person's name.", "Имя сотрудника."),
    "help.quotas.policy": (
        "Print the company's own quotas, or set them from a JSON file.",
        "Показать ограничения компании или задать их из файла JSON.",
    ),
    "help.quotas.set": ("A JSON file to set them from.", "Файл JSON, из которого их взять."),
    "quotas.lifted": (
        "The quotas of {person} begin anew.",
        "Ограничения для {person} считаются заново.",
    ),
    "quotas.no_file": (
        "{file}: cannot be read as JSON; callward quotas policy prints what it should look like",
        "{file}: не читается как JSON; образец печатает callward quotas policy",
    ),
    "help.decoys": (
        "Cards of nobody: who opens or calls one shows that he copies.",
        "Карточки-приманки: кто их открывает или по ним звонит, тот копирует базу.",
    ),
    "help.decoys.add": ("Make decoys.", "Завести приманки."),
    "help.decoys.count": ("How many.", "Сколько."),
    "help.decoys.language": (
        "Of their names: en, ru; default: both.",
        "Язык имён: en, ru; по умолчанию оба.",
    ),
    "help.decoys.domain": (
        "Of their e-mail addresses: one of the company's.",
        "Домен их почты: один из доменов компании.",
    ),
    "help.decoys.number": (
        "A number of the company's that nobody is told of; for one decoy each.",
        "Номер компании, который никому не сообщают; по одному на приманку.",
    ),
    "help.decoys.curator": (
        "Among whom they are spread; default: all who serve clients.",
        "Между кем их распределить; по умолчанию между всеми, кто ведёт клиентов.",
    ),
    "help.decoys.list": ("List decoys.", "Показать приманки."),
    "help.decoys.remove": (
        "Take a decoy away: into the archive.",
        "Убрать приманку: в архив.",
    ),
    "help.decoys.id": ("The decoy's id.", "Номер (id) приманки."),
    "decoys.made": ("Decoys made: {count}.", "Заведено приманок: {count}."),
    "decoys.removed": ("The decoy is in the archive.", "Приманка в архиве."),
    "watching.column.text": ("what", "что"),
    "watching.column.person": ("person", "сотрудник"),
    "watching.column.at": ("when", "когда"),
    "watching.column.id": ("id", "номер"),
    "watching.column.name": ("name", "имя"),
    "watching.column.curator": ("curator", "куратор"),
    "watching.column.settled": ("settled", "разобрано"),
    "watching.column.cards_hour": ("cards, hour", "карточки, час"),
    "watching.column.cards_day": ("cards, day", "карточки, сутки"),
    "watching.column.rows_hour": ("rows, hour", "строки, час"),
    "watching.column.rows_day": ("rows, day", "строки, сутки"),
    "watching.column.has_phone": ("number", "номер"),
    "watching.column.archived": ("archived", "в архиве"),
}
