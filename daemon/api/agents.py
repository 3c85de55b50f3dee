"""``/api/v1/agents``: on which phones they take calls, and their PINs."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal, Self

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r404
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy import Connection

from config.settings import Order
from crm.access import Right
from crm.agent_choices import delete_choice, save_choice
from crm.audit import Action
from crm.pins import PinError
from daemon.api.known import find_known, known_agents
from daemon.api.parameters import Open, Resource, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.routing.people import Agent, People, PhoneChoiceError


class AgentPhoneModel(BaseModel):
    """One of an agent's phones, without its number."""

    key: str
    """``101`` for an endpoint, ``mobile`` and ``mobile2`` for numbers of his own."""
    kind: Literal["endpoint", "number"]


class AgentModel(BaseModel):
    """One agent. The phones of others are null for who may not change them."""

    name: str | None
    """None that could be a number, where phones are hidden."""
    extension: str | None
    """What colleagues dial."""
    phones: list[AgentPhoneModel] | None
    ring: list[str] | None
    """Keys of the phones on which he takes calls, in order."""
    order: Order | None
    chosen: bool | None
    """It was chosen, by him or for him; otherwise the settings say so."""

    @classmethod
    def of(cls, agent: Agent, viewer: Viewer, people: People) -> Self:
        """From the settings, with what he chose since."""
        own = may_set(viewer, agent.name)
        return cls(
            name=viewer.name(agent.name),
            extension=agent.extension,
            phones=[
                AgentPhoneModel(key=phone.key, kind="number" if phone.number else "endpoint")
                for phone in agent.phones
                if viewer.name(phone.key) is not None
            ]
            if own
            else None,
            ring=list(filter(viewer.name, agent.ring)) if own else None,
            order=agent.ring_order if own else None,
            chosen=people.has_chosen(agent.name) if own else None,
        )


class AgentList(BaseModel):
    """Everybody whom the settings name."""

    items: list[AgentModel]


class PhoneChoice(BaseModel):
    """On which phones an agent takes calls from now on."""

    model_config = ConfigDict(extra="forbid")

    ring: Annotated[list[Text], Field(max_length=20)]
    """Keys of his phones."""
    order: Order


class Pin(BaseModel):
    """What he keys in when he calls from his own mobile."""

    model_config = ConfigDict(extra="forbid")

    pin: Annotated[SecretStr, Field(max_length=80)]
    """4 to 10 digits, not all the same and not in a row."""


class AgentsResource(Resource):
    """The agents."""

    rights = rules(GET=Open.SIGNED_IN)

    async def get(self) -> r200[AgentList] | r400[ProblemDocument]:
        """All agents of the settings. No number is told, not even to the operator.

        Status codes:
            200: The agents
        """
        agents = known_agents(self.context.people).values()
        return json_response(
            AgentList(
                items=[AgentModel.of(agent, self.viewer, self.context.people) for agent in agents]
            )
        )


def may_set(viewer: Viewer, agent: str) -> bool:
    """Whether he may choose that agent's phones and PIN: his own, or as who changes people."""
    return viewer.person == agent or viewer.has(Right.PEOPLE_CHANGE)


class _OfAgent(Resource):
    """What belongs to one agent."""

    def _agent(self, name: str) -> Agent:
        agent = find_known(self.context.people, name)
        if agent is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "agent_not_found")
        return agent

    def _answer(self, agent: Agent) -> web.Response:
        return json_response(AgentModel.of(agent, self.viewer, self.context.people))

    def _own(self, name: str) -> Agent:
        """The agent, for himself or who changes people."""
        agent = self._agent(name)
        if not may_set(self.viewer, agent.name):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
        return agent


class AgentResource(_OfAgent):
    """One agent."""

    rights = rules(GET=Open.SIGNED_IN)

    async def get(
        self, name: Text, /
    ) -> r200[AgentModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One agent.

        Status codes:
            200: The agent
            404: There is no such agent
        """
        return self._answer(self._agent(name))


class AgentPhonesResource(_OfAgent):
    """On which of his phones an agent takes calls."""

    rights = rules(PUT=Open.SIGNED_IN, DELETE=Open.SIGNED_IN)

    async def put(
        self, name: Text, /, choice: PhoneChoice
    ) -> r200[AgentModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Choose; it holds from the next call on. Everybody may for himself.

        Status codes:
            200: The agent as he is now
            400: One of the phones is not his, or none is named
            404: There is no such agent
        """
        agent = self._own(name)
        try:
            agent = self.context.people.choose(agent.name, choice.ring, choice.order)
        except PhoneChoiceError as error:
            known = ", ".join(filter(self.viewer.name, error.known)) or "—"
            raise ProblemError(HTTPStatus.BAD_REQUEST, "unknown_phone", allowed=known) from None
        chosen_at = datetime.now(UTC)
        entry = self.viewer.entry(Action.PHONES_CHOSEN, object=agent.name)

        def store(connection: Connection) -> None:
            save_choice(connection, agent.name, agent.ring, agent.ring_order, chosen_at)
            self.context.audit.add(connection, entry)

        await self.context.database.write(store)
        self.context.routing_changed()
        return self._answer(agent)

    async def delete(
        self, name: Text, /
    ) -> r200[AgentModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Back to what the settings say.

        Status codes:
            200: The agent as he is now
            404: There is no such agent
        """
        agent = self._own(name)
        self.context.people.forget_choice(agent.name)
        entry = self.viewer.entry(Action.PHONES_CHOSEN, object=agent.name)

        def store(connection: Connection) -> None:
            delete_choice(connection, agent.name)
            self.context.audit.add(connection, entry)

        await self.context.database.write(store)
        self.context.routing_changed()
        return self._answer(self._agent(name))


class AgentPinResource(_OfAgent):
    """An agent's PIN. It is stored as a hash and never told."""

    rights = rules(PUT=Open.SIGNED_IN, DELETE=Open.SIGNED_IN)

    async def put(
        self, name: Text, /, pin: Pin
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument]:
        """Set it; that ends a lockout. Everybody may set his own.

        Status codes:
            204: It is set
            400: It is not 4 to 10 digits, or too simple
            404: There is no such agent
        """
        agent = self._own(name)
        try:
            await self.context.pins.set(agent.name, pin.pin.get_secret_value())
        except PinError as error:
            raise ProblemError(HTTPStatus.BAD_REQUEST, f"pin_{error.reason}") from None
        await self._tell(agent)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def delete(self, name: Text, /) -> r204 | r400[ProblemDocument] | r404[ProblemDocument]:
        """Take it away: no PIN is right then.

        Status codes:
            204: He has none
            404: There is no such agent
        """
        agent = self._own(name)
        await self.context.pins.clear(agent.name)
        await self._tell(agent)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _tell(self, agent: Agent) -> None:
        entry = self.viewer.entry(Action.PIN_CHANGED, object=agent.name)
        await self.context.audit.tell(entry)


ROUTES: Final = (
    ("/api/v1/agents", AgentsResource),
    ("/api/v1/agents/{name}", AgentResource),
    ("/api/v1/agents/{name}/phones", AgentPhonesResource),
    ("/api/v1/agents/{name}/pin", AgentPinResource),
)
