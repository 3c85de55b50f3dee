"""What is said of signing in: at the API's door and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # Signing in
    "api.sign_in_wrong": (
        "Name or password are wrong",
        "Имя или пароль не подходят",
    ),
    "api.sign_in_locked": (
        "There were too many wrong attempts; try again in {minutes} min",
        "Было слишком много неудачных попыток; повторите через {minutes} мин",
    ),
    "api.sign_in_code_needed": (
        "Give the one-time code too (code): from the authenticator, or a recovery code",
        "Нужен ещё одноразовый код (code): из приложения или код восстановления",
    ),
    "api.sign_in_wrong_code": (
        "The code is wrong or was used already; if codes never fit, the clock of the telephone is"
        " wrong",
        "Код не подходит или уже использован; если коды не подходят никогда, на телефоне неверные"
        " часы",
    ),
    "api.password_off": (
        "Nobody signs in by password here; sign in with your Windows account",
        "Вход по паролю выключен; войдите с учётной записью Windows",
    ),
    # Sessions
    "api.session_expired": (
        "Your session has ended; sign in again",
        "Ваш сеанс истёк; войдите снова",
    ),
    "api.session_closed": (
        "Your session was closed, by you or by an administrator; sign in again",
        "Ваш сеанс закрыт, вами или администратором; войдите снова",
    ),
    "api.session_future": (
        "Your session begins in the future: the clock of the server was or is wrong; sign in again"
        " when it is right",
        "Ваш сеанс начинается в будущем: часы сервера были или остаются неверными; войдите снова,"
        " когда их исправят",
    ),
    "api.session_moved": (
        "Your session came from another browser or address than where it began, so it was closed:"
        " somebody may have copied it. Sign in again, and tell the administrator if it was not you",
        "Сеанс пришёл из другого браузера или с другого адреса, чем начался, и потому закрыт: его"
        " могли скопировать. Войдите снова; если это были не вы, сообщите администратору",
    ),
    "api.session_not_found": (
        "There is no such session that is open",
        "Такого открытого сеанса нет",
    ),
    "api.no_session": (
        "This is about a person's own sign-in; it takes a session, no token and no operator",
        "Это касается собственного входа сотрудника; нужен сеанс, а не ключ и не оператор",
    ),
    "api.csrf": (
        "{header} is missing or not this session's; take csrf from GET /api/v1/session",
        "Нет заголовка {header} или он не от этого сеанса; возьмите csrf из GET /api/v1/session",
    ),
    "api.must_change_password": (
        "Choose a password of your own first: PUT /api/v1/session/password",
        "Сначала задайте собственный пароль: PUT /api/v1/session/password",
    ),
    "api.must_set_up_totp": (
        "Your role needs one-time codes; set them up first: POST /api/v1/session/totp",
        "Вашей роли нужны одноразовые коды; сначала настройте их: POST /api/v1/session/totp",
    ),
    "api.token_expired": (
        "The token has expired; make a new one",
        "Срок действия ключа истёк; создайте новый",
    ),
    "api.token_past": (
        "{name}: lies in the past",
        "{name}: в прошлом",
    ),
    "api.token_of_another": (
        "Everybody makes keys for himself; for others only the command on the server makes them:"
        " callward tokens create",
        "Ключ каждый создаёт себе сам; для других его создаёт только команда на сервере:"
        " callward tokens create",
    ),
    "api.holds_number": (
        "{name}: has seven digits or more, which could be a phone number; write it with fewer",
        "{name}: семь цифр или больше, это может быть номер телефона; нужно меньше",
    ),
    # Somebody set how another signs in
    "alert.credentials_set.password": (
        "{by} set the password of {whose} at {at}, and could sign in as {whose}",
        "{by}: в {at} задан пароль сотрудника {whose}, с ним можно войти под этим именем",
    ),
    "alert.credentials_set.totp": (
        "{by} took the one-time codes of {whose} away at {at}",
        "{by}: в {at} отключены одноразовые коды сотрудника {whose}",
    ),
    "alert.credentials_set.windows": (
        "{by} set the Windows account of {whose} at {at}: whoever holds it signs in as {whose}",
        "{by}: в {at} задана учётная запись Windows сотрудника {whose}; её владелец входит под"
        " этим именем",
    ),
    "notice.credentials_set.password": (
        "{by} set your password. If that was not for you, tell another administrator at once; your"
        " private clients stay shut for {days} days",
        "{by}: вам задан пароль. Если не по вашей просьбе, сразу сообщите другому администратору;"
        " ваши личные клиенты закрыты {days} дней",
    ),
    "notice.credentials_set.totp": (
        "{by} took your one-time codes away. If that was not for you, tell another administrator at"
        " once; your private clients stay shut for {days} days",
        "{by}: ваши одноразовые коды отключены. Если не по вашей просьбе, сразу сообщите другому"
        " администратору; ваши личные клиенты закрыты {days} дней",
    ),
    "notice.credentials_set.windows": (
        "{by} set your Windows account. If it is not yours, tell another administrator at once;"
        " your private clients stay shut for {days} days",
        "{by}: вам задана учётная запись Windows. Если она не ваша, сразу сообщите другому"
        " администратору; ваши личные клиенты закрыты {days} дней",
    ),
    "api.too_many_tokens": (
        "There are {most} tokens already; revoke those that nobody uses",
        "Уже есть {most} ключей; отзовите те, которыми никто не пользуется",
    ),
    "api.unknown_scope": (
        "{name} = {value}: there is no such right; there are: {allowed}",
        "{name} = {value}: такого права нет; есть: {allowed}",
    ),
    # Passwords and codes
    "api.password_short": (
        "{name}: must have {least} characters or more",
        "{name}: нужно не меньше {least} знаков",
    ),
    "api.password_long": (
        "{name}: must have {most} characters at most",
        "{name}: допустимо не больше {most} знаков",
    ),
    "api.password_name": (
        "{name}: must not be a name, yours or the company's",
        "{name}: не должен быть именем, вашим или компании",
    ),
    "api.password_common": (
        "{name}: is easy to guess; take several words that do not belong together",
        "{name}: его легко угадать; возьмите несколько слов, никак не связанных",
    ),
    "api.password_same": (
        "{name}: is the old one",
        "{name}: это прежний пароль",
    ),
    "api.own_password_wrong": (
        "This is not your password",
        "Это не ваш пароль",
    ),
    "api.password_needed": (
        "Without passwords nobody who decides on people and policy could sign in: give one of them"
        " a Windows account first, and switch [windows] on",
        "Без паролей не смог бы войти никто, кто управляет людьми и правилами: сначала задайте"
        " одному из них учётную запись Windows и включите [windows]",
    ),
    "api.totp_on": (
        "One-time codes are on already; take them away first",
        "Одноразовые коды уже включены; сначала уберите их",
    ),
    "api.totp_not_begun": (
        "Nothing was begun: POST /api/v1/session/totp first",
        "Настройка не начата: сначала POST /api/v1/session/totp",
    ),
    "api.totp_wrong": (
        "The code is wrong; is the clock of the telephone right?",
        "Код не подходит; верны ли часы телефона?",
    ),
    "api.totp_required": (
        "Your role needs one-time codes",
        "Вашей роли одноразовые коды обязательны",
    ),
    # Windows
    "api.windows_off": (
        "Sign-in with a Windows account is off (settings: [windows])",
        "Вход с учётной записью Windows выключен (настройки: [windows])",
    ),
    "api.windows_begin": (
        "Your browser sent no Windows account: either you are not signed in to the domain, or the"
        " browser's policy does not name this address",
        "Браузер не прислал учётную запись Windows: либо вы не вошли в домен, либо этого адреса нет"
        " в политике браузера",
    ),
    "api.windows_unreadable": (
        "What came as Windows credentials cannot be read",
        "Присланное как данные входа Windows не разобрать",
    ),
    "api.windows_not_begun": (
        "These NTLM credentials answer no question of this connection, or came too late; begin"
        " again",
        "Эти данные NTLM не отвечают ни на какой вопрос этого соединения или пришли слишком"
        " поздно; начните снова",
    ),
    "api.windows_refused": (
        "The Windows credentials were not accepted: wrong password, or a ticket for another"
        " service, or one that has expired",
        "Данные входа Windows не приняты: неверный пароль, билет для другой службы или"
        " просроченный билет",
    ),
    "api.windows_ntlm_off": (
        "NTLM is off here (settings: windows.ntlm_users); Kerberos is needed",
        "NTLM здесь выключен (настройки: windows.ntlm_users); нужен Kerberos",
    ),
    "api.windows_ntlm_through_proxy": (
        "NTLM belongs to one connection and cannot be used through a proxy; use Kerberos, or come"
        " directly",
        "NTLM привязан к одному соединению и через прокси не работает; используйте Kerberos или"
        " обращайтесь напрямую",
    ),
    "api.windows_busy": (
        "Too many sign-ins at once; try again",
        "Слишком много входов сразу; повторите",
    ),
    "api.windows_unknown_account": (
        "Your Windows account was accepted, but nobody here has it; ask an administrator",
        "Учётная запись Windows принята, но здесь она никому не принадлежит; обратитесь к"
        " администратору",
    ),
    # Places
    "api.place_elsewhere": (
        "You may not come from {address}, or not with this device; an administrator decides from"
        " where (place rules)",
        "С адреса {address} или с этого устройства вам входить нельзя; откуда можно, решает"
        " администратор (правила мест)",
    ),
    "api.place_no_mac": (
        "You may come with a listed device only, and the device at {address} cannot be seen from"
        " here: it is behind a router or a proxy",
        "Входить вам можно только с указанного устройства, а устройство по адресу {address} отсюда"
        " не видно: оно за маршрутизатором или прокси",
    ),
    "api.place_bad_network": (
        "{name}: must be an address or a network, such as 192.0.2.10 or 192.0.2.0/24",
        "{name}: нужен адрес или сеть, например 192.0.2.10 или 192.0.2.0/24",
    ),
    "api.place_bad_mac": (
        "{name}: must be the MAC address of a device, such as 02:00:5e:00:53:01",
        "{name}: нужен MAC-адрес устройства, например 02:00:5e:00:53:01",
    ),
    "api.place_bad_address": (
        "{name}: must be an IP address",
        "{name}: нужен IP-адрес",
    ),
    "api.place_one_of": (
        "{name}: give one of both",
        "{name}: задайте что-то одно",
    ),
    "api.place_unknown_subject": (
        "{name} = {value}: there is nobody such; there are: {allowed}",
        "{name} = {value}: такого нет; есть: {allowed}",
    ),
    "api.place_rule_not_found": ("There is no such rule", "Такого правила нет"),
    "api.place_shuts_you_out": (
        "You come from {address}, and after this you could not any more. Nothing was changed; first"
        " add a rule for where you are",
        "Вы пришли с адреса {address}, и после этого больше не смогли бы. Ничего не изменено;"
        " сначала добавьте правило для того места, где вы сейчас",
    ),
    "api.place_shuts_all_out": (
        "After this nobody who decides on people and policy could sign in from where they did so"
        " far. Nothing was changed; first add a rule for one of them",
        "После этого никто, кто управляет людьми и правилами, не смог бы войти оттуда, откуда"
        " входил до сих пор. Ничего не изменено; сначала добавьте правило для кого-то из них",
    ),
    "api.bad_forwarding": (
        "The proxy does not say clearly for whom it asks: one of X-Forwarded-For and Forwarded,"
        " with addresses; it must not let through what clients wrote there",
        "Прокси неясно указывает, за кого обращается: нужен один из заголовков X-Forwarded-For и"
        " Forwarded, с адресами; написанное там клиентами он пропускать не должен",
    ),
    "signin.person": ("Person", "Сотрудник"),
    "signin.method": ("How", "Как"),
    "signin.address": ("Address", "Адрес"),
    "signin.browser": ("Browser", "Браузер"),
    "signin.seen": ("Last use", "Активность"),
    "signin.subject": ("For", "Для кого"),
    "signin.place": ("Place", "Место"),
    "signin.rules": ("Rules", "Правила"),
    "signin.label": ("For what", "Назначение"),
    "signin.scopes": ("Narrowed to", "Ограничен"),
    "signin.expires": ("Ends", "Истекает"),
    "signin.id": ("Id", "Номер"),
    "signin.verdict": ("From here", "Отсюда"),
    "signin.begun": ("Since", "Начало"),
    "signin.created": ("Created", "Создан"),
    "signin.revoked": ("Revoked", "Отозван"),
    "signin.used": ("Last use", "Активность"),
}
