"""What may be done with a running call, by whom."""

from __future__ import annotations

from dataclasses import replace

from crm.access import Access, Right, Rights, Scope
from daemon.api.viewer import Viewer
from daemon.live.customers import NOBODY, Told
from daemon.live.monitored import can_do
from daemon.live.row import Row, row_of

from .test_row import CUSTOMER, a_call, agent, at

TALKING = row_of(a_call(agent("anna", 1, answered_at=at(4)), answered_at=at(4)))
ALL = frozenset({"listen", "whisper", "barge", "takeover", "hangup"})
RIGHTS: Rights = {
    Right.LIVE_LISTEN: Scope.ALL,
    Right.LIVE_WHISPER: Scope.ALL,
    Right.LIVE_BARGE: Scope.ALL,
    Right.LIVE_TAKEOVER: Scope.ALL,
    Right.LIVE_HANGUP: Scope.ALL,
}


def can(
    row: Row = TALKING,
    who: Told = NOBODY,
    *,
    person: str = "boss",
    rights: Rights = RIGHTS,
    curator_may: bool = False,
) -> frozenset[str]:
    access = Access(person=person, rights=rights, colleagues=frozenset({"boss", "anna"}))
    return can_do(Viewer(access=access, actor=person), row, who, curator_may=curator_may)


def test_by_his_rights() -> None:
    assert can() == ALL
    assert can(rights={}) == frozenset()
    assert can(rights={Right.LIVE_LISTEN: Scope.DEPARTMENT}) == {"listen"}


def test_by_whose_call_it_is() -> None:
    other = row_of(a_call(agent("boris", 1, answered_at=at(4)), answered_at=at(4)))
    rights = dict.fromkeys(RIGHTS, Scope.DEPARTMENT)
    assert can(other, rights=rights) == frozenset()
    assert can(TALKING, rights=rights) == ALL


def test_there_is_nobody_to_hear_yet_or_any_more() -> None:
    assert can(row_of(a_call(agent("anna")))) == {"hangup"}
    assert can(row_of(replace(TALKING.call, gone=True, ended_at=at(9)))) == frozenset()


def test_nobody_listens_to_himself() -> None:
    assert can(person="anna") == {"hangup"}


def test_a_private_clients_call() -> None:
    assert can(who=Told(private=True), curator_may=True) == {"hangup"}
    his = Told(is_owners=True)
    assert can(who=his) == {"hangup"}
    assert can(who=his, curator_may=True) == ALL


def test_who_talks_with_a_customer_alone_may_hold() -> None:
    customer = replace(CUSTOMER, answered_at=at(4))
    talks = agent("anna", 1, answered_at=at(4))
    row = row_of(a_call(legs=(customer, talks), answered_at=at(4)))
    rights: Rights = {Right.CALLS_MAKE: Scope.OWN}
    assert can(row, person="anna", rights=rights) == {"hold"}
    assert can(row, person="anna", rights={}) == frozenset()
    assert can(row, person="boss", rights={Right.CALLS_MAKE: Scope.ALL}) == frozenset()
