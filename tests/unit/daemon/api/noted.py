"""Notes on a call, in which every protected field stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy import Connection, update

from crm.call_notes import add_call_note
from crm.call_tables import call_note
from crm.sealed import seal
from crm.vault import Vault
from store.ids import uuid7

from .canaries import Secrets
from .conftest import BEGAN


@dataclass(frozen=True)
class Noted:
    """A marker that holds a number and an e-mail, and a plain note."""

    id: UUID
    """The marker's."""
    call_id: UUID
    by: str
    said: str
    heard: str

    @classmethod
    def on(cls, call_id: UUID, by: str, secrets: Secrets, label: str) -> Self:
        """On a call with the client of that label."""
        number, word = secrets.number(label, "phones/noted"), secrets.word(label, "emails/noted")
        return cls(
            id=uuid7(),
            call_id=call_id,
            by=by,
            said=f"call {number} or {word}@example.org",
            heard=f"hears {secrets.word(label, 'notes/noted')}",
        )

    def write(self, connection: Connection, vault: Vault, recording: UUID) -> None:
        """Both, under an id that is known before."""
        place = (recording, 5.0)
        made = add_call_note(
            connection, vault, self.call_id, self.said, by=self.by, at=BEGAN, marker=place
        )
        text = seal(vault, call_note.c.text, self.id, self.said)
        moved = update(call_note).where(call_note.c.id == made.id)
        connection.execute(moved.values(id=self.id, text=text))
        add_call_note(connection, vault, self.call_id, self.heard, by=self.by, at=BEGAN)
