"""Actions: what we tell a PBX, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from daemon.ami.message import Message

MAX_LINE_BYTES = 1022
"""A longer line is thrown away by Asterisk, unread (``main/manager.c``: 1,024 with its CRLF)."""

_FORBIDDEN = frozenset("\r\n\0")


class ActionError(ValueError):
    """An action that must not be sent. Names the header, never its value."""


@dataclass(frozen=True, slots=True)
class Action:
    """One AMI action. ``headers`` keep their order and may repeat a name.

    Raises ``ActionError`` for a name or value that would break out of its line, or is too long.
    """

    name: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for header, value in (("Action", self.name), *self.headers):
            if not header or not header.isascii() or not header.replace("-", "").isalnum():
                raise ActionError(f"action {self.name!r}: {header!r} is no header name")
            if not _FORBIDDEN.isdisjoint(value):
                raise ActionError(
                    f"action {self.name!r}: header {header} has a line break or NUL in its value; "
                    "one line of text is allowed"
                )
            size = len(f"{header}: {value}".encode())
            if size > MAX_LINE_BYTES:
                raise ActionError(
                    f"action {self.name!r}: header {header} is {size} bytes long; "
                    f"at most {MAX_LINE_BYTES} are allowed"
                )

    def encode(self, action_id: str) -> bytes:
        """The bytes that go out."""
        lines = [f"Action: {self.name}", f"ActionID: {action_id}"]
        lines += [f"{header}: {value}" for header, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one action, with the events of its list where it was answered by one."""

    message: Message
    events: tuple[Message, ...] = ()

    @property
    def success(self) -> bool:
        """Whether the PBX did it, or began to."""
        return self.message.response in {"Success", "Follows", "Goodbye"}

    @property
    def text(self) -> str:
        """Asterisk's own words."""
        return self.message.headers.get("Message", "")


def login(username: str, secret: str, classes: Sequence[str]) -> Action:
    """Sign in and ask for events of these classes."""
    return Action(
        "Login", (("Username", username), ("Secret", secret), ("Events", ",".join(classes)))
    )


def core_status() -> Action:
    """Since when it works: ``CoreStartupDate`` and ``CoreStartupTime``, to the second. Needs the
    same privilege as ``CoreShowChannels``."""
    return Action("CoreStatus")


def ping() -> Action:
    """Is anybody there? Needs no privilege."""
    return Action("Ping")


def originate(
    *,
    channel: str,
    channel_id: str,
    context: str,
    exten: str,
    caller_id: str = "",
    timeout_seconds: float = 30.0,
    variables: Mapping[str, str] | None = None,
) -> Action:
    """Call ``channel``, then run ``exten`` in ``context`` on it.

    Asynchronous, so that it never blocks the connection; under a ``channel_id`` of ours, so that
    Asterisk refuses a repeat while the first one lives, and its events are known for what they are.
    """
    headers = [
        ("Channel", channel),
        ("ChannelId", channel_id),
        ("Context", context),
        ("Exten", exten),
        ("Priority", "1"),
        ("Timeout", str(round(timeout_seconds * 1000))),
        ("Async", "true"),
    ]
    if caller_id:
        headers.append(("CallerID", caller_id))
    headers += [("Variable", f"{name}={value}") for name, value in (variables or {}).items()]
    return Action("Originate", tuple(headers))
