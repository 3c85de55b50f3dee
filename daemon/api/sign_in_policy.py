"""``/api/v1/policies/sign_in``: how people may sign in, and for how long."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Self

from aiohttp_pydantic.oas.typing import r200, r400, r409
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from crm.access import Right
from crm.audit import Action, Entry
from crm.policies import save_policy
from crm.sign_in_policy import KEY, SignInPolicy
from crm.staff import Staff
from daemon.api.parameters import Resource, Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response


class SignInPolicyModel(BaseModel):
    """The whole of it; what is left out takes its default."""

    model_config = ConfigDict(extra="forbid")

    password: bool = True
    """Whether anybody may sign in by password; without, a Windows account is the only way."""
    totp_roles: list[Text] = Field(default_factory=list)
    """Roles that need a one-time code beside the password."""
    idle_hours: Annotated[int, Field(ge=1, le=500)] = 12
    """A session that nobody uses for so long has ended."""
    session_days: Annotated[int, Field(ge=1, le=90)] = 7
    """A session ends so long after it began."""
    bind_address: bool = False
    """Whether a session is good only from the address at which it began."""
    attempts: Annotated[int, Field(ge=2, le=50)] = 5
    """Wrong passwords in a row until a person is locked out."""
    lockout_minutes: Annotated[int, Field(ge=1, le=500)] = 5
    """For how long at first; each further lockout is twice as long, up to a day."""

    @classmethod
    def of(cls, policy: SignInPolicy) -> Self:
        """From what is stored."""
        return cls(**policy.write())


class SignInPolicyResource(Resource):
    """How people sign in."""

    rights = rules(GET=Right.POLICY_READ, PUT=Right.POLICY_CHANGE)

    async def get(self) -> r200[SignInPolicyModel]:
        """As it is.

        Status codes:
            200: The policy
        """
        return json_response(SignInPolicyModel.of(self.context.sign_in.policy))

    async def put(
        self, wanted: SignInPolicyModel
    ) -> r200[SignInPolicyModel] | r400[ProblemDocument] | r409[ProblemDocument]:
        """Let it be so from now on; shorter sessions end at once.

        Status codes:
            200: The policy
            400: There is no such role
            409: Nobody who decides could sign in any more
        """
        staff, by = self.context.staff.now, self.viewer.actor
        for role in wanted.totp_roles:
            if role not in staff.roles:
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST,
                    "place_unknown_subject",
                    name="totp_roles",
                    value=shown(role),
                    allowed=", ".join(staff.roles),
                )
        if not wanted.password and not self._somebody_has_windows(staff):
            raise ProblemError(HTTPStatus.CONFLICT, "password_needed")
        at = self.context.sign_in.now()
        before, after = self.context.sign_in.policy.write(), wanted.model_dump(mode="json")

        def work(connection: Connection) -> None:
            save_policy(connection, KEY, after, by=by, at=at)
            self.context.audit.add(connection, self._entry(before, after))

        await self.context.staff.change(work)
        return json_response(wanted)

    def _somebody_has_windows(self, staff: Staff) -> bool:
        """Whether somebody who decides on people and policy can sign in with Windows."""
        if not self.context.sign_in.windows.enabled:
            return False
        return any(
            access is not None
            and access.has(Right.PEOPLE_CHANGE)
            and access.has(Right.POLICY_CHANGE)
            for person in staff.people
            if person.windows_account is not None
            for access in (staff.access_of(person.name),)
        )

    def _entry(self, before: dict[str, object], after: dict[str, object]) -> Entry:
        changed = [key for key in after if before.get(key) != after[key]]
        details = {
            "before": {key: before.get(key) for key in changed},
            "after": {key: after[key] for key in changed},
        }
        return self.viewer.entry(Action.POLICY_CHANGED, object=KEY, details=details)


ROUTES: Final = (("/api/v1/policies/sign_in", SignInPolicyResource),)
