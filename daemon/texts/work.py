"""What is said of work on the base: dividing it, somebody who leaves, tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # Division
    "api.to_or_by_category": (
        "Name to whom clients go: either to (one or several people) or by_category",
        "Назовите, кому достанутся клиенты: либо to (один или несколько сотрудников), либо"
        " by_category",
    ),
    "api.which_clients": (
        "Say which clients: clients, unassigned, of, category or by_category",
        "Укажите, каких клиентов: clients, unassigned, of, category или by_category",
    ),
    "api.nobody_to_divide_among": (
        "There is nobody to divide among: name people whose weight is not 0",
        "Делить не между кем: назовите сотрудников, вес которых не 0",
    ),
    "api.serve_unknown": (
        "{name}: there is no such person",
        "{name}: такого сотрудника нет",
    ),
    "api.serve_left": (
        "{name} has left: clients cannot be given to him",
        "{name} больше здесь не работает: клиентов ему передать нельзя",
    ),
    "api.serve_reads_none": (
        "{name}: his role reads no clients, so he cannot serve any; give him the right"
        " clients.read first",
        "{name}: его роль не видит клиентов, поэтому вести их он не может; сначала дайте ему право"
        " clients.read",
    ),
    "api.serve_not_yours": (
        "{name} is not of your department: your rights do not let you give him clients",
        "{name} не из вашего отдела: ваши права не позволяют передать ему клиентов",
    ),
    "api.private_not_divided": (
        "Among these clients is a private one: its curator alone decides on it. Make it not"
        " private first",
        "Среди этих клиентов есть личный: им распоряжается только его куратор. Сначала сделайте"
        " его не личным",
    ),
    "api.division_too_large": (
        "These are more than {most} clients: divide a category or one person's at a time",
        "Здесь больше {most} клиентов: делите по категориям или по одному сотруднику за раз",
    ),
    "api.plan_not_found": (
        "There is no such plan, or it was made too long ago: have it made again",
        "Такого плана нет, или он составлен слишком давно: составьте его заново",
    ),
    "api.plan_changed": (
        "The base has changed since this plan was shown; nothing was moved. Have it made again",
        "С тех пор как был показан план, база изменилась; никто не передан. Составьте план заново",
    ),
    "api.evenly_among_nobody": (
        "among: must name those among whom new clients are divided",
        "among: нужно назвать тех, между кем делятся новые клиенты",
    ),
    "api.among_for_evenly_only": (
        "among: is for the rule evenly only",
        "among: допустимо только для правила evenly",
    ),
    # Leaving
    "leave.private": (
        "Private clients of {name}, should there be any, are not counted here and stay his: nobody"
        " else may know of them. Two people have them taken over: one asks, with a reason"
        " (POST /api/v1/takeovers), another one allows it",
        "Личные клиенты, если они у {name} есть, здесь не посчитаны и остаются за ним: знать о них"
        " никто больше не должен. Передают их двое: один просит и называет причину"
        " (POST /api/v1/takeovers), другой разрешает",
    ),
    "leave.settings": (
        "The settings of this machine still list {name} as an agent: his phones stay phones of the"
        " company, but nothing is routed to him. Take him out of [[agents]] when they are given to"
        " somebody else",
        "В настройках этой машины {name} всё ещё записан сотрудником: его телефоны остаются"
        " телефонами компании, но звонки ему не идут. Уберите его из [[agents]], когда телефоны"
        " получит кто-то другой",
    ),
    "api.leave_to_whom": (
        "He serves clients: say to whom they go: to, evenly or group",
        "За этим сотрудником есть клиенты: скажите, кому они достанутся: to, evenly или group",
    ),
    "api.leave_one_way": (
        "Name one of to, evenly and group",
        "Назовите одно из to, evenly и group",
    ),
    "api.leave_to_himself": (
        "{name} is who leaves: his clients cannot go to him",
        "{name} и есть тот, кто уходит: клиенты не могут остаться за ним",
    ),
    "api.leave_no_colleagues": (
        "In the department of {name} nobody else serves clients: name people (to), or leave his"
        " clients to the group",
        "В отделе {name} больше никто не ведёт клиентов: назовите сотрудников (to) или оставьте"
        " клиентов группе",
    ),
    "api.has_left_already": (
        "{name} has left already",
        "{name} уже не работает здесь",
    ),
    "api.has_not_left": ("{name} has not left", "{name} здесь работает"),
    "alert.clients_quiet": (
        "{count} clients of {person}, who left, used to talk with the company and have fallen"
        " quiet",
        "Клиенты, которых вёл ушедший сотрудник ({person}), раньше говорили с компанией и"
        " замолчали: {count}",
    ),
    "alert.leaver_called": (
        "{person} left, and his own number was in {count} calls with the company since, the last"
        " at {last}",
        "{person} больше не работает здесь, но с его собственного номера с тех пор были звонки с"
        " компанией: {count}, последний {last}",
    ),
    # Tasks
    "notice.task_reminder": (
        "A task of yours waits: see your tasks",
        "Вас ждёт задача: посмотрите свои задачи",
    ),
    "notice.task_due": (
        "A task of yours is due at {due}: see your tasks",
        "Срок вашей задачи {due}: посмотрите свои задачи",
    ),
    "api.task_not_found": ("There is no such task", "Такой задачи нет"),
    "api.task_for_outsider": (
        "agent: {name} may not read this client, and so cannot have a task with him",
        "agent: {name} не видит этого клиента, поэтому задача с ним невозможна",
    ),
    "api.task_not_for_him": (
        "agent: your rights let you set tasks for yourself or your department, not for {name}",
        "agent: ваши права позволяют ставить задачи себе или своему отделу, но не {name}",
    ),
    "api.task_callback_text": (
        "This task was made by a missed call: it has no text and no dates, and is closed by a talk",
        "Эту задачу поставил пропущенный звонок: у неё нет текста и сроков, закрывает её разговор",
    ),
    "api.task_callback_open": (
        "The client has another open callback already",
        "У клиента уже есть другая открытая задача перезвонить",
    ),
    "api.task_text": (
        "text: must be 1 to 2000 characters, and not blank",
        "text: нужен непустой текст длиной до 2000 знаков",
    ),
    "api.task_text_hidden": (
        "text: it holds what is hidden from you; who replaced it would delete what he cannot see",
        "text: в нём есть то, что от вас скрыто; заменив его, вы удалили бы то, чего не видите",
    ),
    # The command
    "help.division": (
        "Divide the client base: a plan is shown first, then done as shown.",
        "Разделить базу клиентов: сначала показывается план, затем он и выполняется.",
    ),
    "help.division.plan": ("Show what a division would do.", "Показать, что даст раздел."),
    "help.division.run": (
        "Do what was shown, and wait until it is done.",
        "Выполнить показанное и дождаться конца.",
    ),
    "help.division.id": ("The plan's id.", "Номер (id) плана."),
    "help.division.rule": (
        "What becomes of new clients whom nobody serves; with a name, set it.",
        "Что происходит с новыми клиентами, которых никто не ведёт; с названием правила: задать.",
    ),
    "help.division.rule_name": (
        "who_talked: the first who talks with one serves him; evenly: by weights among --among.",
        "who_talked: ведёт тот, кто первым поговорил; evenly: по весам между --among.",
    ),
    "help.division.among": ("For evenly: these people.", "Для evenly: эти сотрудники."),
    "help.division.to": (
        "To whom: one name, or several (evenly, by their weights).",
        "Кому: одно имя или несколько (поровну, по весам).",
    ),
    "help.division.deputy": ("As deputies, not curators.", "Заместителями, а не кураторами."),
    "help.division.unassigned": ("Only clients who have nobody.", "Только ничьи клиенты."),
    "help.division.of": ("Only this person's clients.", "Только клиенты этого сотрудника."),
    "help.division.category": ("Only this category.", "Только эта категория."),
    "help.division.by_category": (
        "Each category's clients to these people; may be given again.",
        "Клиентов этой категории этим сотрудникам; можно повторять.",
    ),
    "help.clients.assign": (
        "Give clients to somebody, with their open tasks.",
        "Передать клиентов сотруднику, вместе с открытыми задачами.",
    ),
    "help.assign.to": ("To whom.", "Кому."),
    "help.assign.nobody": ("To nobody: the group serves them.", "Никому: их ведёт группа."),
    "assign.to_or_nobody": (
        "Name either --to or --nobody",
        "Укажите либо --to, либо --nobody",
    ),
    "assign.done": (
        "Given: {moved}; were his already, or changed just now: {stayed}",
        "Передано: {moved}; уже были у него или только что изменились: {stayed}",
    ),
    "division.bad_category": (
        "{value}: must be CATEGORY=NAME,NAME",
        "{value}: нужно КАТЕГОРИЯ=ИМЯ,ИМЯ",
    ),
    "division.plan": (
        "Clients: {clients}; change hands: {moves}",
        "Клиентов: {clients}; сменят сотрудника: {moves}",
    ),
    "division.run_it": (
        "Nothing is changed yet. To do it: callward division run {id}",
        "Пока ничего не изменено. Выполнить: callward division run {id}",
    ),
    "division.running": ("Clients move", "Клиенты передаются"),
    "division.done": (
        "Done: {moved} moved; {passed} were changed by somebody else meanwhile and stayed",
        "Готово: передано {moved}; {passed} за это время изменил кто-то другой, они остались",
    ),
    "division.rule.nobody": (
        "New clients stay everybody's until somebody assigns them",
        "Новые клиенты ничьи, пока их кто-нибудь не распределит",
    ),
    "division.rule.who_talked": (
        "The first who talks with a client whom nobody serves becomes his curator",
        "Куратором ничьего клиента становится тот, кто первым с ним поговорил",
    ),
    "division.rule.evenly": (
        "New clients are given out evenly, by weights, among: {among}",
        "Новые клиенты раздаются поровну, по весам, между: {among}",
    ),
    "help.people.leave": (
        "Somebody leaves: shown first, then all at once.",
        "Сотрудник уходит: сначала показывается план, затем всё сразу.",
    ),
    "help.people.return": (
        "Somebody comes back, with empty hands.",
        "Сотрудник возвращается, с пустыми руками.",
    ),
    "help.people.touched": (
        "What a person opened, changed, called, heard, exported.",
        "Что сотрудник открывал, менял, кому звонил, что слушал и выгружал.",
    ),
    "help.people.aftermath": (
        "What became of the clients of somebody who left.",
        "Что стало с клиентами ушедшего сотрудника.",
    ),
    "help.leave.to": (
        "His clients go to one, or evenly to several.",
        "Его клиенты: одному или поровну нескольким.",
    ),
    "help.leave.evenly": (
        "Evenly among his department.",
        "Поровну между сотрудниками его отдела.",
    ),
    "help.leave.group": ("To nobody: the group serves them.", "Никому: их ведёт группа."),
    "help.leave.dry_run": ("Only show the plan.", "Только показать план."),
    "help.leave.yes": ("Do not ask.", "Не спрашивать."),
    "help.touched.days": ("In so many days.", "За столько дней."),
    "help.touched.limit": ("At most so many clients.", "Не больше стольких клиентов."),
    "leave.plan": (
        "{name} leaves. Clients: {clients}; deputy of: {deputy_of}; open tasks: {tasks};"
        " sessions: {sessions}; keys: {tokens}. Nothing is changed yet",
        "Уходит {name}. Клиентов: {clients}; заместитель у: {deputy_of}; открытых задач: {tasks};"
        " сеансов: {sessions}; ключей: {tokens}. Пока ничего не изменено",
    ),
    "leave.done": (
        "{name} has left. Clients that move: {clients}; deputy of: {deputy_of}; open tasks:"
        " {tasks}; sessions: {sessions}; keys: {tokens}",
        "{name} больше не работает. Передаётся клиентов: {clients}; заместитель у: {deputy_of};"
        " открытых задач: {tasks}; сеансов: {sessions}; ключей: {tokens}",
    ),
    "leave.confirm": (
        "Type {name} to do it",
        "Чтобы выполнить, введите {name}",
    ),
    "leave.say_yes": (
        "Nobody is at the terminal to be asked; add --yes to do it, --dry-run to see it",
        "Спросить некого: это не терминал; добавьте --yes, чтобы выполнить, или --dry-run, чтобы"
        " посмотреть",
    ),
    "leave.not_done": ("Nothing was changed", "Ничего не изменено"),
    "leave.is_done": (
        "{name} is signed out everywhere, and nothing is routed to him. His clients move",
        "{name}: все сеансы закрыты, звонки больше не идут. Клиенты передаются",
    ),
    "return.done": (
        "{name} works here again, with his role and nothing else: give him a password, and clients",
        "{name} снова работает: роль прежняя, больше ничего нет. Дайте пароль и клиентов",
    ),
    "touched.since": ("What {name} did since {since}", "Что делал {name} с {since}"),
    "touched.calls": (
        "Calls: {calls}; exports: {exports}",
        "Звонков: {calls}; выгрузок: {exports}",
    ),
    "touched.more": ("And {more} clients more", "И ещё клиентов: {more}"),
    "aftermath.followed": (
        "Clients of {name} who are looked at until {until}: {followed}",
        "Клиентов, которых вёл {name}, наблюдается до {until}: {followed}",
    ),
    "aftermath.own_calls": (
        "His own numbers were in calls with the company since: {calls}, the last at {last}",
        "С его собственных номеров с тех пор было звонков с компанией: {calls}, последний {last}",
    ),
    "aftermath.none_quiet": (
        "None of those who used to talk with the company has fallen quiet",
        "Из тех, кто раньше говорил с компанией, не замолчал никто",
    ),
    "help.tasks.overdue": ("Only overdue ones.", "Только просроченные."),
    "help.tasks.add": ("Set a task with a client.", "Поставить задачу по клиенту."),
    "help.tasks.done": ("Close a task.", "Закрыть задачу."),
    "help.tasks.reopen": ("Open a task again.", "Открыть задачу снова."),
    "help.tasks.id": ("The task's id.", "Номер (id) задачи."),
    "help.tasks.text": ("What is to be done.", "Что сделать."),
    "help.tasks.for": (
        "For whom; without it the client's curator.",
        "Для кого; без этого для куратора клиента.",
    ),
    "help.tasks.due": (
        "Until when: 2026-01-31T09:00, or with a zone.",
        "Срок: 2026-01-31T09:00 или с поясом.",
    ),
    "help.tasks.remind": ("When to tell him.", "Когда напомнить."),
    "tasks.added": ("Task {id} is set, for {agent}", "Задача {id} поставлена, для: {agent}"),
    "tasks.closed": ("The task is closed", "Задача закрыта"),
    "tasks.reopened": ("The task is open again", "Задача снова открыта"),
    "task.callback": ("Call back", "Перезвонить"),
    "task.todo": ("Task", "Задача"),
    "column.task": ("Task", "Задача"),
    "column.due": ("Due", "Срок"),
    "column.before": ("Now", "Сейчас"),
    "column.comes": ("Come", "Придёт"),
    "column.goes": ("Go", "Уйдёт"),
    "column.after": ("Then", "Станет"),
    "column.done": ("Done", "Действие"),
    "column.times": ("Times", "Раз"),
    "column.last": ("Last", "Последний раз"),
    "column.opened": ("Opened", "Открыто"),
    "column.changed": ("Changed", "Изменено"),
    "column.calls": ("Calls", "Звонков"),
    "column.heard": ("Heard", "Прослушано"),
    "column.talks": ("Talks before", "Разговоров до"),
    "column.usual_days": ("Usual pause, days", "Обычный перерыв, дней"),
    "column.quiet_days": ("Quiet, days", "Молчит, дней"),
}
