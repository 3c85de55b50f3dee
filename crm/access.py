"""Who may do what. Pure: one function decides, every door asks it.

A person's ``Access`` is made from his role, his own exceptions and the departments below him.
What a right is asked about is a ``Target``: a client, or what belongs to one, by whom it is served;
or a person. ``crm.visible`` says the same to the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from config.settings import Policy


class Scope(IntEnum):
    """Whose things a right is about. The wider holds the narrower."""

    NONE = 0
    OWN = 1
    """His own: clients whose curator or deputy he is, calls in which he took part, his tasks."""
    DEPARTMENT = 2
    """His department's and those of the departments below it."""
    ALL = 3


class Right(StrEnum):
    """What can be allowed: an area and what is done in it. ``SCOPED`` ones know whose it is."""

    CLIENTS_READ = "clients.read"
    CLIENTS_UNASSIGNED = "clients.unassigned"
    """Clients whom nobody serves count as his own."""
    CLIENTS_CREATE = "clients.create"
    CLIENTS_CHANGE = "clients.change"
    CLIENTS_ASSIGN = "clients.assign"
    CLIENTS_MERGE = "clients.merge"
    CLIENTS_ARCHIVE = "clients.archive"
    CLIENTS_RESTORE = "clients.restore"
    CLIENTS_PURGE = "clients.purge"
    CLIENTS_PRIVATE = "clients.private"
    """Make clients of his own private."""
    CLIENTS_TAKEOVER = "clients.takeover"
    """Ask that private clients get another curator, or allow what another asked."""
    CLIENTS_IMPORT = "clients.import"
    CLIENTS_EXPORT = "clients.export"
    CALLS_READ = "calls.read"
    CALLS_MAKE = "calls.make"
    RECORDINGS_LISTEN = "recordings.listen"
    RECORDINGS_PAUSE = "recordings.pause"
    """Of a running call, for a short time: card data."""
    RECORDINGS_HOLD = "recordings.hold"
    """Set legal holds on calls and clients, and lift them."""
    LIVE_LISTEN = "live.listen"
    """Running calls: to hear them, unheard; the three below add to it."""
    LIVE_WHISPER = "live.whisper"
    LIVE_BARGE = "live.barge"
    LIVE_TAKEOVER = "live.takeover"
    """The customer goes on with who takes over, the manager's phone is free."""
    LIVE_HANGUP = "live.hangup"
    TASKS_READ = "tasks.read"
    TASKS_CHANGE = "tasks.change"
    REPORTS_READ = "reports.read"
    """Alerts, edits of digits, unusual reading."""
    REPORTS_SETTLE = "reports.settle"
    CHANGES_UNDO = "changes.undo"
    AUDIT_READ = "audit.read"
    PEOPLE_READ = "people.read"
    PEOPLE_AWAY = "people.away"
    """Say of others that they are away, or back; everybody says it of himself."""
    PEOPLE_CHANGE = "people.change"
    """Roles, exceptions, departments, passwords; leavers."""
    POLICY_READ = "policy.read"
    POLICY_CHANGE = "policy.change"
    """Fields, quotas, trusted places, categories, custom fields, decoys."""
    SYSTEM_READ = "system.read"
    """Health in full, metrics."""


SCOPED: Final = frozenset(
    {
        Right.CLIENTS_READ,
        Right.CLIENTS_CHANGE,
        Right.CLIENTS_ASSIGN,
        Right.CLIENTS_MERGE,
        Right.CLIENTS_ARCHIVE,
        Right.CLIENTS_RESTORE,
        Right.CLIENTS_EXPORT,
        Right.CALLS_READ,
        Right.CALLS_MAKE,
        Right.RECORDINGS_LISTEN,
        Right.RECORDINGS_PAUSE,
        Right.RECORDINGS_HOLD,
        Right.LIVE_LISTEN,
        Right.LIVE_WHISPER,
        Right.LIVE_BARGE,
        Right.LIVE_TAKEOVER,
        Right.LIVE_HANGUP,
        Right.TASKS_READ,
        Right.TASKS_CHANGE,
        Right.REPORTS_READ,
        Right.REPORTS_SETTLE,
        Right.CHANGES_UNDO,
        Right.AUDIT_READ,
        Right.PEOPLE_READ,
        Right.PEOPLE_AWAY,
    }
)
"""The others are held (``ALL``) or not held (``NONE``)."""

Rights = Mapping[Right, Scope]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose a client is, and so a call, recording or task with him."""

    curator: str | None = None
    deputy: str | None = None
    private: bool = False


NOBODYS: Final = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one person may do, and which fields are hidden from him."""

    person: str
    rights: Rights
    colleagues: frozenset[str] = frozenset()
    """Everybody of his department and those below, himself included."""
    hidden: frozenset[str] = frozenset()
    """Names of fields, as in ``crm.fields``."""
    scopes: frozenset[Right] | None = field(default=None)
    """Rights to which a program's key is narrowed; ``None``: not narrowed."""
    own_private: bool = True
    """``False``: his private clients do not exist for him either, as he comes now: by a key that
    another made, or soon after another set how he signs in."""

    def scope(self, right: Right) -> Scope:
        """How far a right of his goes."""
        if self.scopes is not None and right not in self.scopes:
            return Scope.NONE
        return self.rights.get(right, Scope.NONE)

    def has(self, right: Right) -> bool:
        """Whether he holds it at all."""
        return self.scope(right) > Scope.NONE

    def sees(self, field_name: str) -> bool:
        """Whether he may read, search by, change a field."""
        return field_name not in self.hidden

    def owns(self, curator: str | None) -> bool:
        """Whether private clients of that curator are his, and open to him."""
        return self.own_private and curator == self.person


def allows(access: Access, right: Right, target: Target) -> bool:
    """Whether that person may do that with that client, or what belongs to him.

    A private client is its curator's alone: for all others there is none, whatever their rights.
    """
    if target.private and not access.owns(target.curator):
        return False
    scope = access.scope(right)
    if scope is Scope.ALL:
        return True
    if scope is Scope.NONE:
        return False
    serving = {target.curator, target.deputy} - {None}
    if not serving:
        return access.has(Right.CLIENTS_UNASSIGNED)
    among = access.colleagues | {access.person} if scope is Scope.DEPARTMENT else {access.person}
    return not serving.isdisjoint(among)


def allows_person(access: Access, right: Right, person: str) -> bool:
    """As ``allows``, of what belongs to a person: his calls, his tasks, what he did."""
    scope = access.scope(right)
    if scope is Scope.ALL or (scope is not Scope.NONE and person == access.person):
        return True
    return scope is Scope.DEPARTMENT and person in access.colleagues


def may_dial(policy: Policy, *, is_client: bool) -> bool:
    """Whether a plain number may be dialled. Emergency numbers never come to this question."""
    return policy == "anyone" or (policy == "clients_only" and is_client)
