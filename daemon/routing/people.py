"""The agents, their phones, and what each may do: settings, with what they chose since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Self

from config.phones import (
    dial_string,
    endpoint_extension,
    endpoints_of,
    extension_of,
    mobile_keys,
    phone_key,
    ring_keys,
)
from config.settings import (
    AgentSettings,
    HoursSettings,
    Order,
    Policy,
    Settings,
)
from config.values import is_endpoint
from crm.agent_choices import AgentChoice
from daemon.calls.directory import Directory, EndpointKind


class PhoneChoiceError(ValueError):
    """A choice names no phone, or one that the agent does not have."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        super().__init__("not one of the agent's phones")
        self.key = key
        """The wrong one; ``""`` where none was named."""
        self.known = known


@dataclass(frozen=True, slots=True)
class AgentPhone:
    """One phone: an endpoint of the PBX, or a number that is reached over a trunk."""

    key: str
    """``101``, ``SIP/101``, ``mobile``, ``mobile2``."""
    endpoint: str | None = None
    """``PJSIP/101``."""
    number: str | None = field(default=None, repr=False)
    """E.164."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One employee; exceptions are resolved, every value is what holds for him."""

    name: str
    extension: str | None
    """What colleagues dial."""
    phones: tuple[AgentPhone, ...]
    ring: tuple[str, ...]
    """Keys of the phones on which he takes calls, in order."""
    ring_order: Order
    hours: HoursSettings | None
    """``None``: always."""
    dials: Policy

    @property
    def ringing(self) -> tuple[AgentPhone, ...]:
        """The phones of ``ring``, in that order."""
        return tuple(phone for key in self.ring if (phone := self.phone(key)) is not None)

    def phone(self, key: str) -> AgentPhone | None:
        """His phone of that key; ``101`` and ``PJSIP/101`` are one."""
        wanted = phone_key(key)
        return next((phone for phone in self.phones if phone.key == wanted), None)


