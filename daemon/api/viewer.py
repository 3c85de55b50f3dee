"""Who asks, and what he may read: for him an answer is made.

Three kinds of people come: with a session's cookie, with a program's key, and the operator: the
``callward`` command on this machine, which shows that it can read the vault's key.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from aiohttp import hdrs, web
from sqlalchemy import ColumnElement

from crm import fields
from crm.access import Access, Right, Target, allows
from crm.audit import Action, Entry
from crm.names import shown_name
from crm.staff import OPERATOR as OPERATOR_ACCESS
from crm.vault import Vault
from crm.visible import visible
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.masking import blot_addresses, blot_numbers
from daemon.api.origin import address_of, comes_from_here, token_of
from daemon.api.problems import ProblemError
from daemon.operator_key import OPERATOR_PREFIX, USER_HEADER, operator_key
from daemon.signin.credentials import identify

OPERATOR: Final = "operator"
"""The actor of what the command does."""
_UNNAMED: Final = "…"
_PEOPLE: Final = frozenset({"by", "person", "curator", "successor"})
"""Under which keys of alerts and notices people are named."""
_UNIX_USER: Final = re.compile(r"[\w.-]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """For whom an answer is meant."""

    access: Access
    actor: str
    """As the audit calls him: his name, or ``operator``."""
    via: str | None = None
    """``session:ID``, ``token:ID``, ``command:USER``."""
    address: str | None = None
    """From where he asks."""
    is_operator: bool = False
    is_known: bool = True
    """``False``: somebody without credentials, who may read what is public."""

    @property
    def person(self) -> str:
        """His name, which is the agent's, curator's, author's."""
        return self.access.person

    def has(self, right: Right) -> bool:
        """Whether he holds it at all."""
        return self.access.has(right)

    def allows(self, right: Right, target: Target) -> bool:
        """Whether he holds it for that client, or what belongs to him."""
        return allows(self.access, right, target)

    def within(self, right: Right) -> ColumnElement[bool]:
        """To which rows of ``client`` that right of his is narrowed; none in the archive."""
        return visible(self.access, right)

    def sees(self, field: str) -> bool:
        """Whether a field of ``crm.fields`` is not hidden from him."""
        return self.access.sees(field)

    def vault(self, field: str, vault: Vault) -> Vault | None:
        """What opens that field, where it is not hidden from him."""
        return vault if self.sees(field) else None

    def text(self, text: str | None) -> str | None:
        """What somebody typed, without what could be a number or an address hidden from him."""
        if text is None:
            return None
        if not self.sees(fields.PHONES):
            text = blot_numbers(text)
        return text if self.sees(fields.EMAILS) else blot_addresses(text)

    def name(self, name: str | None) -> str | None:
        """A name; none that could be a number where those are hidden from him."""
        return name if self.sees(fields.PHONES) or shown_name(name) else None

    def called(self, name: str) -> str:
        """The same where somebody has to be named: ``…`` for one that could be a number."""
        return self.name(name) or _UNNAMED

    def named(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """What a sentence is made of, without names that could be numbers."""
        return {
            key: self.named(value)
            if isinstance(value, Mapping)
            else self.called(value)
            if key in _PEOPLE and isinstance(value, str)
            else value
            for key, value in about.items()
        }

    def number(self, text: str | None) -> str | None:
        """A number, or what another system named and a number may be in."""
        return text if self.sees(fields.PHONES) else None

    def entry(self, action: Action, **about: object) -> Entry:
        """What he did, for the audit; ``about``: ``Entry``'s other fields."""
        made = Entry(action=action, actor=self.actor, via=self.via, address=self.address)
        return replace(made, **about) if about else made  # type: ignore[arg-type]


NOBODY: Final = Viewer(access=Access(person="", rights={}), actor="", is_known=False)

_VIEWER: Final = web.RequestKey("viewer", Viewer)


def operator(user: str, address: str | None = None) -> Viewer:
    """The command, run by that user of this machine."""
    shown = user if _UNIX_USER.fullmatch(user) else "unknown"
    return Viewer(
        access=OPERATOR_ACCESS,
        actor=OPERATOR,
        via=f"command:{shown}",
        address=address,
        is_operator=True,
    )


async def viewer_of(request: web.Request) -> Viewer:
    """Who sent this request: asked for once, then remembered with it. ``NOBODY`` without
    credentials. Raises a 401 problem for those that are not good.
    """
    known = request.get(_VIEWER)
    if known is None:
        known = request[_VIEWER] = await _find(request)
    return known


async def _find(request: web.Request) -> Viewer:
    address = address_of(request)
    if (token_of(request) or "").startswith(OPERATOR_PREFIX):
        _check_operator(request)
        return operator(request.headers.get(USER_HEADER, ""), address)
    identity = await identify(request)
    if identity is None:
        if _shows_something_else(request):
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "invalid_token")
        return replace(NOBODY, address=address)
    context = request.app[CONTEXT]
    access = context.staff.now.access_of(identity.person)
    if access is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "invalid_token")
    own_private = identity.is_his_own and private_until(context, identity.person) is None
    return Viewer(
        access=replace(access, scopes=identity.scopes, own_private=own_private),
        actor=identity.person,
        via=identity.via,
        address=address,
    )


def private_until(context: ApiContext, name: str) -> datetime | None:
    """Until when a person's private clients are shut for himself too; ``None``: they are not."""
    known = context.staff.now.person(name)
    until = None if known is None else known.private_until
    return until if until is not None and context.sign_in.now() < until else None


def _shows_something_else(request: web.Request) -> bool:
    """An ``Authorization`` that is neither a key nor a Windows sign-in."""
    scheme, _, _ = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    shown = hdrs.AUTHORIZATION in request.headers or token_of(request) is not None
    return shown and scheme.lower() not in {"negotiate", "ntlm"}


def _check_operator(request: web.Request) -> None:
    """Only over loopback, and never passed on: the key is this machine's."""
    wanted = operator_key(request.app[CONTEXT].vault)
    shown = token_of(request) or ""
    if not hmac.compare_digest(shown.encode(), wanted.encode()):
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "invalid_token")
    if not comes_from_here(request):
        raise ProblemError(HTTPStatus.FORBIDDEN, "passed_on")
