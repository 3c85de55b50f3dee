"""Settings that contradict each other, each one right by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from config.emergency import emergency_numbers
from config.phones import extension_of, is_mobile_key, phone_key, phone_keys
from config.problems import Problem
from config.settings import HoursSettings, Settings
from config.values import is_endpoint

_HOST_NAME = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,251}[0-9A-Za-z])?")
_NOBODYS_NAMES = {"operator", "callward"}
"""The audit calls the command on this machine and Callward itself so."""


def contradictions(settings: Settings) -> list[Problem]:
    """Every pair that does not go together."""
    return [
        *_twice(settings),
        *_no_such(settings),
        *_extensions(settings),
        *_overlaps(settings),
        *(
            Problem(where=f"pbx[{i}].secret_file", code="two_secrets")
            for i, pbx in enumerate(settings.pbx)
            if pbx.secret is not None and pbx.secret_file is not None
        ),
        *_event_logs(settings),
        *(
            Problem(where=f"pbx[{i}].dial", code="no_dial")
            for i, pbx in enumerate(settings.pbx)
            if not pbx.dial
        ),
        *_doors(settings),
        *_monitoring(settings),
        *_retention(settings),
    ]


def _retention(settings: Settings) -> Iterator[Problem]:
    """Rules for which no call can fit."""
    for i, rule in enumerate(settings.retention.rules):
        at, least, most = f"retention.rules[{i}]", rule.min_talk_seconds, rule.max_talk_seconds
        if least is not None and most is not None and least > most:
            yield Problem(where=f"{at}.min_talk_seconds", code="talk_span", value=str(least))
        number = rule.company_number
        if number is not None and number not in settings.company.numbers:
            yield Problem(
                where=f"{at}.company_number", code="not_company_number", value=_quoted(number)
            )


def _event_logs(settings: Settings) -> Iterator[Problem]:
    """A file or a database, and nothing that is meant for the other."""
    for i, pbx in enumerate(settings.pbx):
        at, log = f"pbx[{i}].cel", pbx.cel
        if log.url is not None and log.file is not None:
            yield Problem(where=f"{at}.url", code="two_logs")
        if log.url is not None and log.columns:
            yield Problem(where=f"{at}.columns", code="columns_of_url")
        if log.secret is not None and log.secret_file is not None:
            yield Problem(where=f"{at}.secret_file", code="two_secrets")
        if log.url is None and (log.secret is not None or log.secret_file is not None):
            where = f"{at}.secret" if log.secret is not None else f"{at}.secret_file"
            yield Problem(where=where, code="secret_of_no_url")


def _twice(settings: Settings) -> Iterator[Problem]:
    yield from _repeated(
        (f"pbx[{i}].name", pbx.name, pbx.name) for i, pbx in enumerate(settings.pbx)
    )
    yield from _repeated(
        # Two people who differ by upper and lower case alone could not sign in as themselves.
        (f"agents[{i}].name", " ".join(agent.name.casefold().split()), agent.name)
        for i, agent in enumerate(settings.agents)
    )
    yield from _repeated(
        (f"agents[{i}].endpoints[{j}]", phone_key(endpoint), endpoint)
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
    for at, names in _named_lists(settings):
        yield from _repeated((f"{at}[{j}]", phone_key(name), name) for j, name in enumerate(names))


def _named_lists(settings: Settings) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Lists in which nobody should stand twice."""
    yield "routing.group", settings.routing.group
    yield "routing.fallback", settings.routing.fallback
    for i, agent in enumerate(settings.agents):
        yield f"agents[{i}].ring", agent.ring


def _no_such(settings: Settings) -> Iterator[Problem]:
    """Phones and agents that are named and that nobody has."""
    for i, agent in enumerate(settings.agents):
        if agent.name.casefold() in _NOBODYS_NAMES:
            where = f"agents[{i}].name"
            yield Problem(where=where, code="name_reserved", value=_quoted(agent.name))
        for j, endpoint in enumerate(agent.endpoints):
            if is_mobile_key(endpoint):
                where = f"agents[{i}].endpoints[{j}]"
                yield Problem(where=where, code="endpoint_reserved", value=_quoted(endpoint))
        phones = phone_keys(agent)
        for j, key in enumerate(agent.ring):
            if phone_key(key) not in phones:
                yield Problem(
                    where=f"agents[{i}].ring[{j}]",
                    code="no_phone",
                    value=_quoted(key),
                    about={"phones": ", ".join(phones)},
                )
    names = [agent.name for agent in settings.agents]
    for i, name in enumerate(settings.routing.group):
        if name not in names and not is_endpoint(name):
            about = {"agents": ", ".join(names)}
            where = f"routing.group[{i}]"
            yield Problem(where=where, code="no_agent", value=_quoted(name), about=about)


