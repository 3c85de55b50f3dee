"""``/api/v1/policies/monitoring``: what holds for listening to running calls."""

from __future__ import annotations

from typing import Final

from aiohttp_pydantic.oas.typing import r200, r400
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from crm.access import Right
from crm.audit import Action
from crm.monitoring_policy import KEY, Private
from crm.policies import save_policy
from daemon.api.monitoring_door import policy_of
from daemon.api.parameters import Resource, rules
from daemon.api.problems import ProblemDocument
from daemon.api.responses import json_response


class MonitoringPolicyModel(BaseModel):
    """The whole of it; what is left out takes its default."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason_required: bool = False
    """Nobody listens without saying why."""
    manager_told: bool = False
    """Whose call is listened to sees it on his page, and has a notice of it afterwards."""
    private: Private = "never"
    """Who may listen to calls with private clients: nobody, or the client's own curator."""


class MonitoringPolicyResource(Resource):
    """Listening to running calls."""

    rights = rules(GET=Right.POLICY_READ, PUT=Right.POLICY_CHANGE)

    async def get(self) -> r200[MonitoringPolicyModel]:
        """As it is.

        Status codes:
            200: The policy
        """
        return json_response(MonitoringPolicyModel(**policy_of(self.context).write()))

    async def put(
        self, wanted: MonitoringPolicyModel
    ) -> r200[MonitoringPolicyModel] | r400[ProblemDocument]:
        """Let it be so from now on.

        Status codes:
            200: The policy
        """
        at, by = self.context.sign_in.now(), self.viewer.actor
        before, after = policy_of(self.context).write(), wanted.model_dump(mode="json")
        changed = [key for key in after if before[key] != after[key]]
        details = {
            "before": {key: before[key] for key in changed},
            "after": {key: after[key] for key in changed},
        }
        entry = self.viewer.entry(Action.POLICY_CHANGED, object=KEY, details=details)

        def work(connection: Connection) -> None:
            save_policy(connection, KEY, after, by=by, at=at)
            self.context.audit.add(connection, entry)

        await self.context.staff.change(work)
        return json_response(wanted)


ROUTES: Final = (("/api/v1/policies/monitoring", MonitoringPolicyResource),)
