"""What can differ on a day: in few words, why, what mends it, and why it was left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "ledger.kind.not_stored": ("call not stored", "звонок не сохранён"),
    "ledger.why.not_stored": (
        "The PBX's log has this call, Callward has not",
        "В журнале станции этот звонок есть, в Callward его нет",
    ),
    "ledger.mends.not_stored": (
        "Mend takes it from the PBX's log",
        "«Исправить» возьмёт его из журнала станции",
    ),
    "ledger.kind.not_logged": ("call not in the log", "звонка нет в журнале"),
    "ledger.why.not_logged": (
        "The call is stored, and the PBX's log of that time does not have it",
        "Звонок сохранён, а в журнале станции за это время его нет",
    ),
    "ledger.mends.not_logged": (
        "Look at the call: the PBX's log may have gaps (a full disk, a table that was emptied)",
        "Посмотрите звонок: в журнале станции могут быть пробелы (полный диск, очищенная таблица)",
    ),
    "ledger.kind.stored_twice": ("call stored twice", "звонок сохранён дважды"),
    "ledger.why.stored_twice": (
        "One call of the PBX is stored several times; also as {calls}",
        "Один звонок станции сохранён несколько раз, ещё и как {calls}",
    ),
    "ledger.mends.stored_twice": (
        "Mend makes one call of them, with all recordings and notes",
        "«Исправить» соединит их в один звонок со всеми записями и заметками",
    ),
    "ledger.kind.logged_apart": ("two calls in the log", "в журнале два звонка"),
    "ledger.why.logged_apart": (
        "What is stored as one call are several in the PBX's log: {linkedids}",
        "Сохранённый звонок в журнале станции — несколько: {linkedids}",
    ),
    "ledger.mends.logged_apart": (
        "Look at the call: its legs show whether people were joined to one talk",
        "Посмотрите звонок: по его каналам видно, был ли это один разговор",
    ),
    "ledger.kind.incomplete": ("end not known", "конец неизвестен"),
    "ledger.why.incomplete": (
        "Callward did not see how the call ended; the PBX's log has it: {logged}",
        "Callward не видел, чем кончился звонок; в журнале станции: {logged}",
    ),
    "ledger.mends.incomplete": (
        "Mend completes the call from the PBX's log",
        "«Исправить» дополнит звонок из журнала станции",
    ),
    "ledger.kind.disposition": ("wrong outcome", "неверный исход"),
    "ledger.why.disposition": (
        "Stored is {stored}, the PBX's log says {logged}",
        "Сохранено: {stored}, в журнале станции: {logged}",
    ),
    "ledger.mends.disposition": (
        "Mend takes what the log says, but never makes a missed call of an answered one",
        "«Исправить» возьмёт исход из журнала, но отвеченный звонок пропущенным не сделает",
    ),
    "ledger.kind.answer": ("wrong time of answer", "неверное время ответа"),
    "ledger.why.answer": (
        "Stored is {stored}, the PBX's log says {logged}",
        "Сохранено: {stored}, в журнале станции: {logged}",
    ),
    "ledger.mends.answer": (
        "Mend takes the time from the PBX's log",
        "«Исправить» возьмёт время из журнала станции",
    ),
    "ledger.kind.end": ("wrong time of end", "неверное время конца"),
    "ledger.why.end": (
        "Stored is {stored}, the PBX's log says {logged}",
        "Сохранено: {stored}, в журнале станции: {logged}",
    ),
    "ledger.mends.end": (
        "Mend takes the time from the PBX's log",
        "«Исправить» возьмёт время из журнала станции",
    ),
    "ledger.kind.not_taken_in": ("recording not taken in", "запись не забрана"),
    "ledger.why.not_taken_in": (
        "The PBX announced a recording, and nothing became of it",
        "Станция сообщила о записи, но Callward её не забрал",
    ),
    "ledger.mends.not_taken_in": (
        "Mend takes it in anew",
        "«Исправить» заберёт её заново",
    ),
    "ledger.kind.recording_missing": ("recording missing", "записи нет"),
    "ledger.why.recording_missing": (
        "The PBX announced a recording, and its files never came",
        "Станция сообщила о записи, но её файлы не появились",
    ),
    "ledger.mends.recording_missing": (
        "Look whether pbx.recordings_folder is the folder into which the PBX writes; once the files"
        " are there, Mend takes them in",
        "Проверьте, что pbx.recordings_folder — папка, в которую пишет станция; когда файлы там"
        " есть, «Исправить» их заберёт",
    ),
    "ledger.kind.recording_failed": ("recording not stored", "запись не сохранена"),
    "ledger.why.recording_failed": (
        "The recording could not be stored: {error}",
        "Запись сохранить не удалось: {error}",
    ),
    "ledger.mends.recording_failed": (
        "It is tried again by itself, by Mend at once; the daemon's log says what is in the way",
        "Попытки повторяются сами, «Исправить» повторит сразу; что мешает, видно в журнале демона",
    ),
    "ledger.kind.object_missing": ("stored file missing", "файла записи нет"),
    "ledger.why.object_missing": (
        "The recording was stored, and its file is no longer in the storage",
        "Запись была сохранена, но её файла в хранилище больше нет",
    ),
    "ledger.mends.object_missing": (
        "Mend takes it in anew while the PBX has it; otherwise restore the file from a backup",
        "«Исправить» заберёт её заново, пока она есть на станции; иначе верните файл из резервной"
        " копии",
    ),
    "ledger.kind.object_altered": ("stored file altered", "файл записи изменён"),
    "ledger.why.object_altered": (
        "The stored file is not the one that was stored: somebody or something changed it",
        "Файл в хранилище не тот, что был сохранён: кто-то или что-то его изменило",
    ),
    "ledger.mends.object_altered": (
        "Mend takes it in anew while the PBX has it; otherwise restore the file from a backup",
        "«Исправить» заберёт её заново, пока она есть на станции; иначе верните файл из резервной"
        " копии",
    ),
    "ledger.kind.orphan": ("file without a recording", "файл без записи"),
    "ledger.why.orphan": (
        "The storage holds {file}, and no recording has it",
        "В хранилище есть {file}, но ни одной записи он не принадлежит",
    ),
    "ledger.mends.orphan": (
        "Mend gives it back to its call, where that is stored; nothing is deleted",
        "«Исправить» вернёт его звонку, если тот сохранён; ничего не удаляется",
    ),
    "ledger.kind.original_left": ("PBX's file left over", "файл остался на станции"),
    "ledger.why.original_left": (
        "The PBX wrote the recording {file}, and no call announced it",
        "Станция сделала запись {file}, но ни один звонок о ней не сообщил",
    ),
    "ledger.mends.original_left": (
        "Mend takes it in, where its call is stored",
        "«Исправить» заберёт её, если её звонок сохранён",
    ),
    "ledger.kind.unreadable": ("files unreadable", "файлы не читаются"),
    "ledger.why.unreadable": (
        "Not all files could be looked at: {what}, {reason}",
        "Посмотрены не все файлы: {what}, {reason}",
    ),
    "ledger.mends.unreadable": (
        "Mount it, or give Callward's user the right to read it; callward doctor shows which",
        "Подключите её или дайте пользователю Callward право чтения; подробности — callward doctor",
    ),
    "ledger.kind.no_card": ("customer without a card", "клиент без карточки"),
    "ledger.why.no_card": (
        "A customer called or was called, and has no card",
        "Клиент звонил или ему звонили, а карточки у него нет",
    ),
    "ledger.mends.no_card": (
        "Mend makes the card; the change log says who took the number from one",
        "«Исправить» заведёт карточку; кто убрал номер из прежней, видно в журнале изменений",
    ),
    "ledger.kind.not_in_crm": ("not in the outside CRM", "нет во внешней CRM"),
    "ledger.why.not_in_crm": (
        "The outside CRM does not have this call",
        "Во внешней CRM этого звонка нет",
    ),
    "ledger.mends.not_in_crm": (
        "It is brought there by itself once the CRM takes it",
        "Он попадёт туда сам, когда CRM его примет",
    ),
    "ledger.kind.only_in_cdr": ("only in the CDR", "только в CDR"),
    "ledger.why.only_in_cdr": (
        "The PBX's CDR has this call and its event log has not: the log itself may have gaps",
        "В CDR станции этот звонок есть, а в журнале событий нет: пробелы могут быть в журнале",
    ),
    "ledger.mends.only_in_cdr": (
        "A hint only: look whether the PBX writes its event log (cel show status)",
        "Только подсказка: проверьте, пишет ли станция журнал событий (cel show status)",
    ),
    # Why it was left
    "ledger.left.by_hand": (
        "Not mended: nothing tells which side is right; look at it",
        "Не исправлено: чему верить, не видно; посмотрите сами",
    ),
    "ledger.left.no_log": (
        "Not mended: the PBX's log could not be read",
        "Не исправлено: журнал станции не прочитан",
    ),
    "ledger.left.log_knows_less": (
        "Not mended: what Callward saw live says more than the log",
        "Не исправлено: Callward видел больше, чем записано в журнале",
    ),
    "ledger.left.running": (
        "Not mended: the call runs on by now",
        "Не исправлено: звонок ещё идёт",
    ),
    "ledger.left.refused": (
        "Not mended: the database would not take it; the daemon's log says why",
        "Не исправлено: база его не приняла; причина в журнале демона",
    ),
    "ledger.left.no_original": (
        "Not mended: the PBX no longer has the files; a backup may",
        "Не исправлено: на станции файлов уже нет; они могут быть в резервной копии",
    ),
    "ledger.left.no_call": (
        "Not mended: no stored call has it",
        "Не исправлено: звонка, которому он принадлежит, нет",
    ),
    "ledger.left.not_sound": (
        "Not mended: the file is no recording that can be read",
        "Не исправлено: файл не читается как запись",
    ),
    "ledger.left.by_crm": (
        "Not mended here: it is brought to the CRM by itself",
        "Здесь не исправляется: в CRM он попадёт сам",
    ),
}
