"""What callbacks say: the problems of `POST /callbacks`, states and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # Problems: nothing was begun, and nobody was rung
    "api.client_or_code": (
        "Give either client_id or short_code",
        "Укажите что-то одно: client_id или short_code",
    ),
    "api.no_such_phone": (
        "via: must be one of the agent's phones: {allowed}",
        "via: допустим один из телефонов сотрудника: {allowed}",
    ),
    "api.not_dialable": (
        "The client has no phone number that can be dialled",
        "У клиента нет номера, по которому можно позвонить",
    ),
    "api.phone_not_registered": (
        "The phone {phone} is not registered with the PBX: switch it on, or choose another by via",
        "Телефон {phone} не зарегистрирован на АТС: включите его или выберите другой в via",
    ),
    "api.trunk_down": (
        "The trunk to the operator is down; tell the engineer",
        "Линия к оператору связи не работает; сообщите инженеру",
    ),
    "api.pbx_down": (
        "There is no link to the PBX now; try again, and if that lasts: callward doctor",
        "Сейчас нет связи с АТС; повторите, а если это надолго: callward doctor",
    ),
    "api.dialplan_missing": (
        "Callward's dialplan is not loaded by the PBX: callward dialplan install",
        "На АТС не загружен диалплан Callward: callward dialplan install",
    ),
    "api.dialplan_version": (
        "The PBX has version {installed} of Callward's dialplan, this daemon needs {wanted}: "
        "callward dialplan install",
        "На АТС диалплан Callward версии {installed}, а службе нужна {wanted}: "
        "callward dialplan install",
    ),
    "api.agent_busy": (
        "The agent has a callback to another client; end that one first",
        "У сотрудника уже идёт звонок другому клиенту; сначала завершите его",
    ),
    "api.idempotency_key_reused": (
        "Idempotency-Key: was used for another request; every request needs its own",
        "Idempotency-Key: уже был у другого запроса; у каждого запроса он свой",
    ),
    "api.too_many_callbacks": (
        "Too many callbacks by one agent; {most} a minute are allowed",
        "Слишком много звонков от одного сотрудника; допустимо {most} в минуту",
    ),
    "api.too_many_at_once": (
        "Too many callbacks at once; {most} are allowed",
        "Слишком много звонков одновременно; допустимо {most}",
    ),
    "api.callback_not_found": ("There is no such callback", "Такого обратного звонка нет"),
    # States
    "callback.ringing_agent": ("The agent's phone rings", "Звонит телефон сотрудника"),
    "callback.agent_answered": ("The agent has answered", "Сотрудник ответил"),
    "callback.ringing_client": ("The client's phone rings", "Звонит телефон клиента"),
    "callback.talking": ("They talk", "Разговаривают"),
    "callback.ended": ("Ended", "Завершён"),
    # Reasons
    "callback.talked": ("They talked", "Поговорили"),
    "callback.cancelled": ("Cancelled", "Отменён"),
    "callback.agent_busy": ("The agent's phone was busy", "Телефон сотрудника был занят"),
    "callback.agent_declined": ("The agent declined the call", "Сотрудник отклонил вызов"),
    "callback.agent_no_answer": ("The agent did not answer", "Сотрудник не ответил"),
    "callback.agent_unreachable": (
        "The agent's phone could not be reached",
        "Телефон сотрудника недоступен",
    ),
    "callback.agent_hung_up": (
        "The agent hung up before the client answered",
        "Сотрудник положил трубку до ответа клиента",
    ),
    "callback.client_busy": ("The client was busy", "Клиент был занят"),
    "callback.client_no_answer": ("The client did not answer", "Клиент не ответил"),
    "callback.client_unreachable": ("The client could not be reached", "Клиент недоступен"),
    "callback.refused": (
        "The PBX did not accept the order to call; callward doctor says more",
        "АТС не приняла команду позвонить; подробнее: callward doctor",
    ),
    "callback.link_lost": (
        "The link to the PBX broke; what became of the call is not known",
        "Прервалась связь с АТС; чем закончился звонок, неизвестно",
    ),
    "callback.pbx_restarted": (
        "The PBX was restarted, and the call ended with it",
        "АТС перезапустилась, и звонок оборвался",
    ),
    "callback.daemon_restarted": (
        "Callward was restarted before the client was called",
        "Callward перезапустился раньше, чем вызвал клиента",
    ),
    # The command
    "help.call": (
        "Call a client: the agent's phone rings, then the client's. Ctrl-C cancels.",
        "Позвонить клиенту: сначала звонит телефон сотрудника, потом клиента. Ctrl-C отменяет.",
    ),
    "help.callbacks": (
        "List callbacks, newest first.",
        "Показать звонки, начатые кнопкой или командой, новые сверху.",
    ),
    "help.call_target": (
        "The client: short code or id.",
        "Клиент: короткий код или id.",
    ),
    "help.call_as": ("Whose phone rings: the agent's name.", "Чей телефон звонит: имя сотрудника."),
    "help.call_via": (
        "Which of his phones: 101, mobile; by default his first chosen one.",
        "На каком из его телефонов: 101, mobile; по умолчанию первый выбранный.",
    ),
    "help.live_callbacks": ("Only those that go on.", "Только те, что идут сейчас."),
    "call.to": ("Call to {client} by {agent} on {via}", "Звонок: клиент {client}, {agent}, {via}"),
    "call.cancelling": ("Cancelling …", "Отменяем …"),
    "column.via": ("Phone", "Телефон"),
    "column.agent": ("Agent", "Сотрудник"),
    "column.state": ("State", "Состояние"),
}
