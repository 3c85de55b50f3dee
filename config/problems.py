"""What can be wrong with the settings, worded for operators in English and Russian."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["en", "ru"]

WORDS: Mapping[str, tuple[str, str]] = {
    "missing_file": (
        "there is no such file. Name the right one with --config, let `callward init` write one, "
        "or copy the example {example} there and fill it in",
        "такого файла нет. Укажите нужный через --config, создайте его командой `callward init` "
        "или скопируйте туда пример {example} и заполните его",
    ),
    "unreadable_file": (
        "cannot be read ({reason}). The user that runs callward must be allowed to read it",
        "не читается ({reason}). У пользователя, от имени которого работает callward, "
        "должно быть право на чтение",
    ),
    "encoding": ("is not UTF-8 (line {line})", "не в кодировке UTF-8 (строка {line})"),
    "syntax": ("is not TOML: {reason}", "ошибка записи TOML: {reason}"),
    "environment_index": (
        "leads nowhere: {part} must be a number from 0 to {last}, in the order of the file",
        "никуда не ведёт: на месте {part} должно стоять число от 0 до {last}, по порядку в файле",
    ),
    "environment_section": (
        "names a whole section; name one setting in it: {example}",
        "называет целый раздел; назовите одну настройку в нём: {example}",
    ),
    "undefined_variable": (
        "uses ${{{name}}}, and the environment has no {name}",
        "использует ${{{name}}}, а переменной {name} в окружении нет",
    ),
    "missing": ("is missing and has no default", "не задано, а значения по умолчанию нет"),
    "unknown": ("no such setting{hint}", "такой настройки нет{hint}"),
    "table": ("must be a table of settings: [{path}]", "здесь должен быть раздел: [{path}]"),
    "table_list": (
        "must be a list of tables: write [[{path}]] before each",
        "здесь должен быть список разделов: пишите [[{path}]] перед каждым",
    ),
    "list": (
        'must be a list, such as ["one", "two"]',
        'здесь должен быть список, например ["one", "two"]',
    ),
    "empty_list": ("must name at least one", "должно быть хотя бы одно значение"),
    "text": ("must be text in quotes", "здесь должен быть текст в кавычках"),
    "length": (
        "must have {least} to {most} characters",
        "длина должна быть от {least} до {most} знаков",
    ),
    "whole_number": ("must be a whole number", "здесь должно быть целое число"),
    "least": ("must be {limit} or more", "должно быть не меньше {limit}"),
    "most": ("must be {limit} or less", "должно быть не больше {limit}"),
    "boolean": ("must be true or false", "здесь должно быть true или false"),
    "choice": ("must be one of: {allowed}", "допустимо одно из: {allowed}"),
    "path": ("must be the path of a file or folder", "здесь должен быть путь к файлу или папке"),
    "e164": (
        "must be an international number in E.164: +, country code, number, no spaces",
        "здесь должен быть международный номер E.164: +, код страны, номер, без пробелов",
    ),
    "e164_form": (
        "must be written in E.164, without spaces or signs; did you mean {canonical}?",
        "пишется в виде E.164, без пробелов и знаков; возможно, {canonical}?",
    ),
    "e164_length": (
        "has too few or too many digits for its country",
        "цифр меньше или больше, чем бывает в этой стране",
    ),
    "region": (
        "must be a country in two capital letters, such as GB or RU",
        "здесь должна быть страна двумя заглавными буквами, например GB или RU",
    ),
    "timezone": (
        "must be a time zone of the IANA list, such as Europe/London",
        "здесь должен быть часовой пояс из списка IANA, например Europe/Moscow",
    ),
    "host": (
        "must be an address of this machine, such as 127.0.0.1, 0.0.0.0 (all) or ::",
        "здесь должен быть адрес этой машины, например 127.0.0.1, 0.0.0.0 (все) или ::",
    ),
    "no_address": (
        "is every address of this machine, none to which the PBX could send; set {other} to the "
        "name or address by which it reaches this machine",
        "это все адреса машины, ни на один из них АТС отправить не может; задайте в {other} имя "
        "или адрес, по которому она видит эту машину",
    ),
    "host_name": (
        "must be the name or IPv4 address of this machine as the PBX sees it, such as 192.0.2.5",
        "здесь должно быть имя или адрес IPv4 этой машины, как её видит АТС, например 192.0.2.5",
    ),
    "network": (
        "must be an address or a network, such as 192.0.2.10 or 192.0.2.0/24",
        "здесь должен быть адрес или сеть, например 192.0.2.10 или 192.0.2.0/24",
    ),
    "needs_tls": (
        "is reached from other machines, so passwords must not go there in the open: set "
        "http.certificate and http.key, or listen at 127.0.0.1 behind a proxy that does TLS",
        "доступен с других машин, а пароли открытым текстом ходить не должны: задайте "
        "http.certificate и http.key или слушайте на 127.0.0.1 за прокси с TLS",
    ),
    "needs_too": (
        "is set without {other}; both are needed, or neither",
        "задано без {other}; нужны оба или ни одного",
    ),
    "same_port": (
        "is the same as http.port; this one is for this machine's own programs, choose another",
        "то же самое, что http.port; этот порт для программ самой машины, выберите другой",
    ),
    "windows_nothing": (
        "is on, but nothing to sign in with is set: windows.keytab and windows.hostname for "
        "Kerberos, windows.ntlm_users for NTLM",
        "включено, но входить не с чем: задайте windows.keytab и windows.hostname для Kerberos "
        "или windows.ntlm_users для NTLM",
    ),
    "windows_package": (
        "needs Python's gssapi, which is not installed: pip install 'callward[windows]' (Debian: "
        "first libkrb5-dev and gcc)",
        "нужен пакет Python gssapi, он не установлен: pip install 'callward[windows]' (в Debian "
        "сначала libkrb5-dev и gcc)",
    ),
    "tls_unusable": (
        "cannot be used for TLS: {reason}",
        "для TLS не годится: {reason}",
    ),
    "database_url": (
        "must begin with sqlite+aiosqlite:///, followed by the path of the file, or be"
        " postgresql+asyncpg://USER@HOST/NAME",
        "должно начинаться с sqlite+aiosqlite:///, дальше путь к файлу, или иметь вид"
        " postgresql+asyncpg://USER@HOST/NAME",
    ),
    "storage_url": (
        "must begin with file:///, followed by the path of a folder",
        "должно начинаться с file:///, дальше путь к папке",
    ),
    "dial_template": (
        "must be a dial string without spaces, quotes or commas, with one place for the number: "
        "{{number}} (E.164), {{digits}} (the same without +) or {{national}}; such as "
        "PJSIP/{{number}}@operator",
        "здесь должна быть строка набора без пробелов, кавычек и запятых с одним местом для "
        "номера: {{number}} (E.164), {{digits}} (то же без +) или {{national}}; например "
        "PJSIP/{{number}}@operator",
    ),
    "caller_id_template": (
        "must be one place for the number, {{number}} (E.164), {{digits}} (the same without +) or "
        "{{national}}, with nothing but digits before and behind it; such as 00{{digits}}",
        "здесь должно быть одно место для номера, {{number}} (E.164), {{digits}} (то же без +) или "
        "{{national}}, а до и после него только цифры; например 00{{digits}}",
    ),
    "no_dial": (
        "is missing: trunks names no PJSIP endpoint over which numbers are dialled; such as "
        "PJSIP/{{number}}@operator",
        "не задано: в trunks нет конечной точки (endpoint) PJSIP, через которую набирать номера; "
        "например PJSIP/{{number}}@operator",
    ),
    "span": (
        'must be a part of one day, such as "09:00-18:00"; the end may be 24:00',
        'здесь должна быть часть одних суток, например "09:00-18:00"; конец может быть 24:00',
    ),
    "span_overlap": (
        "overlaps with {other}",
        "пересекается с {other}",
    ),
    "clock": (
        'must be a time of day in quotes, such as "02:30"',
        'здесь должно быть время суток в кавычках, например "02:30"',
    ),
    "talk_span": (
        "is more than max_talk_seconds: no call fits",
        "больше, чем max_talk_seconds: ни один звонок не подойдёт",
    ),
    "not_company_number": (
        "is none of company.numbers",
        "нет среди company.numbers",
    ),
    "day": (
        "must be a date, such as 2026-12-31",
        "здесь должна быть дата, например 2026-12-31",
    ),
    "short_number": (
        'must be 2 to 6 digits in quotes, such as "101"',
        'здесь должно быть от 2 до 6 цифр в кавычках, например "101"',
    ),
    "sound": (
        "must be one of Asterisk's sounds without its ending, such as callward/recorded: Latin "
        "letters, digits and . _ - /, 80 characters at most",
        "здесь должен быть звук Asterisk без расширения, например callward/recorded: латинские "
        "буквы, цифры и . _ - /, не больше 80 знаков",
    ),
    "mailbox": (
        "must be a mailbox, such as 101@default",
        "здесь должен быть почтовый ящик, например 101@default",
    ),
    "endpoint": (
        "must be an endpoint, such as 101 or PJSIP/101: Latin letters, digits and . _ + -, "
        "80 characters at most",
        "здесь должна быть конечная точка (endpoint), например 101 или PJSIP/101: латинские "
        "буквы, цифры и . _ + -, не больше 80 знаков",
    ),
    "endpoint_reserved": (
        "must not be called so: mobile, mobile2 … stand for the numbers in mobiles",
        "так называться не может: mobile, mobile2 … означают номера из mobiles",
    ),
    "name_reserved": (
        "must not be called so: Callward itself stands in the audit under this name",
        "так называться не может: под этим именем в журнале стоит сам Callward",
    ),
    "origin": (
        "must be the origin of a page as browsers write it, such as https://crm.example.com: https,"
        " small letters, no path, no usual port (http for localhost only)",
        "здесь должен быть источник страницы, как его пишет браузер, например"
        " https://crm.example.com: https, строчными буквами, без пути и обычного порта (http только"
        " для localhost)",
    ),
    "http_url": (
        "must be an address such as http://127.0.0.1:8088, without password, ? or #",
        "здесь должен быть адрес, например http://127.0.0.1:8088, без пароля, ? и #",
    ),
    "no_phone": (
        "is none of this agent's phones; there are: {phones}",
        "такого телефона у сотрудника нет; есть: {phones}",
    ),
    "no_agent": (
        "is no agent's name and cannot be an endpoint; there are: {agents}",
        "сотрудника с таким именем нет, и конечной точкой (endpoint) это быть не может; есть: "
        "{agents}",
    ),
    "extension_emergency": (
        "is an emergency number, which every phone must reach",
        "это номер экстренной службы, он должен набираться с любого телефона",
    ),
    "twice": ("is the same as {other}", "то же самое, что {other}"),
    "mobile_is_company": (
        "is a number of the company ({other}); an employee's mobile is his own",
        "это номер компании ({other}); мобильный номер у сотрудника свой",
    ),
    "cel_url": (
        "must be a database with its user and without the password, such as "
        '"mysql://callward@127.0.0.1/asteriskcdrdb" or "postgresql://callward@127.0.0.1/asterisk"; '
        "the password goes into secret_file",
        "здесь должна быть база с пользователем и без пароля, например "
        '"mysql://callward@127.0.0.1/asteriskcdrdb" или '
        '"postgresql://callward@127.0.0.1/asterisk"; '
        "пароль задаётся через secret_file",
    ),
    "two_logs": (
        "is set beside file; keep only one of them",
        "задано вместе с file; оставьте что-то одно",
    ),
    "columns_of_url": (
        "names the columns of a file; those of a table have names of their own",
        "называет столбцы файла; у таблицы столбцы названы сами",
    ),
    "secret_of_no_url": (
        "is the password of a database, but url is not set",
        "это пароль к базе, но url не задан",
    ),
    "two_secrets": (
        "is set beside secret; keep only one of them",
        "задано вместе с secret; оставьте что-то одно",
    ),
    "no_secret": (
        "is missing: give the manager user's password as secret_file (a file that only callward's "
        "user may read, mode 0600) or as secret",
        "не задано: пароль пользователя AMI задаётся через secret_file (файл, который может читать "
        "только пользователь callward, права 0600) или через secret",
    ),
    "secret_open": (
        "can be read by others (mode {mode}); do: chmod 600 {file}",
        "доступен для чтения другим (права {mode}); выполните: chmod 600 {file}",
    ),
    "secret_unreadable": (
        "cannot be read ({reason})",
        "не читается ({reason})",
    ),
    "secret_empty": ("is empty", "пуст"),
    "secret_lines": (
        "must hold the password alone, on one line",
        "в файле должен быть только пароль, в одной строке",
    ),
    "other": ("{reason}", "{reason}"),
}

_HINT = ("; did you mean {guess}?", "; возможно, {guess}?")
_KNOWN = ("; there are: {names}", "; бывают: {names}")
_FROM = (" (from {variable})", " (из {variable})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, and where."""

    where: str
    """A setting's path (``pbx[0].port``), a file or an environment variable."""
    code: str
    """A key of ``WORDS``."""
    value: str | None = None
    """What stood there, as it may be shown; never a secret or a personal number."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What the words of this code leave open."""
    guess: str | None = None
    """For an unknown key: the one that was probably meant."""
    known: tuple[str, ...] = ()
    """For an unknown key: those that there are."""
    variable: str | None = None
    """The environment variable that the value came from."""

    def text(self, language: Language = "en") -> str:
        """One line: where, what stood there, what is allowed."""
        i = ("en", "ru").index(language)
        place = self.where + (_FROM[i].format(variable=self.variable) if self.variable else "")
        shown = "" if self.value is None else f" = {self.value}"
        return f"{place}{shown}: {self.reason(language)}"

    def reason(self, language: Language) -> str:
        """What is allowed, alone."""
        i = ("en", "ru").index(language)
        hint = ""
        if self.guess is not None:
            hint = _HINT[i].format(guess=self.guess)
        elif self.known:
            hint = _KNOWN[i].format(names=", ".join(self.known))
        return WORDS[self.code][i].format(hint=hint, **self.about)


class SettingsError(Exception):
    """The settings cannot be used. ``str()`` is one line for each thing to mend."""

    def __init__(self, problems: Iterable[Problem], language: Language = "en") -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__(self.text(language))

    def text(self, language: Language) -> str:
        """All lines, in that language."""
        return "\n".join(problem.text(language) for problem in self.problems)
