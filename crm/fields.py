"""The fields of a card, by name: what can be hidden, searched, changed, imported and exported.

A custom field is called ``custom:KEY``. Pure.
"""

from __future__ import annotations

from typing import Final

NAME: Final = "name"
PHONES: Final = "phones"
EMAILS: Final = "emails"
ADDRESSES: Final = "addresses"
MESSENGERS: Final = "messengers"
COMPANY: Final = "company"
CATEGORY: Final = "category"
CURATOR: Final = "curator"
DEPUTY: Final = "deputy"
PRIVATE: Final = "private"
SOURCE: Final = "source"
NOTES: Final = "notes"
CUSTOM: Final = "custom:"

CONTACT_DETAILS: Final = (PHONES, EMAILS, ADDRESSES, MESSENGERS)
"""By which a client can be reached past the company: one preset hides them all."""
HIDEABLE: Final = (*CONTACT_DETAILS, COMPANY, NOTES)
"""What a rule can hide, and every custom field beside. The name cannot: work goes on by it."""
CONTACT_KINDS: Final = {"email": EMAILS, "address": ADDRESSES, "messenger": MESSENGERS}
"""``contact.kind`` in the database."""


def is_custom(name: str) -> bool:
    """Whether this is the name of a custom field."""
    return name.startswith(CUSTOM)


def custom(key: str) -> str:
    """The name of the custom field of that key."""
    return f"{CUSTOM}{key}"
