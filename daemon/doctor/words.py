"""The doctor's words, in English and Russian. Those of a failure end with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from daemon.doctor.dialplan_words import DIALPLAN_WORDS

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    **DIALPLAN_WORDS,
    "settings": ("settings: {path}", "настройки: {path}"),
    "problem": ("{text}", "{text}"),
    "other_user": (
        "{setting}: {path} is closed to this user; ask as the user that runs callward: "
        "runuser -u callward -- callward doctor",
        "{setting}: {path} закрыт для этого пользователя; спросите от имени того, кто запускает "
        "callward: runuser -u callward -- callward doctor",
    ),
    "key": ("vault key: {path}", "ключ хранилища: {path}"),
    "key_new": (
        "vault key: {path} will be made by the first start",
        "ключ хранилища: {path} появится при первом запуске",
    ),
    "key_old": (
        "vault key: an old key lies beside the new one: {path}; take it to where the backups are "
        "that it opens, and remove it here",
        "ключ хранилища: рядом с новым лежит прежний ключ: {path}; перенесите его к резервным "
        "копиям, которые он открывает, а здесь удалите",
    ),
    "decided": (
        "settings: the console stands over the file in {settings}",
        "настройки: вместо файла действует заданное в консоли: {settings}",
    ),
    "decided_refused": (
        "settings: what the console says of {settings} does not go with the file, so the file's "
        "holds; the console shows why",
        "настройки: заданное в консоли не сочетается с файлом, действует файл: {settings}; причину "
        "показывает консоль",
    ),
    "audit": (
        "audit: {records} records, the newest of them are whole",
        "аудит: записей {records}, последние из них целы",
    ),
    "audit_new": (
        "audit: {path} will be made by the daemon",
        "аудит: {path} создаст служба",
    ),
    "audit_head": (
        "audit: {path} cannot be read ({reason}): whether newest records were cut off is not "
        "known; find out who changed it, then remove it and the daemon makes it anew",
        "аудит: {path} не читается ({reason}): отрезаны ли последние записи, неизвестно; "
        "выясните, кто его изменил, и удалите: служба создаст его заново",
    ),
    "audit_broken": (
        "audit: the chain is broken at record {seq}; callward audit verify names every place",
        "аудит: цепочка нарушена на записи {seq}; все места назовёт callward audit verify",
    ),
    "database": ("database: {name}, schema {version}", "база: {name}, схема {version}"),
    "database_new": (
        "database: {name} will be made by the first start",
        "база: {name} появится при первом запуске",
    ),
    "database_old": (
        "database: {name} has schema {version}; the next start upgrades it to {head}",
        "база: {name} со схемой {version}; следующий запуск обновит её до {head}",
    ),
    "database_locked": (
        "database: {name} is locked by another program for {seconds} s already; find it with: "
        "fuser -v {name}",
        "база: {name} уже {seconds} с занята другой программой; найдите её: fuser -v {name}",
    ),
    "database_stuck": (
        "the database takes no writes: it is locked, or its disk is full",
        "база не принимает записи: она занята или на её диске нет места",
    ),
    "folder": ("{setting}: {path} can be written", "{setting}: в {path} можно писать"),
    "folder_missing": (
        "{setting}: {path} is missing and cannot be made; do: mkdir -p {path}, and give it to the "
        "user that runs callward",
        "{setting}: папки {path} нет, и создать её нельзя; выполните mkdir -p {path} и отдайте её "
        "пользователю, от имени которого работает callward",
    ),
    "folder_closed": (
        "{setting}: {path} cannot be written by this user; give it to the user that runs callward",
        "{setting}: в {path} этот пользователь писать не может; отдайте папку пользователю, от "
        "имени которого работает callward",
    ),
    "backups": (
        "the newest backup is of {at}, in {path}",
        "последняя резервная копия: {at}, в {path}",
    ),
    "backups_off": (
        "no daily backup is made: set [backup] folder",
        "ежедневных резервных копий нет: задайте folder в [backup]",
    ),
    "backups_hang": (
        "{path}, where the backups lie, did not answer within {seconds} s",
        "{path}, папка резервных копий, не ответила за {seconds} с",
    ),
    "backups_none": (
        "there is no backup in {path} yet",
        "в {path} пока нет ни одной резервной копии",
    ),
    "backups_no_key": (
        "no backup can be made: {path} is not there; make it: callward backup key",
        "резервные копии не создать: {path} нет; создайте: callward backup key",
    ),
    "backups_key_closed": (
        "no backup can be made: {path} cannot be read: {reason}",
        "резервные копии не создать: {path} не читается: {reason}",
    ),
    "backups_old": (
        "the newest backup in {path} is of {at}: more than two days old; what callward backup says"
        " is why",
        "последняя резервная копия в {path}: {at}, ей больше двух дней; причину скажет callward"
        " backup",
    ),
    "disk": ("free disk: {free} GB at {path}", "свободно на диске: {free} ГБ в {path}"),
    "disk_full": (
        "free disk: only {free} GB at {path}; free some, or move it: below {least} GB calls and "
        "recordings are at risk",
        "свободно на диске: всего {free} ГБ в {path}; освободите место или перенесите папку: ниже "
        "{least} ГБ звонкам и записям грозит потеря",
    ),
    "originals_off": (
        "recordings: recordings_folder is not set, calls are captured and not recorded",
        "записи: recordings_folder не задана, звонки учитываются, но не записываются",
    ),
    "originals": (
        "recordings: {path} can be read and emptied; the PBX calls it {theirs}",
        "записи: {path} можно читать и очищать; на АТС это {theirs}",
    ),
    "originals_here": (
        "recordings: {path} can be read and emptied",
        "записи: {path} можно читать и очищать",
    ),
    "originals_missing": (
        "recordings: recordings_folder {path} is not there; name the folder into which MixMonitor "
        "writes ({theirs} on the PBX), as this machine sees it",
        "записи: папки recordings_folder {path} нет; укажите папку, в которую пишет MixMonitor "
        "(на АТС {theirs}), как её видит эта машина",
    ),
    "originals_closed": (
        "recordings: {path} cannot be read and emptied by this user; make the user that runs "
        "callward a member of the folder's group and do: chmod g+rwx {path}",
        "записи: читать и очищать {path} этот пользователь не может; добавьте пользователя, от "
        "имени которого работает callward, в группу папки и выполните: chmod g+rwx {path}",
    ),
    "originals_elsewhere": (
        "recordings: the last call was recorded on the PBX, but its files never appeared in "
        "{path}; the PBX writes to {theirs}: set recordings_folder to that folder as this machine "
        "sees it, or CALLWARD_RECORDINGS in the dialplan",
        "записи: последний звонок АТС записала, но файлы в {path} так и не появились; АТС пишет в "
        "{theirs}: укажите в recordings_folder эту папку, как её видит эта машина, или "
        "CALLWARD_RECORDINGS в диалплане",
    ),
    "recorded": (
        "recordings: the last recorded call is stored",
        "записи: запись последнего звонка сохранена",
    ),
    "not_recorded_yet": (
        "recordings: none yet, so it is not known whether the PBX writes into this folder; make a "
        "call and ask again",
        "записи: их ещё нет, поэтому неизвестно, в эту ли папку пишет АТС; позвоните и повторите",
    ),
    "recording_failed": (
        "recordings: the last one could not be stored ({error}): {remedy}",
        "записи: последнюю сохранить не удалось ({error}): {remedy}",
    ),
    "cel_off": (
        "event log: neither pbx.cel.file nor pbx.cel.url is set, so calls that nobody watched "
        "cannot be completed",
        "журнал событий: не заданы ни pbx.cel.file, ни pbx.cel.url, непойманные звонки восполнить "
        "не из чего",
    ),
    "cel_table": (
        "event log: {name} is read, its columns fit",
        "журнал событий: {name} читается, столбцы подходят",
    ),
    "cel_table_empty": (
        "event log: {name} has no rows of the last seven days; make a call and ask again",
        "журнал событий: в {name} нет строк за последние семь дней; позвоните и повторите",
    ),
    "cel_table_closed": (
        "event log: {name} cannot be read ({reason}); see docs/cel.md",
        "журнал событий: {name} не читается ({reason}); см. docs/cel.ru.md",
    ),
    "cel_table_columns": (
        "event log: {name} does not fit ({reason}); see docs/cel.md",
        "журнал событий: {name} не подходит ({reason}); см. docs/cel.ru.md",
    ),
    "cel_file": (
        "event log: {path} is read, its columns fit",
        "журнал событий: {path} читается, столбцы подходят",
    ),
    "cel_empty": (
        "event log: {path} is still empty; make a call and ask again",
        "журнал событий: {path} пока пуст; позвоните и повторите",
    ),
    "cel_missing": (
        "event log: {path} is not there; cel_custom makes it with the first call, where its folder "
        "is there (systemd/callward.tmpfiles.conf) and it is loaded: callward dialplan install",
        "журнал событий: {path} нет; cel_custom создаёт его с первым звонком, если есть папка "
        "(systemd/callward.tmpfiles.conf) и модуль загружен: callward dialplan install",
    ),
    "cel_closed": (
        "event log: {path} cannot be read ({reason}); make the user that runs callward a member "
        "of the file's group",
        "журнал событий: {path} не читается ({reason}); добавьте пользователя, от имени которого "
        "работает callward, в группу файла",
    ),
    "cel_columns": (
        "event log: {path} has other columns ({reason}); take over dialplan/cel_custom.conf, or "
        "list the columns in pbx.cel.columns",
        "журнал событий: у {path} другие столбцы ({reason}); возьмите dialplan/cel_custom.conf "
        "или перечислите столбцы в pbx.cel.columns",
    ),
    "cel_unreadable": (
        "event log: no line of {path} can be read as CSV with these columns; take over "
        "dialplan/cel_custom.conf, or list the columns in pbx.cel.columns",
        "журнал событий: ни одна строка {path} не читается как CSV с этими столбцами; возьмите "
        "dialplan/cel_custom.conf или перечислите столбцы в pbx.cel.columns",
    ),
    "cel": ("event log: enabled, all events", "журнал событий: включён, все события"),
    "cel_disabled": (
        "event log: CEL is off; set enable = yes and events = ALL in cel.conf (see "
        "dialplan/cel.conf), then asterisk -rx 'module reload cel'",
        "журнал событий: CEL выключен; задайте enable = yes и events = ALL в cel.conf (см. "
        "dialplan/cel.conf), затем asterisk -rx 'module reload cel'",
    ),
    "cel_events": (
        "event log: CEL leaves out {missing}; set events = ALL and apps as in dialplan/cel.conf, "
        "then asterisk -rx 'module reload cel'",
        "журнал событий: в CEL не попадает {missing}; задайте events = ALL и apps, как в "
        "dialplan/cel.conf, затем asterisk -rx 'module reload cel'",
    ),
    "link": ("AMI: {address}, logged in as {username}", "AMI: {address}, вход как {username}"),
    "link_down": ("AMI: {address}: {text}", "AMI: {address}: {text}"),
    "link_notice": ("AMI: {text}", "AMI: {text}"),
    "version": ("Asterisk {version}", "Asterisk {version}"),
    "version_other": (
        "Asterisk {version} is not among the versions that Callward knows ({least} to {most}); it "
        "may work: run the tests against it, or upgrade Asterisk",
        "Asterisk {version} не из тех версий, которые знает Callward (с {least} по {most}); может "
        "и работать: прогоните на ней тесты или обновите Asterisk",
    ),
    "rights": ("AMI rights: write = {granted}", "права AMI: write = {granted}"),
    "rights_missing": (
        "AMI rights: write lacks {missing}; give user {username} in manager.conf write = {needed}, "
        "then asterisk -rx 'manager reload'",
        "права AMI: в write нет {missing}; дайте пользователю {username} в manager.conf "
        "write = {needed}, затем asterisk -rx 'manager reload'",
    ),
    "not_asked": (
        "the rest of this PBX cannot be asked until the AMI user has these rights",
        "остальное у этой АТС не спросить, пока у пользователя AMI нет этих прав",
    ),
    "read": ("AMI rights: read = {granted}", "права AMI: read = {granted}"),
    "read_missing": (
        "AMI rights: read lacks {missing}, so calls are not seen whole; give user {username} in "
        "manager.conf read = {needed}, then asterisk -rx 'manager reload'",
        "права AMI: в read нет {missing}, звонки видны не целиком; дайте пользователю {username} "
        "в manager.conf read = {needed}, затем asterisk -rx 'manager reload'",
    ),
    "filter": (
        "AMI filter: only the events that are needed are sent",
        "фильтр AMI: приходят только нужные события",
    ),
    "dialplan": (
        "dialplan: Callward's is loaded; whether all of it: callward dialplan check",
        "диалплан: загружен наш; весь ли он, скажет callward dialplan check",
    ),
    "dialplan_missing": (
        "dialplan: Callward's is not loaded, so nothing is routed, masked or recorded; do: "
        "callward dialplan install",
        "диалплан: наш не загружен, звонки не распределяются, не скрываются и не записываются; "
        "выполните: callward dialplan install",
    ),
    "module": ("module {module}: loaded", "модуль {module}: загружен"),
    "module_missing": (
        "module {module} is not loaded, so {what}; install it and do: asterisk -rx 'module load "
        "{module}'",
        "модуль {module} не загружен, поэтому {what_ru}; установите его и выполните: "
        "asterisk -rx 'module load {module}'",
    ),
    "module_wanting": (
        "module {module} is not loaded, so {what}; if somebody is to, install it (Asterisk 18 or "
        "later has it) and do: asterisk -rx 'module load {module}'",
        "модуль {module} не загружен, поэтому {what_ru}; если это нужно, установите его (он есть в "
        "Asterisk с версии 18) и выполните: asterisk -rx 'module load {module}'",
    ),
    "clock": (
        "clock: the PBX is {offset} s from this machine",
        "часы: АТС расходится с этой машиной на {offset} с",
    ),
    "clock_off": (
        "clock: the PBX is {offset} s from this machine; let both follow a time server "
        "(systemd-timesyncd, chrony)",
        "часы: АТС расходится с этой машиной на {offset} с; пусть обе сверяются с сервером времени "
        "(systemd-timesyncd, chrony)",
    ),
    "no_timestamps": (
        "clock: the PBX's events carry no time; set timestampevents = yes in manager.conf "
        "[general], then asterisk -rx 'manager reload'",
        "часы: события АТС приходят без времени; задайте timestampevents = yes в manager.conf "
        "[general], затем asterisk -rx 'manager reload'",
    ),
    "no_user_event": (
        "clock: could not be compared, and recordings cannot be announced: an event of class user "
        "did not arrive; give user {username} in manager.conf read = …,user and write = …,user",
        "часы: сверить не удалось, и записи не объявляются: событие класса user не пришло; дайте "
        "пользователю {username} в manager.conf read = …,user и write = …,user",
    ),
    "trunks": ("trunks: {found}", "транки: {found}"),
    "trunk_missing": (
        "trunks: the PBX has no endpoint {missing}; it has: {known}. Correct pbx.trunks",
        "транки: на АТС нет {missing}; есть: {known}. Исправьте pbx.trunks",
    ),
    "trunks_unknown": (
        "trunks: this PBX does not list its endpoints; check pbx.trunks by hand",
        "транки: эта АТС не показывает свои endpoint; проверьте pbx.trunks вручную",
    ),
    "phones": ("phones: {count}", "телефоны: {count}"),
    "phone_missing": (
        "phones: the PBX has no endpoint {missing}, which the settings give to agents; correct "
        "agents.endpoints, or the agent's name where he has none",
        "телефоны: на АТС нет {missing}, указанных у сотрудников; исправьте agents.endpoints или "
        "имя сотрудника, если endpoints нет",
    ),
    "daemon": (
        "daemon: runs at {address}, {running} calls now",
        "служба: работает по адресу {address}, звонков сейчас: {running}",
    ),
    "daemon_standby": (
        "daemon: stands by at {address} while another one works",
        "служба: ждёт в резерве по адресу {address}, работает другая",
    ),
    "standby": (
        "standby: {name} works, daemons that stand by for it: {waiting}",
        "резерв: работает {name}, служб в резерве: {waiting}",
    ),
    "standby_none": (
        "standby: {name} works and no other daemon stands by for it: should it fail, calls go by "
        "the fallback until it is back (docs/availability.md)",
        "резерв: работает {name}, в резерве служб нет: если она откажет, звонки до её возвращения "
        "пойдут по запасному пути (docs/availability.ru.md)",
    ),
    "leader_silent": (
        "standby: no daemon works on the database, the last one was {name}; daemons that stand by: "
        "{waiting}",
        "резерв: с базой не работает ни одна служба, последней была {name}; служб в резерве: "
        "{waiting}",
    ),
    "daemon_ill": (
        "daemon: runs at {address} and says that something is wrong: {text}",
        "служба: работает по адресу {address} и сообщает о неполадке: {text}",
    ),
    "daemon_down": (
        "daemon: does not run (nothing answers at {address}); start it: callward run",
        "служба: не работает (по адресу {address} никто не отвечает); запустите: callward run",
    ),
    "daemon_other": (
        "daemon: something else answers at {address}; choose another http.port",
        "служба: по адресу {address} отвечает что-то другое; выберите другой http.port",
    ),
}
