"""Callward's API as the operator's program asks it, whichever daemon answers just now."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

from lab.operator import operator_headers

_SECONDS: Final = 15.0


class ApiError(Exception):
    """No success; ``status`` 0: no answer at all."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"{status} {said}")
        self.status = status


class Api:
    """One address, and the key of one installation."""

    def __init__(self, port: int, config: Path) -> None:
        self._port = port
        self._config = config

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The JSON that answers. Raises ``ApiError``."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            None if body is None else json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                **operator_headers(self._config),
                **(headers or {}),
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode(errors="replace")[:300]) from error
        except (OSError, http.client.HTTPException) as error:
            raise ApiError(0, type(error).__name__) from error
        return json.loads(text) if text else None

    def calls(self) -> list[dict[str, Any]]:
        """Every call in the base, newest first."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.ask("GET", f"/api/v1/calls?limit=200{after}")
            found += page["items"]
            if page["next"] is None:
                return found
            after = f"&after={page['next']}"

    def is_ready(self) -> bool:
        """Whether it works, with its link to the PBX."""
        try:
            return self.ask("GET", "/health").get("ok") is True
        except ApiError:
            return False
