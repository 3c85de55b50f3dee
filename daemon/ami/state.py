"""How a link is doing, with words for whoever has to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Reason(StrEnum):
    """Why a link is down, or what is amiss with one that is up."""

    STARTING = "starting"
    NAME_UNKNOWN = "name_unknown"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect_timeout"
    GREETING_TIMEOUT = "greeting_timeout"
    NO_GREETING = "no_greeting"
    NOT_AMI = "not_ami"
    LOGIN_TIMEOUT = "login_timeout"
    LOGIN_REFUSED = "login_refused"
    LOST = "lost"
    SILENT = "silent"
    PBX_SHUTDOWN = "pbx_shutdown"
    CLOSED = "closed"

    FILTER_REFUSED = "filter_refused"
    """Up: all events are sent, the unwanted ones are dropped here."""
    NOT_BOOTED = "not_booted"
    """Up: no ``FullyBooted`` was seen."""
    SNAPSHOT_INCOMPLETE = "snapshot_incomplete"
    """Up: a part of the snapshot was refused or not answered."""


_TEXTS: dict[Reason, tuple[str, str]] = {
    Reason.STARTING: ("connecting", "соединяемся"),
    Reason.NAME_UNKNOWN: (
        "the host name is not known: check `host` in the settings, and DNS",
        "имя узла неизвестно: проверьте `host` в настройках и DNS",
    ),
    Reason.REFUSED: (
        "nothing listens on this port: is Asterisk running, and `enabled = yes` in manager.conf?",
        "порт никто не слушает: запущен ли Asterisk и стоит ли `enabled = yes` в manager.conf?",
    ),
    Reason.UNREACHABLE: (
        "the host cannot be reached ({detail}): check network and firewall",
        "узел недоступен ({detail}): проверьте сеть и межсетевой экран",
    ),
    Reason.CONNECT_TIMEOUT: (
        "no answer to the connection attempt: check address and firewall",
        "нет ответа на попытку соединения: проверьте адрес и межсетевой экран",
    ),
    Reason.GREETING_TIMEOUT: (
        "connected, but nothing was said: not an AMI, or Asterisk hangs",
        "соединение есть, но ответа нет: это не AMI, либо Asterisk завис",
    ),
    Reason.NO_GREETING: (
        "closed without a word: not an AMI, or `permit` or `authlimit` in manager.conf forbid it",
        "закрыто без единого слова: это не AMI, либо запрещают `permit` или `authlimit` "
        "в manager.conf",
    ),
    Reason.NOT_AMI: (
        "this is not an AMI, it said {detail}: check `host` and `port` in the settings",
        "это не AMI, получено {detail}: проверьте `host` и `port` в настройках",
    ),
    Reason.LOGIN_TIMEOUT: (
        "the login was not answered: Asterisk hangs or is overloaded",
        "на вход нет ответа: Asterisk завис или перегружен",
    ),
    Reason.LOGIN_REFUSED: (
        "the login was refused ({detail}): check `username` and secret against manager.conf, "
        "and its `permit` for this machine's address",
        "вход отклонён ({detail}): сверьте `username` и секрет с manager.conf, "
        "а также `permit` для адреса этой машины",
    ),
    Reason.LOST: ("the connection ended", "соединение прервалось"),
    Reason.SILENT: (
        "the PBX went silent: it did not answer a ping in time",
        "АТС замолчала: нет ответа на ping",
    ),
    Reason.PBX_SHUTDOWN: ("Asterisk was shut down", "Asterisk остановлен"),
    Reason.CLOSED: ("closed by us", "закрыто нами"),
    Reason.FILTER_REFUSED: (
        "the event filter was refused ({detail}), the PBX sends more than is needed: "
        "give the AMI user `write = system` in manager.conf",
        "фильтр событий отклонён ({detail}), АТС шлёт лишнее: "
        "дайте пользователю AMI `write = system` в manager.conf",
    ),
    Reason.NOT_BOOTED: (
        "Asterisk is still loading, or the AMI user lacks `read = system` in manager.conf",
        "Asterisk ещё загружается, либо у пользователя AMI нет `read = system` в manager.conf",
    ),
    Reason.SNAPSHOT_INCOMPLETE: (
        "calls that ran before may be incomplete, no full answer to {detail}: "
        "give the AMI user `write = system,call,reporting` in manager.conf",
        "ранее начатые звонки могут быть неполны, нет полного ответа на {detail}: "
        "дайте пользователю AMI `write = system,call,reporting` в manager.conf",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that is amiss; ``detail`` is fit to be shown and logged."""

    reason: Reason
    detail: str = ""

    def text(self, language: Literal["ru", "en"] = "en") -> str:
        """One sentence: what is wrong and what to do."""
        english, russian = _TEXTS[self.reason]
        return (russian if language == "ru" else english).format(detail=self.detail or "—")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """One link, at one moment."""

    pbx: str
    address: str
    """``host:port``."""
    connected: bool
    since: datetime
    """When it came up or went down, by our clock, aware UTC."""
    notices: tuple[Notice, ...] = ()
    """Down: the one reason. Up: what is amiss, empty when all is well."""

    def text(self, language: Literal["ru", "en"] = "en") -> str:
        """For an operator: which PBX, where, and how it is."""
        up, down = ("на связи", "нет связи") if language == "ru" else ("connected", "down")
        parts = [notice.text(language) for notice in self.notices]
        return f"{self.pbx} ({self.address}): " + "; ".join(
            [up if self.connected else down, *parts]
        )


def presentable(raw: bytes | str, *, length: int = 60) -> str:
    """What a peer said, for a message: printable, short, quoted, without long numbers."""
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
    text = "".join(char if char.isprintable() else "·" for char in text.strip()[: 4 * length])
    text = re.sub(r"\d{5,}", "…", text)
    return repr(text if len(text) <= length else text[:length] + "…")
