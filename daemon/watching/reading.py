"""What people read of the client base: counted, slowed, recorded, looked at.

Every door that shows client cards or rows of clients goes through here before it answers:
``opened`` for a card in full, ``listed`` for whatever shows clients by name: lists, searches,
suggestions, calls, tasks; ``glimpsed`` for the board of what happens now. Nothing is awaited
between counting and remembering: however many requests of one person run at once, together they
get no more than his quota.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from crm.audit import Action, AuditLog, Entry
from crm.quotas import POLICY, Quota, Quotas
from crm.tables import phone
from crm.vault import Vault
from daemon.board import Board
from daemon.staff import StaffBook
from daemon.watching.allowance import Allowance, Locked, Used, mark_of
from daemon.watching.marks import IN_CALL, SHOWN, load_read, write_marks
from daemon.watching.refusal import locked_out, too_many_at_once
from daemon.watching.watch import CallOrdered, CardOpened, QuotaMet, Watch
from store.database import Database

if TYPE_CHECKING:
    from daemon.api.viewer import Viewer


_TELLING: Final = frozenset({"q", "code", "company", "number", "email"})
"""What of a question could tell who a private client is."""


class Named(Protocol):
    """A client in a row: any record of his with his id."""

    @property
    def id(self) -> UUID: ...


class Listed(Named, Protocol):
    """A client in a row of a list."""

    @property
    def private(self) -> bool: ...


class Shown(Named, Protocol):
    """A client as he is shown: any record with these."""

    @property
    def curator(self) -> str | None: ...
    @property
    def deputy(self) -> str | None: ...


class Reading:
    """Asked before an answer goes out. The operator is recorded, and not limited."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        staff: StaffBook,
        board: Board,
        watch: Watch,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._staff = staff
        self._board = board
        self._watch = watch
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._allowances: dict[str, Allowance] = {}
        self._quotas: tuple[object, Quotas] = (None, Quotas())
        self._later: list[Entry] = []
        self._telling: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Take up from the audit what was read in the last day; once, before anything is asked."""
        async with self._database.read() as connection:
            self._allowances = await connection.run_sync(load_read, self._vault, self._clock())
        await self._watch.look_back(self._clock())

    async def opened(self, viewer: Viewer, client: Shown) -> None:
        """A card is about to be answered in full.

        Raises ``ProblemError`` 429 ``quota`` where he has opened too many; waits where he nears it.
        Stores the audit entry ``Action.CLIENT_OPENED`` before it returns. The card of a client who
        rings at him, or with whom he talks, costs nothing.
        """
        entry = viewer.entry(Action.CLIENT_OPENED, client_id=client.id)
        if viewer.is_operator:
            await self._audit.tell(entry)
            return
        call = await self._database.look(lambda c: self._call_with(c, viewer.person, client.id))
        if call is not None:
            in_call = f"{IN_CALL}{call}"
            await self._audit.tell(
                viewer.entry(Action.CLIENT_OPENED, client_id=client.id, object=in_call)
            )
            return
        now = self._clock()
        allowance = self._allowance(viewer.person)
        taken = allowance.open_card(client.id, self._quota(viewer), now)
        seconds = self._pause(viewer, allowance, taken)
        await self._audit.tell(entry)
        if taken:
            self._watch.put(
                CardOpened(
                    person=viewer.person,
                    at=now,
                    client_id=client.id,
                    curator=client.curator,
                    deputy=client.deputy,
                )
            )
        await self._wait(seconds)

    async def listed(
        self,
        viewer: Viewer,
        clients: Collection[Listed],
        action: Action,
        details: Mapping[str, object] | None = None,
        *,
        client_id: UUID | None = None,
        object: str | None = None,  # noqa: A002 - the entry's name for it
        count: int | None = None,
    ) -> None:
        """Rows that show clients (the same one twice counts once) are about to be answered.

        ``details``: what was asked (search words, filters), sealed in the audit. An empty answer
        is recorded too: what was looked for in vain is telling. ``client_id``: whose rows were
        asked for, whom the audit names to nobody who may not know of him; he does not belong into
        the details. ``object`` is the entry's; ``count``, where rows are not clients. Private
        clients are not in the count, and what found them is not told: but for that it says what
        another would have found. Raises and waits as ``opened``.
        """
        ids = {client.id for client in clients}
        private = {client.id for client in clients if client.private}
        if private:
            details = {
                name: "…" if name in _TELLING else value for name, value in (details or {}).items()
            }
        entry = viewer.entry(
            action,
            client_id=client_id,
            object=object,
            count=len(ids - private) if count is None else count,
            details=details,
        )
        if viewer.is_operator:
            await self._audit.tell(entry)
            return
        allowance = self._allowance(viewer.person)
        seconds = self._pause(
            viewer, allowance, allowance.see_rows(ids, self._quota(viewer), self._clock())
        )
        shown = {SHOWN: write_marks(map(mark_of, ids))} if ids else {}
        told = {**(details or {}), **shown}
        await self._audit.tell(replace(entry, details=told or None))
        await self._wait(seconds)

    def glimpsed(self, viewer: Viewer, clients: Collection[Named]) -> bool:
        """Whether he may be shown these, with whom others talk now: not beyond his quota.

        Counted at once, and waits for nothing: what happens now is shown while the database does
        not answer, too. Whom he had not seen for a day, the audit is told of when it can be. The
        operator's is not recorded: a board is asked for over and over.
        """
        if viewer.is_operator:
            return True
        ids = {client.id for client in clients}
        now = self._clock()
        allowance = self._allowance(viewer.person)
        if allowance.has_seen(ids, now):
            return True
        taken = allowance.see_rows(ids, self._quota(viewer), now)
        if isinstance(taken, Locked):
            self._met(viewer, taken)
            return False
        details = {"board": True, SHOWN: write_marks(map(mark_of, ids))}
        self._later.append(viewer.entry(Action.CALLS_LISTED, count=len(ids), details=details))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_later(), name="audit of the board")
        return True

    async def told(self) -> None:
        """Return when the audit has been told, or could not be, of whom the boards showed."""
        if self._telling is not None:
            await self._telling

    async def _tell_later(self) -> None:
        """What cannot be told now waits for the next time that there is something to be told."""
        while self._later:
            told, self._later = self._later, []
            try:
                await self._audit.tell(*told)
            except (DBAPIError, PoolTimeoutError, OSError):
                self._later = told + self._later
                return

    def ordered(
        self, viewer: Viewer, *, client_id: UUID | None = None, code: str | None = None
    ) -> None:
        """A call to a client was asked for, by id or short code, and begun or refused: nobody has
        a reason to call a decoy. Costs nothing and never waits."""
        if not viewer.is_operator:
            at = self._clock()
            self._watch.put(
                CallOrdered(person=viewer.person, at=at, client_id=client_id, code=code)
            )

    def usage(self, person: str) -> list[Used]:
        """How much of his quotas an active person has used."""
        return self._allowance(person).usage(self._quota_of(person), self._clock())

    def lift(self, person: str) -> None:
        """What he has read until now is no longer counted. To be recorded by who asks."""
        self._allowance(person).lift()
        self._watch.lifted(person)

    def _allowance(self, person: str) -> Allowance:
        return self._allowances.setdefault(person, Allowance())

    def _quota(self, viewer: Viewer) -> Quota:
        return self._quota_of(viewer.person)

    def _quota_of(self, name: str) -> Quota:
        staff = self._staff.now
        written = staff.policy(POLICY)
        if self._quotas[0] is not written:
            self._quotas = (written, Quotas(written))
        person = staff.person(name)
        return self._quotas[1].of(name, "" if person is None else person.role)

    def _pause(self, viewer: Viewer, allowance: Allowance, taken: Locked | float) -> float:
        """For how long his answer waits. Raises the 429 problem."""
        if isinstance(taken, Locked):
            self._met(viewer, taken)
            raise locked_out(taken, self._staff.now, viewer.person, self._clock(), self._watch.zone)
        seconds = allowance.pause(taken, self._monotonic())
        if seconds is None:
            raise too_many_at_once()
        return seconds

    def _met(self, viewer: Viewer, locked: Locked) -> None:
        self._watch.put(
            QuotaMet(
                person=viewer.person,
                at=self._clock(),
                locked=locked,
                via=viewer.via,
                address=viewer.address,
            )
        )

    def _call_with(self, connection: Connection, person: str, client_id: UUID) -> UUID | None:
        """The call in which that client rings at that person or talks with him now."""
        running = [
            call
            for call in self._board.running()
            if call.customer_number is not None
            and any(leg.party.name == person and leg.ended_at is None for leg in call.legs)
        ]
        if not running:
            return None
        rows = connection.execute(select(phone.c.blind_index).where(phone.c.client_id == client_id))
        his = set(rows.scalars())
        return next(
            (
                call.id
                for call in running
                if self._vault.blind_index(call.customer_number or "") in his
            ),
            None,
        )

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)
