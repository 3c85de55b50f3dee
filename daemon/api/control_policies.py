"""``/api/v1/policies/outcomes`` and ``/reconciliation``: what a talk has to leave in the base."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from aiohttp_pydantic.oas.typing import r200, r400
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from crm import values
from crm.access import Right
from crm.audit import Action
from crm.policies import load_policies, save_policy
from crm.questions import POLICY, ReconciliationPolicy
from crm.values import BadValueError
from crm.wrap_ups import MOST_OUTCOMES, OUTCOMES, USUAL, read_outcomes
from daemon.api.card_door import CardResource
from daemon.api.client_models import Written
from daemon.api.parameters import Open, Text, rules, whole
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response
from daemon.messages import say


class OutcomeModel(BaseModel):
    """One thing that can come of a talk."""

    key: str
    """What is stored."""
    label: str | None
    """The company's own word."""
    words: str
    """As people read it: that word, or the usual one in the language of the request."""


class OutcomeList(BaseModel):
    """In the order in which they are offered."""

    items: list[OutcomeModel]


class OutcomeWanted(BaseModel):
    """One outcome."""

    model_config = ConfigDict(extra="forbid")

    key: Text
    """Small Latin letters, digits and _."""
    label: Written | None = None
    """Null only for those that have words already: agreed, call_back, not_interested, wrong_number,
    complaint, other."""


class OutcomesWanted(BaseModel):
    """All of them, in their order; none: the usual ones."""

    model_config = ConfigDict(extra="forbid")

    outcomes: Annotated[list[OutcomeWanted], Field(max_length=MOST_OUTCOMES)]


class ReconciliationPolicyModel(BaseModel):
    """Which talks have to leave something in the base; what is left out takes its default."""

    model_config = ConfigDict(extra="forbid")

    min_talk_seconds: Annotated[int, whole(1, 3600)] = 10
    """Shorter ones need not."""
    within_minutes: Annotated[int, whole(1, 10_080)] = 60
    """After the end of the talk."""


class _PolicyResource(CardResource):
    async def save(self, key: str, value: Any) -> None:
        """One policy, with what stood before in the audit."""
        viewer, audit = self.viewer, self.context.audit

        def work(connection: Connection) -> None:
            before = load_policies(connection).get(key)
            save_policy(connection, key, value, by=viewer.actor, at=datetime.now(UTC))
            details = {"before": {key: before}, "after": {key: value}}
            entry = viewer.entry(Action.POLICY_CHANGED, object=key, details=details)
            audit.add(connection, entry)

        await self.context.staff.change(work)


class OutcomesResource(_PolicyResource):
    """What can come of a talk."""

    rights = rules(GET=Open.SIGNED_IN, PUT=Right.POLICY_CHANGE)

    async def get(self) -> r200[OutcomeList]:
        """Everything that can be said to have come of a talk.

        Status codes:
            200: The outcomes
        """
        return json_response(self._answer())

    async def put(self, wanted: OutcomesWanted) -> r200[OutcomeList] | r400[ProblemDocument]:
        """Set them whole. What was said of talks before stays as it was said.

        Status codes:
            200: The outcomes as they are now
            400: A key is no key, stands there twice, or has no word
        """
        try:
            kept = [self._checked(n, one) for n, one in enumerate(wanted.outcomes)]
        except BadValueError as error:
            reason = say(language_of(self.request), f"value.{error.code}", **error.about)
            name = error.field
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "invalid_field", name=name, reason=reason
            ) from None
        keys = [one["key"] for one in kept]
        if len(set(keys)) < len(keys):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "outcome_twice")
        await self.save(OUTCOMES, kept)
        return json_response(self._answer())

    def _checked(self, n: int, wanted: OutcomeWanted) -> dict[str, str | None]:
        at = f"outcomes.{n}"
        key = values.key(f"{at}.key", wanted.key)
        label = values.optional(f"{at}.label", wanted.label, values.LONGEST_LABEL)
        if label is None and key not in USUAL:
            raise BadValueError(f"{at}.label", "outcome_without_word")
        return {"key": key, "label": label}

    def _answer(self) -> OutcomeList:
        language = language_of(self.request)
        return OutcomeList(
            items=[
                OutcomeModel(
                    key=one.key,
                    label=one.label,
                    words=one.label or say(language, f"outcome.{one.key}"),
                )
                for one in read_outcomes(self.context.staff.now.policy(OUTCOMES))
            ]
        )


class ReconciliationPolicyResource(_PolicyResource):
    """Which talks have to leave something in the base."""

    rights = rules(GET=Right.POLICY_READ, PUT=Right.POLICY_CHANGE)

    async def get(self) -> r200[ReconciliationPolicyModel]:
        """As it is.

        Status codes:
            200: The policy
        """
        policy = ReconciliationPolicy.read(self.context.staff.now.policy(POLICY))
        return json_response(ReconciliationPolicyModel(**policy.write()))

    async def put(
        self, wanted: ReconciliationPolicyModel
    ) -> r200[ReconciliationPolicyModel] | r400[ProblemDocument]:
        """Let it be so from now on, for talks of before too.

        Status codes:
            200: The policy
            400: A value is not allowed
        """
        await self.save(POLICY, wanted.model_dump(mode="json"))
        return json_response(wanted)


ROUTES: Final = (
    ("/api/v1/policies/outcomes", OutcomesResource),
    ("/api/v1/policies/reconciliation", ReconciliationPolicyResource),
)
