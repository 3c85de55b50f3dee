"""``/api/v1/agents``: on which phones they take calls, and their PINs."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal, Self

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r404
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.settings import Order
from crm.agent_choices import delete_choice, save_choice
from crm.pins import PinError
from daemon.api.parameters import Resource, Text
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import OPERATOR, Viewer, find_known, known_agents
from daemon.routing.people import Agent, PhoneChoiceError


class AgentPhoneModel(BaseModel):
    """One of an agent's phones, without its number."""

    key: str
    """``101`` for an endpoint, ``mobile`` and ``mobile2`` for numbers of his own."""
    kind: Literal["endpoint", "number"]


class AgentModel(BaseModel):
    """One agent. To a manager the phones of others are null."""

    name: str | None
    """A manager gets none that could be a number."""
    extension: str | None
    """What colleagues dial."""
    phones: list[AgentPhoneModel] | None
    ring: list[str] | None
    """Keys of the phones on which he takes calls, in order."""
    order: Order | None

    @classmethod
    def of(cls, agent: Agent, viewer: Viewer = OPERATOR) -> Self:
        """From the settings, with what he chose since."""
        own = viewer.is_operator or viewer.agent == agent.name
        return cls(
            name=viewer.text(agent.name),
            extension=agent.extension,
            phones=[
                AgentPhoneModel(key=phone.key, kind="number" if phone.number else "endpoint")
                for phone in agent.phones
                if viewer.text(phone.key) is not None
            ]
            if own
            else None,
            ring=list(filter(viewer.text, agent.ring)) if own else None,
            order=agent.ring_order if own else None,
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

    for_managers = frozenset({"GET"})

    async def get(self) -> r200[AgentList] | r400[ProblemDocument]:
        """All agents of the settings. No number is told, not even to the operator.

        Status codes:
            200: The agents
        """
        agents = known_agents(self.context.people).values()
        return json_response(
            AgentList(items=[AgentModel.of(agent, self.viewer) for agent in agents])
        )


class _OfAgent(Resource):
    """What belongs to one agent."""

    def _agent(self, name: str) -> Agent:
        agent = find_known(self.context.people, name)
        if agent is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "agent_not_found")
        return agent

    def _own(self, name: str) -> Agent:
        """The agent, for himself or the operator."""
        agent = self._agent(name)
        if not self.viewer.is_operator and agent.name != self.viewer.agent:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_yours")
        return agent


class AgentResource(_OfAgent):
    """One agent."""

    for_managers = frozenset({"GET"})

    async def get(
        self, name: Text, /
    ) -> r200[AgentModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One agent.

        Status codes:
            200: The agent
            404: There is no such agent
        """
        return json_response(AgentModel.of(self._agent(name), self.viewer))


class AgentPhonesResource(_OfAgent):
    """On which of his phones an agent takes calls."""

    for_managers = frozenset({"PUT", "DELETE"})

    async def put(
        self, name: Text, /, choice: PhoneChoice
    ) -> r200[AgentModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Choose; it holds from the next call on. A manager chooses for himself.

        Status codes:
            200: The agent as he is now
            400: One of the phones is not his, or none is named
            404: There is no such agent
        """
        agent = self._own(name)
        try:
            agent = self.context.people.choose(agent.name, choice.ring, choice.order)
        except PhoneChoiceError as error:
            known = ", ".join(filter(self.viewer.text, error.known)) or "—"
            raise ProblemError(HTTPStatus.BAD_REQUEST, "unknown_phone", allowed=known) from None
        chosen_at = datetime.now(UTC)
        await self.context.database.write(
            lambda connection: save_choice(
                connection, agent.name, agent.ring, agent.ring_order, chosen_at
            )
        )
        self.context.routing_changed()
        return json_response(AgentModel.of(agent, self.viewer))

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
        await self.context.database.write(lambda connection: delete_choice(connection, agent.name))
        self.context.routing_changed()
        return json_response(AgentModel.of(self._agent(name), self.viewer))


class AgentPinResource(_OfAgent):
    """An agent's PIN. It is stored as a hash and never told."""

    for_managers = frozenset({"PUT", "DELETE"})

    async def put(
        self, name: Text, /, pin: Pin
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument]:
        """Set it; that ends a lockout. A manager sets his own.

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
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def delete(self, name: Text, /) -> r204 | r400[ProblemDocument] | r404[ProblemDocument]:
        """Take it away: no PIN is right then.

        Status codes:
            204: He has none
            404: There is no such agent
        """
        await self.context.pins.clear(self._own(name).name)
        return web.Response(status=HTTPStatus.NO_CONTENT)
