"""What ``callward init`` says: the owner's start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "help.init": (
        "Begin: the company's number and the first administrator; writes the settings.",
        "Начать: номер компании и первый администратор; команда напишет настройки.",
    ),
    "help.init.number": (
        "The company's number, international: +442079460000.",
        "Номер компании в международном виде: +442079460000.",
    ),
    "help.init.administrator": (
        "The first administrator's name, with which he signs in.",
        "Имя первого администратора, под которым он входит.",
    ),
    "help.init.password_file": (
        "A file whose first line is his password. Without it one is asked for, or made.",
        "Файл, в первой строке которого его пароль. Без него пароль спросят или создадут.",
    ),
    "help.init.trunk": (
        "The PJSIP endpoint that leads outside. Default: the one that Asterisk here has.",
        "Конечная точка PJSIP, ведущая наружу. По умолчанию та, что есть в Asterisk здесь.",
    ),
    "help.init.data": (
        "The folder for database, key and recordings. Default: /var/lib/callward.",
        "Папка для базы, ключа и записей. По умолчанию /var/lib/callward.",
    ),
    "help.init.yes": (
        "Ask nothing; make a password where none is given.",
        "Ни о чём не спрашивать; создать пароль, если он не задан.",
    ),
    "init.exists": (
        "{path} is there already, and nothing was changed. Edit it, or begin elsewhere with"
        " --config; another administrator: callward people add",
        "{path} уже есть, ничего не изменено. Отредактируйте его или начните в другом месте с"
        " --config; ещё один администратор: callward people add",
    ),
    "init.missing": (
        "Nobody can be asked here, and this is missing: {options}",
        "Здесь некого спросить, а не хватает: {options}",
    ),
    "init.ask_number": (
        "The company's number (+442079460000)",
        "Номер компании (+442079460000)",
    ),
    "init.bad_number": (
        "This must be a phone number with its country code, such as +442079460000",
        "Нужен номер телефона с кодом страны, например +442079460000",
    ),
    "init.found": (
        "Asterisk in {path}: trunks {trunks}; phones {phones}",
        "Asterisk в {path}: линии {trunks}; телефоны {phones}",
    ),
    "init.ask_trunk": (
        "The PJSIP endpoint that leads to the operator",
        "Конечная точка (endpoint) PJSIP, ведущая к оператору связи",
    ),
    "init.bad_trunk": (
        "This must be a PJSIP endpoint's name: Latin letters, digits and . _ + -",
        "Нужно имя конечной точки PJSIP: латинские буквы, цифры и . _ + -",
    ),
    "init.which_trunk": (
        "Which endpoint leads outside? Found: {trunks}. Name it with --trunk",
        "Какая конечная точка ведёт наружу? Найдено: {trunks}. Назовите её через --trunk",
    ),
    "init.ask_administrator": (
        "The first administrator's name",
        "Имя первого администратора",
    ),
    "init.ask_password": (
        "His password (just Enter: one is made and shown once)",
        "Его пароль (просто Enter: пароль будет создан и показан один раз)",
    ),
    "init.ask_again": ("The same once more", "Тот же ещё раз"),
    "init.differs": (
        "The two were not the same; once more",
        "Пароли не совпали; ещё раз",
    ),
    "init.password_unreadable": (
        "{path} cannot be read: {reason}",
        "{path} не прочитать: {reason}",
    ),
    "init.password_short": (
        "A password has 10 characters at least",
        "В пароле должно быть не меньше 10 знаков",
    ),
    "init.password_long": (
        "A password has 128 characters at most",
        "В пароле должно быть не больше 128 знаков",
    ),
    "init.password_name": (
        "A password must not be made of the name",
        "Пароль не должен состоять из имени",
    ),
    "init.password_common": (
        "This password is easy to guess; a few words that do not belong together are better",
        "Этот пароль легко угадать; лучше несколько не связанных между собой слов",
    ),
    "init.cannot_write": (
        "{path} cannot be written: {reason}; as root, or elsewhere with --config and --data",
        "{path} не записать: {reason}; запустите от root или укажите другое место: --config, "
        "--data",
    ),
    "init.done": (
        "Done. Settings: {path}; administrator: {name}",
        "Готово. Настройки: {path}; администратор: {name}",
    ),
    "init.generated": (
        "His password, shown now and never again; at the first sign-in he chooses another: "
        "{password}",
        "Его пароль, он показан один раз; при первом входе нужно выбрать другой: {password}",
    ),
    "init.next": (
        "Next:\n"
        "  callward dialplan install{option}   tell Asterisk of Callward\n"
        "  callward run{option}                or: systemctl enable --now callward\n"
        "  callward doctor{option}             says what is missing",
        "Дальше:\n"
        "  callward dialplan install{option}   подключить Callward к Asterisk\n"
        "  callward run{option}                или: systemctl enable --now callward\n"
        "  callward doctor{option}             скажет, чего не хватает",
    ),
    "init.no_phones": (
        "No phone rings yet for new callers: name them in routing.group of the settings",
        "Для новых звонящих пока не звонит ни один телефон: назовите их в routing.group настроек",
    ),
}
