"""``/api/v1/policies/outcomes`` and ``/reconciliation``: what a talk has to leave in the base."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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
from crm.wrap_ups import MOST_OUTCOMES, OUTCOMES, USUAL, Outcome, Outcomes, used_outcomes
from daemon.api.card_door import CardResource
from daemon.api.client_models import Written
from daemon.api.parameters import Open, Text, rules, whole
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response
from daemon.control.reconciliation import TalkFilter, count_talks
from daemon.messages import say

_PREVIEW_DAYS: Final = 7


class Labels(BaseModel):
    """The company's own words."""

    model_config = ConfigDict(extra="forbid")

    en: Written | None = None
    ru: Written | None = None


class OutcomeModel(BaseModel):
    """One thing that can come of a talk."""

    key: str
    """What is stored."""
    labels: Labels
    """The company's own words; all null: the usual ones."""
    usual: Labels | None
    """The words that it has without; null: none."""
    words: str
    """As people read it in the language of the request: the company's word (in its other language
    where there is none in this one), else the usual one."""


class OutcomeList(BaseModel):
    """What came or can come of talks."""

    items: list[OutcomeModel]
    """In the order in which they are offered."""
    retired: list[OutcomeModel]
    """No longer offered: talks have them, and they stay readable."""


class OutcomeWanted(BaseModel):
    """One outcome."""

    model_config = ConfigDict(extra="forbid")

    key: Text
    """Small Latin letters, digits and _."""
    labels: Labels = Labels()
    """In one language at least, but for those that have words already: agreed, call_back,
    not_interested, wrong_number, complaint, other."""


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


class ReconciliationEffect(BaseModel):
    """What the policy would have meant for the talks of late that you may know of."""

    days: int
    """Of how many days: those that ended before the time to enter something."""
    talks: int
    """Talks with clients that have to leave something."""
    left_nothing: int
    """Those after which nothing was entered in time."""


class _PolicyResource(CardResource):
    async def save(self, key: str, change: Callable[[Connection, Any], Any]) -> None:
        """One policy, with what stood before in the audit. ``change`` makes the new value of the
        one that is stored.
        """
        viewer, audit = self.viewer, self.context.audit

        def work(connection: Connection) -> None:
            before = load_policies(connection).get(key)
            value = change(connection, before)
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
        """Set them whole. What was said of talks before stays as it was said: one that is left out
        is retired where talks have it, and forgotten where none has.

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
        keys = [one.key for one in kept]
        if len(set(keys)) < len(keys):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "outcome_twice")

        def change(connection: Connection, before: Any) -> list[dict[str, Any]]:
            return Outcomes.read(before).followed_by(kept, used_outcomes(connection)).write()

        await self.save(OUTCOMES, change)
        return json_response(self._answer())

    def _checked(self, n: int, wanted: OutcomeWanted) -> Outcome:
        at = f"outcomes.{n}"
        key = values.key(f"{at}.key", wanted.key)
        labels = {
            language: values.plain(f"{at}.labels.{language}", text, values.LONGEST_LABEL)
            for language, text in wanted.labels
            if text is not None
        }
        if not labels and key not in USUAL:
            raise BadValueError(f"{at}.labels", "outcome_without_word")
        return Outcome(key=key, labels=labels)

    def _answer(self) -> OutcomeList:
        now = Outcomes.read(self.context.staff.now.policy(OUTCOMES))
        return OutcomeList(
            items=list(map(self._model, now.offered)), retired=list(map(self._model, now.retired))
        )

    def _model(self, one: Outcome) -> OutcomeModel:
        language = language_of(self.request)
        return OutcomeModel(
            key=one.key,
            labels=Labels(**one.labels),
            usual=_usual(one.key),
            words=one.label(language) or say(language, f"outcome.{one.key}"),
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
        await self.save(POLICY, lambda _connection, _before: wanted.model_dump(mode="json"))
        return json_response(wanted)


class ReconciliationPreviewResource(_PolicyResource):
    """What the policy would mean."""

    rights = rules(POST=Right.POLICY_READ)

    async def post(
        self, wanted: ReconciliationPolicyModel
    ) -> r200[ReconciliationEffect] | r400[ProblemDocument]:
        """How many talks of the last seven days would count by it. Nothing is changed.

        Status codes:
            200: How many
            400: A value is not allowed
        """
        policy = ReconciliationPolicy.read(wanted.model_dump(mode="json"))
        now = datetime.now(UTC)
        since = now - timedelta(days=_PREVIEW_DAYS)
        look = TalkFilter(access=self.viewer.access, policy=policy, since=since)
        async with self.context.database.read() as connection:
            talks, nothing = await connection.run_sync(lambda c: count_talks(c, look, now))
        return json_response(
            ReconciliationEffect(days=_PREVIEW_DAYS, talks=talks, left_nothing=nothing)
        )


def _usual(key: str) -> Labels | None:
    if key not in USUAL:
        return None
    return Labels(en=say("en", f"outcome.{key}"), ru=say("ru", f"outcome.{key}"))


ROUTES: Final = (
    ("/api/v1/policies/outcomes", OutcomesResource),
    ("/api/v1/policies/reconciliation", ReconciliationPolicyResource),
    ("/api/v1/policies/reconciliation/preview", ReconciliationPreviewResource),
)
