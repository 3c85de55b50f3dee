"""``/api/v1/reconciliation``: talks after which who talked entered nothing in the base."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from aiohttp_pydantic.oas.typing import r200, r400, r404
from sqlalchemy import Connection

from crm import values
from crm.access import Right
from crm.audit import Action
from crm.notices import tell
from crm.questions import ANSWERED, ASKED, answer, ask, open_answer, open_text, settle
from daemon.api.calls import cursor_of
from daemon.api.parameters import Flag, Id, Instant, Limit, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.reconciliation_models import Answering, Asking, TalkModel, TalkPage, TalkSettling
from daemon.api.responses import json_response
from daemon.api.talk_door import OneTalkResource, TalkResource
from daemon.control.reconciliation import TalkFilter, Wanted, list_talks

_USUAL_DAYS: Final = timedelta(days=30)


class ReconciliationResource(TalkResource):
    """Talks after which nothing was entered."""

    rights = rules(GET=Right.CALLS_READ)

    async def get(  # noqa: PLR0917 - aiohttp-pydantic takes a query's parameters from these
        self,
        state: Wanted = Wanted.UNSETTLED,
        since: Instant | None = None,
        until: Instant | None = None,
        agent: Text | None = None,
        mine: Flag = False,
        after: Text | None = None,
        limit: Limit = 50,
    ) -> r200[TalkPage] | r400[ProblemDocument]:
        """Talks with clients after which nobody who talked entered anything in time, newest first,
        of the last 30 days unless ``since`` says otherwise: your own, and by the scope of
        ``reports.read`` those of others. An entry made later takes a talk off the list.

        ``mine``: only those in which you talked; ``agent``: in which he did.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        viewer, now = self.viewer, datetime.now(UTC)
        self.refuse_numbers(agent)
        wanted = TalkFilter(
            access=viewer.access,
            policy=self.policy,
            state=state,
            since=since or (until or now) - _USUAL_DAYS,
            until=until,
            agent=agent,
            own=mine,
        )
        place = cursor_of(after)
        async with self.context.database.read() as connection:
            found = await connection.run_sync(
                lambda c: list_talks(c, wanted, now, limit=limit + 1, after=place)
            )
            models, clients = await self.models(connection, found[:limit])
        await self.context.reading.listed(
            viewer,
            clients,
            Action.REPORT_OPENED,
            object="reconciliation",
            count=len(models),
        )
        more = str(found[limit - 1].cursor) if len(found) > limit else None
        return json_response(TalkPage(items=models, next=more))


class TalkOfCallResource(OneTalkResource):
    """One talk."""

    rights = rules(GET=Right.CALLS_READ)

    async def get(
        self,
        call_id: Id,
        /,
    ) -> r200[TalkModel] | r404[ProblemDocument]:
        """One talk, whether something was entered after it or not.

        Status codes:
            200: The talk
            404: There is no such talk
        """
        talk, clients = await self.talk_and_clients(call_id)
        await self.context.reading.listed(
            self.viewer, clients, Action.REPORT_OPENED, object=f"reconciliation:{call_id}", count=1
        )
        return json_response(talk)


class QuestionResource(OneTalkResource):
    """The question what came of a talk."""

    rights = rules(POST=Right.REPORTS_SETTLE)

    async def post(
        self,
        call_id: Id,
        /,
        wanted: Asking,
    ) -> r200[TalkModel] | Refused:
        """Ask who talked what came of it: he is told, and answers by an entry or a sentence.

        Asked again while he has not answered, the same question is not told twice.

        Status codes:
            200: The talk as it is now
            403: It is your own talk, or not yours to ask about
            404: There is no such talk
            409: Something was entered, it is settled, or who talked is no longer here
        """
        talk = await self.talk(call_id)
        viewer, vault = self.viewer, self.context.vault

        def work(connection: Connection) -> None:
            text = None if wanted.text is None else values.note(wanted.text, "text")
            row = self.check_unsettled(connection, call_id)
            self.check_supervises(connection, talk)
            person = self.to_be_asked(talk.managers)
            if person is None:
                raise ProblemError(HTTPStatus.CONFLICT, "nobody_to_ask")
            before = row.question
            if before and before.is_waiting and open_text(vault, before) == text:
                return
            now = datetime.now(UTC)
            said = before and open_answer(vault, before)
            ask(connection, vault, call_id, person=person, text=text, by=viewer.actor, at=now)
            at = row.started_at.isoformat()
            about = {"call": str(call_id), "at": at, "by": viewer.actor}
            tell(connection, person, ASKED, about, now)
            details = {"person": person, "text": text, "answered_before": said}
            kept = {key: value for key, value in details.items() if value is not None}
            self.tell_audit(connection, Action.TALK_ASKED, talk, kept)

        await self.transact(work)
        return await self.answered(call_id)


class AnswerResource(OneTalkResource):
    """The answer of who talked."""

    rights = rules(POST=Right.CALLS_READ)

    async def post(
        self,
        call_id: Id,
        /,
        wanted: Answering,
    ) -> r200[TalkModel] | Refused:
        """Say in a sentence what came of a talk of yours, asked or not.

        Status codes:
            200: The talk as it is now
            400: The text is empty or too long
            403: You did not talk in it
            404: There is no such talk
            409: Something was entered, or it is settled
        """
        talk = await self.talk(call_id)
        viewer, vault = self.viewer, self.context.vault

        def work(connection: Connection) -> None:
            text = values.note(wanted.text, "text")
            row = self.check_unsettled(connection, call_id)
            if viewer.person not in talk.managers:
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_your_talk")
            before = row.question
            if before and before.answered_at and open_answer(vault, before) == text:
                return
            now = datetime.now(UTC)
            answer(connection, vault, call_id, person=viewer.person, text=text, at=now)
            self.tell_audit(connection, Action.TALK_ANSWERED, talk, {"answer": text})
            if before is not None and before.asked_by is not None:
                at = row.started_at.isoformat()
                about = {"call": str(call_id), "at": at, "by": viewer.actor}
                tell(connection, before.asked_by, ANSWERED, about, now)

        await self.transact(work)
        return await self.answered(call_id)


class SettleResource(OneTalkResource):
    """The end of it."""

    rights = rules(POST=Right.REPORTS_SETTLE)

    async def post(
        self,
        call_id: Id,
        /,
        wanted: TalkSettling,
    ) -> r200[TalkModel] | Refused:
        """Take it as settled though nothing was entered, and say why.

        Status codes:
            200: The talk as it is now
            400: The reason is empty or too long
            403: It is your own talk, or not yours to settle
            404: There is no such talk
            409: Something was entered, or it is settled
        """
        talk = await self.talk(call_id)
        viewer, vault = self.viewer, self.context.vault

        def work(connection: Connection) -> None:
            reason = values.note(wanted.reason, "reason")
            self.check_unsettled(connection, call_id)
            self.check_supervises(connection, talk)
            person = talk.managers[-1] if talk.managers else "—"
            now, by = datetime.now(UTC), viewer.actor
            settle(connection, vault, call_id, person=person, reason=reason, by=by, at=now)
            self.tell_audit(connection, Action.TALK_SETTLED, talk, {"reason": reason})

        await self.transact(work)
        return await self.answered(call_id)


ROUTES: Final = (
    ("/api/v1/reconciliation", ReconciliationResource),
    ("/api/v1/reconciliation/{call_id}", TalkOfCallResource),
    ("/api/v1/reconciliation/{call_id}/question", QuestionResource),
    ("/api/v1/reconciliation/{call_id}/answer", AnswerResource),
    ("/api/v1/reconciliation/{call_id}/settle", SettleResource),
)
