"""What tasks, short codes, phones, PINs and access keys say, in the command and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # Problems of the API
    "api.invalid_token": (
        "The token is unknown or revoked; ask the administrator for a new one: "
        "callward tokens create AGENT",
        "Ключ доступа неизвестен или отозван; попросите у администратора новый: "
        "callward tokens create СОТРУДНИК",
    ),
    "api.not_yours": (
        "This belongs to another agent; you may ask for your own only",
        "Это относится к другому сотруднику; вам доступно только своё",
    ),
    "api.unknown_host": (
        "The request names a host that is not this daemon's; use 127.0.0.1, localhost, one of "
        "http.hosts or the address of pbx.ask_url",
        "В запросе назван чужой адрес; обращайтесь по 127.0.0.1, localhost, одному из http.hosts "
        "или адресу из pbx.ask_url",
    ),
    "api.cross_origin": (
        "A page of another origin sent this; pages need a token",
        "Запрос отправила чужая страница; страницам нужен ключ доступа",
    ),
    "api.passed_on": (
        "This was passed on by a proxy that the settings do not list (http.proxies), or by somebody"
        " who pretends to be one",
        "Запрос передал прокси, которого нет в настройках (http.proxies), или кто-то себя за него"
        " выдаёт",
    ),
    "api.invalid_json": (
        "The body must be a JSON object in UTF-8",
        "Телом запроса должен быть объект JSON в UTF-8",
    ),
    "api.invalid_field": ("{name}: {reason}", "поле {name}: {reason}"),
    "api.missing": ("must be given", "нужно указать"),
    "api.extra_forbidden": ("there is no such field", "такого поля нет"),
    "api.unknown_agent": (
        "{name}: the settings name no such agent; there are: {allowed}",
        "{name}: такого сотрудника в настройках нет; есть: {allowed}",
    ),
    "api.agent_not_found": ("There is no such agent", "Такого сотрудника нет"),
    "api.unknown_phone": (
        "ring: must name one or more of the agent's phones: {allowed}",
        "ring: нужен один или несколько телефонов сотрудника: {allowed}",
    ),
    "api.pin_digits": (
        "pin: must be 4 to 10 digits",
        "pin: нужно от 4 до 10 цифр",
    ),
    "api.pin_simple": (
        "pin: too easy to guess: one digit repeated, or digits in a row",
        "pin: слишком легко угадать: одна и та же цифра или цифры подряд",
    ),
    "api.token_not_found": (
        "There is no such token that is still good",
        "Такого действующего ключа нет",
    ),
    # The command
    "help.code": ("Client's short code.", "Короткий код клиента."),
    "help.clients.set": (
        "Change a card: name, company, category, curator, deputy, fields of your own.",
        "Изменить карточку: имя, компанию, категорию, куратора, заместителя, свои поля.",
    ),
    "help.id_or_code": ("Id of the client card, or its short code.", "Id карточки или её код."),
    "help.name": ("Name of the client; '' takes it away.", "Имя клиента; '' убирает его."),
    "help.curator": (
        "Agent whose client this is; '' for nobody.",
        "Чей это клиент (сотрудник); '' — ничей.",
    ),
    "help.deputy": (
        "Agent who stands in for the curator; '' for nobody.",
        "Кто замещает куратора (сотрудник); '' — никто.",
    ),
    "help.tasks": (
        "Tasks on clients, missed calls among them; without a command: list the open ones.",
        "Задачи по клиентам, в том числе перезвонить; без команды: список открытых.",
    ),
    "help.tasks.agent": ("This agent's and the group's.", "Этого сотрудника и общие."),
    "help.tasks.all": ("Closed ones too.", "И закрытые тоже."),
    "help.phones": (
        "Show an agent's phones and choose on which he takes calls.",
        "Показать телефоны сотрудника и выбрать, на какие ему звонить.",
    ),
    "help.phones.agent": ("The person's name.", "Имя сотрудника."),
    "help.ring": (
        "A phone to ring: 101, mobile, mobile2. Repeat it for several, in order.",
        "На какой телефон звонить: 101, mobile, mobile2. Для нескольких повторите, по порядку.",
    ),
    "help.order": ("together or in_turn.", "together (все сразу) или in_turn (по очереди)."),
    "help.reset": ("Back to what the settings say.", "Вернуть то, что в настройках."),
    "help.pin": (
        "Set an agent's PIN for calls from his own mobile; asks for it unseen.",
        "Задать PIN сотрудника для звонков с его мобильного; ввод не виден.",
    ),
    "help.pin.remove": ("Take the PIN away.", "Убрать PIN."),
    "help.tokens": (
        "Access keys with which managers' programs come to the API.",
        "Ключи доступа, с которыми программы сотрудников обращаются к API.",
    ),
    "help.tokens.create": ("Make a key for somebody.", "Создать ключ для сотрудника."),
    "help.tokens.list": ("List the keys.", "Показать ключи."),
    "help.tokens.revoke": ("Revoke a key.", "Отозвать ключ."),
    "help.tokens.agent": ("Only this person's.", "Только этого сотрудника."),
    "help.tokens.id": ("The key's id, as the list shows it.", "Id ключа, как в списке."),
    "column.code": ("Code", "Код"),
    "column.curator": ("Curator", "Куратор"),
    "column.deputy": ("Deputy", "Заместитель"),
    "column.closed": ("Closed", "Закрыта"),
    "column.call": ("Call", "Звонок"),
    "column.id": ("Id", "Номер (id)"),
    "column.revoked": ("Revoked", "Отозван"),
    "group": ("the group", "общая"),
    "order.together": ("All marked ones ring together.", "Отмеченные звонят все сразу."),
    "order.in_turn": (
        "They ring one after the other.",
        "Звонят по очереди.",
    ),
    "reset_alone": (
        "--reset stands alone: without --ring and --order",
        "--reset указывают отдельно, без --ring и --order",
    ),
    "pin.new": ("New PIN (4 to 10 digits)", "Новый PIN (от 4 до 10 цифр)"),
    "pin.again": ("Once more", "Ещё раз"),
    "pin.differ": (
        "The two PINs differ; nothing was changed",
        "PIN не совпали, ничего не изменено",
    ),
    "pin.set": ("{agent}: the PIN is set", "{agent}: PIN задан"),
    "pin.removed": ("{agent}: the PIN is removed", "{agent}: PIN убран"),
    "tokens.created": (
        "This key of {agent} is shown only now. Send it as: Authorization: Bearer KEY",
        "Ключ сотрудника {agent} показан только сейчас. Передавайте его так: "
        "Authorization: Bearer КЛЮЧ",
    ),
    "tokens.revoked": ("The key opens nothing any more", "Ключ больше ничего не открывает"),
}
