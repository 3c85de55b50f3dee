"""What is said of wrap-ups, of talks after which nothing was entered, and of control."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # What came of a talk
    "outcome.agreed": ("agreed", "договорились"),
    "outcome.call_back": ("call back", "перезвонить"),
    "outcome.not_interested": ("not interested", "не интересует"),
    "outcome.wrong_number": ("wrong number", "ошиблись номером"),
    "outcome.complaint": ("complaint", "жалоба"),
    "outcome.other": ("other", "другое"),
    "value.outcome_without_word": (
        "needs a word of its own: only agreed, call_back, not_interested, wrong_number, complaint"
        " and other have one already",
        "нужно своё название: без него обходятся только agreed, call_back, not_interested,"
        " wrong_number, complaint и other",
    ),
    "api.outcome_twice": (
        "An outcome stands there twice",
        "Один и тот же итог указан дважды",
    ),
    "api.wrap_up_no_talk": (
        "Nobody talked in this call: there is nothing to wrap up",
        "В этом звонке разговора не было: подводить итог нечему",
    ),
    "api.wrap_up_not_yours": (
        "You did not talk in this call, and its client is not yours to change",
        "Вы не участвовали в этом разговоре, и клиент не ваш",
    ),
    "api.wrap_up_no_client": (
        "This call has no client whom you may know: only its outcome can be stored, without a note"
        " or task",
        "У этого звонка нет клиента, доступного вам: сохранить можно только итог, без заметки и"
        " задачи",
    ),
    # Talks after which nothing was entered
    "api.talk_not_found": (
        "There is no such talk with a client, or it was too short to be reconciled",
        "Такого разговора с клиентом нет, или он слишком короткий для сверки",
    ),
    "api.talk_is_entered": (
        "Something has been entered after this talk: nothing is left to ask or settle",
        "После этого разговора в базу уже внесена запись: спрашивать больше не о чем",
    ),
    "api.talk_is_settled": (
        "This talk is settled already",
        "Этот разговор уже разобран",
    ),
    "api.own_talk": (
        "You talked in this call yourself: say what came of it; another has to ask or settle",
        "Вы сами вели этот разговор: запишите его итог; спросить или разобрать должен кто-то"
        " другой",
    ),
    "api.not_your_talk": (
        "You did not talk in this call",
        "Вы не участвовали в этом разговоре",
    ),
    "api.nobody_to_ask": (
        "Nobody who talked in this call works here now: settle it with a reason",
        "Никто из участников разговора здесь больше не работает: разберите его, указав причину",
    ),
    "notice.talk_asked": (
        "{by} asks what came of your talk at {at}: nothing has been entered since",
        "{by} спрашивает, чем закончился ваш разговор в {at}: после него в базу ничего не внесено",
    ),
    "notice.talk_answered": (
        "{by} has said what came of the talk at {at}",
        "{by}: получен ответ об итоге разговора в {at}",
    ),
    # The audit
    "audit.call_wrapped_up": (
        "said what came of a talk with {client}",
        "итог разговора записан: {client}",
    ),
    "audit.talk_asked": (
        "asked what came of a talk with {client}",
        "вопрос об итоге разговора задан: {client}",
    ),
    "audit.talk_answered": (
        "answered what came of a talk with {client}",
        "ответ об итоге разговора дан: {client}",
    ),
    "audit.talk_settled": (
        "settled a talk with {client} after which nothing was entered",
        "разговор без записи в базе разобран: {client}",
    ),
    "audit.action.call_wrapped_up": ("wrapped up talks", "запись итогов разговоров"),
    "audit.action.talk_asked": ("asked about talks", "вопросы об итогах разговоров"),
    "audit.action.talk_answered": ("answered about talks", "ответы об итогах разговоров"),
    "audit.action.talk_settled": ("settled talks", "разбор разговоров без записи в базе"),
    # The command
    "help.reconcile": (
        "Talks after which nothing was entered in the base.",
        "Разговоры, после которых в базу ничего не внесено.",
    ),
    "help.reconcile.list": (
        "List talks after which nothing was entered, newest first.",
        "Показать разговоры без записи в базе, новые сверху.",
    ),
    "help.reconcile.state": (
        "unsettled (the usual), open, asked, answered, settled, all.",
        "unsettled (обычно), open, asked, answered, settled, all.",
    ),
    "help.reconcile.agent": ("Only talks of this person.", "Только разговоры этого сотрудника."),
    "help.reconcile.since": (
        "From this day or instant on; the last 30 days otherwise.",
        "С этого дня или момента; иначе за последние 30 дней.",
    ),
    "help.reconcile.ask": (
        "Ask who talked what came of it.",
        "Спросить участника разговора, чем он закончился.",
    ),
    "help.reconcile.text": ("The question in words.", "Вопрос своими словами."),
    "help.reconcile.settle": (
        "Settle a talk though nothing was entered: say why.",
        "Разобрать разговор без записи: указать причину.",
    ),
    "help.reconcile.call": ("The call's id.", "Номер (id) звонка."),
    "help.reconcile.reason": ("Why nothing had to be entered.", "Почему запись не нужна."),
    "reconcile.asked": ("{person} is asked.", "Вопрос задан: {person}."),
    "reconcile.settled": ("The talk is settled.", "Разговор разобран."),
    "help.control": (
        "Clients who were not called back, or went quiet after a manager.",
        "Клиенты, которым не перезвонили или которые замолчали после менеджера.",
    ),
    "help.control.missed": (
        "Clients who called in vain and with whom nobody has talked since.",
        "Клиенты, которые не дозвонились и с которыми никто с тех пор не говорил.",
    ),
    "help.control.curator": ("Only clients of this person.", "Только клиенты этого сотрудника."),
    "help.control.quiet": (
        "Managers after whom clients went quiet; with a name, those clients.",
        "Менеджеры, после которых клиенты замолчали; с именем — эти клиенты.",
    ),
    "help.control.person": ("The manager's name.", "Имя менеджера."),
    "control.column.call": ("call", "звонок"),
    "control.column.at": ("when", "когда"),
    "control.column.talk": ("talk", "разговор"),
    "control.column.managers": ("talked", "говорили"),
    "control.column.code": ("code", "код"),
    "control.column.name": ("name", "имя"),
    "control.column.state": ("state", "состояние"),
    "control.column.answer": ("answer", "ответ"),
    "control.column.first": ("waits since", "ждёт с"),
    "control.column.tries": ("calls", "звонков"),
    "control.column.attempts": ("our calls", "наших попыток"),
    "control.column.agent": ("whose", "чей"),
    "control.column.closed": ("closed by", "закрыто"),
    "control.column.person": ("manager", "менеджер"),
    "control.column.regular": ("regular", "постоянных"),
    "control.column.quiet": ("quiet", "замолчали"),
    "control.column.share": ("share", "доля"),
    "control.column.colleagues": ("colleagues", "у коллег"),
    "control.column.last": ("last talk", "последний разговор"),
    "control.column.talks": ("talks", "разговоров"),
    "control.column.curator": ("curator", "куратор"),
    "talk.open": ("open", "без записи"),
    "talk.asked": ("asked", "спрошено"),
    "talk.answered": ("answered", "есть ответ"),
    "talk.settled": ("settled", "разобрано"),
}
