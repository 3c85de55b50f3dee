"""``/api/v1/policies/{routing,announcements,callbacks,recordings}``: decided over the file's."""

from __future__ import annotations

from typing import Final

from aiohttp_pydantic.oas.typing import r200, r400

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


class RoutingPolicyResource(SectionResource):
    """Working hours, holidays, and whom a call rings for how long."""

    rights = rules(GET=Right.POLICY_READ, PATCH=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)
    section = "routing"
    model = RoutingPolicy

    async def get(self) -> r200[RoutingPolicy]:
        """As it is.

        Status codes:
            200: The policy
        """
        return self.answer()

    async def patch(self, changes: RoutingChanges) -> r200[RoutingPolicy] | r400[ProblemDocument]:
        """Decide over the file; it holds from the next call on.

        Status codes:
            200: The policy as it is now
            400: A value is not allowed
        """
        return await self.decide(changes)

    async def delete(self, key: Text | None = None) -> r200[RoutingPolicy] | r400[ProblemDocument]:
        """Back to the file's values: that of ``key``, else of all.

        Status codes:
            200: The policy as it is now
            400: There is no such setting
        """
        return await self.forget(key)


class AnnouncementPolicyResource(SectionResource):
    """Whether customers are told that calls are recorded."""

    rights = rules(GET=Right.POLICY_READ, PATCH=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)
    section = "announcements"
    model = AnnouncementPolicy

    async def get(self) -> r200[AnnouncementPolicy]:
        """As it is.

        Status codes:
            200: The policy
        """
        return self.answer()

    async def patch(
        self, changes: AnnouncementChanges
    ) -> r200[AnnouncementPolicy] | r400[ProblemDocument]:
        """Decide over the file; it holds from the next call on. While Callward is silent, the PBX
        goes by the file as ``callward dialplan install`` found it.

        Status codes:
            200: The policy as it is now
            400: A value is not allowed
        """
        return await self.decide(changes)

    async def delete(
        self, key: Text | None = None
    ) -> r200[AnnouncementPolicy] | r400[ProblemDocument]:
        """Back to the file's values: that of ``key``, else of all.

        Status codes:
            200: The policy as it is now
            400: There is no such setting
        """
        return await self.forget(key)


class CallbackPolicyResource(SectionResource):
    """Calls that managers start by a button: how long they ring, and how many there may be."""

    rights = rules(GET=Right.POLICY_READ, PATCH=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)
    section = "callbacks"
    model = CallbackPolicy

    async def get(self) -> r200[CallbackPolicy]:
        """As it is.

        Status codes:
            200: The policy
        """
        return self.answer()

    async def patch(self, changes: CallbackChanges) -> r200[CallbackPolicy] | r400[ProblemDocument]:
        """Decide over the file; it holds from the next call on.

        Status codes:
            200: The policy as it is now
            400: A value is not allowed
        """
        return await self.decide(changes)

    async def delete(self, key: Text | None = None) -> r200[CallbackPolicy] | r400[ProblemDocument]:
        """Back to the file's values: that of ``key``, else of all.

        Status codes:
            200: The policy as it is now
            400: There is no such setting
        """
        return await self.forget(key)


class RecordingPolicyResource(SectionResource):
    """How recordings are kept."""

    rights = rules(GET=Right.POLICY_READ, PATCH=Right.POLICY_CHANGE, DELETE=Right.POLICY_CHANGE)
    section = "recordings"
    model = RecordingPolicy

    async def get(self) -> r200[RecordingPolicy]:
        """As it is.

        Status codes:
            200: The policy
        """
        return self.answer()

    async def patch(
        self, changes: RecordingChanges
    ) -> r200[RecordingPolicy] | r400[ProblemDocument]:
        """Decide over the file; it holds for what is stored from now on.

        Status codes:
            200: The policy as it is now
            400: A value is not allowed
        """
        return await self.decide(changes)

    async def delete(
        self, key: Text | None = None
    ) -> r200[RecordingPolicy] | r400[ProblemDocument]:
        """Back to the file's values: that of ``key``, else of all.

        Status codes:
            200: The policy as it is now
            400: There is no such setting
        """
        return await self.forget(key)


ROUTES: Final = (
    ("/api/v1/policies/routing", RoutingPolicyResource),
    ("/api/v1/policies/announcements", AnnouncementPolicyResource),
    ("/api/v1/policies/callbacks", CallbackPolicyResource),
    ("/api/v1/policies/recordings", RecordingPolicyResource),
)
