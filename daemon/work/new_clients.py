"""Who becomes the curator of clients who have none: the company's rule, kept as calls are stored.

It works in the transaction that stores a call, on the writer's thread, and so must be quick: the
rule is read from memory, and without one nothing is asked at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select, true

from crm.access import Right, Target, allows
from crm.assigning import Giving, count_loads, give
from crm.audit import Action, AuditLog, Entry
from crm.changed import Way
from crm.division import Holding, Move, Post, Share, divide
from crm.staff import Staff
from crm.tables import client, phone
from crm.vault import Vault
from daemon.history.follow_up import who_talked
from daemon.history.rows import Row

POLICY: Final = "division"
"""The key of the rule among the company's policies."""
_CALLWARD: Final = "callward"
_LOADS_HOLD: Final = timedelta(minutes=10)
"""Counting a large base takes a while; in between, what is given is added."""


class Rule(StrEnum):
    """What becomes of a client whom nobody serves."""

    NOBODY = "nobody"
    """He stays everybody's until somebody assigns him."""
    WHO_TALKED = "who_talked"
    """The first who talks with him becomes his curator."""
    EVENLY = "evenly"
    """Who calls for the first time is given at once to one of those named, by their weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClientsRule:
    """As it stands in the policy."""

    rule: Rule = Rule.NOBODY
    among: tuple[str, ...] = ()
    """For ``evenly``; who left is passed over."""
    since: datetime | None = None
    """Cards that were there before are divided by hand."""

    @classmethod
    def of(cls, written: Mapping[str, Any] | None) -> NewClientsRule:
        """From the policy's value; ``None``: the company decided nothing."""
        if written is None:
            return cls()
        return cls(
            rule=Rule(written["rule"]),
            among=tuple(written["among"]),
            since=datetime.fromisoformat(written["since"]),
        )

    def written(self) -> dict[str, Any]:
        """What ``of`` reads."""
        assert self.since is not None
        return {
            "rule": self.rule.value,
            "among": list(self.among),
            "since": self.since.isoformat(),
        }


def can_serve(staff: Staff, name: str) -> bool:
    """Whether somebody works here and his role reads clients of his own."""
    access = staff.access_of(name)
    return access is not None and allows(access, Right.CLIENTS_READ, Target(curator=name))


class NewClients:
    """Asked for every write of calls; on one thread at a time."""

    def __init__(
        self,
        staff: Callable[[], Staff],
        vault: Vault,
        audit: AuditLog,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._staff = staff
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._loads: dict[str, int] = {}
        self._counted_at: datetime | None = None

    def give_out(
        self, connection: Connection, appeared: Sequence[Row], talked: Sequence[Row]
    ) -> None:
        """Give those their curator who need one: of calls that are new, and that were answered."""
        staff = self._staff()
        rule = NewClientsRule.of(staff.policy(POLICY))
        if rule.rule is Rule.WHO_TALKED and talked:
            self._give(connection, self._talkers(connection, staff, talked))
        elif rule.rule is Rule.EVENLY and appeared:
            self._give(connection, self._in_turn(connection, staff, rule, appeared))

    def _talkers(self, connection: Connection, staff: Staff, talked: Sequence[Row]) -> list[Move]:
        nobodys = _nobodys(connection, talked, None)
        first: dict[UUID, Move] = {}
        for row in sorted(talked, key=lambda row: (row["answered_at"], row["id"])):
            id_ = nobodys.get(row["customer_phone_id"])
            talker = who_talked(row)
            if id_ is not None and talker is not None and can_serve(staff, talker):
                first.setdefault(id_, Move(id_, None, talker))
        return list(first.values())

    def _in_turn(
        self, connection: Connection, staff: Staff, rule: NewClientsRule, appeared: Sequence[Row]
    ) -> Sequence[Move]:
        weights = {
            name: person.weight
            for name in rule.among
            if (person := staff.person(name)) is not None
            and person.weight > 0
            and can_serve(staff, name)
        }
        clients = set(_nobodys(connection, appeared, rule.since).values())
        if not weights or not clients:
            return ()
        now = self._clock()
        if (
            self._counted_at is None
            or now - self._counted_at > _LOADS_HOLD
            or not weights.keys() <= self._loads.keys()
        ):
            # Nobody is shown these counts, so that private clients count too.
            self._loads = count_loads(connection, Post.CURATOR, weights.keys(), true())
            self._counted_at = now
        shares = [
            Share(person=name, weight=weight, load=self._loads[name])
            for name, weight in weights.items()
        ]
        moves = divide([Holding(client=id_) for id_ in clients], shares, Post.CURATOR).moves
        for one in moves:
            assert one.to is not None
            self._loads[one.to] += 1
        return moves

    def _give(self, connection: Connection, moves: Sequence[Move]) -> None:
        if moves:
            told = Entry(action=Action.CLIENT_ASSIGNED, actor=_CALLWARD)
            giving = Giving(told=told, way=Way.CALL, at=self._clock())
            give(connection, Post.CURATOR, moves, giving, vault=self._vault, audit=self._audit)


def _nobodys(
    connection: Connection, rows: Collection[Row], since: datetime | None
) -> dict[UUID, UUID]:
    """Clients whom nobody serves, by the phones of these calls."""
    query = (
        select(phone.c.id, client.c.id.label("client_id"))
        .join(client, client.c.id == phone.c.client_id)
        .where(
            phone.c.id.in_({row["customer_phone_id"] for row in rows}),
            client.c.curator.is_(None),
            client.c.deputy.is_(None),
        )
    )
    if since is not None:
        query = query.where(client.c.created_at >= since)
    return {row.id: row.client_id for row in connection.execute(query)}
