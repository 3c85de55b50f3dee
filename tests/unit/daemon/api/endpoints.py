"""What the access matrix has to know of each address: whose the thing in it is, and good requests.

A new endpoint needs one line here; ``test_access_matrix`` fails until it has one. Name its address
as in ``ROUTES`` and say

- ``thing``: whose the object in the path is (``Thing``); ``NOBODYS`` where only the right counts,
- ``missing``: the code of the problem that says that there is no such object,
- ``right``: the right that decides over the object, where it is not the one of the rule,
- ``bodies``, ``query``: by method, a request that is in order, so that the decision is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from crm.access import Right

NOWHERE: Final = "01941f29-7c00-7aaa-9bbb-0123456789ab"
"""An id of nothing."""
ITSELF: Final = "{id}"
"""In a body: the id of the object in the path."""
SINCE: Final = "2026-01-01T00:00:00Z"


class Thing(Enum):
    """Whose the object in the path is."""

    NOBODYS = auto()
    """It has no owner, or the path names none: the rule alone decides."""
    CLIENT = auto()
    ARCHIVED_CLIENT = auto()
    CALL = auto()
    RECORDING = auto()
    CALLBACK = auto()
    PERSON = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One line of the table."""

    thing: Thing = Thing.NOBODYS
    missing: str = ""
    right: Right | None = None
    whole: bool = False
    """The right has to be held for all."""
    ranked: bool = False
    """Who holds the right may be refused still: nobody decides over who may more than he."""
    own: bool = False
    """Everybody reaches his own, whatever his rights."""
    knows: Right | None = None
    """Who has this right to it may know that it is there: 403 instead of 404."""
    bodies: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def _client(missing: str = "client_not_found", **more: Any) -> Endpoint:
    return Endpoint(thing=Thing.CLIENT, missing=missing, knows=Right.CLIENTS_READ, **more)