class People:
    """Finds agents. What an agent chose since (``choose``) stands above the settings."""

    def __init__(
        self,
        settled: Iterable[Agent],
        *,
        group: Iterable[str],
        others: Iterable[str] = (),
        directories: Mapping[str, Directory],
        stranger: Agent,
    ) -> None:
        """``stranger``: what holds for endpoints that no agent lists; ``others``: known ones."""
        self.has_left: Callable[[str], bool] = lambda _name: False
        """Whether the person of that name left: none of his phones rings. Set where that is known.
        """
        self.is_away: Callable[[str], bool] = lambda _name: False
        """Whether he takes no calls of clients now; his phones and what he chose stay as they are.
        """
        self._settled = {agent.name: agent for agent in settled}
        self._stranger = stranger
        self._directories = directories
        self._group = self._first_group = tuple(group) or tuple(self._settled)
        self._choices: dict[str, tuple[tuple[str, ...], Order]] = {}
        self._by_endpoint: dict[str, str] = {}
        self._by_extension: dict[str, str] = {}
        self._by_number: dict[str, str] = {}
        for agent in self._settled.values():
            self._index(agent)
        for name in (*self._group, *others):
            self._index(self._made(name))

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Everybody whom the settings name."""
        return cls(
            (_agent(agent, settings) for agent in settings.agents),
            group=settings.routing.group,
            others=settings.routing.fallback,
            directories={
                pbx.name: Directory.from_settings(settings.company, settings.agents, pbx)
                for pbx in settings.pbx
            },
            stranger=_stranger(settings),
        )

    def settle(self, settings: Settings) -> None:
        """The same agents, with other hours and another group from now on."""
        self._settled = {agent.name: _agent(agent, settings) for agent in settings.agents}
        self._stranger = _stranger(settings)
        self._group = settings.routing.group or tuple(self._settled)
        for name in self._group:
            self._index(self._made(name))

    def under(self, settings: Settings) -> Self:
        """The same people, choices and all, as they would be after ``settle``."""
        made = copy(self)
        made._by_endpoint, made._by_extension = dict(self._by_endpoint), dict(self._by_extension)
        made._by_number = dict(self._by_number)
        made.settle(settings)
        return made

    @property
    def listed(self) -> tuple[Agent, ...]:
        """Everybody whom the settings name, also who is no longer in the group."""
        made = (self._made(name) for name in (*self._settled, *self._first_group, *self._group))
        return tuple(self._chosen(agent) for agent in {one.name: one for one in made}.values())

    @property
    def settled(self) -> tuple[Agent, ...]:
        """The agents of the settings, in their order."""
        return tuple(self._chosen(agent) for agent in self._settled.values())

    @property
    def group(self) -> tuple[Agent, ...]:
        """Who is rung when neither curator nor deputy answers."""
        return tuple(self._chosen(self._made(name)) for name in self._group)

    def find(self, name: str) -> Agent | None:
        """An agent by name, or the endpoint of that name as an agent of its own.

        ``None`` only for what can be no endpoint's name: whether there is such an endpoint, the
        PBX knows.
        """
        if name in self._settled:
            return self._chosen(self._settled[name])
        owner = self._by_endpoint.get(phone_key(name))
        if owner is not None and owner in self._settled:
            return self._chosen(self._settled[owner])
        # What has an @ leads elsewhere through the dialplan: only settings may say so.
        known = "@" not in name and is_endpoint(name)
        return self._chosen(self._made(name)) if known else None

    def by_extension(self, digits: str) -> Agent | None:
        """Whose extension this is. Endpoints outside of the settings: see ``find``."""
        name = self._by_extension.get(digits)
        return None if name is None else self.find(name)

    def by_channel(self, channel_name: str, pbx: str | None = None) -> Agent | None:
        """Whose phone this channel is (``PJSIP/101-0000000a``); ``None``: a trunk, a Local one."""
        directory = self._directories.get(pbx or "") or next(iter(self._directories.values()))
        endpoint = directory.endpoint(channel_name)
        if endpoint.kind is not EndpointKind.PHONE or endpoint.agent is None:
            return None
        listed = endpoint.agent in self._settled
        return self.find(endpoint.agent if listed else endpoint.address)

    def by_number(self, number: str) -> Agent | None:
        """Whose own number (E.164) this is: a mobile, a landline."""
        name = self._by_number.get(number)
        return None if name is None else self.find(name)

    def choose(self, name: str, ring: Iterable[str], ring_order: Order) -> Agent:
        """On which of his phones an agent takes calls from now on; the agent as he is then.

        ``PhoneChoiceError``: no phone, or one that is not his. ``LookupError``: no such agent.
        """
        agent = self.find(name)
        if agent is None:
            raise LookupError(name)
        keys = tuple(dict.fromkeys(map(phone_key, ring)))
        known = tuple(phone.key for phone in agent.phones)
        wrong = next((key for key in keys if key not in known), None)
        if wrong is not None or not keys:
            raise PhoneChoiceError(wrong or "", known)
        self._choices[agent.name] = (keys, ring_order)
        return self._chosen(agent)

    def restore(self, choices: Iterable[AgentChoice]) -> None:
        """What was chosen before this start; phones that are no longer there are left out."""
        for choice in choices:
            agent = self.find(choice.agent)
            if agent is not None:
                ring = tuple(key for key in choice.ring if agent.phone(key) is not None)
                if ring:
                    self.choose(agent.name, ring, choice.ring_order)

    def has_chosen(self, name: str) -> bool:
        """Whether a choice of his stands above the settings."""
        return name in self._choices

    def forget_choice(self, name: str) -> None:
        """The settings hold again."""
        self._choices.pop(name, None)

    def _chosen(self, agent: Agent) -> Agent:
        if self.has_left(agent.name):
            return replace(agent, ring=())
        choice = self._choices.get(agent.name)
        return agent if choice is None else replace(agent, ring=choice[0], ring_order=choice[1])

    def _made(self, name: str) -> Agent:
        """The agent of the settings, or an endpoint's own."""
        settled = self._settled.get(name)
        if settled is not None:
            return settled
        phone = _endpoint_phone(name)
        return replace(
            self._stranger,
            name=phone.key.rpartition("/")[2],
            extension=endpoint_extension(name),
            phones=(phone,),
            ring=(phone.key,),
        )

    def _index(self, agent: Agent) -> None:
        for phone in agent.phones:
            if phone.number is None:
                self._by_endpoint.setdefault(phone.key, agent.name)
            else:
                self._by_number.setdefault(phone.number, agent.name)
        if agent.extension is not None:
            self._by_extension.setdefault(agent.extension, agent.name)


def _stranger(settings: Settings) -> Agent:
    return _agent(AgentSettings(name="nobody"), settings)


def _agent(agent: AgentSettings, settings: Settings) -> Agent:
    endpoints = tuple(map(_endpoint_phone, endpoints_of(agent)))
    mobiles = tuple(
        AgentPhone(key, number=number)
        for key, number in zip(mobile_keys(agent), agent.mobiles, strict=True)
    )
    return Agent(
        name=agent.name,
        extension=extension_of(agent),
        phones=endpoints + mobiles,
        ring=ring_keys(agent),
        ring_order=agent.ring_order,
        hours=agent.hours or settings.routing.hours,
        dials=agent.dials or settings.outbound.policy,
    )


def _endpoint_phone(name: str) -> AgentPhone:
    return AgentPhone(phone_key(name), endpoint=dial_string(name))
