"""Answers the dialplan's questions: whom to ring, what to show, what to dial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from config.decided import SettingsNow
from config.emergency import emergency_numbers
from config.settings import Settings
from crm.callers import Caller, find_caller, get_number
from crm.names import phone_name
from crm.numbers import NumberPlan, Owner
from crm.pins import Pins
from crm.short_codes import ShortCodes
from crm.vault import Vault
from daemon.routing.connect import AccessOf
from daemon.routing.dialled_calls import DialledCalls
from daemon.routing.line import Line
from daemon.routing.outbound import Dialling
from daemon.routing.people import People
from daemon.routing.plan import plan_for_client
from daemon.routing.prompts import CLOSED, NOBODY, UNREACHABLE
from daemon.routing.return_calls import ReturnCalls
from daemon.routing.tokens import ClientLeg, NumberLeg, PhoneLeg, Tokens
from daemon.routing.wire import (
    Announce,
    Answer,
    DialClient,
    DialMobile,
    No,
    Question,
    RingClient,
    Say,
    Voicemail,
)
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all PBXs ask. Raises what the database raises. ``clock`` gives aware UTC."""

    settings: SettingsNow
    database: Database
    vault: Vault
    codes: ShortCodes
    numbers: NumberPlan
    people: People
    tokens: Tokens
    lines: Mapping[str, Line]
    """By PBX."""
    dialled: DialledCalls
    returns: ReturnCalls
    clock: Callable[[], datetime]

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        database: Database,
        vault: Vault,
        codes: ShortCodes,
        numbers: NumberPlan,
        people: People,
        access_of: AccessOf,
        tokens: Tokens,
        pins: Pins,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        decided: SettingsNow | None = None,
    ) -> Desk:
        """A desk for these settings, with the parts that others use as well.

        ``decided``: what holds of them at the moment of a question; ``None``: all.
        """
        now = decided or (lambda: settings)
        dialling = Dialling(
            numbers,
            always=settings.outbound.emergency,
            emergency=emergency_numbers(settings),
            is_code=codes.is_code,
            by_extension=people.by_extension,
            by_number=people.by_number,
        )
        return cls(
            settings=now,
            database=database,
            vault=vault,
            codes=codes,
            numbers=numbers,
            people=people,
            tokens=tokens,
            lines={pbx.name: Line(pbx, settings.company, numbers, tokens) for pbx in settings.pbx},
            dialled=DialledCalls(
                settings=now,
                database=database,
                vault=vault,
                codes=codes,
                people=people,
                access_of=access_of,
                tokens=tokens,
                dialling=dialling,
                clock=clock,
            ),
            returns=ReturnCalls(now, database, people, access_of, tokens, pins, clock),
            clock=clock,
        )

    async def answer(self, pbx: str, question: Question) -> Answer:
        """The answer to a question that ``wire.parse`` made; ``pbx`` is one of the settings."""
        line = self.lines[pbx]
        # Uniqueids are unique on their PBX only.
        channel = f"{pbx} {question.channel}"
        match question.kind:
            case "inbound":
                return await self._inbound(line, channel, question)
            case "dial":
                return await self.dialled.answer(line, question["from"], question["dialled"])
            case "client":
                return await self._client(line, question["token"])
            case "mobile":
                return self._mobile(line, question["token"])
            case "pin":
                return await self.returns.pin(question["session"], channel, question["pin"])
            case _:
                return await self.returns.choose(question["session"], channel, question["code"])

    async def _inbound(self, line: Line, channel: str, question: Question) -> Answer:
        number = self.numbers.normalise(question["caller"])
        owner = None if number is None else self.numbers.owner(number)
        caller, without = Caller(), ""
        if number is not None and owner is Owner.EMPLOYEE:
            agent = self.people.by_number(number)
            if agent is not None:
                manager = await self.returns.open(agent, channel)
                if manager is not None:
                    return manager
                without = agent.name
        elif number is not None and owner is Owner.OUTSIDE:
            caller = await self._find(number)
        code, settings = caller.code or "", self.settings()
        plan = plan_for_client(
            self.people,
            settings.routing,
            self.clock(),
            settings.company.timezone,
            curator=caller.curator,
            deputy=caller.deputy,
            without=(without,),
        )
        return RingClient(
            code=code,
            name=phone_name(caller.name, private=caller.private),
            caller_id=line.caller_id(question["called"]),
            announce=self._inbound_announcement(),
            steps=line.ringing(plan.steps, code),
            last=self._last(closed=plan.closed),
        )

    async def _find(self, number: str) -> Caller:
        return await self.database.look(
            lambda connection: find_caller(connection, self.vault, self.codes, number)
        )

    async def _client(self, line: Line, token: str) -> Answer:
        leg = self.tokens.redeem(token)
        name = ""
        match leg:
            case ClientLeg(phone_id=phone_id):
                number = await self.database.look(
                    lambda connection: get_number(connection, self.vault, phone_id)
                )
                name = leg.name
            case NumberLeg():
                number = leg.number
            case _:
                return No(UNREACHABLE)
        return DialClient(
            dial=line.dial(number),
            seconds=leg.seconds,
            caller_id=line.caller_id(),
            code=leg.code,
            name=name,
            announce=self._outbound_announcement(number),
        )

    def _mobile(self, line: Line, token: str) -> Answer:
        leg = self.tokens.redeem(token)
        if not isinstance(leg, PhoneLeg):
            return No(UNREACHABLE)
        agent = self.people.find(leg.agent)
        phone = None if agent is None else agent.phone(leg.key)
        if phone is None or phone.number is None:
            return No(UNREACHABLE)
        return DialMobile(line.dial(phone.number), leg.seconds, line.caller_id(), leg.code)

    def _last(self, *, closed: bool) -> Say | Voicemail:
        mailbox = self.settings().routing.voicemail
        if mailbox is not None:
            return Voicemail(mailbox)
        return Say(CLOSED if closed else NOBODY)

    def _inbound_announcement(self) -> Announce | None:
        settings = self.settings().announcements
        if settings.inbound == "off":
            return None
        return Announce(settings.inbound, settings.sound, self._language)

    def _outbound_announcement(self, number: str) -> Announce | None:
        settings = self.settings().announcements
        # Whoever calls for help is not kept waiting.
        if not settings.outbound or not number.startswith("+"):
            return None
        return Announce("called", settings.sound, self._language)

    @property
    def _language(self) -> str:
        settings = self.settings()
        return settings.announcements.language or settings.company.language
