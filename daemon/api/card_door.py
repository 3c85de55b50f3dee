"""How resources read and write cards: whose it is, what is hidden, one transaction, one refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from aiohttp import hdrs, web
from sqlalchemy import Connection

from config.problems import Language
from crm import fields
from crm.access import Right, Target, allows_person
from crm.assigning import CannotServeError, check_may_get
from crm.audit import Action, Entry
from crm.cards import EditedSinceError, check_unchanged
from crm.categories import CategoryInUseError
from crm.changed import Change, text_of
from crm.clients import Client, ClientName, ClientPhone, load_client, load_names
from crm.custom_fields import load_custom_fields
from crm.history import changes_of_client
from crm.legal_holds import LegalHoldError
from crm.values import BadValueError
from crm.vault import Vault
from crm.writing import AlreadyThereError, DuplicateError, ItemNotFoundError, Writing
from daemon.api.card_events import tell_change, whose
from daemon.api.client_models import ClientModel
from daemon.api.parameters import Resource, shown
from daemon.api.phone_ids import outside_id
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.messages import say
from store.types import from_microseconds, to_microseconds

T = TypeVar("T")


class _HasNumberError(ProblemError):
    """409 with the id and address of the card that has the number."""

    def __init__(self, client_id: UUID) -> None:
        super().__init__(HTTPStatus.CONFLICT, "duplicate", client_id=client_id)

    def response(self, language: Language) -> web.Response:
        response = super().response(language)
        client_id = str(self.about["client_id"])
        response.text = json.dumps({**json.loads(response.text or ""), "client_id": client_id})
        response.headers[hdrs.LOCATION] = f"/api/v1/clients/{client_id}"
        return response


class EditedDocument(ProblemDocument):
    """Somebody else was quicker."""

    by: list[str]
    """Who changed the card since."""
    fields: list[str]
    """What they changed, but for what is hidden from him who asks. Nothing was overwritten."""


class EditedError(ProblemError):
    """409: the card is another one than he read."""

    def __init__(self, *, by: list[str], fields: list[str]) -> None:
        super().__init__(HTTPStatus.CONFLICT, "edited_since", by=", ".join(by) or "—")
        self._by = by
        self._fields = fields

    def response(self, language: Language) -> web.Response:
        response = super().response(language)
        document = json.loads(response.text or "")
        edited = EditedDocument(**document, by=self._by, fields=self._fields)
        response.text = edited.model_dump_json()
        return response


class CardResource(Resource):
    """A resource about one card, or about what stands on it."""

    def refuse_hidden(self, *names: str) -> None:
        """A 403 problem that names the first field of these that is hidden from him."""
        for name in names:
            if not self.viewer.sees(name):
                raise ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=name)

    def refuse_blotted(self, text: str | None) -> None:
        """A 403 problem where he does not see the whole of a text that he would overwrite."""
        if self.viewer.text(text) != text:
            self.refuse_hidden(fields.PHONES, fields.EMAILS)

    async def opened(self, id_: UUID) -> ClientName:
        """Whose card it is; told to who counts what is opened. A 404 problem where he may not know
        of it.
        """

        def find(connection: Connection) -> ClientName:
            self._target(connection, id_)
            return load_names(connection, [id_])[id_]

        async with self.context.database.read() as connection:
            found = await connection.run_sync(find)
        await self.context.reading.opened(self.viewer, found)
        return found

    async def write(
        self,
        id_: UUID,
        right: Right,
        work: Callable[[Connection, Writing, Target], T],
        *,
        unchanged_since: datetime | None = None,
    ) -> T:
        """Run ``work`` in one transaction, if he has that right to the card."""

        def run(connection: Connection) -> tuple[T, Target, Mapping[UUID, Target]]:
            target = self._target(connection, id_)
            if not self.viewer.allows(right, target):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
            if unchanged_since is not None:
                self._check_unchanged(connection, id_, unchanged_since)
            done = work(connection, self.writing(), target)
            return done, target, whose(connection, [id_])

        done, before, after = await self.transact(run)
        tell_change(self.request, self.viewer, {id_: before}, after)
        return done

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction; what is wrong with its values becomes a problem."""
        try:
            return await self.context.database.write(work)
        except BadValueError as error:
            reason = say(language_of(self.request), f"value.{error.code}", **error.about)
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "invalid_field", name=shown(error.field), reason=reason
            ) from None
        except DuplicateError as error:
            raise _HasNumberError(error.client_id) from None
        except AlreadyThereError as error:
            raise ProblemError(HTTPStatus.CONFLICT, "already_there", name=error.field) from None
        except ItemNotFoundError:
            raise ProblemError(HTTPStatus.NOT_FOUND, "item_not_found") from None
        except LegalHoldError:
            raise ProblemError(HTTPStatus.CONFLICT, "legal_hold") from None
        except CategoryInUseError:
            raise ProblemError(HTTPStatus.CONFLICT, "category_in_use") from None
        except CannotServeError as error:
            raise cannot_serve(error) from None

    def _check_unchanged(self, connection: Connection, id_: UUID, since: datetime) -> None:
        """A 409 problem that says who changed what after that, as far as he may know."""
        try:
            check_unchanged(connection, id_, since)
        except EditedSinceError:
            made = changes_of_client(
                connection, self.context.vault, id_, access=self.viewer.access, since=since
            )
            others = [one for one in made if one.at > since and one.field != fields.NOTES]
            raise EditedError(
                by=sorted({self.viewer.called(one.actor) for one in others}),
                fields=sorted({one.field for one in others}),
            ) from None

    def writing(self) -> Writing:
        """That he writes now."""
        return Writing(vault=self.context.vault, actor=self.viewer.actor, at=datetime.now(UTC))

    def check_serving(self, wanted: Mapping[str, Any]) -> None:
        """``CannotServeError`` for somebody to whom he may not give clients; a 400 problem that
        names whom he knows where there is no such person.
        """
        staff, access = self.context.staff.now, self.viewer.access
        for field in (fields.CURATOR, fields.DEPUTY):
            name = wanted.get(field)
            if name is None:
                continue
            if staff.person(name) is None:
                known = (
                    one.name
                    for one in staff.people
                    if one.is_active and allows_person(access, Right.PEOPLE_READ, one.name)
                )
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST,
                    "unknown_person",
                    name=field,
                    value=shown(name),
                    allowed=", ".join(sorted(known)) or "—",
                )
            check_may_get(staff, access, [name])

    def told(
        self,
        id_: UUID,
        changes: Iterable[Change],
        action: Action = Action.CLIENT_CHANGED,
    ) -> list[Entry]:
        """For the audit: what was changed of a card; nothing for no change."""
        made = list(changes)
        serving = [one for one in made if one.field in {fields.CURATOR, fields.DEPUTY}]
        rest = [one for one in made if one not in serving]
        entries = []
        if action is Action.CLIENT_CREATED or rest:
            shown = made if action is Action.CLIENT_CREATED else rest
            entries.append(
                self.viewer.entry(action, client_id=id_, details=_before_and_after(shown))
            )
        if action is not Action.CLIENT_CREATED:
            entries += [
                self.viewer.entry(
                    Action.CLIENT_ASSIGNED,
                    client_id=id_,
                    object=text_of(one.after),
                    details=_before_and_after([one]),
                )
                for one in serving
            ]
        return entries

    async def card(self, id_: UUID, status: int = HTTPStatus.OK) -> web.Response:
        """The card as he may see it; a 404 problem where he may not know of it."""
        _, model = await self.load_card(id_, self.viewer)
        response = json_response(model, status)
        response.headers[hdrs.ETAG] = f'"{to_microseconds(model.changed_at)}"'
        return response

    async def load_card(self, id_: UUID, viewer: Viewer) -> tuple[Client, ClientModel]:
        """The card, and as that viewer may see it; a 404 problem where he may not know of it."""
        vault = self.context.vault

        def load(connection: Connection) -> tuple[Client | None, ClientModel | None]:
            client = load_client(
                connection,
                id_,
                vault=vault,
                hidden=viewer.access.hidden,
                within=viewer.within(Right.CLIENTS_READ),
            )
            if client is None:
                return None, None
            shown = replace(client, phones=tuple(_as_outside(client, vault)))
            return client, ClientModel.card(shown, load_custom_fields(connection), viewer)

        async with self.context.database.read() as connection:
            client, model = await connection.run_sync(load)
        if client is None or model is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
        return client, model

    def _target(self, connection: Connection, id_: UUID) -> Target:
        """A 404 problem where he may not know of that card."""
        return known_target(connection, id_, self.viewer.within(Right.CLIENTS_READ))


