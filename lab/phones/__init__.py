"""Real SIP phones with real audio: desk phones, customers and employees' mobiles.

``PhoneHost`` is the parent's end of the one child process in which all of them live.
"""

from lab.phones.phone import (
    Answer,
    Behaviour,
    Decline,
    Phone,
    PhoneEvent,
    Redirect,
    Refuse,
    Ring,
)
from lab.phones.rack import PhoneHost

__all__ = [
    "Answer",
    "Behaviour",
    "Decline",
    "Phone",
    "PhoneEvent",
    "PhoneHost",
    "Redirect",
    "Refuse",
    "Ring",
]
