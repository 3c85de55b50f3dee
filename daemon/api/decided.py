"""``/api/v1/policies/{routing,announcements,callbacks,recordings}``: decided over the file's."""

from __future__ import annotations

from typing import Any, Final

from aiohttp_pydantic.oas.typing import r200, r400
from pydantic import BaseModel

from crm.access import Right
from daemon.api.decided_door import SectionResource
from daemon.api.decided_models import (
    AnnouncementChanges,
    AnnouncementPolicy,
    CallbackChanges,
    CallbackPolicy,
    RecordingChanges,
    RecordingPolicy,
    RoutingChanges,
    RoutingPolicy,
)
from daemon.api.parameters import Text, rules
from daemon.api.problems import ProblemDocument

_GET: Final = """As it is.

Status codes:
    200: The policy
"""
_PATCH: Final = """{}

Status codes:
    200: The policy as it is now
    400: A value is not allowed
"""
_DELETE: Final = """Back to the file's values: that of ``key``, else of all.

Status codes:
    200: The policy as it is now
    400: There is no such setting
"""


def _resource(
    section: str, policy: type[BaseModel], changes: type[BaseModel], *, about: str, decide: str
) -> type[SectionResource]:
    """The endpoint of one section; what its methods take and answer is told by its models.

    ``about``: what the policy is of; ``decide``: from when a decision holds.
    """

    async def get(self: SectionResource) -> Any:
        return self.answer()

    async def patch(self: SectionResource, changes: BaseModel) -> Any:
        return await self.decide(changes)

    async def delete(self: SectionResource, key: Text | None = None) -> Any:
        return await self.forget(key)

    get.__doc__, patch.__doc__, delete.__doc__ = _GET, _PATCH.format(decide), _DELETE
    answer: Any = r200[policy]
    get.__annotations__["return"] = answer
    patch.__annotations__ |= {"changes": changes, "return": answer | r400[ProblemDocument]}
    delete.__annotations__["return"] = answer | r400[ProblemDocument]
    methods = {"get": get, "patch": patch, "delete": delete}
    rights = rules(GET=Right.POLICY_READ, PATCH=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)
    names = {"__doc__": about, "rights": rights, "section": section, "model": policy}
    return type(f"{policy.__name__}Resource", (SectionResource,), {**names, **methods})


ROUTES: Final = (
    (
        "/api/v1/policies/routing",
        _resource(
            "routing",
            RoutingPolicy,
            RoutingChanges,
            about="Working hours, holidays, and whom a call rings for how long.",
            decide="Decide over the file; it holds from the next call on.",
        ),
    ),
    (
        "/api/v1/policies/announcements",
        _resource(
            "announcements",
            AnnouncementPolicy,
            AnnouncementChanges,
            about="Whether customers are told that calls are recorded.",
            decide="Decide over the file; it holds from the next call on. While Callward is silent,"
            " the PBX\ngoes by the file as ``callward dialplan install`` found it.",
        ),
    ),
    (
        "/api/v1/policies/callbacks",
        _resource(
            "callbacks",
            CallbackPolicy,
            CallbackChanges,
            about="Calls that managers start by a button: how long they ring, and how many there"
            " may be.",
            decide="Decide over the file; it holds from the next call on.",
        ),
    ),
    (
        "/api/v1/policies/recordings",
        _resource(
            "recordings",
            RecordingPolicy,
            RecordingChanges,
            about="How recordings are kept.",
            decide="Decide over the file; it holds for what is stored from now on.",
        ),
    ),
)
