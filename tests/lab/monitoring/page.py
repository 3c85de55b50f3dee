"""A supervisor's page, as far as sound goes: a WebSocket client with a tone for a voice."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import aiohttp
import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
FRAME: Final = 160
CUSTOMER: Final = 0
MANAGER: Final = 1
TONE: Final = 1700
"""What a page speaks, Hz: no phone's tone."""


class Page:
    """Hears from the moment at which it is made; speaks when told to."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.frames: list[tuple[float, bytes]] = []
        """Each with the time (``time.time``) at which it came."""
        self.closed = threading.Event()
        self.close_code: int | None = None
        self._speaking = False
        self._loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self._socket: aiohttp.ClientWebSocketResponse
        self._thread = threading.Thread(target=self._run, args=(url, headers), daemon=True)
        self._thread.start()
        if not self._opened.wait(30):
            raise TimeoutError("the page did not get its socket")

    def _run(self, url: str, headers: dict[str, str]) -> None:
        self._loop.run_until_complete(self._live(url, headers))

    async def _live(self, url: str, headers: dict[str, str]) -> None:
        async with aiohttp.ClientSession(headers=headers) as session:
            self._socket = await session.ws_connect(url, autoclose=False)
            self._opened.set()
            speaking = asyncio.create_task(self._speak())
            async for message in self._socket:
                self.frames.append((time.time(), message.data))
            speaking.cancel()
            # The farewell goes out before the connection does.
            await self._socket.close()
            self.close_code = self._socket.close_code
            self.closed.set()

    async def _speak(self) -> None:
        at, due = 0, self._loop.time()
        while True:
            if self._speaking:
                wave = np.sin(2 * np.pi * TONE * np.arange(at, at + FRAME) / RATE)
                await self._socket.send_bytes((8000 * wave).astype("<i2").tobytes())
            at += FRAME
            due += FRAME / RATE
            await asyncio.sleep(max(0.0, due - self._loop.time()))

    def speak(self, on: bool = True) -> None:
        """Its tone, or silence."""
        self._speaking = on

    def close(self) -> None:
        """Somebody closes the page."""
        self._do(self._socket.close())

    def cut(self) -> None:
        """The network is gone from one moment to the next."""

        async def cut() -> None:
            transport = self._socket.get_extra_info("socket")
            assert transport is not None
            self._socket._response.connection.transport.abort()  # type: ignore[union-attr]

        self._do(cut())

    def _do(self, what: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    def sound(self, side: int, seconds: float = 0.5) -> NDArray[np.float64]:
        """The newest that it heard of one side."""
        newest = b"".join(data for _, data in self.frames[-round(seconds * 50) :])
        stereo = np.frombuffer(newest, "<i2").reshape(-1, 2)
        return stereo[:, side].astype(np.float64) / 32768

    def level(self, side: int, frequency: float, seconds: float = 0.5) -> float:
        """Of a tone at one side, in dBFS."""
        return level(self.sound(side, seconds), frequency)

    def wait_for_tone(self, side: int, frequency: float, deadline: float = 30.0) -> None:
        """Until it hears this tone there."""
        wait_until(
            lambda: len(self.frames) > 10 and self.level(side, frequency, 0.2) > -30, deadline
        )


def level(sound: NDArray[np.float64], frequency: float) -> float:
    """Of a tone, in dBFS."""
    window = np.hanning(len(sound))
    phasor = np.exp(-2j * np.pi * frequency * np.arange(len(sound)) / RATE)
    amplitude = 2 * abs(np.sum(sound * window * phasor)) / max(window.sum(), 1)
    return float(20 * np.log10(max(amplitude, 1e-6)))


def wait_until(condition: Callable[[], bool], deadline: float = 30.0) -> None:
    """Until that holds. Raises TimeoutError."""
    end = time.monotonic() + deadline
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it did not get there in time")
        time.sleep(0.02)
