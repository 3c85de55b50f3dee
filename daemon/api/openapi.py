"""The API's description, OpenAPI 3.1, from the resources' own signatures."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

from aiohttp import web

_NOTE = (
    "Without a token the answers are the operator's and hold phone numbers: the daemon listens on"
    " loopback only. Keep it there, and put no proxy in front of it. With a token they are a"
    " manager's, narrowed to what he may see, and hold none."
)
_TOKEN = "token"  # noqa: S105 - the scheme's name
_SECURITY = {_TOKEN: {"type": "http", "scheme": "bearer"}}
_EVERYWHERE = {
    "401": "The token is unknown or revoked",
    "403": "Not for this viewer, or sent by a page of another origin",
    "421": "The Host is none of ours",
    "503": "The database does not answer now",
}
"""What any address may answer."""
_PROBLEM = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}


async def openapi(request: web.Request) -> web.Response:
    """``/api/v1/openapi.json``."""
    return web.json_response(describe(request.app))


@cache
def describe(app: web.Application) -> dict[str, Any]:
    """The document; made when first asked for, since its libraries are not needed otherwise."""
    from aiohttp_pydantic.oas.pydantic_schema_to_oas import (  # noqa: PLC0415
        add_or_replace_translater,
    )
    from aiohttp_pydantic.oas.view import generate_oas  # noqa: PLC0415

    # Pydantic's schemas are OpenAPI 3.1's. The library's rewriting into 3.0, which it always asks
    # for, fails on an optional enum and drops the format of every other optional parameter.
    add_or_replace_translater("3.0.0", lambda _schema: None)
    spec: dict[str, Any] = generate_oas([app], version_spec=version("callward"))
    spec["openapi"] = "3.1.0"
    spec["info"] |= {"title": "Callward", "description": _NOTE}
    spec.setdefault("components", {})["securitySchemes"] = _SECURITY
    for path, operations in spec["paths"].items():
        for operation in operations.values():
            _finish(path, operation)
    return spec


def _finish(path: str, operation: dict[str, Any]) -> None:
    """What aiohttp-pydantic cannot know."""
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _never_null(parameter["schema"])
    operation["security"] = [{}, {_TOKEN: []}]
    responses = operation.setdefault("responses", {})
    for status, description in _EVERYWHERE.items():
        responses.setdefault(
            status,
            {"description": description, "content": {"application/json": dict(_PROBLEM)}},
        )
    for status, response in responses.items():
        content = response.get("content", {})
        if content.get("application/json") == _PROBLEM:
            content["application/problem+json"] = content.pop("application/json")
        if path.endswith("/audio") and int(status) < 400:
            sound: dict[str, Any] = {"schema": {}}
            response["content"] = {"audio/flac": sound, "audio/ogg": sound}


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is still never null: there is no way to write that."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        (kind,) = kinds
        rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
        return {**rest, **kind}
    return schema
