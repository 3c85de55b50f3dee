"""The first settings file: only what cannot be guessed by a default, in TOML. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.problems import Language

_HEAD: Final = {
    "en": "# Callward's settings, made by `callward init`. Every other setting has a default; all\n"
    "# of them, with what each means: {example}",
    "ru": "# Настройки Callward, их написала команда `callward init`. Остальные имеют значения\n"
    "# по умолчанию; все они с объяснениями: {example}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSettings:
    """What ``callward init`` found and was told."""

    language: Language
    number: str
    """The company's, E.164."""
    timezone: str | None = None
    trunks: tuple[str, ...]
    phones: tuple[str, ...] = ()
    """Endpoints that ring for callers whom nobody serves."""
    secret_file: Path
    recordings_folder: Path | None = None
    cel_file: Path | None = None
    data: Path | None = None
    """The folder for database, key and recordings; ``None``: the default's."""
    port: int | None = None


def written(first: FirstSettings, example: Path) -> str:
    """The whole file."""
    return "\n".join([*_lines(first, example), ""])


def _lines(first: FirstSettings, example: Path) -> Iterator[str]:
    yield _HEAD[first.language].format(example=example)
    yield from ("", "[company]", f"numbers = {_texts([first.number])}")
    yield f"language = {_text(first.language)}"
    if first.timezone is not None:
        yield f"timezone = {_text(first.timezone)}"
    yield from ("", "[[pbx]]", f"trunks = {_texts(first.trunks)}")
    yield f"secret_file = {_text(first.secret_file)}"
    if first.timezone is not None:
        yield f"timezone = {_text(first.timezone)}"
    if first.recordings_folder is not None:
        yield f"recordings_folder = {_text(first.recordings_folder)}"
    if first.cel_file is not None:
        yield from ("", "[pbx.cel]", f"file = {_text(first.cel_file)}")
    if first.phones:
        yield from ("", "[routing]", f"group = {_texts(first.phones)}")
    if first.data is not None:
        yield from ("", "[database]")
        yield f"url = {_text(f'sqlite+aiosqlite:///{first.data}/callward.db')}"
        yield from ("", "[vault]", f"key_file = {_text(first.data / 'vault.key')}")
        yield from ("", "[recordings]", f"storage = {_text(f'file://{first.data}/recordings')}")
    if first.port is not None:
        yield from ("", "[http]", f"port = {first.port}")


def _text(value: object) -> str:
    # A JSON text is a TOML text, but for the character that TOML wants escaped as well.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
