"""What ``callward init`` asks and finds. Wrong input asks again, with one clear sentence."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from pydantic import TypeAdapter, ValidationError

from config.first import FirstSettings
from config.problems import Language
from config.settings import HttpSettings
from config.values import E164, is_plain
from crm.passwords import PasswordError, check_password, temporary_password
from crm.people import RESERVED, is_name, sign_in_name
from daemon.cli.context import fail
from daemon.founding import Founder
from daemon.messages import say
from dialplan.endpoints import find_endpoints

T = TypeVar("T")

_NUMBER: Final = TypeAdapter(E164)
_ZONE: Final = re.compile(r"zoneinfo/(?:posix/|right/)?(.+)")
_MOST_PHONES: Final = 10
"""Ringing more of them at once is nobody's wish: then the engineer says who."""
_PORTS: Final = 10
_SPOOL: Final = Path("/var/spool/asterisk")
_LOG: Final = Path("/var/log/asterisk")


class WrongError(ValueError):
    """An answer that cannot be; the text says what can."""


class Questions:
    """Asks where it may and must; else ends the command with one line."""

    def __init__(self, spoken: Language, *, asking: bool) -> None:
        self._spoken = spoken
        self._asking = asking

    def check(
        self, needed: Mapping[str, str | None], password_file: Path | None, *, yes: bool
    ) -> None:
        """Ends where something is missing and nobody can be asked: all of it in one line."""
        missing = [option for option, value in needed.items() if value is None]
        if password_file is None and not yes:
            missing.append("--password-file")
        if missing and not self._asking:
            # Who says --yes gets a password made for him.
            self._end("init.missing", options=", ".join(missing))

    def settings(
        self,
        *,
        number: str | None,
        trunks: tuple[str, ...],
        data: Path | None,
        etc: Path,
        secret_file: Path,
    ) -> FirstSettings:
        """What the first settings say."""
        spoken_number = self._get(number, "init.ask_number", self._number)
        found = find_endpoints(etc)
        if found.trunks or found.phones:
            typer.echo(
                say(
                    self._spoken,
                    "init.found",
                    path=etc,
                    trunks=", ".join(found.trunks) or "—",
                    phones=", ".join(found.phones) or "—",
                )
            )
        here = bool(found.trunks or found.phones)
        given = (self._get(trunk, "init.ask_trunk", self._checked_trunk) for trunk in trunks)
        chosen = tuple(given) or self._trunks(found.trunks)
        phones = tuple(phone for phone in found.phones if phone not in chosen)
        return FirstSettings(
            language=self._spoken,
            number=spoken_number,
            timezone=_timezone(),
            trunks=chosen,
            phones=phones if len(phones) <= _MOST_PHONES else (),
            secret_file=secret_file,
            recordings_folder=_SPOOL / "callward" if here and _SPOOL.is_dir() else None,
            cel_file=_LOG / "cel-custom" / "callward.csv" if here and _LOG.is_dir() else None,
            data=data,
            port=_port(),
        )

    def founder(self, name: str | None, password_file: Path | None) -> Founder:
        """The first administrator, with a password of his own or one that is made for him."""
        name = self._get(name, "init.ask_administrator", self._name)
        if password_file is not None:
            try:
                password = password_file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or type(error).__name__
                self._end("init.password_unreadable", path=password_file, reason=reason)
            try:
                return self._own(name, password)
            except WrongError as error:
                fail(f"{password_file}: {error}")
        while self._asking:
            password = typer.prompt(
                say(self._spoken, "init.ask_password"),
                default="",
                hide_input=True,
                show_default=False,
            )
            if not password:
                break
            try:
                founder = self._own(name, password)
            except WrongError as error:
                typer.echo(str(error), err=True)
                continue
            again = typer.prompt(
                say(self._spoken, "init.ask_again"),
                default="",
                hide_input=True,
                show_default=False,
            )
            if again == password:
                return founder
            typer.echo(say(self._spoken, "init.differs"), err=True)
        return Founder(name=name, password=temporary_password(), must_change=True)

    def _get(self, given: str | None, question: str, check: Callable[[str], str]) -> str:
        """An option's value, or the answer."""
        if given is not None:
            try:
                return check(given)
            except WrongError as error:
                fail(str(error))
        while True:
            try:
                return check(typer.prompt(say(self._spoken, question)))
            except WrongError as error:
                typer.echo(str(error), err=True)

    def _trunks(self, found: tuple[str, ...]) -> tuple[str, ...]:
        """The one that there is, or what is answered."""
        if len(found) == 1:
            return found
        if not self._asking:
            self._end("init.which_trunk", trunks=", ".join(found) or "—")
        return (self._get(None, "init.ask_trunk", self._checked_trunk),)

    def _number(self, text: str) -> str:
        plain = re.sub(r"[\s().-]", "", text)
        try:
            return _NUMBER.validate_python(plain)
        except ValidationError:
            raise WrongError(say(self._spoken, "init.bad_number")) from None

    def _name(self, text: str) -> str:
        name = " ".join(text.split())
        if not is_name(name):
            raise WrongError(say(self._spoken, "api.invalid_name", name="--administrator"))
        if sign_in_name(name) in RESERVED:
            raise WrongError(say(self._spoken, "api.name_reserved", name=name))
        return name

    def _checked_trunk(self, text: str) -> str:
        name = text.strip().removeprefix("PJSIP/")
        if not is_plain(name):
            raise WrongError(say(self._spoken, "init.bad_trunk"))
        return name

    def _own(self, name: str, password: str) -> Founder:
        try:
            asyncio.run(check_password(password, name))
        except PasswordError as error:
            raise WrongError(say(self._spoken, f"init.password_{error.reason}")) from None
        return Founder(name=name, password=password, must_change=False)

    def _end(self, key: str, **about: object) -> None:
        fail(say(self._spoken, key, **about))


def _timezone() -> str | None:
    """The machine's, where it says so by name."""
    with suppress(OSError, ZoneInfoNotFoundError, ValueError):
        found = _ZONE.search(os.path.realpath("/etc/localtime"))
        if found is not None and found[1] not in {"UTC", "Etc/UTC"}:
            return ZoneInfo(found[1]).key
    return None


def _port() -> int | None:
    """A free one where the default is taken: Asterisk's own HTTP server likes the same."""
    usual = HttpSettings.model_fields["port"].default
    for port in range(usual, usual + _PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return None if port == usual else port
    return None
