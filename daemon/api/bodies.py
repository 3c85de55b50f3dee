"""Bodies that are files: read up to a limit, whatever their headers say."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from crm.sheets import MOST_BYTES, Sheet, SheetError, read_sheet
from daemon.api.problems import ProblemError


async def read_body(request: web.Request, most: int = MOST_BYTES) -> bytes:
    """The body. Raises a 413 problem where it is larger than ``most`` bytes."""
    content = bytearray()
    async for chunk in request.content.iter_chunked(65_536):
        content += chunk
        if len(content) > most:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "sheet_too_large", most=most // 1_000_000
            )
    return bytes(content)


def sheet_of(content: bytes) -> Sheet:
    """The table in a body. Raises a 400 problem that says why it is none."""
    try:
        return read_sheet(content)
    except SheetError as error:
        status = HTTPStatus.BAD_REQUEST
        if error.reason == "too_large":
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raise ProblemError(status, f"sheet_{error.reason}", **error.about) from None
