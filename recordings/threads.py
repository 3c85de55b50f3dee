"""Threads for files, of each place its own: a disk that hangs is waited for by nobody else.

asyncio's own threads are few, and sign-in needs them; what waits for a network folder that does
not answer cannot be taken back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, ParamSpec, TypeVar

STORAGE: Final = "the recordings' storage"
"""A place; the folders of the PBXs are the others, by the names of these."""
AT_ONCE: Final = 4
"""Of one place."""

P = ParamSpec("P")
T = TypeVar("T")


async def at_place(place: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call it on a thread of that place, after what waits there already.

    Who is cancelled leaves the queue; a call that has begun goes on, and nobody hears of it.
    """
    running = asyncio.wrap_future(_threads(place).submit(function, *args, **kwargs))
    return await running


@cache
def _threads(place: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"files {place}")
