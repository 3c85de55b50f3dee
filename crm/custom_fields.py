"""Fields of the company's own: what they are, and their values on a card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from crm import values
from crm.card_tables import custom_field, custom_value
from crm.fields import custom
from crm.sealed import open_sealed, seal
from crm.values import LONGEST_LABEL, BadValueError
from crm.vault import Vault

KINDS: Final = ("text", "number", "date", "choice", "flag")
MOST_FIELDS: Final = 100
MOST_CHOICES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """One field."""

    key: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()
    """What a ``choice`` may be."""
    position: int = 0

    @property
    def field(self) -> str:
        """As ``crm.fields`` calls it."""
        return custom(self.key)


def checked(
    key: str, label: str, kind: str, choices: Iterable[str] = (), position: int = 0
) -> CustomField:
    """A field as somebody described it; ``BadValueError`` names what is wrong."""
    if kind not in KINDS:
        raise BadValueError("kind", "not_a_choice", allowed=", ".join(KINDS))
    allowed = tuple(dict.fromkeys(values.plain("choices", one) for one in choices))
    if (kind == "choice") != bool(allowed) or len(allowed) > MOST_CHOICES:
        raise BadValueError("choices", "choices", most=MOST_CHOICES)
    return CustomField(
        key=values.key("key", key),
        label=values.plain("label", label, LONGEST_LABEL),
        kind=kind,
        choices=allowed,
        position=position,
    )


def load_custom_fields(connection: Connection) -> list[CustomField]:
    """Those in use, in their order."""
    rows = connection.execute(
        select(custom_field)
        .where(custom_field.c.removed_at.is_(None))
        .order_by(custom_field.c.position, custom_field.c.key)
    )
    return [_field(row) for row in rows]


def find_custom_field(connection: Connection, key: str) -> CustomField | None:
    """One that is in use, or ``None``."""
    row = connection.execute(
        select(custom_field).where(custom_field.c.key == key, custom_field.c.removed_at.is_(None))
    ).first()
    return None if row is None else _field(row)


def save_custom_field(connection: Connection, field: CustomField) -> bool:
    """Add a field, or change it; whether it is new. One that was removed comes back with what it
    held, if it is of its former kind.

    ``BadValueError``: another kind than it has, or there are too many.
    """
    row = connection.execute(select(custom_field).where(custom_field.c.key == field.key)).first()
    held = {"label": field.label, "choices": list(field.choices), "position": field.position}
    if row is not None:
        if row.kind != field.kind:
            raise BadValueError("kind", "other_kind", allowed=row.kind)
        connection.execute(
            update(custom_field)
            .where(custom_field.c.key == field.key)
            .values(**held, removed_at=None)
        )
        return bool(row.removed_at is not None)
    known = connection.execute(select(func.count()).select_from(custom_field)).scalar_one()
    if known >= MOST_FIELDS:
        raise BadValueError("key", "too_many", most=MOST_FIELDS)
    connection.execute(
        insert(custom_field).values(key=field.key, kind=field.kind, removed_at=None, **held)
    )
    return True


def remove_custom_field(connection: Connection, key: str, at: datetime) -> bool:
    """Cards show it no more; what it holds stays. Whether it was there."""
    removed = connection.execute(
        update(custom_field)
        .where(custom_field.c.key == key, custom_field.c.removed_at.is_(None))
        .values(removed_at=at)
    )
    return removed.rowcount == 1


def read_value(connection: Connection, vault: Vault, client_id: UUID, key: str) -> str | None:
    """What a card has there, as it is kept."""
    sealed = connection.execute(
        select(custom_value.c.value).where(
            custom_value.c.client_id == client_id, custom_value.c.key == key
        )
    ).scalar_one_or_none()
    if sealed is None:
        return None
    return open_sealed(vault, custom_value.c.value, (client_id, key), sealed)


def write_value(
    connection: Connection, vault: Vault, client_id: UUID, key: str, text: str | None
) -> None:
    """Let a card have that there; ``None``: nothing."""
    connection.execute(
        delete(custom_value).where(custom_value.c.client_id == client_id, custom_value.c.key == key)
    )
    if text is not None:
        sealed = seal(vault, custom_value.c.value, (client_id, key), text)
        connection.execute(insert(custom_value).values(client_id=client_id, key=key, value=sealed))


def _field(row: Row[Any]) -> CustomField:
    return CustomField(
        key=row.key,
        label=row.label,
        kind=row.kind,
        choices=tuple(row.choices),
        position=row.position,
    )
