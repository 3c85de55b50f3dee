"""Who a customer is, to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from crm.access import Access, Right, Scope
from crm.clients import ClientName
from daemon.live.customers import NOBODY, Claim, Known, Told, whose

AT = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


def access(person: str = "anna", scope: Scope = Scope.ALL) -> Access:
    return Access(person=person, rights={Right.CLIENTS_READ: scope, Right.CALLS_READ: Scope.ALL})


def card(curator: str | None = "anna", *, private: bool = False) -> ClientName:
    return ClientName(
        id=uuid4(), name="Jane Ford", short_code="23450", curator=curator, private=private
    )


def told(viewer: Access, known: Known, *, took_part: bool = False) -> Told:
    return whose(viewer, known, took_part=took_part, started_at=AT)


def test_a_stranger() -> None:
    assert told(access(), Known()) == NOBODY


def test_a_client_of_whom_he_may_know() -> None:
    jane = card("boris")
    assert told(access(), Known(jane)) == Told(jane)


def test_a_client_outside_his_scope_has_no_name_and_is_not_said_to_be_private() -> None:
    assert told(access(scope=Scope.OWN), Known(card("boris")), took_part=True) == NOBODY


def test_a_private_client_is_his_curators() -> None:
    known = Known(card("boris", private=True))
    assert told(access(), known, took_part=True) == Told(private=True)
    assert told(access("boris"), known) == Told(known.owner, is_owners=True)


def test_a_number_that_his_own_card_claims_is_that_cards() -> None:
    mine = card("anna")
    known = Known(card("boris", private=True), (Claim(mine, AT - timedelta(days=1)),))
    assert told(access(), known, took_part=True).client == mine
    # A call of others tells him nothing of the claim.
    assert told(access(), known) == Told(private=True)


def test_a_claim_made_after_a_private_clients_call_tells_nothing() -> None:
    known = Known(card("boris", private=True), (Claim(card("anna"), AT + timedelta(days=1)),))
    assert told(access(), known, took_part=True) == Told(private=True)


def test_a_claim_of_a_card_that_is_not_his_tells_nothing() -> None:
    known = Known(card("boris"), (Claim(card("carl"), AT),))
    assert told(access(scope=Scope.OWN), known, took_part=True) == NOBODY
