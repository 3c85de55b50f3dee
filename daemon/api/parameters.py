"""What a request may ask, and one clear error for everything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from http import HTTPStatus
from inspect import Parameter, signature
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, get_type_hints
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic import PydanticView
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from config.problems import Language
from crm.access import Right
from crm.fields import PHONES
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.origin import comes_from_here, token_of
from daemon.api.problems import ProblemError, language_of
from daemon.api.viewer import NOBODY, Viewer, viewer_of
from daemon.logs import mask_numbers
from daemon.messages import say

MOST_ITEMS = 500

_SHOWN = 60


def _written_as(pattern: str, code: str) -> Callable[[object], object]:
    """Only this spelling: pydantic also reads ``yes`` as true and ``1_0`` as ten."""
    compiled = re.compile(pattern)

    def check(value: object) -> object:
        if isinstance(value, str) and not compiled.fullmatch(value):
            raise PydanticCustomError(code, "not allowed")
        return value

    return check


_RFC3339 = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)"


def _without_control(value: str) -> str:
    """PostgreSQL's text holds no NUL; nobody's text holds others."""
    if any(ord(one) < ord(" ") or one == "\x7f" for one in value):
        raise PydanticCustomError("unprintable", "not allowed")
    return value


def _instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    # A "+" that was not escaped in the address comes as a space.
    text = value.replace(" ", "+")
    try:
        if re.fullmatch(_RFC3339, text, re.ASCII):
            return datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    raise PydanticCustomError("instant", "not allowed")


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "not allowed")


Id = Annotated[
    UUID,
    BeforeValidator(_written_as(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "id")),
]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_written_as("true|false", "boolean"))]
Limit = Annotated[
    int,
    Field(ge=1, le=MOST_ITEMS),
    BeforeValidator(_written_as(r"[0-9]{1,9}", "whole")),
]
WholeSeconds = Annotated[int, BeforeValidator(_written_as(r"[0-9]{1,6}", "seconds"))]
Text = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_without_control)]


def whole(least: int, most: int) -> BeforeValidator:
    """A whole number of a body, within these limits, which the error names."""

    def check(value: object) -> object:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise PydanticCustomError("whole_within", "not allowed", {"least": least, "most": most})
        return value

    return BeforeValidator(check)


class Open(Enum):
    """Rules of methods that need no right."""

    PUBLIC = "public"
    """Everybody, without credentials too."""
    SIGNED_IN = "signed in"
    """Everybody who is known: it is about himself."""
    LOOPBACK = "loopback"
    """Programs of this machine, and who holds ``system.read``."""


Rule = Right | Open


def rules(**by_method: Rule) -> Mapping[str, Rule]:
    """What ``Resource.rights`` holds."""
    return MappingProxyType(by_method)


class Resource(PydanticView):  # type: ignore[misc]
    """A resource of the API: closed unless a rule opens it; unknown parameters are refused.

    A rule says which right somebody must hold at all; a method then narrows by ``viewer.within``
    and ``viewer.allows``: what he may not know of is not there.
    """

    rights: ClassVar[Mapping[str, Rule]] = {}
    """The rule of each method: ``rules(GET=Right.CALLS_READ)``. Without one, nobody may."""
    viewer: Viewer
    """Who asks; known before a method runs."""
    _parameters: ClassVar[dict[str, frozenset[str]]]
    _with_body: ClassVar[frozenset[str]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._with_body = frozenset(
            method
            for method in cls.allowed_methods
            if any(map(_is_body, _kinds(getattr(cls, method.lower())).values()))
        )
        cls._parameters = {
            method: _query_parameters(getattr(cls, method.lower()))
            for method in cls.allowed_methods
        }

    @property
    def context(self) -> ApiContext:
        """What the daemon gave the API."""
        context: ApiContext = self.request.app[CONTEXT]
        return context

    async def _iter(self) -> web.StreamResponse:
        known = self._parameters.get(self.request.method)
        if known is not None:
            self.viewer = await admit(self.request, self.rights.get(self.request.method))
            self._check(known)
            if self.request.method in self._with_body:
                await self._check_body()
        response: web.StreamResponse = await super()._iter()
        return response

    def customer_number(self, raw: str | None, name: str = "number") -> str | None:
        """E.164 of a number as somebody wrote it. Its value is not repeated in the error, which
        names the parameter.

        Refused to whom numbers are hidden from: that nothing was found, or something, is an answer
        too.
        """
        if raw is None:
            return None
        if not self.viewer.sees(PHONES):
            raise ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=PHONES)
        # A "+" that was not escaped in the address comes as a space.
        number = self.context.plan.normalise("+" + raw[1:] if raw.startswith(" ") else raw)
        if number is None:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_number", name=name)
        return number

    def refuse_numbers(self, *names: str | None) -> None:
        """A 403 problem where one of these names to ask for could be a number that is hidden: what
        is null in an answer is not to be guessed either.
        """
        if any(name is not None and self.viewer.name(name) is None for name in names):
            raise ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=PHONES)

    def _check(self, known: frozenset[str]) -> None:
        query = self.request.query
        for name in query:
            if name not in known:
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST,
                    "unknown_parameter",
                    name=shown(name),
                    allowed=", ".join(sorted(known)) or "—",
                )
            if len(query.getall(name)) > 1:
                raise ProblemError(HTTPStatus.BAD_REQUEST, "repeated_parameter", name=name)

    async def _check_body(self) -> None:
        """What the library would answer with 500, or in another form than ours."""
        try:
            body = await self.request.json()
        except (ValueError, LookupError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_json")

    async def on_validation_error(
        self, exception: ValidationError, context: str
    ) -> web.StreamResponse:
        """aiohttp-pydantic's hook. What a body held is not repeated: it may be a secret."""
        error = exception.errors(include_url=False)[0]
        reason = _reason(error, language_of(self.request))
        if context == "body":
            name = shown(".".join(map(str, error["loc"])))
            raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_field", name=name, reason=reason)
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "invalid_parameter",
            name=error["loc"][0],
            value=shown(str(error["input"])),
            reason=reason,
        )


