"""How ``callward backup`` and ``restore`` tell what they did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from config.loading import UNIT_CREDENTIALS
from daemon.backup.contents import About, End, read_about
from daemon.backup.errors import BackupError
from daemon.backup.places import size
from daemon.messages import say

if TYPE_CHECKING:
    from rich.table import Table

    from config.problems import Language
    from config.settings import Settings
    from daemon.backup.making import Made
    from daemon.backup.restoring import Restored
    from daemon.backup.verifying import Verified

_STEPS: Final = ("owner", "dialplan", "run", "access")
"""What is left to do after a restore; texts: ``restore.then.STEP``."""


def made_json(made: Made) -> dict[str, Any]:
    """For programs."""
    return {
        "path": str(made.path),
        "size_bytes": made.size_bytes,
        "restored": made.restored,
        **_counts(made.about, made.end),
    }


def made_text(made: Made, spoken: Language) -> str:
    """For people."""
    lines = [
        say(spoken, "backup.made", path=made.path, size=size(made.size_bytes)),
        _held(made.about, made.end, spoken),
        say(spoken, "backup.restored" if made.restored else "backup.read"),
        *_troubles(made.end, spoken),
        say(spoken, "backup.keep_key"),
    ]
    return "\n".join(lines)


def about_json(path: Path, key: bytes, spoken: Language) -> dict[str, Any]:
    """One line of the list; ``problem``: why a file cannot be read."""
    line: dict[str, Any] = {"path": str(path), "size_bytes": path.stat().st_size, "problem": None}
    try:
        about = read_about(path, key)
    except BackupError as error:
        return {
            **line,
            "made_at": None,
            "calls": None,
            "recordings": None,
            "problem": error.text(spoken),
        }
    return {
        **line,
        "made_at": about.made_at.isoformat(),
        "calls": about.tables.get("call", 0),
        "recordings": about.recordings if about.with_recordings else 0,
    }


def backups_table(found: list[dict[str, Any]], spoken: Language) -> Table:
    """For people."""
    from rich.table import Table  # noqa: PLC0415

    table = Table()
    for name in ("file", "size", "calls", "recordings", "problem"):
        table.add_column(say(spoken, f"backup.column.{name}"))
    for one in found:
        table.add_row(
            Path(one["path"]).name,
            size(one["size_bytes"]),
            "" if one["calls"] is None else str(one["calls"]),
            "" if one["recordings"] is None else str(one["recordings"]),
            one["problem"] or "",
        )
    return table


def verified_json(found: Verified) -> dict[str, Any]:
    """For programs."""
    return {"restored": found.restored, **_counts(found.about, found.end)}


def verified_text(path: Path, found: Verified, spoken: Language) -> str:
    """For people."""
    lines = [
        say(spoken, "backup.whole", path=path, at=f"{found.about.made_at:%Y-%m-%d %H:%M UTC}"),
        _held(found.about, found.end, spoken),
        say(spoken, "backup.restored" if found.restored else "backup.read"),
        *_troubles(found.end, spoken),
    ]
    return "\n".join(lines)


def restored_json(done: Restored) -> dict[str, Any]:
    """For programs."""
    return {
        **_counts(done.about, done.end),
        "recordings": done.recordings,
        "absent": done.absent,
        "kept": [str(path) for path in done.kept],
    }


def restored_text(done: Restored, settings: Settings, took: Path | None, spoken: Language) -> str:
    """For people: what was put where, and what is left to do."""
    about = done.about
    lines = [
        say(spoken, "restore.done", at=f"{about.made_at:%Y-%m-%d %H:%M UTC}"),
        _held(about, done.end, spoken),
        *(say(spoken, "restore.kept", path=path) for path in done.kept),
    ]
    if took is not None:
        lines.append(say(spoken, "restore.settings", path=took))
    if done.absent:
        lines.append(say(spoken, "restore.absent", count=done.absent))
    lines.append(say(spoken, "restore.next"))
    lines += [f"  - {say(spoken, 'restore.file', path=path)}" for path in _not_there(settings)]
    if settings.vault.credential is not None:
        path = settings.vault.key_file
        lines.append("  - " + say(spoken, "restore.credential", path=path))
    lines += [f"  - {say(spoken, f'restore.then.{step}')}" for step in _STEPS]
    return "\n".join(lines)


def _not_there(settings: Settings) -> list[Path]:
    """Files of secrets that the settings name and that a backup does not hold."""
    named = [pbx.secret_file for pbx in settings.pbx]
    named += [settings.http.certificate, settings.http.key]
    named += [settings.windows.keytab, settings.windows.ntlm_users]
    # What systemd hands over is there while the daemon runs.
    return [
        path
        for path in named
        if path is not None and not path.is_relative_to(UNIT_CREDENTIALS) and not path.exists()
    ]


def _counts(about: About, end: End) -> dict[str, Any]:
    return {
        "made_at": about.made_at.isoformat(),
        "schema": about.schema,
        "tables": dict(about.tables),
        "with_recordings": about.with_recordings,
        "recordings": end.files,
        "recording_bytes": end.size_bytes,
        "missing": end.missing,
        "altered": end.altered,
    }


def _held(about: About, end: End, spoken: Language) -> str:
    key = "backup.held" if about.with_recordings else "backup.held_without"
    return say(
        spoken,
        key,
        calls=about.tables.get("call", 0),
        clients=about.tables.get("client", 0),
        database=size(about.database_bytes),
        recordings=end.files if about.with_recordings else about.recordings,
        size=size(end.size_bytes if about.with_recordings else about.recording_bytes),
    )


def _troubles(end: End, spoken: Language) -> list[str]:
    return [
        say(spoken, f"backup.{kind}", count=len(ids), first=ids[0])
        for kind, ids in (("missing", end.missing), ("altered", end.altered))
        if ids
    ]
