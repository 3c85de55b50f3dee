"""PostgreSQL's own programs: ``pg_dump`` and ``pg_restore``, of the server's version."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from daemon.backup.errors import BackupError

_DEBIAN: Final = Path("/usr/lib/postgresql")
_COPY: Final = re.compile(rb"COPY (?:[^ ]+\.)?\"?([a-z_]+)\"? \(")
_SAID: Final = 400
_PIECE: Final = 1 << 18
_QUIET: Final = "SET client_min_messages = warning"
"""The first line of what psql says stands in our errors; a notice is none."""


def program(name: str, major: int) -> str:
    """Where it is: the one of the server's version, else whatever the path has. ``BackupError``."""
    own = _DEBIAN / str(major) / "bin" / name
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        raise BackupError("program", program=name, version=major)
    return found


def environment(url: URL, database: str | None = None) -> dict[str, str]:
    """How the programs reach that database: no password on a command line."""
    query = {key: value if isinstance(value, str) else value[0] for key, value in url.query.items()}
    named: Mapping[str, str | None] = {
        "PGHOST": query.get("host") or url.host,
        "PGPORT": query.get("port") or (str(url.port) if url.port else None),
        "PGUSER": query.get("user") or url.username,
        "PGPASSWORD": query.get("password") or url.password,
        "PGDATABASE": database or url.database,
        "PGSSLMODE": query.get("ssl") or query.get("sslmode"),
    }
    known = {key: value for key, value in named.items() if value}
    # What they say stands in our errors, and must not depend on the machine's language.
    return {**os.environ, **known, "LC_ALL": "C.UTF-8"}


async def run(command: Sequence[str], env: Mapping[str, str]) -> None:
    """Run it to its end; ``BackupError`` with the first line of what it said where it fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await _ended(process)
    if process.returncode != 0:
        raise _failed(command, said)


async def dump(
    url: URL,
    target: Path,
    *,
    major: int,
    snapshot: str,
    tables: Sequence[str],
    empty: Sequence[str],
) -> None:
    """These tables as that snapshot sees them, those of ``empty`` without their rows."""
    await run(
        [
            program("pg_dump", major),
            *("--format=custom", "--no-owner", "--no-privileges", "--no-password"),
            *(f"--table={name}" for name in tables),
            *(f"--exclude-table-data={name}" for name in empty),
            f"--snapshot={snapshot}",
            f"--file={target}",
        ],
        environment(url),
    )


async def restore(url: URL, major: int, source: Path, database: str | None = None) -> None:
    """All of a dump into that database, or nothing of it."""
    env = environment(url, database)
    await run(
        [
            program("pg_restore", major),
            *("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
            *("--no-password", f"--dbname={env['PGDATABASE']}", str(source)),
        ],
        env,
    )


async def replace(url: URL, major: int, source: Path, drops: Sequence[str]) -> None:
    """All of a dump once these statements are done, in one transaction; nothing where it fails.

    Raises ``BackupError``.
    """
    reads = [program("pg_restore", major), "--file=-", "--no-owner", "--no-privileges", str(source)]
    writes = [
        program("psql", major),
        *("--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"),
    ]
    reading = await asyncio.create_subprocess_exec(
        *reads,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_PIECE,
    )
    try:
        writing = await asyncio.create_subprocess_exec(
            *writes,
            env=environment(url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except BaseException:
        reading.kill()
        raise
    assert reading.stdout is not None
    assert reading.stderr is not None
    assert writing.stdin is not None
    assert writing.stderr is not None
    said = asyncio.gather(reading.stderr.read(), writing.stderr.read())
    wanted = True
    try:
        try:
            writing.stdin.write(";\n".join([_QUIET, "BEGIN", *drops, ""]).encode())
            while piece := await reading.stdout.read(_PIECE):
                writing.stdin.write(piece)
                await writing.stdin.drain()
            if await reading.wait() == 0:
                # Without this word nothing has happened.
                writing.stdin.write(b"\nCOMMIT;\n")
            writing.stdin.close()
            await writing.stdin.wait_closed()
        except (BrokenPipeError, ConnectionResetError):
            wanted = False
            await _end(reading)
        ended = await writing.wait()
        told = await said
    except BaseException:
        for process in (writing, reading):
            await _end(process)
        said.cancel()
        raise
    # Who gets half of a dump fails of that: the half is what to tell of.
    if wanted and await reading.wait() != 0:
        raise _failed(reads, told[0])
    if ended != 0:
        raise _failed(writes, told[1])


async def count_rows(major: int, source: Path) -> dict[str, int]:
    """How many rows of each table a dump holds, by reading all of it; no server is needed."""
    command = [program("pg_restore", major), "--data-only", "--file=-", str(source)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 26,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    errors = asyncio.create_task(process.stderr.read())
    counts: dict[str, int] = {}
    table: str | None = None
    async for line in process.stdout:
        if table is not None:
            if line == b"\\.\n":
                table = None
            else:
                counts[table] += 1
        elif found := _COPY.match(line):
            table = found[1].decode()
            counts[table] = 0
    said = await errors
    if await process.wait() != 0:
        raise _failed(command, said)
    return counts


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    if process.stdout is not None:
        # Until its output is read to the end, asyncio does not call it ended.
        await process.stdout.read()
    await process.wait()


async def _ended(process: asyncio.subprocess.Process) -> tuple[bytes, bytes]:
    try:
        return await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise


def _failed(command: Sequence[str], said: bytes) -> BackupError:
    lines = said.decode(errors="replace").strip().splitlines()
    return BackupError(
        "program_failed",
        program=Path(command[0]).name,
        said=(lines[0] if lines else "—")[:_SAID],
    )
