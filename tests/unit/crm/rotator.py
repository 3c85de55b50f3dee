"""A process that rotates a key and is killed at the step that it is told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from crm.rotation import Progress, rotate
from store.database import Database


async def main(url: str, key_file: str, step: str) -> None:
    def tell(progress: Progress) -> None:
        if progress.step == step:
            os.kill(os.getpid(), signal.SIGKILL)

    database = Database(url)
    await rotate(database, Path(key_file), None, tell)
    await database.close()


asyncio.run(main(*sys.argv[1:]))
