"""``callward dialplan check``: what runs beside what should."""

from __future__ import annotations

import asyncio
import re
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from config.problems import Language, SettingsError
from config.secrets import read_secrets
from config.settings import PbxSettings, Settings
from crm.vault import Vault
from daemon.ami.message import Message
from daemon.doctor.dialplan_files import examine_files
from daemon.doctor.findings import Finding, fail, note, ok
from daemon.doctor.server import Server, is_endpoint, known_endpoints
from dialplan.parsing import Dialplan, Step
from dialplan.product import EXTENSIONS, SETTINGS, Secrets

LIMIT_SECONDS: Final = 0.3
"""How long the dialplan waits (``CURLOPT`` in ``extensions_callward.conf``)."""
_PATIENCE_SECONDS: Final = 3.0
_MODULES: Final = (
    "app_dial",
    "app_exec",
    "app_mixmonitor",
    "app_playback",
    "app_read",
    "app_stack",
    "app_userevent",
    "func_callerid",
    "func_channel",
    "func_curl",
    "func_cut",
    "func_logic",
    "func_strings",
    "func_uri",
    "res_agi",
)
_RELOADED: Final = ("manager", "pbx_config", "cel", "cel_custom")
_THEIRS: Final = "CALLWARD_RECORDINGS"
"""The one global that an engineer may set otherwise."""
_INBOUND: Final = frozenset({"callward-inbound", "callward-customer", "callward-arrived"})
_PHONES: Final = frozenset({"callward-phones"})
_LEAKY: Final = {
    "SendPai": "send_pai",
    "SendRpid": "send_rpid",
    "TrustIdOutbound": "trust_id_outbound",
    "SendConnectedLine": "send_connected_line",
    "SendDiversion": "send_diversion",
    "SendHistoryInfo": "send_history_info",
}
_CONTEXT: Final = re.compile(r"[\w-]+")


async def load_dialplan(settings: Settings, pbx: PbxSettings) -> bool:
    """Have Asterisk read its files again; whether it was told to."""
    server = _server(settings, pbx)
    if server is None:
        return False
    async with server.connected() as state:
        if not state.connected:
            return False
        done = {module: await server.ask("Reload", Module=module) for module in _RELOADED}
        if done["cel_custom"] is None:
            # It was started without a mapping, and then it wants to be started again.
            await server.ask("ModuleLoad", Module="cel_custom.so", LoadType="load")
        return done["pbx_config"] is not None


async def examine_dialplan(
    settings: Settings, pbx: PbxSettings, etc: Path, vault: Vault, language: Language
) -> AsyncIterator[Finding]:
    """Every finding as soon as it is known. Changes nothing."""
    for finding in examine_files(settings, pbx, etc, vault, language):
        yield finding
    server = _server(settings, pbx)
    if server is not None:
        async with server.connected() as state:
            if not state.connected:
                text = "; ".join(notice.text(language) for notice in state.notices)
                yield fail("link_down", pbx.name, address=state.address, text=text)
            else:
                async for finding in _examine_running(server, etc):
                    yield finding
    yield await asyncio.to_thread(_examine_answer, settings, pbx, vault)


def _server(settings: Settings, pbx: PbxSettings) -> Server | None:
    """``None`` where there is no password to log in with."""
    try:
        mine = settings.model_copy(update={"pbx": (pbx,)})
        return Server(pbx, read_secrets(mine)[pbx.name].get_secret_value())
    except SettingsError:
        return None


async def _examine_running(server: Server, etc: Path) -> AsyncIterator[Finding]:
    try:
        wanted = _wanted(etc)
    except (OSError, ValueError):
        # The files' own findings say so.
        return
    running = {name: await _context(server, name) for name in wanted.contexts}
    missing = [name for name, one in running.items() if one is None and wanted.contexts[name]]
    differing = [
        name
        for name, one in running.items()
        if one is not None
        and (
            one.contexts[name] != wanted.contexts[name]
            or one.includes[name] != wanted.includes[name]
        )
    ]
    if missing:
        yield fail("running_missing", server.name, contexts=", ".join(missing))
    if differing:
        yield fail("running_differs", server.name, contexts=", ".join(differing))
    if not missing and not differing:
        yield ok("running", server.name, count=len(running))
    yield await _globals(server, wanted.globals)
    modules = [
        one for one in _MODULES if await server.ask("ModuleCheck", Module=f"{one}.so") is None
    ]
    if modules:
        yield fail("modules_missing", server.name, modules=", ".join(modules))
    else:
        yield ok("modules", server.name, count=len(_MODULES))
    async for finding in _ways(server):
        yield finding


def _wanted(etc: Path) -> Dialplan:
    wanted = Dialplan()
    for name in (SETTINGS.file, EXTENSIONS.file):
        wanted.read((etc / name).read_text(encoding="utf-8"))
    return wanted


async def _globals(server: Server, wanted: dict[str, str]) -> Finding:
    for name, value in wanted.items():
        answer = await server.ask("Getvar", Variable=name)
        running = None if answer is None else answer[0].headers.get("Value", "")
        if running != value and name != _THEIRS:
            return fail("globals_differ", server.name, name=name, file=SETTINGS.file)
    return ok("globals", server.name, version=wanted.get("CALLWARD_DIALPLAN", "?"))


