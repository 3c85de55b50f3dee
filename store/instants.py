"""Reckoning with instants in the database, whatever it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from store.types import UtcDateTime

_MICROSECOND = timedelta(microseconds=1)


class later(ColumnElement[datetime]):  # noqa: N801 - written as a function of SQL
    """An instant so much after that of a column; before it where ``by`` is negative."""

    inherit_cache = False
    type = UtcDateTime()

    def __init__(self, instant: ColumnElement[Any], by: timedelta) -> None:
        self.instant = instant
        self.microseconds = by // _MICROSECOND


@compiles(later)
def _as_interval(element: later, compiler: SQLCompiler, **more: Any) -> str:
    instant = compiler.process(element.instant, **more)
    return f"({instant} + {element.microseconds} * interval '1 microsecond')"


@compiles(later, "sqlite")
def _as_number(element: later, compiler: SQLCompiler, **more: Any) -> str:
    return f"({compiler.process(element.instant, **more)} + {element.microseconds})"
