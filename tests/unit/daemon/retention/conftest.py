"""The machines of the backup's tests."""

from __future__ import annotations

from tests.unit.daemon.backup.conftest import _empty, company, postgres  # noqa: F401
