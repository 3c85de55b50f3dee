"""Threads for files, of each place its own: a disk that hangs is waited for by nobody else.

asyncio's own threads are few, and sign-in needs them; what waits for a network folder that does
not answer cannot be taken back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar, TypeVarTuple

STORAGE: Final = "the recordings' storage"
"""A place; the folders of the PBXs are the others, by the names of these."""
AT_ONCE: Final = 4
"""Of one place."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


async def at_place(
    place: str, function: Callable[[*Ts], T], /, *args: *Ts, seconds: float = 60.0
) -> T:
    """Call it on a thread of that place, after what waits there already.

    ``TimeoutError``, which is an ``OSError``, where that takes longer. Who gives up or is cancelled
    leaves the queue; a call that has begun goes on, and nobody hears of it.
    """
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(_threads(place).submit(function, *args))


@cache
def _threads(place: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"files {place}")
