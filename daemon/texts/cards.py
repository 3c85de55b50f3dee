"""What is said of client cards: what may stand on them, and why a change is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # Problems
    "api.field_hidden": (
        "{name}: this field is hidden from you; an administrator can change that",
        "{name}: это поле от вас скрыто; изменить это может администратор",
    ),
    "api.duplicate": (
        "Another client has this number already: {client_id}",
        "Этот номер уже есть у другого клиента: {client_id}",
    ),
    "api.already_there": (
        "{name}: the card has this already",
        "{name}: это уже есть на карточке",
    ),
    "api.edited_since": (
        "This card was changed after you read it ({by}); nothing was overwritten, read it again",
        "Карточку изменили после того, как вы её прочитали ({by}); ничего не перезаписано,"
        " прочитайте её снова",
    ),
    "api.item_not_found": (
        "There is no such entry on this card",
        "Такой записи на этой карточке нет",
    ),
    "api.category_in_use": (
        "Clients have this category; give them another one first",
        "Эта категория есть у клиентов; сначала дайте им другую",
    ),
    "api.category_not_found": ("There is no such category", "Такой категории нет"),
    "api.custom_field_not_found": ("There is no such field", "Такого поля нет"),
    "api.not_your_private": (
        "Only a client's curator makes him private or open again, if he has the right"
        " clients.private",
        "Личным или снова общим клиента делает только его куратор, если у него есть право"
        " clients.private",
    ),
    "api.unknown_person": (
        "{name}: there is no person {value}; there are: {allowed}",
        "{name}: сотрудника {value} нет; есть: {allowed}",
    ),
    "api.given_away": (
        "Done. This client is another's now, and you may not read the card",
        "Готово. Теперь это клиент другого сотрудника, и его карточка вам недоступна",
    ),
    "api.note_stands": (
        "A note is changed by its author, within a day",
        "Заметку меняет её автор в течение суток",
    ),
    "api.invalid_email": (
        "{name}: must be an e-mail address such as anna@example.com",
        "{name}: нужен адрес электронной почты, например anna@example.com",
    ),
    "api.invalid_etag": (
        "{name}: must be the ETag that came with the card",
        "{name}: нужен ETag, который пришёл с карточкой",
    ),
    "api.no_words": (
        "{name}: must have a letter or a digit",
        "{name}: нужна хотя бы одна буква или цифра",
    ),
    "api.unprintable": (
        "must be text without control characters",
        "нужен текст без управляющих символов",
    ),
    # The command
    "help.clients.list": (
        "List clients, newest first, or those that match.",
        "Показать клиентов, новые сверху, или тех, кто подходит.",
    ),
    "help.clients.search": (
        "Find clients by the beginnings of words of name and company.",
        "Найти клиентов по началу слов имени и компании.",
    ),
    "help.clients.show": ("Print one card in full.", "Показать карточку целиком."),
    "help.clients.add": ("Write a client down.", "Завести карточку клиента."),
    "help.clients.note": ("Write a note on a card.", "Написать заметку на карточке."),
    "help.clients.text": ("What the note says.", "Текст заметки."),
    "help.clients.words": ("Beginnings of words, in any order.", "Начала слов, в любом порядке."),
    "help.clients.company": ("The company; '' takes it away.", "Компания; '' убирает её."),
    "help.clients.category": ("The category; '' takes it away.", "Категория; '' убирает её."),
    "help.clients.email": ("An e-mail address.", "Адрес электронной почты."),
    "help.clients.phone": (
        "A number, in any spelling; can be given several times.",
        "Номер, в любой записи; можно указать несколько раз.",
    ),
    "help.clients.custom": (
        "A field of your own; KEY= takes its value away.",
        "Своё поле; КЛЮЧ= убирает значение.",
    ),
    "help.clients.unassigned": ("Only clients whom nobody serves.", "Только ничьи клиенты."),
    "help.clients.open_task": ("Only clients with an open task.", "Только с открытой задачей."),
    "help.clients.sort": ("created or name.", "created (по дате) или name (по имени)."),
    "clients.nothing_to_change": (
        "Nothing to change: name a field, such as --name, --company or --curator",
        "Нечего менять: назовите поле, например --name, --company или --curator",
    ),
    "clients.bad_custom": (
        "--custom {value}: must be written KEY=VALUE",
        "--custom {value}: нужна запись КЛЮЧ=ЗНАЧЕНИЕ",
    ),
    "clients.noted": ("The note is written", "Заметка записана"),
    "card.company": ("Company", "Компания"),
    "card.category": ("Category", "Категория"),
    "card.deputy": ("Deputy", "Заместитель"),
    "card.private": ("Private", "Личный"),
    "card.yes": ("yes", "да"),
    "card.phones": ("Phone", "Телефон"),
    "card.emails": ("E-mail", "Почта"),
    "card.addresses": ("Address", "Адрес"),
    "card.messengers": ("Messenger", "Мессенджер"),
    "card.hidden": ("Hidden from you", "Скрыто от вас"),
    # Values
    "value.length": (
        "must be text of 1 to {most} characters",
        "нужен текст длиной от 1 до {most} знаков",
    ),
    "value.unprintable": (
        "must be text without control characters",
        "нужен текст без управляющих символов",
    ),
    "value.holds_number": (
        "must have at most 6 digits: numbers belong to the phones of a card",
        "допустимо не больше 6 цифр: номерам место среди телефонов карточки",
    ),
    "value.holds_address": (
        "must hold no e-mail address: those have a place of their own on a card",
        "адрес почты здесь не допускается: для него на карточке есть своё место",
    ),
    "value.not_a_number": (
        "must be a phone number, international (+442079460101) or national",
        "нужен телефонный номер, международный (+442079460101) или местный",
    ),
    "value.own_number": (
        "must be a number of somebody outside: the company's and its employees' own are nobody's"
        " on a card",
        "нужен номер постороннего: номера компании и её сотрудников на карточках не ставят",
    ),
    "value.not_an_email": (
        "must be an e-mail address such as anna@example.com",
        "нужен адрес электронной почты, например anna@example.com",
    ),
    "value.not_a_flag": ("must be true or false", "допустимо true или false"),
    "value.not_a_decimal": (
        "must be a number such as 12 or 12.5",
        "нужно число, например 12 или 12.5",
    ),
    "value.not_a_date": (
        "must be a date such as 2026-01-31",
        "нужна дата, например 2026-01-31",
    ),
    "value.not_a_text": (
        "must be text of 1 to {most} characters",
        "нужен текст длиной от 1 до {most} знаков",
    ),
    "value.not_a_choice": ("must be one of: {allowed}", "допустимо одно из: {allowed}"),
    "value.not_a_key": (
        "must be of small Latin letters, digits and _, begin with a letter, and have at most"
        " {most} characters",
        "допустимы строчные латинские буквы, цифры и _, первой — буква, и не больше {most} знаков",
    ),
    "value.choices": (
        "a field of the kind choice has 1 to {most} choices, all others have none",
        "у поля вида choice от 1 до {most} вариантов, у остальных их нет",
    ),
    "value.other_kind": (
        "must stay {allowed}: what cards hold there is of that kind",
        "должен остаться {allowed}: такого вида значения на карточках",
    ),
    "value.too_many": (
        "there are {most} already, no more are allowed",
        "их уже {most}, больше нельзя",
    ),
    "value.unknown_field": ("there is no such field", "такого поля нет"),
    "value.own_deputy": (
        "must be somebody else than the curator",
        "нужен кто-то другой, не сам куратор",
    ),
    "value.private_client": (
        "a private client keeps his curator; make him open first",
        "у личного клиента куратор не меняется; сначала сделайте его общим",
    ),
    "value.name_or_phone": (
        "a client has a name, a company or a number at least",
        "у клиента должно быть хотя бы имя, компания или номер",
    ),
}
