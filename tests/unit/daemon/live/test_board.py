"""The board tells who asked of every change, and makes a record only for who looks."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from daemon.board import Board
from daemon.calls.call import Call

from .test_row import a_call, at


def test_a_record_is_made_when_somebody_looks() -> None:
    board, call, made = Board(), a_call(), 0

    def current(_: UUID) -> Call:
        nonlocal made
        made += 1
        return call

    for _ in range(100):
        board.changed(call.id, current)
    assert made == 0
    assert board.get(call.id) is call
    assert board.running() == [call]
    assert made == 1


def test_a_record_that_cannot_be_made_hides_no_other() -> None:
    board, one, other = Board(), a_call(), a_call()

    def wrong(_: UUID) -> Call:
        raise KeyError

    board.changed(one.id, wrong)
    board.publish(other)
    assert board.running() == [other]


def test_listeners_hear_of_every_change() -> None:
    board, heard = Board(), list[tuple[UUID, bool]]()
    board.listeners.append(lambda call, last: heard.append((call, last is not None)))
    one, other = a_call(), a_call()
    board.changed(one.id, lambda _: one)
    board.publish(other)
    board.publish(replace(one, gone=True, ended_at=at(9)))
    board.remove(other.id)
    assert heard == [(one.id, False), (other.id, False), (one.id, True), (other.id, False)]


def test_a_call_that_ended_long_ago_makes_room_and_that_is_told() -> None:
    board, heard = Board(), list[UUID]()
    calls = [replace(a_call(), gone=True, ended_at=at(n)) for n in range(21)]
    board.listeners.append(lambda call, _last: heard.append(call))
    for call in calls:
        board.publish(call)
    assert board.ended() == calls[:0:-1]
    assert heard.count(calls[0].id) == 2
    assert board.get(calls[0].id) is None
