"""What a request may ask, and one clear error for everything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from inspect import Parameter, signature
from typing import Annotated, Any, ClassVar
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic import PydanticView
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from config.problems import Language
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.problems import ProblemError, language_of
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
    """A resource of the API: parameters checked, unknown ones refused."""

    _parameters: ClassVar[dict[str, frozenset[str]]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
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
            self._check(known)
        response: web.StreamResponse = await super()._iter()
        return response

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

    async def on_validation_error(
        self,
        exception: ValidationError,
        context: str,  # noqa: ARG002 - aiohttp-pydantic's signature
    ) -> web.StreamResponse:
        """aiohttp-pydantic's hook."""
        error = exception.errors(include_url=False)[0]
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "invalid_parameter",
            name=error["loc"][0],
            value=_shown(str(error["input"])),
            reason=_reason(error, language_of(self.request)),
        )


def customer_number(raw: str, context: ApiContext) -> str:
    """E.164 of a number as somebody wrote it. Its value is not repeated in the error."""
    # A "+" that was not escaped in the address comes as a space.
    number = context.plan.normalise("+" + raw[1:] if raw.startswith(" ") else raw)
    if number is None:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_number", name="number")
    return number


def _query_parameters(handler: Callable[..., object]) -> frozenset[str]:
    return frozenset(
        name
        for name, parameter in signature(handler).parameters.items()
        if name != "self" and parameter.kind is Parameter.POSITIONAL_OR_KEYWORD
    )


def _reason(error: ErrorDetails, language: Language) -> str:
    match error["type"]:
        case "enum":
            allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            return say(language, "api.choice", allowed=allowed)
        case "instant" | "id" | "boolean":
            return say(language, f"api.{error['type']}")
        case "whole" | "greater_than_equal" | "less_than_equal":
            return say(language, "api.whole", least=1, most=MOST_ITEMS)
        case _:
            return say(language, "api.text", least=1, most=80)


def _shown(value: str) -> str:
    text = "".join(char if char.isprintable() else "·" for char in value[:_SHOWN])
    return mask_numbers(text) + ("…" if len(value) > _SHOWN else "")
