"""Who may call whom. Pure."""

from __future__ import annotations

from config.settings import Policy, Reach


def may_call(agent: str, reach: Reach, curator: str | None, deputy: str | None) -> bool:
    """Whether an agent may call a client: ``own`` are those whom he serves, and nobody's."""
    if reach == "all":
        return True
    return agent in (curator, deputy) or (curator is None and deputy is None)


def may_dial(policy: Policy, *, is_client: bool) -> bool:
    """Whether a plain number may be dialled. Emergency numbers never come to this question."""
    return policy == "anyone" or (policy == "clients_only" and is_client)
