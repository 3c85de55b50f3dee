"""The words of ``callward dialplan check``, in English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DIALPLAN_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "files": ("{count} files of Callward's in {path}", "файлов Callward: {count}, папка {path}"),
    "not_installed": (
        "Callward's dialplan is not installed in {path}; do: callward dialplan install",
        "диалплан Callward в {path} не установлен; выполните: callward dialplan install",
    ),
    "file_missing": (
        "{path} is missing; do: callward dialplan install",
        "{path} отсутствует; выполните: callward dialplan install",
    ),
    "file_differs": (
        "{path} is not what these settings and this version make; do: callward dialplan install",
        "{path} не такой, как по этим настройкам и в этой версии; выполните: "
        "callward dialplan install",
    ),
    "file_mode": (
        "{path} has mode {mode}, it must be {right}; do: chmod {right} {path}",
        "у {path} права {mode}, должны быть {right}; выполните: chmod {right} {path}",
    ),
    "file_closed": (
        "{path} cannot be read by this user ({reason}); check as root",
        "{path} этот пользователь прочесть не может ({reason}); проверьте от root",
    ),
    "included": ("{host} includes {file}", "{host} подключает {file}"),
    "include_missing": (
        "{host} does not include {file}; do: callward dialplan install",
        "{host} не подключает {file}; выполните: callward dialplan install",
    ),
    "include_doubled": (
        "{host} includes {file} {count} times, so Asterisk reads it as often; leave one line",
        "{host} подключает {file} {count} раза, и столько же раз его читает Asterisk; оставьте "
        "одну строку",
    ),
    "no_etc": (
        "{path}: there is no asterisk.conf here; name the folder with --asterisk",
        "{path}: здесь нет asterisk.conf; укажите папку через --asterisk",
    ),
    "no_manager_secret": (
        "Callward's password for AMI: {path} is not there; do: callward dialplan install",
        "пароль Callward для AMI: {path} отсутствует; выполните: callward dialplan install",
    ),
    "emergency_lost": (
        "emergency number {number} is an employee's extension in the settings, and rings him; name "
        "it in outbound.emergency to have it dialled outside",
        "экстренный номер {number} в настройках отдан сотруднику как внутренний и звонит ему; "
        "чтобы он набирался наружу, укажите его в outbound.emergency",
    ),
    "no_fallback": (
        "while Callward is silent nobody is rung: name phones in routing.fallback or routing.group",
        "пока Callward не отвечает, не звонит никто: укажите телефоны в routing.fallback или "
        "routing.group",
    ),
    "fallback": (
        "while Callward is silent, it rings {dial}",
        "пока Callward не отвечает, звонит {dial}",
    ),
    "script": ("the fallback script runs with {python}", "резервный скрипт работает с {python}"),
    "script_broken": (
        "the fallback script cannot run: {python} does not find pyst2; install it there "
        "(pip install pyst2) or do: callward dialplan install",
        "резервный скрипт не работает: {python} не находит pyst2; установите его "
        "(pip install pyst2) или выполните: callward dialplan install",
    ),
    "snapshot": (
        "the fallback's snapshot {path} is {minutes} min old",
        "снимку для резервного пути {path} {minutes} мин",
    ),
    "snapshot_off": (
        "there is no snapshot for the fallback: set recordings_folder or snapshot; until then the "
        "group rings for everybody",
        "снимка для резервного пути нет: задайте recordings_folder или snapshot; до тех пор всем "
        "отвечает группа",
    ),
    "snapshot_missing": (
        "the fallback's snapshot {path} is not there yet; the daemon writes it when it runs",
        "снимка для резервного пути {path} ещё нет; его пишет работающая служба",
    ),
    "snapshot_bad": (
        "the fallback's snapshot {path} is of no use ({reason}): the group rings for everybody; "
        "look into the daemon's log",
        "снимок для резервного пути {path} непригоден ({reason}): всем отвечает группа; "
        "посмотрите журнал службы",
    ),
    "running": (
        "Asterisk runs Callward's {count} contexts as they stand in the files",
        "Asterisk исполняет контексты Callward ({count}) так, как они записаны в файлах",
    ),
    "running_differs": (
        "Asterisk runs something else than the files in {contexts}; do: asterisk -rx 'dialplan "
        "reload', and look for contexts of the same name in other files",
        "Asterisk исполняет не то, что в файлах: {contexts}; выполните: asterisk -rx 'dialplan "
        "reload' и поищите контексты с тем же именем в других файлах",
    ),
    "running_missing": (
        "Asterisk does not know {contexts}; do: asterisk -rx 'dialplan reload'",
        "Asterisk не знает {contexts}; выполните: asterisk -rx 'dialplan reload'",
    ),
    "globals": (
        "Asterisk knows Callward's settings (dialplan version {version})",
        "Asterisk знает настройки Callward (версия диалплана {version})",
    ),
    "globals_differ": (
        "global {name} is another one in Asterisk than in {file}; do: asterisk -rx 'dialplan "
        "reload', and look for {name} in other files",
        "переменная {name} в Asterisk не такая, как в {file}; выполните: asterisk -rx 'dialplan "
        "reload' и поищите {name} в других файлах",
    ),
    "modules": ("all {count} modules are loaded", "все модули загружены: {count}"),
    "modules_missing": (
        "not loaded: {modules}; install them and do: asterisk -rx 'module load NAME'",
        "не загружены: {modules}; установите и выполните: asterisk -rx 'module load ИМЯ'",
    ),
    "trunk_leads": (
        "trunk {endpoint}: context {context} leads to Callward",
        "транк {endpoint}: контекст {context} ведёт в Callward",
    ),
    "trunk_passes": (
        "trunk {endpoint}: context {context} does not lead to callward-inbound or "
        "callward-customer; its calls show their number and are not routed",
        "транк {endpoint}: контекст {context} не ведёт в callward-inbound или callward-customer; "
        "его звонки показывают номер и не распределяются",
    ),
    "phones_lead": (
        "phones: contexts {contexts} lead to callward-phones",
        "телефоны: контексты {contexts} ведут в callward-phones",
    ),
    "phones_pass": (
        "phones {endpoints}: context {context} does not lead to callward-phones; add there: "
        "include => callward-phones",
        "телефоны {endpoints}: контекст {context} не ведёт в callward-phones; добавьте туда: "
        "include => callward-phones",
    ),
    "trunk_renames": (
        "trunk {endpoint}: trust_connected_line = yes. A carrier may then send a caller's number "
        "again in the middle of a call, which shows in a queue of your own; set it to no",
        "транк {endpoint}: trust_connected_line = yes. Оператор может прислать номер клиента ещё "
        "раз посреди звонка, и он покажется в вашей собственной очереди; поставьте no",
    ),
    "trunk_hastens": (
        "trunk {endpoint}: rpid_immediate = yes. What your own Dial or Queue tells a customer of "
        "a phone may reach him before Callward covers it; set it to no",
        "транк {endpoint}: rpid_immediate = yes. То, что ваш собственный Dial или Queue сообщает "
        "клиенту о телефоне, может уйти раньше, чем Callward это закроет; поставьте no",
    ),
    "phones_rename": (
        "phones {endpoints}: trust_id_inbound = yes. The name that a phone says of itself may "
        "reach a customer through a Dial or Queue of your own; set it to no",
        "телефоны {endpoints}: trust_id_inbound = yes. Имя, которым телефон называет себя сам, "
        "может дойти до клиента через ваш собственный Dial или Queue; поставьте no",
    ),
    "leaky": (
        "phones {endpoints}: {options} = yes. Numbers stay hidden all the same; no is safer",
        "телефоны {endpoints}: {options} = yes. Номера всё равно скрыты; надёжнее no",
    ),
    "answers": (
        "the daemon answers the dialplan in {milliseconds} ms at {address}",
        "служба отвечает диалплану за {milliseconds} мс по адресу {address}",
    ),
    "answers_late": (
        "the daemon took {milliseconds} ms to answer at {address}; the dialplan waits 300 and then "
        "rings the fallback",
        "служба отвечала {milliseconds} мс по адресу {address}; диалплан ждёт 300 и звонит по "
        "резервному пути",
    ),
    "answers_not": (
        "nobody answers the dialplan at {address}: the fallback rings. Start it: callward run",
        "по адресу {address} диалплану никто не отвечает: звонит резервный путь. Запустите: "
        "callward run",
    ),
    "answers_wrong": (
        "at {address} the dialplan is refused ({reason}); do: callward dialplan install, and "
        "restart the daemon",
        "по адресу {address} диалплану отказано ({reason}); выполните callward dialplan install и "
        "перезапустите службу",
    ),
}
