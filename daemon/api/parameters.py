"""What a request may ask, and one clear error for everything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from inspect import Parameter, signature
from typing import Annotated, Any, ClassVar, get_type_hints
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic import PydanticView
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from config.problems import Language
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.problems import ProblemError, language_of
from daemon.api.viewer import Viewer, viewer_of
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


Id = Annotated[
    UUID,
    BeforeValidator(_written_as(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "id")),
]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Flag = Annotated[bool, BeforeValidator(_written_as("true|false", "boolean"))]
Limit = Annotated[
    int,
    Field(ge=1, le=MOST_ITEMS),
    BeforeValidator(_written_as(r"[0-9]{1,9}", "whole")),
]
Text = Annotated[str, Field(min_length=1, max_length=80)]


class Resource(PydanticView):  # type: ignore[misc]
    """A resource of the API: parameters checked, unknown ones refused.

    Every method is the operator's alone unless ``for_managers`` names it; it then asks ``viewer``
    what to leave out.
    """

    for_managers: ClassVar[frozenset[str]] = frozenset()
    """Methods (``GET``) that a manager's token opens."""
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
        self.viewer = await viewer_of(self.request)
        known = self._parameters.get(self.request.method)
        if known is not None:
            if not self.viewer.is_operator and self.request.method not in self.for_managers:
                raise ProblemError(HTTPStatus.FORBIDDEN, "operators_only")
            self._check(known)
            if self.request.method in self._with_body:
                await self._check_body()
        response: web.StreamResponse = await super()._iter()
        return response

    def customer_number(self, raw: str | None) -> str | None:
        """E.164 of a number as somebody wrote it. Its value is not repeated in the error.

        Refused to a manager: that nothing was found, or something, is an answer too.
        """
        if raw is None:
            return None
        if not self.viewer.is_operator:
            raise ProblemError(HTTPStatus.FORBIDDEN, "number_search_refused")
        # A "+" that was not escaped in the address comes as a space.
        number = self.context.plan.normalise("+" + raw[1:] if raw.startswith(" ") else raw)
        if number is None:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_number", name="number")
        return number

    def _check(self, known: frozenset[str]) -> None:
        query = self.request.query
        for name in query:
            if name not in known:
                raise ProblemError(
                    HTTPStatus.BAD_REQUEST,
                    "unknown_parameter",
                    name=_shown(name),
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
            name = _shown(".".join(map(str, error["loc"])))
            raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_field", name=name, reason=reason)
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "invalid_parameter",
            name=error["loc"][0],
            value=_shown(str(error["input"])),
            reason=reason,
        )


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
        case "missing" | "extra_forbidden" | "instant" | "id" | "boolean":
            return say(language, f"api.{error['type']}")
        case "whole" | "greater_than_equal" | "less_than_equal":
            return say(language, "api.whole", least=1, most=MOST_ITEMS)
        case _:
            return say(language, "api.text", least=1, most=80)


def _shown(value: str) -> str:
    text = "".join(char if char.isprintable() else "·" for char in value[:_SHOWN])
    return mask_numbers(text) + ("…" if len(value) > _SHOWN else "")
