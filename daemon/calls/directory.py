"""Who is who: trunks, agents and numbers, as the settings say. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache

from config.settings import AgentSettings, CompanySettings, PbxSettings
from crm.numbers import NumberPlan, Owner

# Channels that Asterisk makes for itself: nobody is at their far end.
_PSEUDO = frozenset(
    {
        "Announcer",
        "AudioSocket",
        "CBAnn",
        "CBRec",
        "ConfBridgeRecorder",
        "Message",
        "MulticastRTP",
        "OutgoingSpoolFailed",
        "ParkingLot",
        "Recorder",
        "Snoop",
        "Surrogate",
        "UnicastRTP",
        "WebSocket",
    }
)
# What Asterisk appends to the name of a channel that another one is taking over.
_MASQUERADE = re.compile(r"<(?:MASQ|ZOMBIE)>$")
_LOCAL = re.compile(r"^Local/(?P<exten>.*)@.*-[0-9a-f]{8};(?P<half>[12])$")
_DIALLED = re.compile(r"^(?:.*/)?(?:sips?:)?(?P<user>[^@/:;]+)(?:[@:;].*)?$")


class EndpointKind(StrEnum):
    """What is at the far end of a channel, by its technology and the settings."""

    TRUNK = "trunk"
    PHONE = "phone"
    LOCAL = "local"
    PSEUDO = "pseudo"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A channel's name, taken apart."""

    kind: EndpointKind
    address: str
    """``PJSIP/101``: the same for every channel of one phone, trunk or Local destination."""
    agent: str | None = None
    """The agent's name on a phone; ``None`` elsewhere."""
    exten: str = field(default="", repr=False)
    """What a Local channel runs."""
    half: str = ""
    """``1`` or ``2`` of a Local pair."""
    pair: str = field(default="", repr=False)
    """The name that both halves of a Local pair share."""


def number_plan(company: CompanySettings, agents: Sequence[AgentSettings]) -> NumberPlan:
    """Whose numbers are whose, as the settings say."""
    return NumberPlan(
        company.numbers,
        mobiles=(mobile for agent in agents for mobile in agent.mobiles),
        region=company.region,
    )


@dataclass(frozen=True, slots=True)
class Directory:
    """Tells trunks from phones, and customers' numbers from the company's own."""

    numbers: NumberPlan
    company_numbers: frozenset[str]
    trunks: tuple[str, ...]
    agents_by_endpoint: Mapping[str, str]
    agents_by_mobile: Mapping[str, str]

    @classmethod
    def from_settings(
        cls, company: CompanySettings, agents: Sequence[AgentSettings], pbx: PbxSettings
    ) -> Directory:
        """What one PBX's channels mean for this company."""
        plan = number_plan(company, agents)
        return cls(
            numbers=plan,
            company_numbers=frozenset(plan.normalise(n) or n for n in company.numbers),
            trunks=pbx.trunks,
            agents_by_endpoint={
                endpoint: agent.name
                for agent in agents
                for endpoint in agent.endpoints or (agent.name,)
            },
            agents_by_mobile={
                plan.normalise(mobile) or mobile: agent.name
                for agent in agents
                for mobile in agent.mobiles
            },
        )

    def endpoint(self, channel_name: str) -> Endpoint:
        """Take a channel's name (``PJSIP/101-0000000a``) apart."""
        name = _MASQUERADE.sub("", channel_name).removeprefix("AsyncGoto/")
        local = _LOCAL.match(name)
        if local is not None:
            return Endpoint(
                EndpointKind.LOCAL,
                name.rpartition("-")[0],
                exten=local["exten"],
                half=local["half"],
                pair=name[:-2],
            )
        address = name.rpartition("-")[0] or name
        technology, _, resource = address.partition("/")
        if technology in _PSEUDO or not resource:
            return Endpoint(EndpointKind.PSEUDO, address)
        for pattern in self.trunks:
            if _matches(pattern, address, resource):
                return Endpoint(EndpointKind.TRUNK, address)
        agent = self.agents_by_endpoint.get(address) or self.agents_by_endpoint.get(resource)
        return Endpoint(EndpointKind.PHONE, address, agent=agent or resource)

    def outside_number(self, raw: str) -> str | None:
        """E.164 of a number over a trunk; ``None`` when withheld, junk, or the company's own."""
        number = self.numbers.normalise(raw)
        return None if number is None or self.numbers.owner(number) is Owner.COMPANY else number

    def company_number(self, raw: str) -> str | None:
        """E.164 of one of the company's own numbers; ``None`` for anything else."""
        number = self.numbers.normalise(raw)
        return number if number in self.company_numbers else None

    @property
    def only_company_number(self) -> str | None:
        """The company's number where it has just one."""
        return next(iter(self.company_numbers)) if len(self.company_numbers) == 1 else None

    def is_employee(self, number: str | None) -> bool:
        """Whether an E.164 number is an employee's own."""
        return number is not None and number in self.agents_by_mobile


@lru_cache(maxsize=4096)
def _matches(pattern: str, address: str, resource: str) -> bool:
    return fnmatchcase(address if "/" in pattern else resource, pattern)


def dialled_user(dial_string: str) -> str:
    """The number in a dial string: ``+447700900123@operator``, ``operator/sip:123@host`` …

    Without the prefix, ended by ``#``, by which some carriers know their client.
    """
    found = _DIALLED.match(dial_string)
    return "" if found is None else found["user"].rpartition("#")[2]


def leads_to(dial_string: str, address: str) -> bool:
    """Whether dialling this (``PJSIP/+447700900123@operator``) makes channels of this address."""
    technology, _, rest = dial_string.partition("/")
    channel_technology, _, resource = address.partition("/")
    if technology != channel_technology:
        return False
    if technology == "Local":
        return rest.partition("/")[0] == resource
    return resource in (rest, rest.rpartition("@")[2], rest.partition("/")[0])
