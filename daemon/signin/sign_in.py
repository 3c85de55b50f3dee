"""Signing in: one answer for whatever is wrong, and everything counted, checked and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from config.settings import Settings
from crm import totp
from crm.attempts import (
    Attempt,
    Counter,
    Limit,
    clear,
    give_back,
    of_address,
    of_person,
    of_unknown,
    take,
)
from crm.audit import Action, AuditLog, Entry
from crm.passwords import Passwords, Verified
from crm.people import sign_in_name
from crm.people_tables import person
from crm.places import Verdict
from crm.sealed import open_sealed
from crm.sessions import Method, end_session, open_session
from crm.sign_in_policy import KEY, SignInPolicy
from crm.vault import Vault
from daemon.signin.address import Origin
from daemon.signin.places import PlaceBook
from daemon.signin.windows import WindowsSignIn
from daemon.staff import StaffBook
from store.database import Database

_PER_ADDRESS: Final = 20
"""An office comes from one address: it is locked out after so many times a person's attempts."""

Reason = Literal["wrong", "locked", "code_needed", "wrong_code", "place", "unknown_account"]


class RefusedError(Exception):
    """Nobody is in; ``reason`` says why, and no more than he may know."""

    def __init__(
        self, reason: Reason, *, until: datetime | None = None, verdict: Verdict | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.until = until
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is in."""

    person: str
    token: str
    """What his browser is to hold."""
    session: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """From where somebody tries, and what his browser holds from before."""

    origin: Origin
    browser: str | None
    earlier: UUID | None = None
    """A session of his that is still open: signing in ends it."""


class SignIn:
    """What the API's sign-in stands on. One object for a process."""

    def __init__(
        self,
        settings: Settings,
        *,
        database: Database,
        vault: Vault,
        staff: StaffBook,
        audit: AuditLog,
        places: PlaceBook | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.places: Final = places or PlaceBook(database, staff)
        self.passwords: Final = Passwords()
        self.windows: Final = WindowsSignIn(settings.windows)
        self.now: Final = clock
        self._database = database
        self._vault = vault
        self._staff = staff
        self._audit = audit

    @property
    def policy(self) -> SignInPolicy:
        """As the company decided it."""
        return SignInPolicy.read(self._staff.now.policy(KEY))

    def needs_totp(self, name: str, method: str) -> bool:
        """Whether that person's role needs a one-time code; Windows asks for its own."""
        known = self._staff.now.person(name)
        roles = self.policy.totp_roles
        return method == Method.PASSWORD and known is not None and known.role in roles

    async def by_password(
        self, name: str, password: str, code: str | None, visitor: Visitor
    ) -> SignedIn:
        """Let in who knows the name's password, and its code where there is one. ``RefusedError``.

        Whether there is such a name shows neither in the answer nor in its time.
        """
        at = self.now()
        typed = sign_in_name(name)
        begun = await self._begin(typed, visitor.origin.address, at)
        row, counters = begun.row, begun.counters
        known = None if row is None or row.left_at is not None else row
        stored = None if known is None else known.password_hash
        verified = await self.passwords.verify(stored, password)
        if known is None or not verified.right:
            why = "left" if row is not None and row.left_at is not None else "password"
            await self._refuse(visitor, begun, "unknown_name" if row is None else why)
            raise RefusedError("wrong")
        if known.totp_step is not None and not code:
            await self._database.write(lambda connection: _return(connection, counters))
            raise RefusedError("code_needed")
        verdict = self.places.check(known.name, visitor.origin)
        if verdict is not Verdict.ALLOWED:
            await self._database.write(lambda connection: _return(connection, counters))
            await self._audit.tell(_refused(visitor, known.name, "place", verdict=verdict.value))
            raise RefusedError("place", verdict=verdict)

        def enter(connection: Connection) -> SignedIn | None:
            if known.totp_step is not None and not self.use_code(
                connection, known.name, code or "", at
            ):
                return None
            _store_rehash(connection, known.name, stored, verified)
            of_his, of_place = counters
            clear(connection, of_his)
            give_back(connection, of_place)
            return self._open(connection, known.name, Method.PASSWORD, visitor, at)

        entered = await self._database.write(enter)
        if entered is None:
            await self._refuse(visitor, begun, "code")
            raise RefusedError("wrong_code")
        return entered

    async def by_windows(self, account: str, visitor: Visitor) -> SignedIn:
        """Let in whose Windows account it is. ``RefusedError``."""
        at = self.now()
        wanted = sign_in_name(account)
        found = next(
            (
                one
                for one in self._staff.now.people
                if one.is_active and sign_in_name(one.windows_account or "") == wanted
            ),
            None,
        )
        if found is None:
            await self._audit.tell(_refused(visitor, None, "unknown_account", account=account))
            raise RefusedError("unknown_account")
        verdict = self.places.check(found.name, visitor.origin)
        if verdict is not Verdict.ALLOWED:
            await self._audit.tell(_refused(visitor, found.name, "place", verdict=verdict.value))
            raise RefusedError("place", verdict=verdict)
        return await self._database.write(
            lambda connection: self._open(connection, found.name, Method.WINDOWS, visitor, at)
        )

    async def windows_refused(self, visitor: Visitor, why: str) -> None:
        """An exchange ended without an account."""
        await self._audit.tell(_refused(visitor, None, f"windows_{why}"))

    async def is_his_password(self, name: str, password: str, visitor: Visitor) -> bool:
        """Whether he knows his password; counted as at sign-in. ``RefusedError`` when locked."""
        begun = await self._begin(sign_in_name(name), visitor.origin.address, self.now())
        stored = None if begun.row is None else begun.row.password_hash
        verified = await self.passwords.verify(stored, password)
        if verified.right:
            await self._database.write(lambda connection: _return(connection, begun.counters))
        else:
            await self._refuse(visitor, begun, "own_password")
        return verified.right

    def use_code(self, connection: Connection, name: str, code: str, at: datetime) -> bool:
        """Whether it is a person's one-time or recovery code; it is used up then."""
        row = connection.execute(
            select(person.c.totp_secret, person.c.totp_step, person.c.recovery_codes)
            .where(person.c.name == name)
            .with_for_update()
        ).one()
        if row.totp_secret is None:
            return False
        secret = open_sealed(self._vault, person.c.totp_secret, name, row.totp_secret)
        step = totp.accepted_step(secret, code.strip(), at, row.totp_step)
        left = totp.without_code(row.recovery_codes, code)
        change = update(person).where(person.c.name == name)
        if step is not None:
            connection.execute(change.values(totp_step=step))
        elif left is not None and row.totp_step is not None:
            connection.execute(change.values(recovery_codes=left))
        else:
            return False
        return True

    async def close(self, id_: UUID, by: str, entry: Entry) -> bool:
        """End a session and say so; whether it was open."""

        def work(connection: Connection) -> bool:
            ended = end_session(connection, id_, by=by, at=self.now())
            if ended:
                self._audit.add(connection, entry)
            return ended

        return await self._database.write(work)

    async def _begin(self, typed: str, address: str, at: datetime) -> _Begun:
        """Count an attempt. ``RefusedError`` where it is locked."""
        policy = self.policy
        limit = Limit(policy.attempts, policy.lockout)
        wide = Limit(policy.attempts * _PER_ADDRESS, policy.lockout)
        of_place = of_address(self._vault, address)

        def work(connection: Connection) -> tuple[Attempt, _Begun]:
            row = connection.execute(select(person).where(person.c.sign_in_name == typed)).first()
            of_his = of_unknown(self._vault, typed) if row is None else of_person(row.name)
            there = take(connection, of_place, wide, at)
            his = there
            if there.locked_until is None:
                his = take(connection, of_his, limit, at)
                if his.locked_until is not None:
                    give_back(connection, of_place)
            return his, _Begun(row, (of_his, of_place), his.locks or there.locks)

        attempt, begun = await self._database.write(work)
        if attempt.locked_until is not None:
            # That it locked was told when it did; who goes on trying does not fill the audit.
            raise RefusedError("locked", until=attempt.locked_until)
        return begun

    def _open(
        self, connection: Connection, name: str, method: Method, visitor: Visitor, at: datetime
    ) -> SignedIn:
        if visitor.earlier is not None:
            end_session(connection, visitor.earlier, by=name, at=at)
        token, id_ = open_session(
            connection,
            name,
            method=method,
            address=visitor.origin.address,
            browser=visitor.browser,
            policy=self.policy,
            at=at,
        )
        entry = Entry(
            action=Action.SIGNED_IN,
            actor=name,
            via=f"session:{id_}",
            address=visitor.origin.address,
            details={"method": method.value, "browser": visitor.browser},
        )
        self._audit.add(connection, entry)
        return SignedIn(name, token, id_)

    async def _refuse(self, visitor: Visitor, begun: _Begun, why: str) -> None:
        """Tell of a wrong attempt, and that it locked where it did."""
        refused = _refused(visitor, None if begun.row is None else begun.row.name, why)
        locked = [replace(refused, action=Action.SIGN_IN_LOCKED)] if begun.locks else []
        await self._audit.tell(refused, *locked)


@dataclass(frozen=True, slots=True)
class _Begun:
    """An attempt that was counted."""

    row: Row[Any] | None
    """The person's, where there is somebody of that name."""
    counters: tuple[Counter, Counter]
    """His, and the address's."""
    locks: bool


def _return(connection: Connection, counters: tuple[Counter, Counter]) -> None:
    for counter in counters:
        give_back(connection, counter)


def _store_rehash(
    connection: Connection, name: str, stored: str | None, verified: Verified
) -> None:
    if verified.new_hash is not None:
        # Unless he changed it meanwhile.
        same = (person.c.name == name) & (person.c.password_hash == stored)
        connection.execute(update(person).where(same).values(password_hash=verified.new_hash))


def _refused(visitor: Visitor, name: str | None, why: str, **more: object) -> Entry:
    """Whose name it was, where it is somebody's: what else was typed could be a password."""
    return Entry(
        action=Action.SIGN_IN_REFUSED,
        actor=name or "callward",
        address=visitor.origin.address,
        object=name,
        details={"why": why, "browser": visitor.browser, **more},
    )
