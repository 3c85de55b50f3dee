"""Parts of a file that a player asks for are one listening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm.listens import Listen, together

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def asked(minute: float, person: str = "anna", via: str = "session:1") -> Listen:
    at = NOON + timedelta(minutes=minute)
    return Listen(person=person, via=via, address="192.0.2.1", began_at=at, last_at=at)


def told(*newest_first: Listen) -> list[tuple[str, float, float]]:
    def minute(at: datetime) -> float:
        return (at - NOON).total_seconds() / 60

    return [
        (one.person, minute(one.began_at), minute(one.last_at)) for one in together(newest_first)
    ]


def test_requests_close_to_each_other_are_one() -> None:
    assert told(asked(19), asked(10), asked(0)) == [("anna", 0, 19)]


def test_after_a_longer_pause_it_is_another() -> None:
    assert told(asked(20.5), asked(10), asked(0)) == [("anna", 20.5, 20.5), ("anna", 0, 10)]


def test_each_has_his_own_while_others_listen() -> None:
    assert told(asked(3), asked(2, "boris"), asked(1), asked(0, via="token:2")) == [
        ("anna", 1, 3),
        ("boris", 2, 2),
        ("anna", 0, 0),
    ]


def test_nobody_listened() -> None:
    assert told() == []
