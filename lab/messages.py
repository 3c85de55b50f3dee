"""Every text that the lab shows to people, in Russian and English."""

from __future__ import annotations

import os
from typing import Final, Literal

Language = Literal["ru", "en"]

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "build.needs_root": (
        "Building the lab's Asterisk needs root. Run the same command with sudo, "
        "or install Asterisk 18 or newer on this machine.",
        "Чтобы собрать Asterisk для лаборатории, нужны права root. Выполните ту же команду "
        "через sudo или установите на эту машину Asterisk 18 или новее.",
    ),
    "build.needs_mmdebstrap": (
        "mmdebstrap is not installed. Run: apt-get install mmdebstrap",
        "Не установлен mmdebstrap. Выполните: apt-get install mmdebstrap",
    ),
    "build.needs_keyring": (
        "Debian's archive keys are not installed. Run: apt-get install debian-archive-keyring",
        "Не установлены ключи архива Debian. Выполните: apt-get install debian-archive-keyring",
    ),
    "mariadb.missing": (
        "MariaDB is not installed: apt install mariadb-server",
        "MariaDB не установлена: apt install mariadb-server",
    ),
    "mariadb.failed": ("MariaDB failed: {said}", "MariaDB не работает: {said}"),
    "postgres.missing": (
        "PostgreSQL is not installed. Run: apt-get install postgresql",
        "Не установлен PostgreSQL. Выполните: apt-get install postgresql",
    ),
    "postgres.failed": (
        "PostgreSQL's {program} failed:\n{said}",
        "Программа {program} из PostgreSQL завершилась с ошибкой:\n{said}",
    ),
    "build.no_mirror": (
        "No Debian mirror was found in this machine's apt sources. "
        "Name one: CALLWARD_LAB_MIRROR=<address of a Debian mirror>",
        "В источниках apt этой машины нет зеркала Debian. "
        "Укажите его: CALLWARD_LAB_MIRROR=<адрес зеркала Debian>",
    ),
    "build.network": (
        "The Debian mirror could not be reached. Check this machine's network and proxy "
        "(apt-get update must work), then run the command again. The mirror said:\n{detail}",
        "Зеркало Debian недоступно. Проверьте сеть и прокси этой машины "
        "(apt-get update должен работать) и повторите команду. Ответ зеркала:\n{detail}",
    ),
    "build.no_suite": (
        "The Debian mirror of this machine does not carry {suite}, from which the lab takes "
        "Asterisk 22. Name another: CALLWARD_LAB_MIRROR=<address of a Debian mirror>. "
        "The mirror said:\n{detail}",
        "На зеркале Debian этой машины нет выпуска {suite}, из которого лаборатория берёт "
        "Asterisk 22. Укажите другое: CALLWARD_LAB_MIRROR=<адрес зеркала Debian>. "
        "Ответ зеркала:\n{detail}",
    ),
    "build.disk_full": (
        "Not enough disk space in {folder}: {needed} MB are needed, {free} MB are free. Free some, "
        "or choose another place: CALLWARD_LAB_CACHE=<folder>",
        "Мало места на диске в {folder}: нужно {needed} МБ, свободно {free} МБ. Освободите место "
        "или выберите другую папку: CALLWARD_LAB_CACHE=<папка>",
    ),
    "build.bad_cache": (
        "The lab's cache folder {folder} cannot be used ({detail}). It must be a folder that root "
        "may write, on a file system mounted without nodev and noexec. "
        "Choose another: CALLWARD_LAB_CACHE=<folder>",
        "Папка кэша лаборатории {folder} не годится ({detail}). Нужна папка, в которую root может "
        "писать, на файловой системе без nodev и noexec. "
        "Выберите другую: CALLWARD_LAB_CACHE=<папка>",
    ),
    "build.failed": (
        "Building the lab's Asterisk failed. The last words of mmdebstrap:\n{detail}",
        "Собрать Asterisk для лаборатории не удалось. Последние слова mmdebstrap:\n{detail}",
    ),
    "build.progress": (
        "Building Asterisk 22 for the lab",
        "Сборка Asterisk 22 для лаборатории",
    ),
    "build.waiting": (
        "Another process is building the lab's Asterisk; waiting for it",
        "Asterisk для лаборатории уже собирает другой процесс, ждём его",
    ),
    "start.no_block": (
        "No free loopback network for a lab: all of {first}.0/24 … {last}.0/24 are taken. "
        "Stop a running lab: callward lab down",
        "Нет свободной сети для лаборатории: {first}.0/24 … {last}.0/24 заняты. "
        "Остановите запущенную лабораторию: callward lab down",
    ),
    "start.needs_root": (
        "Starting the lab's own Asterisk needs root (a chroot). Run the same command with sudo.",
        "Для запуска Asterisk лаборатории нужны права root (chroot). "
        "Выполните ту же команду через sudo.",
    ),
    "start.mount": (
        "The lab may not mount inside this container ({detail}). Start the container with "
        "CAP_SYS_ADMIN, or install Asterisk 18 or newer in it.",
        "В этом контейнере лаборатории нельзя монтировать ({detail}). Запустите контейнер "
        "с CAP_SYS_ADMIN или установите в него Asterisk 18 или новее.",
    ),
    "start.ended": (
        "Asterisk ended while it was starting. The end of {log}:\n{detail}",
        "Asterisk завершился при запуске. Конец {log}:\n{detail}",
    ),
    "start.deadline": (
        "Asterisk was not ready after {seconds:.0f} s. The end of {log}:\n{detail}",
        "Asterisk не был готов через {seconds:.0f} с. Конец {log}:\n{detail}",
    ),
    "start.progress": ("Starting Asterisk", "Запуск Asterisk"),
    "ami.refused": (
        "Asterisk refused the action {action}: {detail}",
        "Asterisk отклонил действие {action}: {detail}",
    ),
    "ami.deadline": (
        "No answer to {action} from Asterisk within {seconds:.0f} s.",
        "Asterisk не ответил на {action} за {seconds:.0f} с.",
    ),
    "ami.ended": (
        "The connection to Asterisk's manager ended.",
        "Соединение с интерфейсом управления Asterisk прервалось.",
    ),
    "cli.help": (
        "A real Asterisk with real SIP phones on loopback.",
        "Настоящий Asterisk с настоящими SIP-телефонами на loopback.",
    ),
    "cli.help.up": (
        "Start the lab and keep it until Ctrl-C.",
        "Запустить лабораторию и держать её до Ctrl-C.",
    ),
    "cli.help.down": ("Stop the running lab.", "Остановить запущенную лабораторию."),
    "cli.help.call": (
        "Make one call from a customer to a company number.",
        "Сделать один звонок клиента на номер компании.",
    ),
    "cli.help.scenario": (
        "Run scenarios by name; without a name, list them.",
        "Выполнить сценарии по именам; без имени — показать список.",
    ),
    "cli.help.config": (
        "Also write a Callward configuration for this lab into this file.",
        "Записать также настройки Callward для этой лаборатории в этот файл.",
    ),
    "cli.help.from": ("The customer's number.", "Номер клиента."),
    "cli.help.to": ("The company number that he calls.", "Номер компании, на который он звонит."),
    "cli.help.answered_by": (
        "The desk phone that answers, 101 to 104; without it nobody does.",
        "Телефон, который ответит, 101–104; без него не ответит никто.",
    ),
    "cli.help.seconds": ("How long they talk, or it rings.", "Сколько длится разговор или вызов."),
    "cli.up": (
        "The lab runs.\n"
        "  SIP          {sip}:5060/udp\n"
        "  manager      {sip}:5038, user callward, secret in {secret_file}\n"
        "  desk phones  101 … 104, password phone-<name>\n"
        "  company      +442079460000 … +442079460019\n"
        "  recordings   {recordings}\n"
        "  CEL          {cel}\n"
        "  folder       {folder}\n"
        "Stop it with Ctrl-C, or from elsewhere: callward lab down",
        "Лаборатория работает.\n"
        "  SIP            {sip}:5060/udp\n"
        "  управление     {sip}:5038, пользователь callward, секрет в {secret_file}\n"
        "  телефоны       101 … 104, пароль phone-<имя>\n"
        "  номера         +442079460000 … +442079460019\n"
        "  записи         {recordings}\n"
        "  CEL            {cel}\n"
        "  папка          {folder}\n"
        "Остановить: Ctrl-C или из другого окна: callward lab down",
    ),
    "cli.stopping": ("Stopping the lab", "Останавливаем лабораторию"),
    "cli.stopped": ("The lab is stopped.", "Лаборатория остановлена."),
    "cli.not_running": (
        "No lab is running here. Start one: callward lab up",
        "Лаборатория не запущена. Запустите: callward lab up",
    ),
    "cli.running": (
        "A lab is running already (process {pid}). Stop it first: callward lab down",
        "Лаборатория уже запущена (процесс {pid}). Сначала остановите её: callward lab down",
    ),
    "cli.will_not_end": (
        "The lab (process {pid}) did not stop within {seconds:.0f} s.",
        "Лаборатория (процесс {pid}) не остановилась за {seconds:.0f} с.",
    ),
    "cli.unknown_scenario": (
        "There is no scenario named {name}; there is {alike}. All of them: callward lab scenario",
        "Нет сценария с именем {name}; есть {alike}. Все: callward lab scenario",
    ),
    "cli.scenario_ok": ("{name}: done", "{name}: выполнен"),
    "cli.scenario_failed": ("{name}: failed: {detail}", "{name}: не удался: {detail}"),
    "cli.bad_phone": (
        "--answered-by {name}: no such desk phone; allowed: {allowed}",
        "--answered-by {name}: такого телефона нет; допустимы: {allowed}",
    ),
    "cli.bad_number": (
        "{option} {value}: not a number in E.164, e.g. {example}",
        "{option} {value}: это не номер в формате E.164, например {example}",
    ),
    "cli.phones_missing": (
        "The lab's phones are not installed. Run: pip install 'callward[lab]'",
        "Не установлены телефоны лаборатории. Выполните: pip install 'callward[lab]'",
    ),
    "cli.call_answered": (
        "{name} answered; the call ended after {seconds:.1f} s of talk.",
        "Ответил {name}; разговор длился {seconds:.1f} с.",
    ),
    "cli.call_missed": ("Nobody answered.", "Никто не ответил."),
    "demo.asterisk": (
        "A real Asterisk runs on {address}.",
        "Настоящий Asterisk работает на {address}.",
    ),
    "demo.daemon": (
        "Callward captures its calls; API on http://127.0.0.1:{port}/api/v1/calls",
        "Callward записывает его звонки; API: http://127.0.0.1:{port}/api/v1/calls",
    ),
    "demo.call": ("Call {number} of {of}", "Звонок {number} из {of}"),
    "demo.inbound_answered": (
        "a client calls, his curator answers on the desk phone",
        "клиент звонит, его куратор отвечает с настольного телефона",
    ),
    "demo.inbound_missed": (
        "a client calls and gives up: his curator gets a task",
        "клиент звонит и не дожидается: у куратора появляется задача",
    ),
    "demo.inbound_mobile_accepted": (
        "the curator has only a mobile: he hears who it is and presses 1",
        "у куратора только мобильный: он слышит, кто звонит, и нажимает 1",
    ),
    "demo.callback_to_the_desk": (
        "a manager calls a client by a button (POST /api/v1/callbacks)",
        "менеджер звонит клиенту кнопкой (POST /api/v1/callbacks)",
    ),
    "demo.short_code_dialled": (
        "a manager dials a client's short code",
        "менеджер набирает короткий код клиента",
    ),
    "demo.blind_transfer_to_a_desk": (
        "a manager passes a client on to a colleague",
        "менеджер переводит клиента на коллегу",
    ),
    "demo.shown": ("What the phones showed", "Что показали телефоны"),
    "demo.call_column": ("Call", "Звонок"),
    "demo.phone": ("Phone", "Телефон"),
    "demo.screen": ("Who calls", "Кто звонит"),
    "demo.nothing_leaked": (
        "Every packet to and from each phone was searched: no client's number reached an employee, "
        "no employee's name, extension or mobile a client.",
        "Просмотрен каждый пакет каждого телефона: ни один номер клиента не дошёл до сотрудника, "
        "ни имя, ни внутренний, ни мобильный сотрудника до клиента.",
    ),
    "demo.recording": (
        "A recording to play ({seconds} s; left: the customer, right: the company): {path}",
        "Запись ({seconds} с; слева клиент, справа компания): {path}",
    ),
    "demo.next": (
        "make run plays the same and keeps it running, with the console in your browser.",
        "make run покажет то же самое и оставит всё работать, с консолью в вашем браузере.",
    ),
    "demo.console": (
        "The console: http://127.0.0.1:{port}/ (each password is changed at the first sign-in)",
        "Консоль: http://127.0.0.1:{port}/ (при первом входе каждый пароль меняется на свой)",
    ),
    "demo.name": ("Name", "Имя"),
    "demo.password": ("Password", "Пароль"),
    "demo.role": ("Role", "Роль"),
    "demo.stays": (
        "Lab and daemon go on until Ctrl-C.\n"
        "  calls        .venv/bin/callward calls --config {config}\n"
        "  live         .venv/bin/callward watch --config {config}\n"
        "  API          http://127.0.0.1:{port}/api/v1/openapi.json\n"
        "  Asterisk     {address}",
        "Лаборатория и Callward работают до Ctrl-C.\n"
        "  звонки       .venv/bin/callward calls --config {config}\n"
        "  вживую       .venv/bin/callward watch --config {config}\n"
        "  API          http://127.0.0.1:{port}/api/v1/openapi.json\n"
        "  Asterisk     {address}",
    ),
}


class LabError(Exception):
    """The lab cannot do what was asked; the text says what to do, in the operator's language."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(text(key, **values))
        self.key = key


def language() -> Language:
    """``CALLWARD_LANGUAGE``, else the locale's (``LC_ALL``, ``LC_MESSAGES``, ``LANG``)."""
    for variable in ("CALLWARD_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "ru" if value.lower().startswith("ru") else "en"
    return "en"


def text(key: str, **values: object) -> str:
    """The text named ``key`` in the operator's language, with its values put in."""
    english, russian = _TEXTS[key]
    return (russian if language() == "ru" else english).format(**values)
