"""What stands in the queries of requests, by the parameter's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .endpoints import NOWHERE, SINCE
from .personas import ME

GUESS: Final = "{guess}"
"""In a value: something that somebody would like to know whether it is there."""


@dataclass(frozen=True)
class Thing:
    """The id of something, which is another one in each world."""

    kind: str
    """The segment of an address behind which it stands."""
    at: int


CLIENT: Final = Thing("clients", -1)
"""``at`` of any: another one each time."""
VALUES: Final[Mapping[str, Sequence[Any]]] = {
    "q": (*("{company}", "{name}") * 3, GUESS, "card", "works", "zq"),
    "number": ("{phones}",) * 6,
    "email": ("{emails}@example.com",) * 6,
    "code": ("23450",),
    "company": (*("{company} Works", "{company} Hall") * 6, "{company}"),
    "category": ("trusted", GUESS),
    "curator": (ME, "other", "mate", GUESS),
    "person": (ME, "other", "mate", GUESS),
    "agent": (ME, "other", GUESS),
    "client": (CLIENT, GUESS),
    "client_id": (CLIENT,),
    "with": (CLIENT,),
    "object": (GUESS, "people"),
    "action": ("clients_searched", "client_opened", GUESS),
    "sort": ("name", "created", "company", "phones", GUESS),
    "limit": ("1", "500", "0"),
    "since": (SINCE,),
    "until": ("2030-01-01T00:00:00Z", SINCE),
    "created_since": (SINCE, "2030-01-01T00:00:00Z"),
    "address": ("192.0.2.1",),
    "after": (NOWHERE, GUESS),
    "unassigned": ("true",),
    "open_task": ("true",),
    "mine": ("true",),
    "missed": ("true", "false"),
    "recorded": ("true", "false"),
    "min_talk_seconds": ("0", "5", GUESS),
    "company_number": ("{phones}", GUESS),
    "answered_by": (ME, "other", GUESS),
    "unread": ("true",),
    "waiting": ("true", "false"),
    "state": ("all", "open", "closed", "settled", "overdue", GUESS),
    "subject": ("everyone",),
    "field": ("company",),
    "name": (GUESS,),
}
