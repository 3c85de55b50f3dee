"""What is said of clients brought and taken along: imports and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # What is wrong with a file
    "api.sheet_empty": (
        "The file is empty; bring a CSV or XLSX file whose first line says what the columns are",
        "Файл пуст; нужен файл CSV или XLSX, в первой строке которого названы столбцы",
    ),
    "api.sheet_too_large": (
        "The file is too large: at most {most} MB are allowed; split it",
        "Файл слишком велик: допустимо не больше {most} МБ; разделите его",
    ),
    "api.sheet_old_excel": (
        "This is a file of an old Excel (.xls): save it as .xlsx or CSV",
        "Это файл старого Excel (.xls): сохраните его как .xlsx или CSV",
    ),
    "api.sheet_kind": (
        "This is no table: CSV and XLSX are allowed",
        "Это не таблица: допустимы CSV и XLSX",
    ),
    "api.sheet_password": (
        "The file is protected by a password: save it without one",
        "Файл защищён паролем: сохраните его без пароля",
    ),
    "api.sheet_encoding": (
        "The text's encoding is not known: UTF-8, UTF-16 and Windows-1251 are",
        "Кодировка текста неизвестна: допустимы UTF-8, UTF-16 и Windows-1251",
    ),
    "api.sheet_broken_csv": (
        "Line {line}: a quotation mark is not closed, or stands where it may not",
        "Строка {line}: кавычка не закрыта или стоит не на месте",
    ),
    "api.sheet_no_heading": (
        "Column {column} has no heading: the first line says what the columns are",
        "У столбца {column} нет заголовка: в первой строке должны быть названы столбцы",
    ),
    "api.sheet_heading_twice": (
        "Column {column} has the heading of another one: each needs its own",
        "Заголовок столбца {column} уже есть у другого столбца: нужен свой",
    ),
    "api.sheet_no_rows": (
        "The file has headings and nothing below them",
        "В файле есть заголовки, а под ними ничего нет",
    ),
    "api.sheet_too_many_rows": (
        "The file has more than {most} lines; split it",
        "В файле больше {most} строк; разделите его",
    ),
    "api.sheet_too_many_columns": (
        "The file has more than {most} columns; remove those that are not needed",
        "В файле больше {most} столбцов; удалите ненужные",
    ),
    # Imports
    "api.import_not_found": (
        "You brought no such table, or it was forgotten; bring it again",
        "Такой таблицы вы не загружали, или она уже забыта; загрузите её снова",
    ),
    "api.too_many_imports": (
        "Other tables wait to be imported; try again when they are done",
        "Другие таблицы ещё ждут загрузки; повторите, когда они будут готовы",
    ),
    "api.import_ran": (
        "This import runs or has run; bring the table again for another one",
        "Эта загрузка уже идёт или завершена; для новой загрузите таблицу снова",
    ),
    "api.import_too_many_for_all": (
        "All or none is possible for at most {most} lines: choose the good ones, or split the file",
        "Режим «все или ничего» возможен не больше чем для {most} строк: выберите режим «годные»"
        " или разделите файл",
    ),
    "api.import_no_column": (
        "{column}: the table has no such column; it has: {allowed}",
        "{column}: такого столбца в таблице нет; есть: {allowed}",
    ),
    "api.import_no_field": (
        "{column}: there is no such field; there are: {allowed}",
        "{column}: такого поля нет; есть: {allowed}",
    ),
    "api.import_field_twice": (
        "{column}: only one column can be this field; now these are: {allowed}",
        "{column}: этим полем может быть только один столбец; сейчас: {allowed}",
    ),
    "api.import_nobody": (
        "No column says who the clients are: one of these is needed: {allowed}",
        "Ни один столбец не говорит, кто эти клиенты: нужен один из {allowed}",
    ),
    "import.extra_cell": (
        "there is a value right of the last heading",
        "правее последнего заголовка есть значение",
    ),
    "import.nobody": (
        "has neither a name nor a number nor an e-mail",
        "нет ни имени, ни номера, ни почты",
    ),
    "import.two_cards": (
        "belongs to another card than the rest of the line, or to several",
        "принадлежит не той карточке, что остальная строка, или сразу нескольким",
    ),
    "import.not_allowed": (
        "not yours to change: the client is somebody else's, or you may not give clients to that"
        " person",
        "вам нельзя это изменять: клиент чужой, или этому сотруднику вы не можете передавать"
        " клиентов",
    ),
    "value.no_person": (
        "there is no such person; there are: {allowed}",
        "такого сотрудника нет; есть: {allowed}",
    ),
    "value.no_category": (
        "there is no such category; there are: {allowed}",
        "такой категории нет; есть: {allowed}",
    ),
    # Exports
    "api.unknown_field": (
        "{name}: there is no such field; there are: {allowed}",
        "{name}: такого поля нет; есть: {allowed}",
    ),
    "alert.export": (
        "{person} took {count} clients along (export {watermark})",
        "{person}: выгружено клиентов — {count} (выгрузка {watermark})",
    ),
    # The command
    "help.import": (
        "Bring clients into the base from a CSV or XLSX file; shows first what it would do.",
        "Загрузить клиентов в базу из файла CSV или XLSX; сначала показывает, что получится.",
    ),
    "help.import.file": ("The file.", "Файл."),
    "help.import.column": (
        "What a column is: HEADING=FIELD; may be repeated. Default: guessed from the headings.",
        "Чем считать столбец: ЗАГОЛОВОК=ПОЛЕ; можно повторять. По умолчанию — по заголовкам.",
    ),
    "help.import.mode": (
        "good: the lines without faults; all: every line or none.",
        "good — строки без ошибок; all — все строки или ни одной.",
    ),
    "help.import.existing": (
        "Cards that are there: fill what is empty, overwrite, or skip.",
        "Карточки, которые уже есть: fill — заполнить пустое, overwrite — заменить,"
        " skip — пропустить.",
    ),
    "help.import.curator": (
        "Whose clients new cards become.",
        "Чьими клиентами станут новые карточки.",
    ),
    "help.import.yes": ("Do not ask.", "Не спрашивать."),
    "help.export": (
        "Write clients into a CSV file, marked and recorded.",
        "Выгрузить клиентов в файл CSV, с меткой и записью в журнале.",
    ),
    "help.export.file": ("The new file.", "Новый файл."),
    "help.export.fields": (
        "Which fields, separated by commas.",
        "Какие поля, через запятую.",
    ),
    "help.export.curator": ("Only this person's clients.", "Только клиенты этого сотрудника."),
    "help.export.category": ("Only this category.", "Только эта категория."),
    "help.exports": (
        "Who took clients along; recognise: from which export a file is.",
        "Кто выгружал клиентов; recognise — из какой выгрузки файл.",
    ),
    "help.exports.list": ("Who took clients along.", "Кто выгружал клиентов."),
    "help.exports.recognise": (
        "From which export a file is that turned up somewhere.",
        "Из какой выгрузки файл, который где-то нашёлся.",
    ),
    "import.understood": ("{heading} → {field}", "{heading} → поле {field}"),
    "import.left_out": ("{heading} is left out", "{heading} — не загружается"),
    "import.would": (
        "{rows} lines: {created} new cards, {changed} changed, {broken} broken",
        "Строк: {rows}; новых карточек: {created}, изменённых: {changed}, с ошибками: {broken}",
    ),
    "import.line": ("line {line}, {column}: {reason}", "строка {line}, {column}: {reason}"),
    "import.ask": ("Import?", "Загрузить?"),
    "import.done": (
        "Done: {created} new cards, {changed} changed, {broken} broken",
        "Готово: новых карточек — {created}, изменено — {changed}, с ошибками — {broken}",
    ),
    "import.failed": (
        "Nothing was imported: {broken} lines are broken",
        "Ничего не загружено: строк с ошибками — {broken}",
    ),
    "export.there": (
        "{file} is there already; name a new file",
        "Файл {file} уже есть; назовите новый",
    ),
    "export.done": (
        "{clients} clients are in {file} (export {watermark})",
        "Клиентов в {file}: {clients} (выгрузка {watermark})",
    ),
    "export.unknown": (
        "Nothing in this file is known from an export",
        "В этом файле нет ничего из известных выгрузок",
    ),
    "column.export.at": ("Begun", "Начата"),
    "column.export.by": ("By", "Кем"),
    "column.export.clients": ("Clients", "Клиентов"),
    "column.export.watermark": ("Mark", "Метка"),
    "column.export.fields": ("Fields", "Поля"),
    "column.export.finished": ("Finished", "Завершена"),
}
