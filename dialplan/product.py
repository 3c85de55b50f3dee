"""What Callward puts into an Asterisk: its own files, and where others include them. Pure but for
reading the product's own files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from config.settings import PbxSettings, Settings
from crm.vault import Vault
from dialplan import settings_file
from dialplan.folders import Folders
from dialplan.includes import Include
from dialplan.keys import FallbackKeys, dialplan_secret

USERNAME: Final = "callward"
"""The manager user that ``manager_callward.conf`` makes."""
KEYS_FILE: Final = "callward_fallback.json"
AGI_SCRIPT: Final = "callward_fallback.py"
PUBLIC, PRIVATE, PROGRAM = 0o644, 0o640, 0o755

EXTENSIONS: Final = Include("extensions.conf", "extensions_callward.conf", "first")
SETTINGS: Final = Include("extensions.conf", "extensions_callward_settings.conf", "first")
MANAGER: Final = Include("manager.conf", "manager_callward.conf", "last")
CEL: Final = Include("cel.conf", "cel_callward.conf", "last")
CEL_CUSTOM: Final = Include("cel_custom.conf", "cel_custom_callward.conf", "last")
MANAGER_SECRET: Final = "manager_callward_secret.conf"  # noqa: S105 - where it stands

CONF_FILES: Final = (
    EXTENSIONS.file,
    SETTINGS.file,
    settings_file.SECRET_FILE,
    MANAGER.file,
    MANAGER_SECRET,
    CEL.file,
    CEL_CUSTOM.file,
    KEYS_FILE,
)
"""Every file of ours in Asterisk's configuration folder, of this and of earlier versions."""

_HERE: Final = Path(__file__).parent
_SHEBANG: Final = re.compile(rb"\A#!.*\n")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only Asterisk and Callward know."""

    dialplan: str = field(repr=False)
    """Every question carries it."""
    fallback: FallbackKeys
    manager: str | None = field(default=None, repr=False)
    """Of the manager user; ``None`` where the engineer keeps one of his own."""

    @classmethod
    def of(cls, vault: Vault, pbx: str, manager: str | None) -> Secrets:
        """Those of one PBX. All but the manager's follow from the vault's key."""
        return cls(dialplan_secret(vault, pbx), FallbackKeys.of(vault, pbx), manager)


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One file of ours."""

    path: Path
    content: bytes = field(repr=False)
    mode: int = PUBLIC


def wanted_includes(etc: Path, *, manager: bool) -> tuple[Include, ...]:
    """Which files of the engineer's include which of ours. ``manager``: the manager user as well.

    FreePBX writes the usual ones itself and leaves ``*_custom.conf`` to the engineer; it keeps a
    CEL of its own.
    """
    wanted = (EXTENSIONS, SETTINGS, *((MANAGER,) if manager else ()))
    if is_freepbx(etc):
        return tuple(map(_custom, wanted))
    return (*wanted, CEL, CEL_CUSTOM)


def all_includes() -> tuple[Include, ...]:
    """Every include that some version made somewhere."""
    usual = (EXTENSIONS, SETTINGS, MANAGER, CEL, CEL_CUSTOM)
    return (*usual, *map(_custom, (EXTENSIONS, SETTINGS, MANAGER)))


def _custom(include: Include) -> Include:
    return replace(include, host=include.host.replace(".conf", "_custom.conf"))


def is_freepbx(etc: Path) -> bool:
    """Whether FreePBX generates the files of this folder."""
    return (etc / "extensions_additional.conf").exists()


def own_files(
    settings: Settings,
    pbx: PbxSettings,
    folders: Folders,
    secrets: Secrets,
    *,
    python: str,
    hosts: Mapping[str, bytes | None],
) -> Iterator[OwnFile]:
    """Every file, as it has to be.

    ``python``: an interpreter that has pyst2, as Asterisk sees it. ``hosts``: the files that are
    to include ours, with what stands in them now.
    """
    etc = folders.etc
    recordings = None if pbx.recordings_folder is None else folders.seen(pbx.recordings_folder)
    text = settings_file.settings_file(settings, pbx, recordings=recordings)
    yield OwnFile(etc / SETTINGS.file, text.encode())
    secret = settings_file.secret_file(secrets.dialplan)
    yield OwnFile(etc / settings_file.SECRET_FILE, secret.encode(), PRIVATE)
    yield OwnFile(etc / EXTENSIONS.file, product_file(EXTENSIONS.file))
    if secrets.manager is not None:
        yield OwnFile(etc / MANAGER.file, product_file(MANAGER.file))
        line = f"secret = {settings_file.value(secrets.manager)}\n"
        yield OwnFile(etc / MANAGER_SECRET, line.encode(), PRIVATE)
    for include, section in ((CEL, b"general"), (CEL_CUSTOM, b"mappings")):
        if include.host in hosts:
            own = _added_to(hosts[include.host] or b"", section, product_file(include.host))
            yield OwnFile(etc / include.file, own)
    yield OwnFile(etc / KEYS_FILE, _keys(pbx, folders, secrets.fallback), PRIVATE)
    script = _SHEBANG.sub(f"#!{python} -I\n".encode(), product_file(AGI_SCRIPT))
    yield OwnFile(folders.agi / AGI_SCRIPT, script, PROGRAM)
    for target, sound in sounds(folders):
        yield OwnFile(target, sound.read_bytes())


def sounds(folders: Folders) -> Iterator[tuple[Path, Path]]:
    """Each prompt: where Asterisk looks for it, and the product's own file."""
    here = _HERE / "sounds"
    for sound in sorted(here.glob("*/callward/*.wav")):
        yield folders.sounds / sound.relative_to(here), sound


def _keys(pbx: PbxSettings, folders: Folders, keys: FallbackKeys) -> bytes:
    snapshot = pbx.snapshot_file
    known = {
        "index_key": keys.index.hex(),
        "signature_key": keys.signature.hex(),
        "snapshot": None if snapshot is None else folders.seen(snapshot),
    }
    return (json.dumps(known, indent=1) + "\n").encode()


def _added_to(host: bytes, section: bytes, own: bytes) -> bytes:
    """Ours as an addition to a section that the host has (``(+)``), else as a section."""
    header = b"[" + section + b"]"
    if re.search(rb"^" + re.escape(header), host, re.MULTILINE) is None:
        return own
    own = own.replace(header, header + b"(+)", 1)
    if re.search(rb"^[ \t]*dateformat[ \t]*=", host, re.MULTILINE):
        # His own log is written in it as well.
        own = re.sub(rb"^dateformat.*\n", b"", own, flags=re.MULTILINE)
    return own


def product_file(name: str) -> bytes:
    """A file of the product's own, as it is delivered."""
    return (_HERE / name).read_bytes()