async def _context(server: Server, name: str) -> Dialplan | None:
    """One context as it runs; ``None`` where there is none."""
    answer = await server.ask("ShowDialPlan", Context=name)
    if answer is None:
        return None
    steps: dict[tuple[str, int], Step] = {}
    includes: list[str] = []
    for event in answer[1]:
        headers = event.headers
        if "IncludeContext" in headers:
            includes.append(headers["IncludeContext"])
        elif headers.get("Priority", "").isdigit():
            step = Step(headers.get("Application", ""), headers.get("AppData", ""))
            steps[headers.get("Extension", ""), int(headers["Priority"])] = step
    return Dialplan(contexts={name: steps}, includes={name: includes})


async def _ways(server: Server) -> AsyncIterator[Finding]:
    """Whether trunks and phones lead into our contexts."""
    phones: dict[str, list[str]] = {}
    leaky: dict[str, list[str]] = {}
    renaming: list[str] = []
    async for endpoint, details in _endpoints(server):
        context = details.headers.get("Context", "")
        if any(is_endpoint(trunk, endpoint) for trunk in server.settings.trunks):
            leads = await _leads(server, context, _INBOUND)
            verdict, code = (ok, "trunk_leads") if leads else (note, "trunk_passes")
            yield verdict(code, server.name, endpoint=endpoint, context=context)
            if _is_on(details, "TrustIdInbound") and _is_on(details, "TrustConnectedLine"):
                yield note("trunk_renames", server.name, endpoint=endpoint)
            if _is_on(details, "RpidImmediate"):
                yield note("trunk_hastens", server.name, endpoint=endpoint)
            continue
        name = endpoint.partition("/")[2]
        phones.setdefault(context, []).append(name)
        if _is_on(details, "TrustIdInbound") and _is_on(details, "TrustConnectedLine"):
            renaming.append(name)
        options = [option for key, option in _LEAKY.items() if _is_on(details, key)]
        if options:
            leaky.setdefault(", ".join(options), []).append(name)
    good = [context for context in phones if await _leads(server, context, _PHONES)]
    if good:
        yield ok("phones_lead", server.name, contexts=", ".join(good))
    for context in phones.keys() - set(good):
        names = ", ".join(phones[context])
        yield note("phones_pass", server.name, endpoints=names, context=context)
    if renaming:
        yield note("phones_rename", server.name, endpoints=", ".join(renaming))
    for leaks, named in leaky.items():
        yield note("leaky", server.name, endpoints=", ".join(named), options=leaks)


def _is_on(details: Message, option: str) -> bool:
    return details.headers.get(option) in {"yes", "true"}


async def _endpoints(server: Server) -> AsyncIterator[tuple[str, Message]]:
    async for endpoint in known_endpoints(server):
        technology, _, name = endpoint.partition("/")
        if technology != "PJSIP":
            continue
        answer = await server.ask("PJSIPShowEndpoint", Endpoint=name)
        for event in answer[1] if answer is not None else ():
            if event.event == "EndpointDetail":
                yield endpoint, event


async def _leads(server: Server, start: str, goals: frozenset[str]) -> bool:
    """Whether a context is one of the goals, includes one, or sends calls there."""
    seen: set[str] = set()
    left = [start]
    while left:
        name = left.pop()
        if name in goals:
            return True
        if name in seen or not name:
            continue
        seen.add(name)
        context = await _context(server, name)
        if context is not None:
            left += context.includes[name]
            left += _sent_to(context.contexts[name].values())
    return False


def _sent_to(steps: Iterable[Step]) -> list[str]:
    """Contexts that these steps go to, as far as their names stand there."""
    ways = (
        step.data for step in steps if step.application in {"Goto", "GotoIf", "Gosub", "GosubIf"}
    )
    return [
        way[0]
        for data in ways
        # A context is named where extension and priority follow.
        for part in re.split(r"[?:]", data)
        if len(way := part.split(",")) > 2 and _CONTEXT.fullmatch(way[0])
    ]


def _examine_answer(settings: Settings, pbx: PbxSettings, vault: Vault) -> Finding:
    """A question as the dialplan asks it, for a client whom nobody knows."""
    address = (pbx.ask_url or settings.http.url).rstrip("/")
    form = {
        "secret": Secrets.of(vault, pbx.name, None).dialplan,
        "v": "1",
        "pbx": pbx.name,
        "channel": "check",
        "token": "check",
    }
    request = urllib.request.Request(  # noqa: S310 - http, as the dialplan
        f"{address}/pbx/v1/client", data=urlencode(form).encode()
    )
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
            line = answer.read(4096).decode(errors="replace")
    except urllib.error.HTTPError as error:
        return fail("answers_wrong", pbx.name, address=address, reason=f"HTTP {error.code}")
    except (OSError, ValueError):
        return fail("answers_not", pbx.name, address=address)
    milliseconds = round((time.perf_counter() - began) * 1000)
    if not (line.startswith("callward1|") and line.rstrip("\n").endswith("|end")):
        return fail("answers_wrong", pbx.name, address=address, reason="?")
    late = milliseconds > LIMIT_SECONDS * 1000
    verdict, code = (fail, "answers_late") if late else (ok, "answers")
    return verdict(code, pbx.name, address=address, milliseconds=milliseconds)
