"""The rules of places as they are now, in memory: asked at sign-in and for every request."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from crm.people import Person, would_lock_out
from crm.places import PlaceRule, Verdict, judge, load_places, rules_of
from crm.staff import Staff
from daemon.signin.address import Origin
from daemon.signin.neighbours import mac_of
from daemon.staff import StaffBook
from store.database import Database


class PlaceBook:
    """Holds ``now``, every rule; asking it waits for nothing."""

    def __init__(
        self,
        database: Database,
        staff: StaffBook,
        neighbour: Callable[[str], str | None] = mac_of,
    ) -> None:
        self._database = database
        self._staff = staff
        self._neighbour = neighbour
        self.now: tuple[PlaceRule, ...] = ()
        """Empty until ``reload``."""

    async def reload(self) -> None:
        """Read every rule anew."""
        async with self._database.read() as connection:
            self.now = await connection.run_sync(load_places)

    def check(self, person: str, origin: Origin) -> Verdict:
        """Whether that person may come from there."""
        staff = self._staff.now
        known = staff.person(person)
        return Verdict.ELSEWHERE if known is None else self.judge(self.now, known, staff, origin)

    def judge(
        self, rules: tuple[PlaceRule, ...], person: Person, staff: Staff, origin: Origin
    ) -> Verdict:
        """As ``check``, by other rules."""

        def mac() -> str | None:
            return None if origin.through_proxy else self._neighbour(origin.address)

        return judge(rules_of(rules, person, staff), origin.address, mac)

    def would_lock_out(
        self,
        connection: Connection,
        rules: tuple[PlaceRule, ...],
        by: str,
        origin: Origin,
        known_from: Callable[[Connection, str], tuple[str, ...]],
    ) -> str | None:
        """Who would be shut out by these rules: who asks, from where he is now; or all who decide.

        ``known_from``: the addresses at which a person signed in lately. Who never signed in, or
        whose device is known by its MAC address, is taken to get in. The answer is a name, or
        ``administrators``; ``None``: nobody that matters.
        """
        staff = self._staff.now
        asking = staff.person(by)
        if asking is not None and self.judge(rules, asking, staff, origin) is not Verdict.ALLOWED:
            return by

        def admitted(person: Person) -> bool:
            held = rules_of(rules, person, staff)
            addresses = known_from(connection, person.name)
            if not held or not addresses or any(rule.mac for rule in held):
                return True
            return any(
                judge(held, address, lambda: None) is Verdict.ALLOWED for address in addresses
            )

        if would_lock_out(staff, admitted) and not would_lock_out(staff):
            return "administrators"
        return None
