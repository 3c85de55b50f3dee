"""The values that settings hold: one type for each kind, with its check.

A wrong one raises an error whose code ``config.problems`` words for operators.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

# These go into the dialplan's answers: nothing in them may mean something there. The daemon holds
# its answers to the same patterns.
PHONE_DIAL = re.compile(r"[A-Za-z0-9]{1,20}/[A-Za-z0-9_.+@/-]{1,160}")
"""What rings a phone of the company."""
TRUNK_DIAL = re.compile(r"[A-Za-z0-9]{1,20}/[A-Za-z0-9_.+@:#*/;=-]{1,220}")
"""What rings a number outside; also a URI with parameters."""
CALLER_ID = re.compile(r"\+?[0-9]{0,24}")
MAILBOX = re.compile(r"[A-Za-z0-9_.-]{1,40}(?:@[A-Za-z0-9_.-]{1,40})?")
SOUND = re.compile(r"[A-Za-z0-9_./-]{1,80}")
_PLAIN = re.compile(r"[A-Za-z0-9_.+-]{1,80}")
# PJSIP/number@trunk is no phone of the company: such a number belongs in agents.mobiles.
_ENDPOINT = re.compile(
    r"(?!(?:PJ)?SIP/.*@)[A-Za-z0-9]{1,20}/[A-Za-z0-9_.+@-][A-Za-z0-9_.+@/-]{0,79}"
)
_LONGEST = {"number": "+" + 15 * "9", "digits": 15 * "9", "national": 20 * "9"}
"""What a template's place becomes at most: E.164 ends at 15 digits, prefixes of countries at 5."""
_ORIGIN = re.compile(
    r"(?:https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|https?://(?:localhost|127\.0\.0\.1))"
    r"(?::(?!(?:80|443)$)[1-9][0-9]{0,4})?"
)
_HTTP_URL = re.compile(
    r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?"
)


def _e164(value: str) -> str:
    """An international number as it is written in settings: ``+`` and digits, nothing else."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        raise PydanticCustomError("e164", "not E.164") from None
    canonical = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if canonical != value:
        raise PydanticCustomError("e164_form", "not E.164", {"canonical": canonical})
    if not phonenumbers.is_possible_number(number):
        raise PydanticCustomError("e164_length", "impossible number")
    return value


def _region(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise PydanticCustomError("region", "unknown region")
    return value


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise PydanticCustomError("timezone", "unknown timezone") from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _host(value: str) -> str:
    if value == "localhost":
        return value
    try:
        ip_address(value)
    except ValueError:
        raise PydanticCustomError("host", "not an address") from None
    return value


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise PydanticCustomError("network", "not a network") from None


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise PydanticCustomError("database_url", "unknown database")
    return value


def _storage_url(value: str) -> str:
    if not value.startswith("file:///"):
        raise PydanticCustomError("storage_url", "unknown storage")
    return value


def _dial_template(value: str) -> str:
    if not _makes(TRUNK_DIAL, value):
        raise PydanticCustomError("dial_template", "not a dial string with a place for a number")
    return value


def _caller_id_template(value: str) -> str:
    if not _makes(CALLER_ID, value):
        raise PydanticCustomError("caller_id_template", "not a number with a place for a number")
    return value


def _makes(form: re.Pattern[str], template: str) -> bool:
    """Whether a template has one place for a number, and makes this of any number."""
    made, places = re.subn(r"\{(\w*)\}", lambda place: _LONGEST.get(place[1], "{}"), template)
    return places == 1 and form.fullmatch(made) is not None


def _span(value: object) -> object:
    """``09:00-18:00``; the end may be ``24:00``."""
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("span", "not a span of hours")
    begin, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    if int(found[2]) > 59 or int(found[4]) > 59 or not begin < end <= 24 * 60:
        raise PydanticCustomError("span", "not a span of hours")
    return Span(begin, end)


def _day(value: object) -> object:
    """A date of TOML's, or a text of the same form."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, datetime) or not isinstance(value, date):
        raise PydanticCustomError("day", "not a date")
    return value


def _http_url(value: str) -> str:
    if not _HTTP_URL.fullmatch(value):
        raise PydanticCustomError("http_url", "not an address")
    return value


def _origin(value: str) -> str:
    """A page's origin exactly as browsers write it in ``Origin``."""
    if not _ORIGIN.fullmatch(value):
        raise PydanticCustomError("origin", "not an origin")
    return value


def _sound(value: str) -> str:
    if not SOUND.fullmatch(value):
        raise PydanticCustomError("sound", "not a sound")
    return value


def _endpoint(value: str) -> str:
    if not is_endpoint(value):
        raise PydanticCustomError("endpoint", "not an endpoint")
    return value


def _mailbox(value: str) -> str:
    if not MAILBOX.fullmatch(value):
        raise PydanticCustomError("mailbox", "not a mailbox")
    return value


def is_endpoint(value: str) -> bool:
    """Whether this can be an endpoint's name: ``101``, ``PJSIP/101``."""
    return is_plain(value) or _ENDPOINT.fullmatch(value) is not None


def is_plain(value: str) -> bool:
    """Whether this can be an endpoint's name without its technology: ``101``."""
    return _PLAIN.fullmatch(value) is not None


def is_short_number(value: str) -> bool:
    """Whether this can be an extension or an emergency number: 2 to 6 digits."""
    return re.fullmatch(r"[0-9]{2,6}", value) is not None


def _short_number(value: str) -> str:
    if not is_short_number(value):
        raise PydanticCustomError("short_number", "not a short number")
    return value


class Span(NamedTuple):
    """A part of a day, in minutes after midnight; the end is outside of it."""

    begin: int
    end: int

    def __str__(self) -> str:
        """``09:00-18:00``, as it is written in settings."""
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in self)


class Clock(NamedTuple):
    """A time of day."""

    hour: int
    minute: int

    def __str__(self) -> str:
        """``02:30``, as it is written in settings."""
        return f"{self.hour:02}:{self.minute:02}"


def clock(value: object) -> object:
    """``02:30``; a ``Clock`` as it is."""
    if isinstance(value, Clock):
        return value
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("clock", "not a time of day")
    return Clock(int(found[1]), int(found[2]))


E164 = Annotated[str, AfterValidator(_e164)]
Region = Annotated[str, AfterValidator(_region)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Host = Annotated[str, AfterValidator(_host)]
"""An address to listen at."""
Network = Annotated[str, AfterValidator(_network)]
"""``192.0.2.0/24``, or one address."""
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
StorageUrl = Annotated[str, AfterValidator(_storage_url)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
WebOrigin = Annotated[str, AfterValidator(_origin)]
"""``https://crm.example.com``: scheme, name and port of a page, as browsers tell them."""
Name = Annotated[str, Field(min_length=1, max_length=80)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
"""``101`` or ``PJSIP/101``."""
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Sound = Annotated[str, AfterValidator(_sound)]
DialTemplate = Annotated[str, AfterValidator(_dial_template)]
"""A dial string into which a number is put: ``{number}`` is E.164, ``{digits}`` the same without
``+``, ``{national}`` as it is dialled within the company's country."""
CallerIdTemplate = Annotated[str, AfterValidator(_caller_id_template)]
"""A caller id with the same places."""
HourSpan = Annotated[Span, BeforeValidator(_span)]
Day = Annotated[date, BeforeValidator(_day)]
ShortNumber = Annotated[str, AfterValidator(_short_number)]
Port = Annotated[int, Field(ge=1, le=65535)]
RingSeconds = Annotated[int, Field(ge=3, le=300)]
