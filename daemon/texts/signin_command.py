"""What the command says of sessions, keys, places and sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "help.sessions": ("Who is signed in, and closing that.", "Кто вошёл, и закрытие сеансов."),
    "help.sessions.list": ("List open sessions.", "Показать открытые сеансы."),
    "help.sessions.close": ("Close one session, by its id.", "Закрыть сеанс по его id."),
    "help.sessions.person": ("Only this person's.", "Только этого сотрудника."),
    "help.sessions.id": ("The session's id, as the list shows it.", "Id сеанса, как в списке."),
    "help.people.password": (
        "Give somebody a temporary password; without --ask a random one, which is printed.",
        "Задать сотруднику временный пароль; без --ask случайный, он будет напечатан.",
    ),
    "help.people.password.ask": (
        "Ask for the password instead of making one.",
        "Спросить пароль, а не придумывать.",
    ),
    "help.people.reset_codes": (
        "Take somebody's one-time codes away, as when the telephone is lost; the sessions end.",
        "Убрать чьи-то одноразовые коды, например при потере телефона; сеансы закроются.",
    ),
    "help.sign-in": (
        "How people may sign in, and for how long.",
        "Как можно входить и на какой срок.",
    ),
    "help.sign_in.show": ("Print what holds.", "Показать, что действует."),
    "help.sign_in.set": (
        "Change what is named; the rest stays.",
        "Изменить названное; остальное останется.",
    ),
    "help.sign_in.password": (
        "Whether anybody may sign in by password; without, Windows is the only way.",
        "Можно ли входить по паролю; если нет, остаётся только Windows.",
    ),
    "help.sign_in.codes_for": (
        "A role that needs one-time codes; may be repeated, these and no others.",
        "Роль, которой нужны одноразовые коды; можно повторять: только эти роли.",
    ),
    "help.sign_in.codes_for_nobody": (
        "No role needs one-time codes.",
        "Одноразовые коды не нужны ни одной роли.",
    ),
    "help.sign_in.idle_hours": (
        "A session that nobody uses ends after so many hours: 1 to 500.",
        "Через сколько часов кончается сеанс, которым не пользуются: от 1 до 500.",
    ),
    "help.sign_in.session_days": (
        "A session ends at the latest after so many days: 1 to 90.",
        "Через сколько дней сеанс кончается в любом случае: от 1 до 90.",
    ),
    "help.sign_in.bind_address": (
        "Whether a session is good only from the address where it began.",
        "Действует ли сеанс только с адреса, где начался.",
    ),
    "help.sign_in.attempts": (
        "Wrong passwords in a row until a name is locked: 2 to 50.",
        "Сколько неверных паролей подряд до блокировки имени: от 2 до 50.",
    ),
    "help.sign_in.lockout_minutes": (
        "For how many minutes at first; each further time is twice as long: 1 to 500.",
        "На сколько минут сначала; каждая следующая вдвое дольше: от 1 до 500.",
    ),
    "sign_in.codes_for_whom": (
        "Name roles with --codes-for, or say --codes-for-nobody",
        "Укажите роли в --codes-for либо --codes-for-nobody",
    ),
    "sign_in.password.true": (
        "Passwords open the door, and Windows accounts where the settings allow them",
        "Входить можно по паролю, а если разрешают настройки — и через Windows",
    ),
    "sign_in.password.false": (
        "Windows accounts alone open the door: no password does",
        "Входить можно только через Windows, по паролю нельзя",
    ),
    "sign_in.totp_roles": (
        "One-time codes are needed by: {roles}",
        "Одноразовые коды нужны ролям: {roles}",
    ),
    "sign_in.no_totp_roles": (
        "No role needs one-time codes; everybody may have them",
        "Одноразовые коды не нужны ни одной роли; завести их может каждый",
    ),
    "sign_in.session": (
        "A session ends after {idle_hours} h without use, and after {session_days} d at the latest",
        "Сеанс кончается через {idle_hours} ч без обращений, самое позднее — через {session_days}"
        " дн.",
    ),
    "sign_in.bind_address.true": (
        "A session is good only from the address where it began",
        "Сеанс действует только с адреса, где начался",
    ),
    "sign_in.bind_address.false": (
        "A session is good from any address from which its person may come",
        "Сеанс действует с любого адреса, откуда его владельцу можно входить",
    ),
    "sign_in.lockout": (
        "After {attempts} wrong passwords in a row a name is locked: {lockout_minutes} min at"
        " first, then twice as long each time, up to a day",
        "После {attempts} неверных паролей подряд имя блокируется: сначала на {lockout_minutes}"
        " мин, потом каждый раз вдвое дольше, но не больше суток",
    ),
    "sessions.codes_reset": (
        "{person} signs in without a code, and is told; the sessions have ended",
        "{person} входит без кода и узнает об этом; сеансы закрыты",
    ),
    "help.people.unlock": (
        "End a lockout after wrong passwords.",
        "Снять блокировку после неверных паролей.",
    ),
    "help.places": (
        "From where people may come: networks and devices.",
        "Откуда можно входить: сети и устройства.",
    ),
    "help.places.list": ("List the rules.", "Показать правила."),
    "help.places.add": (
        "Let everyone, a role, a department or a person come from a place, and only from there.",
        "Разрешить всем, роли, отделу или сотруднику входить из этого места, и только оттуда.",
    ),
    "help.places.remove": ("Take a rule away.", "Убрать правило."),
    "help.places.check": (
        "Say who may come from an address.",
        "Показать, кто может войти с адреса.",
    ),
    "help.places.place": (
        "An address, a network (192.0.2.0/24) or a MAC address.",
        "Адрес, сеть (192.0.2.0/24) или MAC-адрес.",
    ),
    "help.places.role": ("For this role.", "Для этой роли."),
    "help.places.department": ("For this department.", "Для этого отдела."),
    "help.places.person": ("For this person.", "Для этого сотрудника."),
    "help.places.id": ("The rule's id, as the list shows it.", "Id правила, как в списке."),
    "help.places.address": ("An IP address.", "IP-адрес."),
    "help.tokens.label": ("What the key is for.", "Для чего ключ."),
    "help.tokens.scope": (
        "A right to which the key is narrowed; may be repeated.",
        "Право, которым ключ ограничен; можно повторять.",
    ),
    "help.tokens.expires": (
        "When it ends by itself, such as 2026-12-31T00:00:00Z.",
        "Когда ключ перестанет действовать, например 2026-12-31T00:00:00Z.",
    ),
    "sessions.closed": ("The session is closed", "Сеанс закрыт"),
    "sessions.password": (
        "{person} types this once and then chooses another; it is shown only now",
        "{person} вводит это один раз и затем задаёт другой; показано только сейчас",
    ),
    "sessions.password_set": (
        "{person} has to choose another password after the next sign-in",
        "{person} задаст другой пароль после следующего входа",
    ),
    "sessions.ask": ("Temporary password", "Временный пароль"),
    "sessions.unlocked": ("{person} may try again", "{person} может попробовать снова"),
    "places.removed": ("The rule is gone", "Правило убрано"),
    "places.one_subject": (
        "Name one of --role, --department and --person, or none for everyone",
        "Укажите что-то одно: --role, --department или --person; ничего значит «для всех»",
    ),
    "places.allowed": ("may come", "может войти"),
    "places.elsewhere": ("may not come", "не может войти"),
    "places.no_mac": (
        "may not come: the device cannot be seen from here",
        "не может войти: устройство отсюда не видно",
    ),
    "places.anywhere": ("no rules", "правил нет"),
    "places.everyone": ("everyone", "все"),
    "places.role": ("role {name}", "роль {name}"),
    "places.department": ("department {name}", "отдел {name}"),
    "places.person": ("person {name}", "сотрудник {name}"),
}
