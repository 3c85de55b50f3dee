"""What a PBX grants and has: asked over AMI, as the daemon will."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Final

from config.problems import Language
from config.settings import PbxSettings, Settings
from daemon.ami.actions import Action
from daemon.ami.link import ActionTimeoutError, AmiLink, LinkDownError
from daemon.ami.message import Message
from daemon.ami.state import LinkState, Reason
from daemon.doctor.findings import Finding, Verdict, fail, note, ok

OLDEST, NEWEST = 18, 22

_EVENT: Final = "CallwardDoctor"
_PATIENCE_SECONDS: Final = 15.0
_EVENT_SECONDS: Final = 3.0
_CLOCK_SECONDS: Final = 2.0
_READ = ("system", "call", "agent", "user")
_WRITE = ("system", "call", "originate", "reporting", "user")
_MODULES = {
    "app_mixmonitor.so": ("nothing can be recorded", "ничего нельзя записать"),
    "func_curl.so": (
        "the dialplan cannot ask Callward whom to ring",
        "диалплан не может спросить Callward, кому звонить",
    ),
    "cel_custom.so": (
        "the PBX keeps no event log to catch up from",
        "АТС не ведёт журнал событий, из которого восполняются звонки",
    ),
}
_IN_A_BROWSER: Final = (
    "nobody can listen to a running call in the browser, only on a phone",
    "слушать идущий разговор в браузере нельзя, только по телефону",
)
# Who neither listens nor holds misses none. Of AudioSocket's, the second needs the first.
_OF_SOME: Final = {
    "app_chanspy.so": (
        "nobody can listen to a running call, whisper or barge in",
        "никто не может слушать идущий разговор, подсказывать и вступать в него",
    ),
    "res_audiosocket.so": _IN_A_BROWSER,
    "chan_audiosocket.so": _IN_A_BROWSER,
    "func_volume.so": (
        "no customer can be put on hold by a button, only by a phone",
        "ставить клиента на удержание кнопкой нельзя, только телефоном",
    ),
}


class Server:
    """A PBX that is logged in to."""

    def __init__(self, settings: PbxSettings, secret: str) -> None:
        self.settings = settings
        self.name = settings.name
        self._messages: list[Message] = []
        self._changed = asyncio.Event()
        self._link = AmiLink(
            settings,
            secret,
            on_messages=self._messages.extend,
            on_state=lambda _: self._changed.set(),
        )

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[LinkState]:
        """Log in; the state is that of the first answer, good or bad."""
        running = asyncio.create_task(self._link.run())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    while not self._link.state.connected and self._is_starting():
                        self._changed.clear()
                        await self._changed.wait()
            yield self._link.state
        finally:
            self._link.close()
            await running

    async def ask(self, name: str, **headers: str) -> tuple[Message, tuple[Message, ...]] | None:
        """The answer and its list; ``None`` where the PBX refuses or does not know the action."""
        try:
            answer = await self._link.send(Action(name, tuple(headers.items())))
        except (LinkDownError, ActionTimeoutError):
            return None
        return (answer.message, answer.events) if answer.success else None

    async def config(self, file: str, category: str) -> dict[str, str] | None:
        """One section of one of Asterisk's files; ``None`` where it may not be read."""
        answer = await self.ask("GetConfig", Filename=file, Category=category)
        if answer is None:
            return None
        lines = (value for key, value in answer[0].headers.items() if key.startswith("Line-"))
        pairs = (line.partition("=") for line in lines)
        return {key.strip().lower(): value.strip() for key, _, value in pairs}

    async def own_event(self) -> tuple[Message, datetime] | None:
        """An event that this session made, and when it came; ``None`` where none comes."""
        pattern = f"^Event: UserEvent[[:cntrl:]].*[[:cntrl:]]UserEvent: {_EVENT}[[:cntrl:]]"
        await self.ask("Filter", Operation="Add", Filter=pattern)
        if await self.ask("UserEvent", UserEvent=_EVENT) is None:
            return None
        end = asyncio.get_running_loop().time() + _EVENT_SECONDS
        while asyncio.get_running_loop().time() < end:
            for message in self._messages:
                if message.headers.get("UserEvent") == _EVENT:
                    return message, datetime.now(UTC)
            await asyncio.sleep(0.01)
        return None

    def _is_starting(self) -> bool:
        return any(notice.reason is Reason.STARTING for notice in self._link.state.notices)


async def examine_server(
    settings: Settings, server: Server, state: LinkState, language: Language
) -> AsyncIterator[Finding]:
    """Everything that a connected PBX can be asked."""
    pbx = server.settings
    yield ok("link", pbx.name, address=state.address, username=pbx.username)
    lacking = False
    async for finding in _rights(server):
        lacking |= finding.verdict is Verdict.FAIL
        yield finding
    if lacking:
        # What is refused would look as if it were missing.
        yield note("not_asked", pbx.name)
        return
    refused = [notice for notice in state.notices if notice.reason is Reason.FILTER_REFUSED]
    if refused:
        yield fail("link_notice", pbx.name, text=refused[0].text(language))
    else:
        yield ok("filter", pbx.name)
    yield await _version(server)
    yield await _clock(server)
    if await server.ask("ShowDialPlan", Context="callward-record") is None:
        yield fail("dialplan_missing", pbx.name)
    else:
        yield ok("dialplan", pbx.name)
    for module, (english, russian) in (*_MODULES.items(), *_OF_SOME.items()):
        about = {"module": module, "what": english, "what_ru": russian}
        if await server.ask("ModuleCheck", Module=module) is not None:
            yield ok("module", pbx.name, module=module)
        elif module in _MODULES:
            yield fail("module_missing", pbx.name, **about)
        else:
            yield note("module_wanting", pbx.name, **about)
    yield await _cel(server)
    async for finding in _endpoints(settings, server):
        yield finding


