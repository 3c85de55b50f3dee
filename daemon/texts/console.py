"""What the daemon itself says of the console; the console's own texts are in ``web/``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # key: (English, Russian)
    "console.not_built": (
        "The console was not built: do make web, then start Callward anew. The API and calls work.",
        "Консоль не собрана: выполните make web и перезапустите Callward. API и звонки работают.",
    ),
}
