"""The first administrator: database, key and person, before any daemon has run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection

from config.settings import Settings
from crm.audit import Action, AuditLog, Entry
from crm.audit_head import head_file
from crm.key_file import open_vault_of
from crm.passwords import Passwords
from crm.people import Person, change_person, create_person, sign_in_name
from crm.roles import ADMINISTRATOR
from crm.staff import OPERATOR, load_staff
from daemon.audit_head import AuditHead
from store.database import Database
from store.lease import reserve
from store.migrate import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """The first administrator."""

    name: str
    password: str = field(repr=False)
    must_change: bool
    """At his first sign-in: the password was made for him."""


class NameTakenError(Exception):
    """Somebody is there already whose name differs by its writing alone; ``args``: his name."""


async def found(settings: Settings, founder: Founder, *, via: str) -> None:
    """Make database, key and administrator, or make an administrator of who is there already.

    ``StoreError`` also where a daemon runs on this database; ``VaultError``; ``NameTakenError``.
    """
    database = Database(settings.database.url)
    try:
        async with reserve(database):
            await migrate(database)
            audit = AuditLog(database, await open_vault_of(settings.vault, database))
            # Else the first start of the daemon would miss what nobody had noted.
            head = AuditHead(database, audit, head_file(settings.vault))
            await head.look_back()
            password_hash = await Passwords().hash(founder.password)
            await database.write(
                lambda connection: _enrol(connection, audit, founder, password_hash, via=via)
            )
            await head.note()
    finally:
        await database.close()


def _enrol(
    connection: Connection,
    audit: AuditLog,
    founder: Founder,
    password_hash: str,
    *,
    via: str,
) -> None:
    name = founder.name
    people = load_staff(connection).people
    same = next((one for one in people if sign_in_name(one.name) == sign_in_name(name)), None)
    if same is None:
        create_person(
            connection,
            Person(
                name=name,
                role=ADMINISTRATOR,
                exceptions={},
                created_by=OPERATOR.person,
                created_at=datetime.now(UTC),
            ),
        )
    elif same.name != name:
        raise NameTakenError(same.name)
    change_person(
        connection,
        name,
        {
            "role": ADMINISTRATOR,
            "exceptions": {},
            "left_at": None,
            "password_hash": password_hash,
            "must_change_password": founder.must_change,
            "totp_secret": None,
            "wrong": 0,
            "locked_until": None,
        },
    )

    def entry(action: Action, after: dict[str, object] | None = None) -> Entry:
        details = None if after is None else {"after": after}
        return Entry(action=action, actor=OPERATOR.person, via=via, object=name, details=details)

    made = Action.PERSON_CREATED if same is None else Action.PERSON_CHANGED
    audit.add(
        connection,
        entry(made, {"role": ADMINISTRATOR, "exceptions": {}}),
        entry(Action.PASSWORD_CHANGED),
    )
