"""The API's description, OpenAPI 3.1, from the resources' own signatures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from aiohttp import web

from crm.access import Right
from daemon.api.parameters import Open, Resource, Rule
from daemon.signin.credentials import COOKIE, CSRF_HEADER, SECURE_COOKIE

_NOTE = (
    "Who asks shows it by a session's cookie or by a key. What he may do, his rights say: each"
    " operation names the one that it needs (x-right). What he may not know of is answered as what"
    " does not exist, and fields that are hidden from him are in no answer."
)
_TOKEN = "token"  # noqa: S105 - the scheme's name
_SESSION = "session"
_CSRF = "csrf"
_SECURITY = {
    _SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE_COOKIE,
        "description": f"Set by POST /api/v1/session; without TLS its name is {COOKIE}.",
    },
    _CSRF: {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "Beside the cookie, for whatever changes something.",
    },
    _TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "description": "A program's key: POST /api/v1/tokens.",
    },
}
_EVERYWHERE = {
    "400": "Something in the address or query is not as it should be",
    "401": "Not signed in, or the session or key is good no more",
    "403": "Rights do not allow it, or a page of another origin sent it",
    "421": "The Host is none of ours",
    "503": "The database does not answer now",
}
"""What any address may answer."""
_METHODS = ("get", "post", "put", "patch", "delete")
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
    components = spec.setdefault("components", {})
    components["schemas"] = dict(sorted(components.get("schemas", {}).items()))
    components["securitySchemes"] = _SECURITY
    rules = _rules(app)
    for path, operations in spec["paths"].items():
        # The library's own order is that of a set: another in every process.
        spec["paths"][path] = {name: operations[name] for name in _METHODS if name in operations}
        for method, operation in operations.items():
            _finish(path, method, operation, rules[path, method.upper()])
    return spec


def _rules(app: web.Application) -> Mapping[tuple[str, str], Rule]:
    """The rule of each method of each resource."""
    found: dict[tuple[str, str], Rule] = {}
    for resource in app.router.resources():
        for route in resource:
            handler = route.handler
            if isinstance(handler, type) and issubclass(handler, Resource):
                found |= {
                    (resource.canonical, method): rule for method, rule in handler.rights.items()
                }
    return found


def _finish(path: str, method: str, operation: dict[str, Any], rule: Rule) -> None:
    """What aiohttp-pydantic cannot know."""
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _never_null(parameter["schema"])
    as_csv = any(
        parameter["name"] == "format" and "csv" in parameter["schema"].get("enum", ())
        for parameter in operation.get("parameters", ())
    )
    safe = method == "get"
    by_session: dict[str, list[str]] = {_SESSION: []} if safe else {_SESSION: [], _CSRF: []}
    operation["security"] = [by_session, {_TOKEN: []}]
    if rule is Open.PUBLIC:
        operation["security"].append({})
    if isinstance(rule, Right):
        operation["x-right"] = rule.value
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
        if as_csv and int(status) < 400:
            content["text/csv"] = {"schema": {"type": "string"}}
        if path.endswith("/audio") and int(status) < 300:
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