async def recordings_folder(server: Server) -> str:
    """Where the dialplan records to, as the PBX knows the path; empty where it does not say."""
    for variable, below in (("CALLWARD_RECORDINGS", ""), ("ASTSPOOLDIR", "/callward")):
        answer = await server.ask("Getvar", Variable=variable)
        if answer is not None and answer[0].headers.get("Value"):
            return answer[0].headers["Value"] + below
    return ""


async def has_made_calls(server: Server) -> bool:
    """Whether there were calls since this Asterisk started."""
    answer = await server.ask("CoreStatus")
    return answer is None or answer[0].headers.get("CoreProcessedCalls") != "0"


async def _rights(server: Server) -> AsyncIterator[Finding]:
    username = server.settings.username
    answer = await server.ask("ListCommands")
    granted = _granted(answer[0]) if answer is not None else frozenset()
    missing = [right for right in _WRITE if right not in granted]
    if missing:
        yield fail(
            "rights_missing",
            server.name,
            missing=",".join(missing),
            username=username,
            needed=",".join(_WRITE),
        )
    else:
        yield ok("rights", server.name, granted=",".join(sorted(granted)))
    own = await server.config("manager.conf", username)
    if own is None or "read" not in own:
        return
    read = {right.strip() for right in own["read"].split(",")}
    missing = [] if "all" in read else [right for right in _READ if right not in read]
    if missing:
        yield fail(
            "read_missing",
            server.name,
            missing=",".join(missing),
            username=username,
            needed=",".join(_READ),
        )
    else:
        yield ok("read", server.name, granted=own["read"])


def _granted(commands: Message) -> frozenset[str]:
    """Write classes that this user must have, by the actions that he is offered.

    An action is offered to whoever has one of its classes (``main/manager.c``), so one that has a
    single class proves it.
    """
    granted = set()
    for synopsis in commands.headers.values():
        privileges = re.search(r"\(Priv: ([\w,]+)\)", synopsis)
        if privileges is not None:
            classes = set(privileges[1].split(",")) - {"all"}
            if len(classes) == 1:
                granted |= classes
    return frozenset(granted)


async def _version(server: Server) -> Finding:
    answer = await server.ask("CoreSettings")
    version = answer[0].headers.get("AsteriskVersion", "") if answer is not None else ""
    major = re.search(r"\d+", version)
    if major is None or not OLDEST <= int(major[0]) <= NEWEST:
        return fail("version_other", server.name, version=version or "?", least=OLDEST, most=NEWEST)
    return ok("version", server.name, version=version)


async def _clock(server: Server) -> Finding:
    event = await server.own_event()
    if event is None:
        return fail("no_user_event", server.name, username=server.settings.username)
    message, now = event
    try:
        there = datetime.fromtimestamp(float(message.headers["Timestamp"]), UTC)
    except (KeyError, ValueError):
        return fail("no_timestamps", server.name)
    offset = (there - now).total_seconds()
    if abs(offset) > _CLOCK_SECONDS:
        return fail("clock_off", server.name, offset=f"{offset:+.1f}")
    return ok("clock", server.name, offset=f"{offset:+.2f}")


async def _cel(server: Server) -> Finding:
    general = await server.config("cel.conf", "general")
    if general is None or general.get("enable", "no").lower() not in {"yes", "true", "1", "on"}:
        return fail("cel_disabled", server.name)
    events = {event.strip().upper() for event in general.get("events", "").split(",")}
    apps = {app.strip().lower() for app in general.get("apps", "").split(",")}
    missing = [] if "ALL" in events else ["events"]
    missing += [app for app in ("dial", "queue", "park") if app not in apps and "all" not in apps]
    if missing:
        return fail("cel_events", server.name, missing=", ".join(missing))
    return ok("cel", server.name)


async def _endpoints(settings: Settings, server: Server) -> AsyncIterator[Finding]:
    known = [name async for name in known_endpoints(server)]
    if not known:
        yield note("trunks_unknown", server.name)
        return
    trunks = server.settings.trunks
    missing = [trunk for trunk in trunks if not any(is_endpoint(trunk, name) for name in known)]
    if missing:
        names = ", ".join(name.partition("/")[2] for name in known)
        yield fail("trunk_missing", server.name, missing=", ".join(missing), known=names)
    else:
        found = [name for name in known if any(is_endpoint(trunk, name) for trunk in trunks)]
        yield ok("trunks", server.name, found=", ".join(found))
    lost = [
        phone for phone in _phones(settings) if not any(is_endpoint(phone, name) for name in known)
    ]
    if lost and len(settings.pbx) == 1:
        yield fail("phone_missing", server.name, missing=", ".join(lost))
    else:
        phones = [name for name in known if not any(is_endpoint(trunk, name) for trunk in trunks)]
        yield ok("phones", server.name, count=len(phones))


async def known_endpoints(server: Server) -> AsyncIterator[str]:
    """Every endpoint that the PBX lists, ``PJSIP/101``."""
    for action, technology in (("PJSIPShowEndpoints", "PJSIP"), ("SIPpeers", "SIP")):
        answer = await server.ask(action)
        for event in answer[1] if answer is not None else ():
            name = event.headers.get("ObjectName", "")
            if name and not event.event.endswith("Complete"):
                yield f"{technology}/{name}"


def _phones(settings: Settings) -> Iterator[str]:
    for agent in settings.agents:
        yield from agent.endpoints or (() if agent.mobiles else (agent.name,))


def is_endpoint(pattern: str, endpoint: str) -> bool:
    """Whether a pattern of the settings (``operator``, ``PJSIP/op*``) means this endpoint."""
    return fnmatchcase(endpoint if "/" in pattern else endpoint.partition("/")[2], pattern)