def _extensions(settings: Settings) -> Iterator[Problem]:
    """What colleagues dial must lead to one of them, and never instead of the police."""
    emergency = emergency_numbers(settings)
    rows: list[tuple[str, str, str]] = []
    for i, agent in enumerate(settings.agents):
        extension = extension_of(agent)
        if extension is None:
            continue
        if agent.extension is not None:
            rows.append((f"agents[{i}].extension", extension, agent.extension))
        elif agent.endpoints:
            rows.append((f"agents[{i}].endpoints[0]", extension, agent.endpoints[0]))
        else:
            rows.append((f"agents[{i}].name", extension, agent.name))
    for where, digits, shown in rows:
        if digits in emergency:
            yield Problem(where=where, code="extension_emergency", value=_quoted(shown))
    # Two that are named alike are found as such.
    explicit = {where for where, _, _ in rows if where.endswith("extension")}
    for problem in _repeated(rows):
        if {problem.where, problem.about["other"]} & explicit:
            yield problem


def _overlaps(settings: Settings) -> Iterator[Problem]:
    plans = [(f"agents[{i}].hours", agent.hours) for i, agent in enumerate(settings.agents)]
    for at, hours in [("routing.hours", settings.routing.hours), *plans]:
        for weekday, day in enumerate(HoursSettings.model_fields if hours else ()):
            spans = hours.on(weekday) if hours else ()
            for (j, one), (k, other) in combinations(enumerate(spans), 2):
                if one.begin < other.end and other.begin < one.end:
                    about = {"other": f"{at}.{day}[{j}]"}
                    yield Problem(where=f"{at}.{day}[{k}]", code="span_overlap", about=about)


def _doors(settings: Settings) -> Iterator[Problem]:
    """What people come in by, from other machines and with Windows."""
    http, windows = settings.http, settings.windows
    for name, other in (("certificate", "key"), ("key", "certificate")):
        if getattr(http, name) is not None and getattr(http, other) is None:
            about = {"other": f"http.{other}"}
            yield Problem(where=f"http.{name}", code="needs_too", about=about)
    if not http.is_local and http.certificate is None:
        yield Problem(where="http.host", code="needs_tls", value=_quoted(http.host))
    if http.certificate is not None and http.local_port == http.port != 0:
        yield Problem(where="http.local_port", code="same_port", value=str(http.port))
    if not windows.enabled:
        return
    if windows.keytab is None and windows.ntlm_users is None:
        yield Problem(where="windows.enabled", code="windows_nothing", value="true")
    if windows.keytab is not None and windows.hostname is None:
        about = {"other": "windows.hostname"}
        yield Problem(where="windows.keytab", code="needs_too", about=about)


def _monitoring(settings: Settings) -> Iterator[Problem]:
    """What the PBX is told must be an address to which something can be sent."""
    host, address = settings.monitoring.host, settings.monitoring.address
    if address is None and host in {"0.0.0.0", "::"}:  # noqa: S104 - a setting that is refused
        about = {"other": "monitoring.address"}
        yield Problem(where="monitoring.host", code="no_address", value=_quoted(host), about=about)
    elif address is not None and not _HOST_NAME.fullmatch(address):
        value = _quoted(address)
        yield Problem(where="monitoring.address", code="host_name", value=value)


def _repeated(rows: Iterable[tuple[str, str, str | None]]) -> Iterator[Problem]:
    """Rows of where, what must be unique, and what may be shown of it."""
    first: dict[str, str] = {}
    for where, key, shown in rows:
        other = first.setdefault(key, where)
        if other != where:
            value = None if shown is None else _quoted(shown)
            yield Problem(where=where, code="twice", value=value, about={"other": other})


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
