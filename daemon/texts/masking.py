"""What tasks, short codes, phones, PINs and access keys say, in the command and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
}
