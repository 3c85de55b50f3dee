"""People as they are stored, and the daemon's picture of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from crm.access import Right, Scope
from crm.departments import (
    below,
    delete_department,
    load_departments,
    save_department,
    would_be_circle,
)
from crm.field_rules import (
    EVERYONE,
    FieldRule,
    Subject,
    SubjectKind,
    delete_field_rules,
    load_field_rules,
    save_field_rules,
)
from crm.fields import EMAILS, PHONES
from crm.people import (
    FROM_SETTINGS,
    Person,
    change_person,
    create_person,
    delete_role,
    enrol_agents,
    load_people,
    load_roles,
    save_role,
)
from crm.policies import load_policies, save_policy
from crm.roles import TEMPLATES
from daemon.staff import StaffBook
from store.database import Database
from store.migrate import migrate

BEGAN = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


def karl(**more: object) -> Person:
    fields = {"name": "Карл", "role": "trainee", "exceptions": {}, "created_by": "operator"}
    return Person(**{**fields, "created_at": BEGAN, **more})  # type: ignore[arg-type]


async def test_a_person_is_read_as_he_was_stored(database: Database) -> None:
    stored = karl(
        full_name="Карл Май",
        department="sales",
        exceptions={Right.CLIENTS_READ: Scope.DEPARTMENT},
        weight=50,
        windows_account="firm\\karl",
    )
    await database.write(lambda connection: create_person(connection, stored))
    async with database.read() as connection:
        assert await connection.run_sync(load_people) == (stored,)


async def test_a_change_touches_what_it_names(database: Database) -> None:
    def work(connection: Connection) -> tuple[Person, ...]:
        create_person(connection, karl())
        changes = {"exceptions": {Right.CALLS_MAKE: Scope.NONE}, "left_at": BEGAN}
        change_person(connection, "Карл", changes)
        return load_people(connection)

    (changed,) = await database.write(work)
    assert changed == karl(exceptions={Right.CALLS_MAKE: Scope.NONE}, left_at=BEGAN)
    assert not changed.is_active


async def test_agents_are_enrolled_once_and_stay_as_they_were_made(database: Database) -> None:
    def work(connection: Connection) -> list[tuple[str, ...]]:
        first = enrol_agents(connection, ["anna", "101", "anna"], BEGAN)
        change_person(connection, "anna", {"role": "director"})
        second = enrol_agents(connection, ["anna", "boris", "Anna", "Callward"], BEGAN)
        return [first, second]

    assert await database.write(work) == [(), ("Anna", "Callward")]
    async with database.read() as connection:
        people = await connection.run_sync(load_people)
    assert [(one.name, one.role, one.created_by) for one in people] == [
        ("101", "manager", FROM_SETTINGS),
        ("anna", "director", FROM_SETTINGS),
        ("boris", "manager", FROM_SETTINGS),
    ]
    assert not any(one.can_sign_in for one in people)


async def test_roles_stand_over_templates_and_go_again(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        save_role(connection, "manager", {Right.TASKS_READ: Scope.ALL}, BEGAN)
        save_role(connection, "closer", {Right.CALLS_MAKE: Scope.OWN}, BEGAN)
        roles = load_roles(connection)
        return [
            roles["manager"],
            roles["closer"],
            delete_role(connection, "manager"),
            delete_role(connection, "manager"),
            load_roles(connection)["manager"],
        ]

    assert await database.write(work) == [
        {Right.TASKS_READ: Scope.ALL},
        {Right.CALLS_MAKE: Scope.OWN},
        True,
        False,
        TEMPLATES["manager"],
    ]


async def test_departments_move_and_go(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        for name, parent in (("a", None), ("b", "a"), ("c", "b")):
            save_department(connection, name, parent)
        save_department(connection, "c", "a")
        delete_department(connection, "b")
        return [load_departments(connection)]

    assert await database.write(work) == [{"a": None, "c": "a"}]


def test_no_department_stands_above_itself() -> None:
    tree = {"a": None, "b": "a", "c": "b", "d": None}
    assert below(tree, "a") == {"a", "b", "c"}
    assert would_be_circle(tree, "a", "c")
    assert would_be_circle(tree, "new", "new")
    assert not would_be_circle(tree, "c", "d")
    assert not would_be_circle(tree, "a", None)


async def test_rules_of_fields_replace_each_other_and_go(database: Database) -> None:
    anna = Subject(SubjectKind.PERSON, "anna")

    def work(connection: Connection) -> list[object]:
        save_field_rules(
            connection, [FieldRule(anna, PHONES, True), FieldRule(EVERYONE, EMAILS, True)]
        )
        save_field_rules(connection, [FieldRule(anna, PHONES, False)])
        rules = load_field_rules(connection)
        gone = delete_field_rules(connection, anna, [PHONES, EMAILS])
        return [rules, gone, load_field_rules(connection)]

    assert await database.write(work) == [
        (FieldRule(EVERYONE, EMAILS, True), FieldRule(anna, PHONES, False)),
        1,
        (FieldRule(EVERYONE, EMAILS, True),),
    ]


async def test_the_book_is_new_after_every_change_and_as_it_was_after_a_failure(
    database: Database,
) -> None:
    book = StaffBook(database)
    assert book.access_of("Карл") is None
    await book.change(lambda connection: create_person(connection, karl()))
    assert book.access_of("Карл") is not None
    before = book.now

    def fails(connection: Connection) -> None:
        change_person(connection, "Карл", {"left_at": BEGAN})
        raise LookupError

    with pytest.raises(LookupError):
        await book.change(fails)
    assert book.now is before
    await book.reload()
    assert not book.has_left("Карл")
    await book.change(
        lambda connection: save_policy(connection, "quotas", {"hour": 5}, by="root", at=BEGAN)
    )
    assert book.now.policy("quotas") == {"hour": 5}
    assert book.now.policy("division") is None


async def test_a_policy_is_what_was_decided_last(database: Database) -> None:
    def work(connection: Connection) -> object:
        save_policy(connection, "sign_in", [1], by="root", at=BEGAN)
        save_policy(connection, "sign_in", [2], by="root", at=BEGAN)
        return load_policies(connection)

    assert await database.write(work) == {"sign_in": [2]}