async def admit(request: web.Request, rule: Rule | None) -> Viewer:
    """Who asks, where that rule lets him in. Raises a 401 or 403 problem."""
    try:
        viewer = await viewer_of(request)
    except ProblemError:
        # A browser goes on sending a cookie that is good no more.
        if rule is not Open.PUBLIC or token_of(request) is not None:
            raise
        return NOBODY
    match rule:
        case Open.PUBLIC:
            return viewer
        case Open.LOOPBACK if not viewer.is_known and comes_from_here(request):
            return viewer
    if not viewer.is_known:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "not_signed_in")
    right = Right.SYSTEM_READ if rule is Open.LOOPBACK else rule
    if right is Open.SIGNED_IN or (isinstance(right, Right) and viewer.has(right)):
        return viewer
    raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")


def _query_parameters(handler: Callable[..., object]) -> frozenset[str]:
    kinds = _kinds(handler)
    return frozenset(
        name
        for name, parameter in signature(handler).parameters.items()
        if name != "self"
        and parameter.kind is Parameter.POSITIONAL_OR_KEYWORD
        and not _is_body(kinds[name])
    )


def _kinds(handler: Callable[..., object]) -> dict[str, object]:
    return {name: kind for name, kind in get_type_hints(handler).items() if name != "return"}


def _is_body(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _reason(error: ErrorDetails, language: Language) -> str:
    match error["type"]:
        case "enum" | "literal_error":
            allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            return say(language, "api.choice", allowed=allowed)
        case "missing" | "extra_forbidden" | "instant" | "day" | "id" | "boolean" | "seconds":
            return say(language, f"api.{error['type']}")
        case "dict_type" | "list_type" | "bool_type" | "bool_parsing":
            return say(language, f"api.{error['type'].partition('_')[0]}")
        case "whole_within" | "string_too_long" | "too_long" | "weight" | "unprintable":
            return say(language, f"api.{error['type']}", **error.get("ctx", {}))
        case "whole" | "greater_than_equal" | "less_than_equal":
            return say(language, "api.whole", least=1, most=MOST_ITEMS)
        case _:
            return say(language, "api.text", least=1, most=80)


def shown(value: str) -> str:
    """What somebody sent, as an error repeats it: short, one line, without a number."""
    text = "".join(char if char.isprintable() else "·" for char in value[:_SHOWN])
    return mask_numbers(text) + ("…" if len(value) > _SHOWN else "")
