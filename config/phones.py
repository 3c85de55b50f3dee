"""Phones as settings name them: endpoints of the PBX, and numbers that a trunk leads to. Pure."""

from __future__ import annotations

import re

from config.settings import AgentSettings
from config.values import is_endpoint, is_short_number

_MOBILE = re.compile(r"mobile[0-9]*")


def phone_key(name: str) -> str:
    """By which a phone is known and chosen: ``101`` and ``PJSIP/101`` are one."""
    return name.removeprefix("PJSIP/")


def is_mobile_key(name: str) -> bool:
    """Whether this stands for one of ``agents.mobiles``, and for no endpoint."""
    return _MOBILE.fullmatch(name) is not None


def dial_string(endpoint: str) -> str:
    """What Asterisk dials for an endpoint of the settings: ``PJSIP/101`` for ``101``."""
    return endpoint if "/" in endpoint else f"PJSIP/{endpoint}"


def endpoints_of(agent: AgentSettings) -> tuple[str, ...]:
    """His endpoints; by default the one named like him, where an endpoint can have that name."""
    return agent.endpoints or ((agent.name,) if is_endpoint(agent.name) else ())


def mobile_keys(agent: AgentSettings) -> tuple[str, ...]:
    """``mobile``, ``mobile2`` …: one for each of his ``mobiles``."""
    return tuple("mobile" if n == 0 else f"mobile{n + 1}" for n in range(len(agent.mobiles)))


def phone_keys(agent: AgentSettings) -> tuple[str, ...]:
    """Those of all his phones: endpoints first."""
    return (*map(phone_key, endpoints_of(agent)), *mobile_keys(agent))


def ring_keys(agent: AgentSettings) -> tuple[str, ...]:
    """Those of the phones on which he takes calls: ``ring``, else endpoints, else mobiles."""
    named = agent.ring or endpoints_of(agent) or mobile_keys(agent)
    return tuple(dict.fromkeys(map(phone_key, named)))


def extension_of(agent: AgentSettings) -> str | None:
    """What colleagues dial for him; ``None``: nothing."""
    return agent.extension or next(map(endpoint_extension, endpoints_of(agent)), None)


def endpoint_extension(endpoint: str) -> str | None:
    """What colleagues dial for an endpoint that no agent gives an extension of its own."""
    digits = endpoint.rpartition("/")[2]
    return digits if is_short_number(digits) else None