def read_since(if_match: str | None) -> datetime | None:
    """When the card was changed that he read, by its ``ETag``; a 400 problem for another text."""
    if if_match is None or if_match == "*":
        return None
    try:
        return from_microseconds(int(if_match.strip().removeprefix("W/").strip('"')))
    except (ValueError, OverflowError):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_etag", name="If-Match") from None


def cannot_serve(error: CannotServeError) -> ProblemError:
    """What is answered where clients cannot be given to somebody."""
    status = HTTPStatus.FORBIDDEN if error.reason == "not_yours" else HTTPStatus.BAD_REQUEST
    return ProblemError(status, f"serve_{error.reason}", name=shown(error.person))


def known_target(connection: Connection, id_: UUID, within: Any) -> Target:
    """Whose a card is for which ``within`` holds; a 404 problem for all others."""
    client = load_client(connection, id_, within=within)
    if client is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "client_not_found")
    return client.target


def _as_outside(client: Client, vault: Vault) -> Iterator[ClientPhone]:
    for one in client.phones:
        id_ = one.id if one.number is None else outside_id(vault, client.id, one.number)
        yield replace(one, id=id_)


def _before_and_after(changes: Iterable[Change]) -> dict[str, Any]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for one in changes:
        if one.before is not None:
            before.setdefault(one.field, text_of(one.before))
        if one.after is not None:
            after.setdefault(one.field, text_of(one.after))
    return {"before": before, "after": after}
