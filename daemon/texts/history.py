"""What is said of changes, undoing, merging, the archive and takeovers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "api.change_not_found": ("There is no such change", "Такого изменения нет"),
    "api.already_undone": (
        "This change was put back already",
        "Это изменение уже отменено",
    ),
    "api.undo_changed_since": (
        "Somebody changed this field since: put back the later change first",
        "Это поле с тех пор изменили ещё раз: сначала отмените более позднее изменение",
    ),
    "api.undo_hidden": ("There is no such change", "Такого изменения нет"),
    "api.undo_not_allowed": (
        "Whose client this is, or whether he is private, is not yours to decide",
        "Чей это клиент и личный ли он, решаете не вы",
    ),
    "api.undo_person_left": (
        "The client would go to somebody who left: give him to somebody else",
        "Клиент достался бы тому, кто уже уволен: назначьте ему другого куратора",
    ),
    "api.undo_field_gone": (
        "This custom field was removed: there is nothing to put back into",
        "Это дополнительное поле удалено: возвращать значение некуда",
    ),
    "api.undoing_not_found": (
        "There is no such undo, or it was another's or long ago",
        "Такой отмены нет, либо её начали не вы, либо это было давно",
    ),
    "api.client_archived": (
        "This client is in the archive: restore him first",
        "Этот клиент в архиве: сначала восстановите его",
    ),
    "api.client_in_use": (
        "This client is not in the archive: delete him first, which moves him there",
        "Этот клиент не в архиве: сначала удалите его, и он попадёт туда",
    ),
    "api.client_merged": (
        "This card became part of another one: undo the merge first",
        "Эта карточка объединена с другой: сначала отмените объединение",
    ),
    "api.purge_not_ordered": (
        "Nobody ordered to delete this client for good: there is nothing to cancel",
        "Удалить этого клиента навсегда никто не просил: отменять нечего",
    ),
    "api.merge_not_found": ("There is no such merge", "Такого объединения нет"),
    "api.merge_same": (
        "A card cannot be merged with itself: name two",
        "Карточку нельзя объединить с ней самой: укажите две",
    ),
    "api.merge_archived": (
        "One of both cards is in the archive: restore it first",
        "Одна из карточек в архиве: сначала восстановите её",
    ),
    "api.merge_merged": (
        "One of both cards is part of another one: undo that merge first",
        "Одна из карточек уже объединена с другой: сначала отмените то объединение",
    ),
    "api.merge_private": (
        "A private card can be merged only by who is the curator of both",
        "Личную карточку объединяет только куратор обеих",
    ),
    "api.merge_undone": ("This merge was undone already", "Это объединение уже отменено"),
    "api.merge_unknown_field": (
        "{name}: cannot be chosen; there are: name, company, category, curator, deputy and"
        " custom:KEY of fields that the other card fills",
        "{name}: это не выбирается; бывают: name, company, category, curator, deputy и"
        " custom:KEY полей, заполненных в другой карточке",
    ),
    "api.takeover_not_found": ("There is no such request", "Такого запроса нет"),
    "api.takeover_unknown_person": (
        "{name}: there is no such person",
        "{name}: такого сотрудника нет",
    ),
    "api.takeover_person_left": (
        "{name} left: name somebody who works here",
        "{name} уволен: укажите того, кто работает",
    ),
    "api.takeover_same_person": (
        "The clients are his already: name another successor",
        "Это и так его клиенты: укажите другого преемника",
    ),
    "api.takeover_asked_already": (
        "The same was asked already and waits for a second person",
        "То же самое уже просили, запрос ждёт второго человека",
    ),
    "api.takeover_nobody_to_allow": (
        "Nobody else could allow it: give a second person the right clients.takeover"
        " (a director, an administrator) and a password, somebody whom neither you made nor he you,"
        " then ask again",
        "Разрешить это больше некому: дайте второму человеку право clients.takeover"
        " (директор, администратор) и пароль (не тому, кого создали или кому задавали вход вы, и"
        " не тому, кто создал вас) и попросите снова",
    ),
    "api.takeover_own_request": (
        "It is your own request: somebody else must decide",
        "Это ваш собственный запрос: решить должен кто-то другой",
    ),
    "api.takeover_own_clients": (
        "They are your clients: somebody else must decide",
        "Это ваши клиенты: решить должен кто-то другой",
    ),
    "api.takeover_one_hand": (
        "It takes two people: you or {name} made the other or set how the other signs in, or one"
        " person did so with both of you within the last week. Somebody else must decide",
        "Нужны два разных человека: один из вас ({name} или вы) создал другого или задавал ему"
        " вход, либо кто-то один сделал это для вас обоих за последнюю неделю. Решить должен"
        " кто-то другой",
    ),
    "api.takeover_decided": (
        "This request was decided already",
        "По этому запросу уже решили",
    ),
    "api.takeover_not_a_person": (
        "It takes two people who sign in: the command on this machine could be either of them",
        "Нужны два человека, вошедшие под своими именами: команда на этой машине могла бы быть"
        " любым из них",
    ),
    # Notices
    "notice.purge_ordered": (
        "{by} ordered to delete a client for good on {due}: you can cancel it until then"
        " (client {client})",
        "{by}: клиента удалить навсегда {due}; до тех пор вы можете это отменить (клиент {client})",
    ),
    "notice.purge_cancelled": (
        "{by} cancelled deleting a client for good; he stays in the archive (client {client})",
        "{by}: удаление клиента навсегда отменено, он остаётся в архиве (клиент {client})",
    ),
    "notice.takeover_asked": (
        "{by} asks that the private clients of {curator} get {successor} as their curator:"
        " it waits for a second person",
        "{by} просит передать личных клиентов ({curator}) новому куратору ({successor}):"
        " нужен второй человек",
    ),
    "notice.takeover_allowed": (
        "{by} allowed it: the private clients of {curator} are now those of {successor}",
        "{by}: разрешено, личные клиенты ({curator}) теперь у нового куратора ({successor})",
    ),
    "notice.takeover_refused": (
        "{by} refused it: the private clients of {curator} do not go to {successor}",
        "{by}: отказано, личные клиенты ({curator}) не переходят к новому куратору ({successor})",
    ),
    # The command
    "help.changes": (
        "What was changed on cards, by whom, and putting it back.",
        "Что и кто менял в карточках, и возврат прежнего.",
    ),
    "help.changes.of": ("What was changed on a card.", "Что меняли в карточке."),
    "help.changes.digits": (
        "Who changed digits of numbers; also by deleting one and adding nearly the same.",
        "Кто менял цифры в номерах; в том числе удалив номер и добавив почти такой же.",
    ),
    "help.changes.undo": ("Put one change back.", "Отменить одно изменение."),
    "help.changes.undo_client": (
        "Put a card back to how it was.",
        "Вернуть карточку к прежнему виду.",
    ),
    "help.changes.undo_person": (
        "Put back all that a person changed; it is first said how much that is.",
        "Отменить всё, что изменил сотрудник; сначала будет сказано, сколько это.",
    ),
    "help.changes.change": ("The change's id.", "Идентификатор изменения."),
    "help.changes.person": ("Whose changes.", "Чьи изменения."),
    "help.changes.since": (
        "Since when: 2026-01-31, 2026-01-31T09:00 or 90m, 12h, 7d ago.",
        "С какого времени: 2026-01-31, 2026-01-31T09:00 или 90m, 12h, 7d назад.",
    ),
    "help.changes.preview": (
        "Only say what would be done.",
        "Только показать, что было бы сделано.",
    ),
    "help.changes.yes": ("Do not ask.", "Не переспрашивать."),
    "help.archive": (
        "Deleted clients: restore them, or delete them for good in seven days.",
        "Удалённые клиенты: вернуть или удалить навсегда через семь дней.",
    ),
    "help.archive.list": ("Who is in the archive.", "Кто в архиве."),
    "help.archive.waiting": (
        "Only those who are to go for good.",
        "Только те, кого удалят навсегда.",
    ),
    "help.archive.put": ("Move a client to the archive.", "Отправить клиента в архив."),
    "help.archive.restore": ("Restore a client.", "Восстановить клиента."),
    "help.archive.purge": (
        "Delete a client of the archive for good, in seven days.",
        "Удалить клиента из архива навсегда, через семь дней.",
    ),
    "help.archive.keep": ("Cancel deleting for good.", "Отменить удаление навсегда."),
    "help.archive.id": ("The client's id.", "Идентификатор клиента."),
    "help.merges": (
        "Cards that are one client: find them, merge them, undo that.",
        "Карточки одного клиента: найти, объединить, отменить объединение.",
    ),
    "help.merges.candidates": (
        "Cards that may be one client: the same number, e-mail or name.",
        "Карточки, которые могут быть одним клиентом: тот же номер, адрес почты или имя.",
    ),
    "help.merges.do": ("Make two cards one.", "Сделать из двух карточек одну."),
    "help.merges.target": (
        "The card that stays: its id or short code.",
        "Карточка, которая останется: идентификатор или короткий код.",
    ),
    "help.merges.source": (
        "The card that becomes part of it.",
        "Карточка, которая станет её частью.",
    ),
    "help.merges.take": (
        "A field whose value is taken from the other card; may be repeated.",
        "Поле, значение которого взять из другой карточки; можно повторять.",
    ),
    "help.merges.undo": ("Make them two cards again.", "Снова разделить на две карточки."),
    "help.merges.id": ("The merge's id.", "Идентификатор объединения."),
    "help.takeovers": (
        "Private clients who are to get another curator: by the word of two people who sign in.",
        "Личные клиенты, которым нужен другой куратор: по слову двух вошедших людей.",
    ),
    "help.takeovers.list": (
        "Requests that wait for a second person.",
        "Запросы, которые ждут второго человека.",
    ),
    "help.takeovers.all": ("Decided ones too.", "И те, по которым решили."),
    "help.takeovers.refuse": ("Refuse one.", "Отказать."),
    "help.takeovers.id": ("The request's id.", "Идентификатор запроса."),
    "changes.bad_since": (
        "--since: {value} is not understood; allowed: 2026-01-31, 2026-01-31T09:00 or 90m, 12h, 7d",
        "--since: {value} непонятно; допустимо: 2026-01-31, 2026-01-31T09:00 или 90m, 12h, 7d",
    ),
    "changes.really": ("Put this back?", "Отменить это?"),
    "changes.would_undo": (
        "Would be put back: {fields} on cards of {clients} clients",
        "Вернулось бы: {fields}, в карточках клиентов: {clients}",
    ),
    "changes.undone": (
        "Put back: {fields} on cards of {clients} clients",
        "Возвращено: {fields}, в карточках клиентов: {clients}",
    ),
    "changes.broke_off": (
        "It broke off; the journal says why. What was put back stays so: the same command goes on"
        " with the rest",
        "Прервано, причина в журнале. Что возвращено, то возвращено: та же команда продолжит",
    ),
    "changes.left.changed_since": (
        "left, for others changed it since: {count}",
        "оставлено, с тех пор изменили другие: {count}",
    ),
    "changes.left.hidden": (
        "left, for the field is hidden from you: {count}",
        "оставлено, поле от вас скрыто: {count}",
    ),
    "changes.left.not_allowed": (
        "left, for it is not yours to decide: {count}",
        "оставлено, решаете не вы: {count}",
    ),
    "changes.left.person_left": (
        "left, for it would go to somebody who left: {count}",
        "оставлено, досталось бы тому, кто уволен: {count}",
    ),
    "changes.left.field_gone": (
        "left, for that field was removed: {count}",
        "оставлено, такого поля больше нет: {count}",
    ),
    "changes.left.legal_hold": (
        "left, for the client is on legal hold and keeps his numbers: {count}",
        "оставлено, на клиенте запрет на удаление, номера остаются: {count}",
    ),
    "changes.way.edit": ("edited", "правка"),
    "changes.way.import": ("import", "импорт"),
    "changes.way.merge": ("merge", "объединение"),
    "changes.way.undo": ("put back", "возврат"),
    "changes.way.call": ("call", "звонок"),
    "changes.way.division": ("division", "распределение"),
    "changes.way.leaver": ("leaver", "увольнение"),
    "changes.way.takeover": ("takeover", "передача личных"),
    "changes.yes_undone": ("yes", "да"),
    "changes.of_digits": ("{count} of {of}: {which}", "{count} из {of}: {which}"),
    "changes.the_last": ("the last {count}", "последние {count}"),
    "changes.places": ("places {places}", "места {places}"),
    "changes.likeness.phone": ("number", "номер"),
    "changes.likeness.email": ("e-mail", "почта"),
    "changes.likeness.name": ("name", "имя"),
    "changes.takeover.open": ("waits", "ждёт"),
    "changes.takeover.allowed": ("allowed", "разрешено"),
    "changes.takeover.refused": ("refused", "отказано"),
    "changes.column.at": ("When", "Когда"),
    "changes.column.actor": ("Who", "Кто"),
    "changes.column.way": ("How", "Как"),
    "changes.column.field": ("Field", "Поле"),
    "changes.column.before": ("Before", "Было"),
    "changes.column.after": ("After", "Стало"),
    "changes.column.undone": ("Put back", "Возвращено"),
    "changes.column.id": ("Id", "Идентификатор"),
    "changes.column.client": ("Client", "Клиент"),
    "changes.column.digits": ("Digits", "Цифры"),
    "changes.column.curator": ("Curator", "Куратор"),
    "changes.column.archived": ("Archived", "В архиве с"),
    "changes.column.archived_by": ("By", "Кем"),
    "changes.column.purge": ("Goes for good", "Удалят навсегда"),
    "changes.column.why": ("Why", "Почему"),
    "changes.column.first": ("Client", "Клиент"),
    "changes.column.first_id": ("Id", "Идентификатор"),
    "changes.column.second": ("Other", "Другой"),
    "changes.column.second_id": ("Id", "Идентификатор"),
    "changes.column.successor": ("Successor", "Преемник"),
    "changes.column.reason": ("Reason", "Причина"),
    "changes.column.state": ("State", "Состояние"),
    "archive.archived": (
        "The client is in the archive, from where he can be restored",
        "Клиент в архиве, откуда его можно восстановить",
    ),
    "archive.restored": ("The client is in use again", "Клиент снова в работе"),
    "archive.really": (
        "Delete this client for good, with his numbers, notes and recordings?",
        "Удалить этого клиента навсегда, с номерами, заметками и записями?",
    ),
    "archive.ordered": (
        "He goes for good at {at}; until then `callward archive keep` cancels it",
        "Он будет удалён навсегда {at}; до тех пор это отменяет `callward archive keep`",
    ),
    "archive.kept": (
        "Cancelled: he stays in the archive",
        "Отменено: он остаётся в архиве",
    ),
    "archive.by_id": (
        "A client in the archive is named by his id: see `callward archive list`",
        "Клиента в архиве называют по идентификатору: см. `callward archive list`",
    ),
    "merges.merged": (
        "They are one card now; `callward merges undo {id}` makes them two again",
        "Теперь это одна карточка; `callward merges undo {id}` снова разделит её на две",
    ),
    "merges.unmerged": (
        "They are two cards again. Went back: {back}; stayed, for touched since: {left}",
        "Это снова две карточки. Вернулось: {back}; осталось, так как с тех пор менялось: {left}",
    ),
    "takeovers.refused": ("Refused: nothing changes", "Отказано: ничего не меняется"),
}
