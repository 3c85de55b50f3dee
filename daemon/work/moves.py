"""Moves of clients that were decided: done by the outbox, batch by batch, however often begun.

What is decided is stored whole in one transaction, so that a restart in the middle loses nothing;
each batch says from whose hands to whose, and moves only who still is in those hands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Integer, cast, func, select

from crm.assigning import Giving, give
from crm.audit import Action, AuditLog, Entry
from crm.changed import Way
from crm.division import Move, Plan, Post
from crm.vault import Vault
from daemon.outbox.queue import NewWork, Payload, add_work
from daemon.outbox.tables import outbox
from daemon.outbox.worker import Outcome
from store.database import Database

TOPIC: Final = "client_moves"
BATCH: Final = 200
"""Moves of one transaction: some 30 ms, in which no call is stored."""
_MOST_REMEMBERED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is with one plan."""

    id: str
    actor: str
    left: int
    """Moves that are still to be done."""
    total: int
    moved: int | None
    """Clients that moved; ``None``: some did before the daemon was started anew."""

    @property
    def passed(self) -> int | None:
        """Who somebody else moved, changed or made private meanwhile: he stayed as he was."""
        return None if self.moved is None else self.total - self.left - self.moved


def order_moves(connection: Connection, id_: str, plans: Sequence[Plan], giving: Giving) -> int:
    """Have these plans done, under one id; how many moves. Wake the outbox after the commit."""
    total = sum(len(plan.moves) for plan in plans)
    about = {
        "plan": id_,
        "total": str(total),
        "action": giving.told.action.value,
        "actor": giving.told.actor,
        "way": giving.way.value,
        "at": giving.at.isoformat(),
        **_given(via=giving.told.via, address=giving.told.address),
    }
    add_work(
        connection,
        (
            NewWork(
                topic=TOPIC,
                payload={
                    **about,
                    "post": plan.post.value,
                    "clients": " ".join(one.client.hex for one in batch),
                    "count": str(len(batch)),
                    **_given(before=batch[0].before, to=batch[0].to),
                },
                key=f"{id_} {number}",
            )
            for number, (plan, batch) in enumerate(
                (plan, batch) for plan in plans for batch in _batches(plan)
            )
        ),
    )
    return total


class Moves:
    """The outbox's handler of ``TOPIC``, and who knows how far it is."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        """``moved``: told after clients changed hands."""
        self._database = database
        self._vault = vault
        self._audit = audit
        self._told = moved
        self._orders: dict[str, _Order] = {}

    def begun(self, id_: str, actor: str, total: int) -> None:
        """An order was stored: from now on it is counted."""
        self._orders[id_] = _Order(actor, total)
        for old in list(self._orders)[:-_MOST_REMEMBERED]:
            del self._orders[old]

    async def __call__(self, payloads: Sequence[Payload]) -> Sequence[Outcome]:
        outcomes: list[Outcome] = []
        for payload in payloads:
            moved = await self._database.write(partial(self._move, payload))
            order = self._orders.get(payload["plan"])
            if order is not None:
                order.moved += moved
            self._told()
            outcomes.append(None)
        return outcomes

    async def progress(self, id_: str) -> Progress | None:
        """``None``: there is no such order, or it was done before the daemon was started."""
        async with self._database.read() as connection:
            left, actor, total = await connection.run_sync(_left, id_)
        order = self._orders.get(id_)
        if order is not None:
            return Progress(
                id=id_, actor=order.actor, left=left, total=order.total, moved=order.moved
            )
        if actor is None:
            return None
        return Progress(id=id_, actor=actor, left=left, total=total, moved=None)

    def _move(self, payload: Payload, connection: Connection) -> int:
        told = Entry(
            action=Action(payload["action"]),
            actor=payload["actor"],
            via=payload.get("via"),
            address=payload.get("address"),
        )
        giving = Giving(
            told=told, way=Way(payload["way"]), at=datetime.fromisoformat(payload["at"])
        )
        before, to = payload.get("before"), payload.get("to")
        moves = [Move(UUID(id_), before, to) for id_ in payload["clients"].split()]
        post = Post(payload["post"])
        done = give(connection, post, moves, giving, vault=self._vault, audit=self._audit)
        return len(done)


@dataclass(slots=True)
class _Order:
    actor: str
    total: int
    moved: int = 0


def _left(connection: Connection, id_: str) -> tuple[int, str | None, int]:
    payload = outbox.c.payload
    row = connection.execute(
        select(
            func.coalesce(func.sum(cast(payload["count"].as_string(), Integer)), 0).label("left"),
            func.max(payload["actor"].as_string()).label("actor"),
            func.max(payload["total"].as_string()).label("total"),
        ).where(outbox.c.topic == TOPIC, payload["plan"].as_string() == id_)
    ).one()
    return row.left, row.actor, int(row.total or 0)


def _batches(plan: Plan) -> Iterator[tuple[Move, ...]]:
    """Of one pair of hands each."""
    by_hands: dict[tuple[str | None, str | None], list[Move]] = {}
    for one in plan.moves:
        by_hands.setdefault((one.before, one.to), []).append(one)
    for moves in by_hands.values():
        for start in range(0, len(moves), BATCH):
            yield tuple(moves[start : start + BATCH])


def _given(**named: str | None) -> dict[str, str]:
    return {key: value for key, value in named.items() if value is not None}