def _archived(**more: Any) -> Endpoint:
    return Endpoint(thing=Thing.ARCHIVED_CLIENT, missing="client_not_found", **more)


ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    # calls
    "/api/v1/calls": Endpoint(),
    "/api/v1/calls/{id}": Endpoint(thing=Thing.CALL, missing="call_not_found"),
    "/api/v1/calls/{id}/wrap-up": Endpoint(
        thing=Thing.CALL, missing="call_not_found", bodies={"PUT": {"outcome": "agreed"}}
    ),
    "/api/v1/legal-holds": Endpoint(),
    "/api/v1/calls/{id}/legal-hold": Endpoint(
        thing=Thing.CALL,
        missing="call_not_found",
        bodies={"PUT": {"reason": "a suit"}, "DELETE": {"reason": "it is over"}},
    ),
    "/api/v1/clients/{id}/legal-hold": _client(
        bodies={"PUT": {"reason": "a suit"}, "DELETE": {"reason": "it is over"}}
    ),
    "/api/v1/recordings/{id}": Endpoint(thing=Thing.RECORDING, missing="recording_not_found"),
    "/api/v1/recordings/{id}/audio": Endpoint(thing=Thing.RECORDING, missing="recording_not_found"),
    "/api/v1/calls/{id}/notes": Endpoint(
        thing=Thing.CALL, missing="call_not_found", bodies={"POST": {"text": "wants a quote"}}
    ),
    "/api/v1/calls/{id}/notes/{note_id}": Endpoint(thing=Thing.CALL, missing="call_not_found"),
    "/api/v1/recordings/{id}/listens": Endpoint(
        thing=Thing.RECORDING, missing="recording_not_found"
    ),
    "/api/v1/views": Endpoint(
        bodies={"POST": {"page": "calls", "name": "Missed", "query": "missed=true"}}
    ),
    "/api/v1/views/{id}": Endpoint(),
    "/api/v1/board": Endpoint(),
    "/api/v1/monitorings": Endpoint(bodies={"POST": {"call_id": NOWHERE}}),
    "/api/v1/monitorings/{id}": Endpoint(bodies={"PATCH": {"mode": "whisper"}}),
    "/api/v1/policies/monitoring": Endpoint(bodies={"PUT": {"reason_required": True}}),
    "/api/v1/calls/{id}/hangup": Endpoint(),
    "/api/v1/calls/{id}/hold": Endpoint(),
    "/api/v1/calls/{id}/recording-pause": Endpoint(),
    "/api/v1/callbacks": Endpoint(bodies={"POST": {"client_id": NOWHERE}}),
    "/api/v1/callbacks/{id}": Endpoint(
        thing=Thing.CALLBACK, missing="callback_not_found", right=Right.CALLS_READ, own=True
    ),
    "/api/v1/agents": Endpoint(),
    "/api/v1/agents/{name}": Endpoint(),
    "/api/v1/agents/{name}/phones": Endpoint(
        bodies={"PUT": {"ring": ["201"], "order": "together"}}
    ),
    "/api/v1/agents/{name}/pin": Endpoint(bodies={"PUT": {"pin": "4826"}}),
    # cards
    "/api/v1/clients": Endpoint(bodies={"POST": {"name": "Jane Ford"}}),
    "/api/v1/clients/suggest": Endpoint(query={"q": "ja"}),
    "/api/v1/clients/assign": Endpoint(bodies={"POST": {"clients": [NOWHERE], "to": None}}),
    "/api/v1/clients/{id}": _client(bodies={"PATCH": {"category": None}}),
    "/api/v1/clients/{id}/as/{name}": _client(),
    "/api/v1/clients/{id}/as/{name}/preview": _client(
        right=Right.CLIENTS_READ, bodies={"POST": {"subject": "everyone", "hide": ["notes"]}}
    ),
    "/api/v1/clients/{id}/phones": _client(bodies={"POST": {"number": "+442079460999"}}),
    "/api/v1/clients/{id}/phones/{phone_id}": _client(bodies={"PATCH": {"label": "home"}}),
    "/api/v1/clients/{id}/contacts": _client(
        bodies={"POST": {"kind": "address", "value": "1 High Street"}}
    ),
    "/api/v1/clients/{id}/contacts/{contact_id}": _client(bodies={"PATCH": {"label": "home"}}),
    "/api/v1/clients/{id}/notes": _client(bodies={"POST": {"text": "wants a quote"}}),
    "/api/v1/clients/{id}/notes/{note_id}": _client(bodies={"PATCH": {"text": "has one"}}),
    "/api/v1/clients/{id}/timeline": _client(),
    "/api/v1/clients/{id}/changes": _client(),
    "/api/v1/clients/{id}/undo": _client(bodies={"POST": {"since": SINCE}}),
    "/api/v1/clients/{id}/merge": _client(
        bodies={"POST": {"source_id": ITSELF}}, query={"with": NOWHERE}
    ),
    "/api/v1/clients/{id}/restore": _archived(),
    "/api/v1/clients/{id}/purge": _archived(),
    "/api/v1/archive": Endpoint(),
    "/api/v1/custom-fields": Endpoint(),
    "/api/v1/custom-fields/{key}": Endpoint(bodies={"PUT": {"label": "Tyres", "kind": "text"}}),
    "/api/v1/categories": Endpoint(),
    "/api/v1/categories/{name}": Endpoint(bodies={"PUT": {"position": 1}}),
    "/api/v1/duplicates": Endpoint(),
    "/api/v1/merges/{id}/undo": Endpoint(),
    "/api/v1/changes/{id}/undo": Endpoint(),
    "/api/v1/undoings/{id}": Endpoint(),
    "/api/v1/embedding": Endpoint(),
    "/api/v1/reports/digit-edits": Endpoint(),
    "/api/v1/reports/hours": Endpoint(),
    "/api/v1/reports/people": Endpoint(),
    "/api/v1/reports/numbers": Endpoint(),
    "/api/v1/reports/service": Endpoint(),
    "/api/v1/ledger": Endpoint(whole=True),
    "/api/v1/ledger/{day}": Endpoint(whole=True),
    "/api/v1/ledger/{day}/check": Endpoint(whole=True),
    "/api/v1/ledger/{day}/fix": Endpoint(whole=True),
    "/api/v1/takeovers": Endpoint(
        bodies={"POST": {"curator": "other", "successor": "colleague", "reason": "he is ill"}}
    ),
    "/api/v1/takeovers/{id}/allow": Endpoint(),
    "/api/v1/takeovers/{id}/refuse": Endpoint(),
    "/api/v1/imports": Endpoint(),
    "/api/v1/imports/{id}": Endpoint(bodies={"PUT": {"columns": {}}}),
    "/api/v1/imports/{id}/run": Endpoint(),
    "/api/v1/exports": Endpoint(bodies={"POST": {"fields": ["name"]}}),
    "/api/v1/exports/recognise": Endpoint(),
    # work
    "/api/v1/divisions": Endpoint(bodies={"POST": {"unassigned": True, "to": ["colleague"]}}),
    "/api/v1/divisions/{id}": Endpoint(),
    "/api/v1/divisions/{id}/run": Endpoint(),
    "/api/v1/policies/division": Endpoint(bodies={"PUT": {"rule": "nobody"}}),
    "/api/v1/tasks": Endpoint(bodies={"POST": {"client_id": NOWHERE, "text": "send a quote"}}),
    "/api/v1/tasks/{id}": Endpoint(bodies={"PATCH": {"closed": True}}),
    # people
    "/api/v1/people": Endpoint(bodies={"POST": {"name": "newcomer"}}),
    "/api/v1/people/{name}": Endpoint(bodies={"PATCH": {"weight": 50}}),
    "/api/v1/presence": Endpoint(bodies={"PUT": {"reason": "break"}}),
    "/api/v1/presences": Endpoint(),
    "/api/v1/people/{name}/presence": Endpoint(bodies={"PUT": {"reason": "meeting"}}),
    "/api/v1/people/{name}/leave": Endpoint(bodies={"POST": {}}),
    "/api/v1/people/{name}/return": Endpoint(),
    "/api/v1/people/{name}/touched": Endpoint(),
    "/api/v1/people/{name}/aftermath": Endpoint(),
    "/api/v1/people/{name}/undo": Endpoint(bodies={"POST": {"since": SINCE}}),
    "/api/v1/people/{name}/password": Endpoint(bodies={"PUT": {}}),
    "/api/v1/people/{name}/totp": Endpoint(),
    "/api/v1/people/{name}/lockout": Endpoint(),
    "/api/v1/roles": Endpoint(),
    "/api/v1/roles/{name}": Endpoint(bodies={"PUT": {"rights": {"clients.read": "own"}}}),
    "/api/v1/departments": Endpoint(),
    "/api/v1/departments/{name}": Endpoint(ranked=True, bodies={"PUT": {"parent": None}}),
    # what the company decided
    "/api/v1/field-rules": Endpoint(
        bodies={"PUT": {"subject": "everyone", "hide": ["company"]}},
        query={"subject": "everyone", "field": "company"},
    ),
    "/api/v1/field-rules/preview": Endpoint(
        bodies={"POST": {"subject": "everyone", "hide": ["company"]}}
    ),
    "/api/v1/place-rules": Endpoint(
        bodies={"POST": {"subject": "person", "name": "other", "network": "192.0.2.0/24"}}
    ),
    "/api/v1/place-rules/check": Endpoint(query={"address": "192.0.2.1"}),
    "/api/v1/place-rules/{id}": Endpoint(),
    "/api/v1/policies/routing": Endpoint(bodies={"PATCH": {"curator_seconds": 30}}),
    "/api/v1/policies/announcements": Endpoint(bodies={"PATCH": {"inbound": "early"}}),
    "/api/v1/policies/callbacks": Endpoint(bodies={"PATCH": {"at_once": 30}}),
    "/api/v1/policies/recordings": Endpoint(bodies={"PATCH": {"keep_originals": True}}),
    "/api/v1/routing/preview": Endpoint(bodies={"POST": {}}),
    "/api/v1/policies/sign_in": Endpoint(bodies={"PUT": {}}),
    "/api/v1/policies/outcomes": Endpoint(bodies={"PUT": {"outcomes": [{"key": "agreed"}]}}),
    "/api/v1/policies/reconciliation": Endpoint(bodies={"PUT": {}}),
    "/api/v1/policies/reconciliation/preview": Endpoint(bodies={"POST": {}}),
    "/api/v1/policies/quotas": Endpoint(bodies={"PUT": {}}),
    "/api/v1/decoys": Endpoint(bodies={"POST": {"count": 1}}),
    "/api/v1/decoys/{id}": Endpoint(),
    # what is watched
    "/api/v1/alerts": Endpoint(),
    "/api/v1/alerts/{id}": Endpoint(bodies={"PATCH": {"note": "spoke with him"}}),
    "/api/v1/reconciliation": Endpoint(),
    "/api/v1/reconciliation/{call_id}": Endpoint(),
    "/api/v1/reconciliation/{call_id}/question": Endpoint(bodies={"POST": {}}),
    "/api/v1/reconciliation/{call_id}/answer": Endpoint(bodies={"POST": {"text": "he will come"}}),
    "/api/v1/reconciliation/{call_id}/settle": Endpoint(bodies={"POST": {"reason": "a greeting"}}),
    "/api/v1/control/missed": Endpoint(),
    "/api/v1/control/quiet": Endpoint(),
    "/api/v1/control/quiet/{name}": Endpoint(),
    "/api/v1/control/monitorings": Endpoint(),
    "/api/v1/control/pauses": Endpoint(),
    "/api/v1/audit": Endpoint(),
    "/api/v1/audit/verify": Endpoint(whole=True),
    "/api/v1/audit/people/{name}": Endpoint(),
    "/api/v1/notices": Endpoint(bodies={"PATCH": {}}),
    "/api/v1/quotas": Endpoint(),
    "/api/v1/quotas/{person}": Endpoint(),
    # oneself
    "/api/v1/session": Endpoint(bodies={"POST": {"name": "nobody", "password": "wrong password"}}),
    "/api/v1/session/windows": Endpoint(),
    "/api/v1/session/ways": Endpoint(),
    "/api/v1/session/password": Endpoint(bodies={"PUT": {"old": "wrong", "new": "also wrong"}}),
    "/api/v1/session/totp": Endpoint(
        bodies={"PUT": {"code": "123456"}, "DELETE": {"password": "wrong"}}
    ),
    "/api/v1/sessions": Endpoint(),
    "/api/v1/sessions/{id}": Endpoint(),
    "/api/v1/tokens": Endpoint(bodies={"POST": {}}),
    "/api/v1/tokens/{id}": Endpoint(),
    # the machine
    "/api/v1/system": Endpoint(),
    "/api/v1/settings": Endpoint(ranked=True),
    "/api/v1/live": Endpoint(),
    "/health": Endpoint(),
    "/health/live": Endpoint(),
    "/health/ready": Endpoint(),
}
