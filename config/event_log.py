"""Settings of the PBX's own event log (CEL): a file, or a table of a database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

_URL: Final = re.compile(
    r"(?:mysql|mariadb|postgresql)://[^\s:/?#@]+@[^\s/?#@]*/[^\s/?#]+(?:\?[\w.-]+=[^\s&]+)?"
)
"""Of a database of another program: its user without the password, its address, its name."""


def _url(value: str) -> str:
    if not _URL.fullmatch(value):
        raise PydanticCustomError("cel_url", "not a database")
    return value


class CelSettings(BaseModel):
    """Where a PBX writes what happened: ``file`` or ``url``; without either a gap stays one."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    file: Path | None = None
    """A CSV of ``cel_custom``."""
    columns: tuple[str, ...] = ()
    """Names of the CSV's columns in order; default: those of ``dialplan/cel_custom.conf``."""
    url: Annotated[str, AfterValidator(_url)] | None = None
    """``mysql://USER@HOST/asteriskcdrdb`` as FreePBX has it, or ``postgresql://USER@HOST/NAME``."""
    secret: SecretStr | None = None
    """The password of that user; no password where neither it nor the file is given."""
    secret_file: Path | None = None
    table: Annotated[str, StringConstraints(pattern=r"[A-Za-z_][A-Za-z0-9_$]*")] = "cel"

    @property
    def is_kept(self) -> bool:
        """Whether the PBX has a log that Callward may read."""
        return self.file is not None or self.url is not None
