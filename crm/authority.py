"""Which changes of people and roles a person may make: nobody gives or takes what he lacks. Pure.

Asked with the staff as it is before and after the change, so that whatever changes people's rights
(their roles, exceptions, departments, the rights of a role) is judged in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm.access import Access, Right, Rights, Scope
from crm.people import Person, would_lock_out
from crm.staff import Staff


class ChangeRefusedError(Exception):
    """A change of people or roles that may not be. ``code`` says why, ``about`` names what."""

    def __init__(self, code: str, **about: str) -> None:
        super().__init__(code)
        self.code = code
        """``outranked``: that person holds more than he who would change him; ``beyond_yours``: he
        would give what he does not hold himself; ``would_lock_out``: nobody would be left."""
        self.about: dict[str, Any] = dict(about)


def beyond(held: Access, giver: Access) -> tuple[str, ...]:
    """What somebody holds and the giver does not: rights, and fields that he sees. By name."""
    return (
        *(right.value for right in Right if _wider(held, giver, right)),
        *sorted(giver.hidden - held.hidden),
    )


def beyond_rights(rights: Rights, giver: Access) -> tuple[str, ...]:
    """As ``beyond``, of a role that nobody need have."""
    return tuple(right.value for right, scope in rights.items() if scope > giver.scope(right))


def check_change(before: Staff, after: Staff, giver: Access, subject: str | None = None) -> None:
    """Raises ``ChangeRefusedError``. ``subject``: who is changed, though his rights stay as they
    are; those whose rights or fields change are found by themselves.
    """
    for name in _changed(before, after, subject):
        held = before.held_by(name)
        if held is not None and (more := beyond(held, giver)):
            raise ChangeRefusedError("outranked", name=name, more=", ".join(more))
        given = after.held_by(name)
        if given is not None and (more := beyond(given, giver)):
            raise ChangeRefusedError("beyond_yours", name=name, more=", ".join(more))
    _check_own_department(before, after, giver)


def check_lock_out(
    before: Staff, after: Staff, admitted: Callable[[Person], bool] = lambda _person: True
) -> None:
    """Raises ``ChangeRefusedError`` where this change would take the last administrator away.

    ``admitted``: whether a person's way of signing in is open.
    """
    if would_lock_out(after, admitted) and not would_lock_out(before, admitted):
        raise ChangeRefusedError("would_lock_out")


def check_shown(before: Staff, after: Staff, giver: Access) -> None:
    """Raises ``ChangeRefusedError`` where somebody would see a field that the giver does not."""
    for person in after.people:
        was, is_ = before.held_by(person.name), after.held_by(person.name)
        if was is None or is_ is None:
            continue
        if more := (was.hidden - is_.hidden) & giver.hidden:
            raise ChangeRefusedError("beyond_yours", name=person.name, more=", ".join(sorted(more)))


def check_role(old: Rights | None, new: Rights | None, name: str, giver: Access) -> None:
    """Raises ``ChangeRefusedError`` for a role that holds, or would hold, more than the giver."""
    if more := beyond_rights(old or {}, giver):
        raise ChangeRefusedError("outranked", name=name, more=", ".join(more))
    if more := beyond_rights(new or {}, giver):
        raise ChangeRefusedError("beyond_yours", name=name, more=", ".join(more))


def _check_own_department(before: Staff, after: Staff, giver: Access) -> None:
    """Who sees a department brings nobody into it whom he did not see: that shows him more."""
    own = after.held_by(giver.person)
    more = [right.value for right in Right if giver.scope(right) is Scope.DEPARTMENT]
    known = {person.name for person in before.people}
    if own is not None and more and own.colleagues & known - giver.colleagues:
        raise ChangeRefusedError("beyond_yours", name=giver.person, more=", ".join(more))


def _changed(before: Staff, after: Staff, subject: str | None) -> Iterator[str]:
    for person in after.people:
        was, is_ = before.held_by(person.name), after.held_by(person.name)
        assert is_ is not None
        if (
            person.name == subject
            or was is None
            or (was.rights, was.hidden) != (is_.rights, is_.hidden)
        ):
            yield person.name


def _wider(held: Access, giver: Access, right: Right) -> bool:
    scope, own = held.scope(right), giver.scope(right)
    if scope is own is Scope.DEPARTMENT:
        return not held.colleagues - {held.person} <= giver.colleagues
    return scope > own
