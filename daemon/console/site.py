"""The built console: ``index.html`` and what it loads, read once and kept in memory.

Nothing but these very files can be asked for, whatever an address holds.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "site"
"""Where ``make setup`` builds it; in the wheel as it is."""
INDEX: Final = "index.html"
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".wasm": "application/wasm",
}
_PACKED: Final = frozenset({".js", ".css", ".html", ".svg", ".json"})
"""Others are compressed as they are."""
_NEVER: Final = frozenset({".map"})
"""A source map tells the source; none is built, and none is given."""


@dataclass(frozen=True)
class File:
    """One file, as it goes out."""

    body: bytes
    content_type: str
    is_text: bool

    @cached_property
    def packed(self) -> bytes | None:
        """With gzip, where that is shorter."""
        packed = gzip.compress(self.body, 9, mtime=0) if self.is_text else self.body
        return packed if len(packed) < len(self.body) else None

    @cached_property
    def tag(self) -> str:
        """Another for every other content."""
        return sha256(self.body).hexdigest()[:16]


def read_site(folder: Path = FOLDER) -> Mapping[str, File]:
    """Every file by its address without the first slash; empty where nothing was built."""
    return {
        path.relative_to(folder).as_posix(): _file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in _NEVER
    }


def _file(path: Path) -> File:
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return File(
        body=path.read_bytes(),
        content_type=guessed or "application/octet-stream",
        is_text=path.suffix in _PACKED,
    )
