"""A daemon as far as leading goes, in a process that a test kills or hangs: waits, leads, writes.

Prints ``waits`` where another one leads, and ``leads EPOCH`` once it does; then it writes rows.
"""

from __future__ import annotations

import asyncio
import os
import sys

import structlog
from sqlalchemy import Connection, text

from store.database import Database
from store.leadership import Leadership


async def main(url: str, name: str) -> None:
    database = Database(url)
    leadership = Leadership(database, on_lost=lambda: os._exit(75))
    waiting = asyncio.create_task(leadership.wait())
    while not waiting.done():
        if leadership.other_leads.is_set():
            print("waits", flush=True)
            await waiting
        await asyncio.sleep(0.01)
    await waiting
    print("leads", leadership.epoch, flush=True)

    def work(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO written (name, epoch) VALUES (:name, :epoch)"),
            {"name": name, "epoch": leadership.epoch},
        )

    while True:
        await database.write(work)
        await asyncio.sleep(0.005)


structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
asyncio.run(main(*sys.argv[1:]))
