"""Answers that are not errors."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel


def json_response(model: BaseModel, status: int = 200) -> web.Response:
    """A model as JSON. It is for who asked and now: nothing on the way keeps it (RFC 9111)."""
    return web.Response(
        text=model.model_dump_json(),
        content_type="application/json",
        status=status,
        headers={"Cache-Control": "no-store"},
    )
