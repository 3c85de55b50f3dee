"""What is asked of the client base, by whom: the fields by which he may ask, and their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from sqlalchemy import Connection

from crm import fields, values
from crm.access import Right
from crm.client_query import ClientQuery, Place
from crm.search import ids_by_code, ids_by_email, ids_by_number
from crm.values import BadValueError
from crm.words import words_of
from daemon.api.card_door import CardResource
from daemon.api.problems import ProblemError


class AskingResource(CardResource):
    """A resource that looks for clients."""

    def names_and_companies(self, q: str | None) -> ClientQuery:
        """Cards with words that begin so; in names alone for whom companies are hidden from."""
        words = words_of(q)
        if q is not None and not words:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "no_words", name="q")
        return ClientQuery(words=words, names_only=not self.viewer.sees(fields.COMPANY))

    def by_contact(
        self, number: str | None, email: str | None, code: str | None
    ) -> Callable[[Connection], frozenset[UUID] | None]:
        """What finds the cards that have all of these; ``None``: nothing was asked. Raises a 403
        problem for what is hidden from him.
        """
        if number is not None:
            self.refuse_hidden(fields.PHONES)
        if email is not None:
            self.refuse_hidden(fields.EMAILS)
        vault, e164 = self.context.vault, self.customer_number(number)
        address = None if email is None else _email(email)

        def find(connection: Connection) -> frozenset[UUID] | None:
            found: list[frozenset[UUID]] = []
            if e164 is not None:
                found.append(ids_by_number(connection, vault, e164))
            if address is not None:
                found.append(ids_by_email(connection, vault, address))
            if code is not None:
                found.append(ids_by_code(connection, code))
            return frozenset.intersection(*found) if found else None

        return find

    def check_filters(self, query: ClientQuery) -> ClientQuery:
        """The query, where he may filter like that; else a 403 problem."""
        if query.company is not None:
            self.refuse_hidden(fields.COMPANY)
        if query.open_task and not self.viewer.has(Right.TASKS_READ):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        return query


def narrowed(query: ClientQuery, ids: frozenset[UUID] | None) -> ClientQuery:
    """The query, among those ids."""
    return query if ids is None else replace(query, ids=ids)


def asked(query: Mapping[str, str]) -> dict[str, str]:
    """For the audit: what was asked; a number or an e-mail is not told."""
    return {
        name: "…" if name in {"number", "email"} else value
        for name, value in query.items()
        if name != "after"
    }


def place(after: str | None) -> Place | None:
    """From where on; a 400 problem for what no page gave."""
    try:
        return None if after is None else Place.parse(after)
    except ValueError:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_cursor", name="after") from None


def _email(email: str) -> str:
    try:
        return values.contact(fields.EMAILS, email)
    except BadValueError:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_email", name="email") from None
