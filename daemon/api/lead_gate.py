"""Nothing is ordered from a daemon that does not know for sure that it is the one which works.

Another one may have taken over while it hung, or while its network was cut; it ends once it learns
that. Until then it changes nothing, answers no dialplan, and lets whoever only reads go on reading.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

from daemon.api.context import CONTEXT
from daemon.api.problems import Handler, ProblemError

_READS: Final = {hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS}


@web.middleware
async def lead_gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """503 ``database_unavailable``: its lead is proved by the database alone."""
    if request.method not in _READS and not request.app[CONTEXT].leads():
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "database_unavailable")
    return await handler(request)
