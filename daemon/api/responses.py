"""Answers that are not errors."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel


def json_response(model: BaseModel, status: int = 200) -> web.Response:
    """A model as JSON."""
    return web.Response(
        text=model.model_dump_json(), content_type="application/json", status=status
    )
