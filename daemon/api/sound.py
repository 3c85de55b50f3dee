"""A stored recording as an answer, whole or in part (RFC 9110 14), read on threads of its own.

aiohttp's ``FileResponse`` sends a file from the event loop itself: a network folder that does not
answer would stop the capture with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Final, TypeVar

import structlog
from aiohttp import hdrs, web
from aiohttp.helpers import ETAG_ANY

from daemon.api.problems import ProblemError
from recordings.queries import Recording
from recordings.storage import Storage
from recordings.threads import STORAGE, at_place

CHUNK_BYTES: Final = 1 << 18
PATIENCE_SECONDS: Final = 10.0
"""For a storage that does not answer."""
_TYPES: Final = {".flac": "audio/flac", ".opus": "audio/ogg"}

_NO_BYTES: Final = re.compile("bytes=-0+")

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class Sound:
    """The object of a recording that is ``stored``. Nothing of it is held open in between."""

    def __init__(self, storage: Storage, recording: Recording) -> None:
        self._storage = storage
        self._key = recording.path or ""
        self._tag = None if recording.sha256 is None else f'"{recording.sha256.hex()}"'
        self._recording = recording
        self._size = 0

    async def look(self) -> None:
        """Whether it is there. A 404 problem where it is not, 503 where nobody can tell."""
        try:
            self._size = await self._patiently(self._measure)
        except FileNotFoundError:
            raise ProblemError(HTTPStatus.NOT_FOUND, "audio_missing") from None
        except OSError as error:
            self._log_trouble(error)
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "audio_unavailable") from None

    async def send(self, request: web.Request, part: range | None) -> web.StreamResponse:
        """These bytes of it, ``None``: all; or that nothing changed since the asker kept it."""
        response = web.StreamResponse(headers={"Accept-Ranges": "bytes"})
        if self._tag is not None:
            response.headers[hdrs.ETAG] = self._tag
            if self._is_known(request):
                response.set_status(HTTPStatus.NOT_MODIFIED)
                return response
        suffix = PurePosixPath(self._key).suffix
        name = f"{self._recording.id}{suffix}"
        response.content_type = _TYPES[suffix]
        response.headers[hdrs.CONTENT_DISPOSITION] = f'inline; filename="{name}"'
        if part is not None:
            response.set_status(HTTPStatus.PARTIAL_CONTENT)
            span = f"bytes {part.start}-{part.stop - 1}/{self._size}"
            response.headers[hdrs.CONTENT_RANGE] = span
        await self._pass_on(request, response, range(self._size) if part is None else part)
        return response

    async def _pass_on(
        self, request: web.Request, response: web.StreamResponse, part: range
    ) -> None:
        response.content_length = len(part)
        await response.prepare(request)
        for begin in part[::CHUNK_BYTES]:
            size = min(CHUNK_BYTES, part.stop - begin)
            try:
                chunk = await self._patiently(partial(self._read, begin, size))
            except OSError as error:
                # The answer has begun: that it is not whole can only be told by breaking it off.
                self._log_trouble(error)
                if request.transport is not None:
                    request.transport.abort()
                return
            await response.write(chunk)
        await response.write_eof()

    def part_wanted(self, request: web.Request) -> range | None:
        """By ``Range``; ``None``: all of it. A 416 problem where that lies outside."""
        condition = request.headers.get(hdrs.IF_RANGE)
        if condition is not None and condition != self._tag:
            return None
        try:
            asked = request.http_range
        except ValueError:
            # What is no range of bytes, or several, is as if it were not there (RFC 9110 14.2).
            return None
        if asked.start is None or self._is_known(request):
            return None
        # The last no bytes: what is asked for is nothing, and not from the first one on.
        is_none = _NO_BYTES.fullmatch(request.headers[hdrs.RANGE].strip())
        part = range(0) if is_none else range(self._size)[asked]
        if not part:
            raise ProblemError(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "range_not_satisfiable")
        return part

    def _is_known(self, request: web.Request) -> bool:
        """Who asks has it: that is judged before ``Range`` (RFC 9110 13.2.2)."""
        known = {one.value for one in request.if_none_match or ()}
        return self._tag is not None and bool(known & {ETAG_ANY, self._tag.strip('"')})

    async def _patiently(self, look: Callable[[], T]) -> T:
        return await at_place(STORAGE, look, seconds=PATIENCE_SECONDS)

    def _measure(self) -> int:
        with self._storage.open(self._key) as file:
            return file.seek(0, os.SEEK_END)

    def _read(self, begin: int, size: int) -> bytes:
        with self._storage.open(self._key) as file:
            file.seek(begin)
            chunk = file.read(size)
        if len(chunk) != size:
            raise OSError("shorter than it was")
        return chunk

    def _log_trouble(self, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        name = str(self._recording.id)
        _log.warning("a recording could not be read", recording_id=name, error=reason)
