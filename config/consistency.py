"""Settings that contradict each other, each one right by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from config.problems import Problem
from config.settings import Settings


def contradictions(settings: Settings) -> list[Problem]:
    """Every pair that does not go together."""
    return [
        *_twice(settings),
        *(
            Problem(where=f"pbx[{i}].secret_file", code="two_secrets")
            for i, pbx in enumerate(settings.pbx)
            if pbx.secret is not None and pbx.secret_file is not None
        ),
    ]


def _twice(settings: Settings) -> Iterator[Problem]:
    yield from _repeated(
        (f"pbx[{i}].name", pbx.name, pbx.name) for i, pbx in enumerate(settings.pbx)
    )
    yield from _repeated(
        (f"agents[{i}].name", agent.name, agent.name) for i, agent in enumerate(settings.agents)
    )
    yield from _repeated(
        (f"agents[{i}].endpoints[{j}]", _endpoint(endpoint), endpoint)
        for i, agent in enumerate(settings.agents)
        for j, endpoint in enumerate(agent.endpoints)
    )
    company = {number: f"company.numbers[{i}]" for i, number in enumerate(settings.company.numbers)}
    mobiles: list[tuple[str, str, None]] = []
    for i, agent in enumerate(settings.agents):
        for j, mobile in enumerate(agent.mobiles):
            where = f"agents[{i}].mobiles[{j}]"
            if mobile in company:
                about = {"other": company[mobile]}
                yield Problem(where=where, code="mobile_is_company", about=about)
            mobiles.append((where, mobile, None))
    yield from _repeated(mobiles)


def _repeated(rows: Iterable[tuple[str, str, str | None]]) -> Iterator[Problem]:
    """Rows of where, what must be unique, and what may be shown of it."""
    first: dict[str, str] = {}
    for where, key, shown in rows:
        other = first.setdefault(key, where)
        if other != where:
            value = None if shown is None else json.dumps(shown, ensure_ascii=False)
            yield Problem(where=where, code="twice", value=value, about={"other": other})


def _endpoint(name: str) -> str:
    """``101`` and ``PJSIP/101`` are one endpoint."""
    return name.removeprefix("PJSIP/")
