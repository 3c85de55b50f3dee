"""What is said of people, roles, departments and field rules; and the owner's start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    # What a body may hold
    "api.weight": ("must be a whole number from 0 to 1000", "нужно целое число от 0 до 1000"),
    "api.dict": ("must be an object: names and values", "нужен объект: имена и значения"),
    "api.list": ("must be a list", "нужен список"),
    "api.bool": ("must be true or false", "допустимо true или false"),
    # Problems
    "api.person_not_found": ("There is no such person", "Такого сотрудника нет"),
    "api.role_not_found": ("There is no such role", "Такой роли нет"),
    "api.department_not_found": ("There is no such department", "Такого отдела нет"),
    "api.field_rule_not_found": ("There is no such rule", "Такого правила нет"),
    "api.invalid_name": (
        "{name}: must be a line of 1 to 80 characters, without a slash and with at most 6 digits,"
        " so that no name holds a phone number",
        "{name}: нужна строка от 1 до 80 знаков без косой черты, и не больше 6 цифр, чтобы в имени"
        " не оказался номер телефона",
    ),
    "api.name_reserved": (
        "{name}: Callward itself is called so in the audit; choose another name",
        "{name}: так в журнале называется сам Callward; выберите другое имя",
    ),
    "api.name_taken": (
        "{name}: there is {other} already; two may not differ by upper and lower case or spaces"
        " alone",
        "{name}: уже есть {other}; имена не могут различаться только регистром и пробелами",
    ),
    "api.windows_account_taken": (
        "windows_account: is another person's already",
        "windows_account: уже записана за другим сотрудником",
    ),
    "api.unknown_role": (
        "role: there is no role {value}; there are: {allowed}",
        "role: роли {value} нет; есть: {allowed}",
    ),
    "api.unknown_department": (
        "{name}: there is no department {value}; there are: {allowed}",
        "{name}: отдела {value} нет; есть: {allowed}",
    ),
    "api.unknown_right": (
        "{name}: there is no such right; there are: {allowed}",
        "{name}: такого права нет; есть: {allowed}",
    ),
    "api.impossible_scope": (
        "{name}: {value} is not allowed; allowed: {allowed}",
        "{name}: {value} не допускается; допустимо: {allowed}",
    ),
    "api.not_hideable": (
        "{name}: there is no field {value} that could be hidden; there are: {allowed}",
        "{name}: поля {value}, которое можно скрыть, нет; есть: {allowed}",
    ),
    "api.unknown_subject": (
        "name: there is no {kind} {value}",
        "name: нет такого ({kind}): {value}",
    ),
    "api.subject_name": (
        "name: a rule for a role or a person names it, a rule for everyone names nobody",
        "name: правило для роли или сотрудника называет его имя, правило для всех не называет"
        " никого",
    ),
    "api.hide_or_show": (
        "Name fields in hide, show or reset, and each of them once",
        "Назовите поля в hide, show или reset, каждое один раз",
    ),
    "api.not_null": ("{name}: must be given", "{name}: нужно указать"),
    "api.nothing_to_change": ("Nothing to change is named", "Не названо, что менять"),
    "api.outranked": (
        "{name} holds what you do not: {more}. Only who holds it too may change this",
        "У {name} есть то, чего нет у вас: {more}. Изменить это может только тот, у кого оно тоже"
        " есть",
    ),
    "api.beyond_yours": (
        "{name} would get what you do not hold yourself: {more}",
        "{name} получит то, чего нет у вас самих: {more}",
    ),
    "api.department_not_yours": (
        "department: you may place people only in your department and those below it",
        "department: вы можете назначать людей только в свой отдел и в те, что под ним",
    ),
    "api.would_lock_out": (
        "Nothing was changed: after this nobody who can sign in could change people and policy any"
        " more. First give somebody else the role of administrator, and a password",
        "Ничего не изменено: после этого не осталось бы никого, кто может войти и менять людей и"
        " правила. Сначала дайте кому-то другому роль administrator и пароль",
    ),
    "api.role_in_use": (
        "{name}: {count} people have this role; give them another first",
        "{name}: эта роль у сотрудников ({count}); сначала дайте им другую",
    ),
    "api.role_is_template": (
        "{name}: this role comes with Callward and cannot be deleted",
        "{name}: эта роль входит в Callward, удалить её нельзя",
    ),
    "api.department_in_use": (
        "{name}: there are people ({people}) or departments ({below}) in it; move them first",
        "{name}: в отделе есть люди ({people}) или другие отделы ({below}); сначала переведите их",
    ),
    "api.department_circle": (
        "parent: {parent} is {name} itself or below it",
        "parent: {parent} — это сам отдел {name} или отдел под ним",
    ),
    # Commands
    "help.people": ("People: who works here, and what each may do.", "Сотрудники и их права."),
    "help.roles": ("Roles: what each may do.", "Роли и их права."),
    "help.departments": ("Departments.", "Отделы."),
    "help.fields": (
        "Which fields of a card are hidden from whom.",
        "Какие поля карточки от кого скрыты.",
    ),
    "help.people.list": ("List people.", "Показать сотрудников."),
    "help.people.show": ("Show one person and his rights.", "Показать сотрудника и его права."),
    "help.people.add": (
        "Add a person. He signs in once he has a password or a Windows account.",
        "Добавить сотрудника. Войти он сможет, когда получит пароль или учётную запись Windows.",
    ),
    "help.people.set": (
        'Change a person. "" clears a department, full name or Windows account.',
        'Изменить сотрудника. "" убирает отдел, полное имя или учётную запись Windows.',
    ),
    "help.people.name": ("The person's name.", "Имя сотрудника."),
    "help.people.role": ("His role (callward roles list).", "Роль (callward roles list)."),
    "help.people.department": ("His department.", "Отдел."),
    "help.people.full_name": ("His name in full.", "Полное имя."),
    "help.people.weight": (
        "His part when clients are divided, 0 to 1000; usual is 100.",
        "Его доля при распределении клиентов, от 0 до 1000; обычно 100.",
    ),
    "help.people.windows": (
        r"His Windows account, DOMAIN\name.",
        r"Учётная запись Windows, ДОМЕН\имя.",
    ),
    "help.people.allow": (
        "An exception of his own: clients.read=all, calls.make=none. May be repeated.",
        "Исключение для него: clients.read=all, calls.make=none. Можно повторять.",
    ),
    "help.people.no_exceptions": (
        "End his exceptions: the role alone holds.",
        "Убрать исключения: действует только роль.",
    ),
    "help.people.of_role": ("Only who has this role.", "Только с этой ролью."),
    "help.people.of_department": ("Only of this department.", "Только из этого отдела."),
    "help.people.left": ("Who left, instead of who works here.", "Ушедшие вместо работающих."),
    "help.roles.list": ("List roles.", "Показать роли."),
    "help.roles.show": ("Show the rights of one role.", "Показать права роли."),
    "help.roles.set": (
        "Change rights of a role, or make one: clients.read=own. none takes a right away.",
        "Изменить права роли или создать её: clients.read=own. none отнимает право.",
    ),
    "help.roles.remove": (
        "Delete a role of your own; give a template the rights that it came with.",
        "Удалить свою роль; вернуть роли из состава Callward исходные права.",
    ),
    "help.roles.name": ("The role's name.", "Имя роли."),
    "help.roles.rights": (
        "Rights: clients.read=none|own|department|all.",
        "Права: clients.read=none|own|department|all.",
    ),
    "help.roles.like": ("Begin with the rights of this role.", "Начать с прав этой роли."),
    "help.departments.list": ("Show the tree.", "Показать дерево."),
    "help.departments.set": (
        "Make a department or move it: without --under to the top.",
        "Создать отдел или перенести его: без --under на самый верх.",
    ),
    "help.departments.remove": ("Delete an empty department.", "Удалить пустой отдел."),
    "help.departments.name": ("The department's name.", "Имя отдела."),
    "help.departments.under": ("Part of which department.", "В составе какого отдела."),
    "help.fields.list": ("List the rules and the fields.", "Показать правила и поля."),
    "help.fields.hide": ("Hide fields.", "Скрыть поля."),
    "help.fields.show": ("Show fields.", "Открыть поля."),
    "help.fields.reset": (
        "Take rules away: the wider ones hold again.",
        "Убрать правила: снова действуют более общие.",
    ),
    "help.fields.fields": (
        "phones, emails, custom:KEY …; contacts stands for every contact detail.",
        "phones, emails, custom:КЛЮЧ …; contacts означает все контакты.",
    ),
    "help.fields.everyone": ("For everyone.", "Для всех."),
    "help.fields.role": ("For this role.", "Для этой роли."),
    "help.fields.person": ("For this person.", "Для этого сотрудника."),
    "help.fields.preview": (
        "Only print who would see what.",
        "Только показать, кто что увидит.",
    ),
    "people.added": (
        "{name} is here as {role}. So that he can sign in: callward people password",
        "{name} добавлен, роль {role}. Чтобы он мог войти: callward people password",
    ),
    "people.bad_right": (
        "{value}: must be RIGHT=SCOPE, such as clients.read=own",
        "{value}: нужно ПРАВО=ОХВАТ, например clients.read=own",
    ),
    "people.has_left": ("left", "ушёл"),
    "people.by_password": ("password", "пароль"),
    "people.no_way": ("cannot", "не может"),
    "roles.removed": ("{name}: done", "{name}: готово"),
    "departments.set": ("{name}: done", "{name}: готово"),
    "departments.removed": ("{name} is gone", "Отдела {name} больше нет"),
    "fields.whom": (
        "Say for whom: --everyone, --role ROLE or --person NAME, one of them",
        "Укажите, для кого: --everyone, --role РОЛЬ или --person ИМЯ, что-то одно",
    ),
    "fields.known": ("Fields: {fields}, contacts", "Поля: {fields}, contacts"),
    "fields.would": ("It would change for {count}.", "Изменилось бы для {count}."),
    "fields.done": ("Done. It changed for {count}.", "Готово. Изменилось для {count}."),
    "fields.reset": ("Done.", "Готово."),
    "fields.everyone": ("everyone", "все"),
    "fields.role": ("role {name}", "роль {name}"),
    "fields.person": ("person {name}", "сотрудник {name}"),
    "fields.is_hidden": ("hidden", "скрыто"),
    "fields.is_shown": ("shown", "видно"),
    "scope.none": ("no", "нет"),
    "scope.own": ("own", "свои"),
    "scope.department": ("department", "отдел"),
    "scope.all": ("all", "все"),
    "column.full_name": ("Full name", "Полное имя"),
    "column.role": ("Role", "Роль"),
    "column.department": ("Department", "Отдел"),
    "column.departments": ("Departments", "Отделы"),
    "column.hidden": ("Hidden", "Скрыто"),
    "column.hidden_before": ("Hidden now", "Скрыто сейчас"),
    "column.hidden_after": ("Hidden then", "Будет скрыто"),
    "column.sign_in": ("Signs in by", "Входит"),
    "column.people": ("People", "Человек"),
    "column.rights": ("Rights", "Прав"),
    "column.right": ("Right", "Право"),
    "column.scope": ("Whose", "Чьи"),
    "column.whom": ("For", "Для кого"),
    "column.field": ("Field", "Поле"),
}
