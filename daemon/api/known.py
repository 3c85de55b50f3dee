"""Agents as the settings name them: who can be asked about."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from daemon.api.problems import ProblemError
from daemon.routing.people import Agent, People


def known_agents(people: People) -> dict[str, Agent]:
    """By name, everybody whom the settings name: agents, and endpoints of the group."""
    return {agent.name: agent for agent in people.listed}


def find_known(people: People, name: str) -> Agent | None:
    """That agent, where the settings name him; where they name nobody, any endpoint's own.

    Who left the settings is nobody any more, though a phone could be called like him.
    """
    known = known_agents(people)
    return known.get(name) if known else people.find(name)


def get_known(people: People, name: str, parameter: str, *, told: Callable[[str], bool]) -> Agent:
    """As ``find_known``; a 400 problem that names who there is, as far as he may be ``told``, where
    there is no such agent.
    """
    agent = find_known(people, name)
    if agent is None:
        allowed = ", ".join(filter(told, known_agents(people))) or "—"
        raise ProblemError(HTTPStatus.BAD_REQUEST, "unknown_agent", name=parameter, allowed=allowed)
    return agent
