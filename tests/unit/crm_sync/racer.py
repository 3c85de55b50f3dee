"""A process of its own that meets new callers: URL KEY NUMBER..."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from crm.key_file import open_vault
from crm.numbers import NumberPlan
from crm.short_codes import ShortCodes
from crm_sync.embedded import EmbeddedCrm
from store.database import Database


async def main(url: str, key: str, *numbers: str) -> None:
    database = Database(url)
    vault = await open_vault(database, Path(key))
    crm = EmbeddedCrm(vault, NumberPlan(["+442079460000"]), ShortCodes(vault, 5))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for number in numbers:
        await asyncio.gather(
            *(
                database.write(lambda connection, n=number: crm.match_or_create(connection, [n]))  # type: ignore[misc]
                for _ in range(5)
            )
        )
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
