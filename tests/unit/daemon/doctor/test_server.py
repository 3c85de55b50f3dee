"""What the doctor makes of a PBX's answers; a real PBX is asked in the lab's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.settings import Settings
from daemon.ami.message import Message
from daemon.ami.state import LinkState, Notice, Reason
from daemon.doctor.findings import Finding, Verdict
from daemon.doctor.server import Server, examine_server, has_made_calls, recordings_folder

Answer = tuple[Message, tuple[Message, ...]]

SETTINGS = Settings.model_validate(
    {
        "company": {"numbers": ["+442079460000"]},
        "pbx": [{"trunks": ["operator"], "secret": "x"}],
        "agents": [{"name": "101"}],
    }
)
UP = LinkState(
    pbx="pbx", address="127.0.0.1:5038", connected=True, since=datetime(2026, 1, 2, tzinfo=UTC)
)


def answer(headers: dict[str, str] | None = None, *events: dict[str, str]) -> Answer:
    return Message(headers or {}), tuple(Message(event) for event in events)


def config(**lines: str) -> Answer:
    return answer({f"Line-0-{n}": f"{key}={value}" for n, (key, value) in enumerate(lines.items())})


def endpoint(name: str) -> dict[str, str]:
    return {"Event": "EndpointList", "ObjectName": name}


class Pbx(Server):
    """A PBX that is well, but for what a test changes."""

    def __init__(self) -> None:
        super().__init__(SETTINGS.pbx[0], "x")
        self.answers: dict[str, Answer | None] = {
            "ListCommands": answer(
                {
                    "Atxfer": "x (Priv: call,all)",
                    "DBDel": "x (Priv: system,all)",
                    "ConfbridgeList": "x (Priv: reporting,all)",
                    "Originate": "x (Priv: originate,all)",
                    "UserEvent": "x (Priv: user,all)",
                    "Status": "x (Priv: system,call,reporting,all)",
                    "Ping": "x (Priv: <none>)",
                }
            ),
            "manager.conf": config(read="system,call,agent,user"),
            "cel.conf": config(enable="yes", events="ALL", apps="dial,queue,park"),
            "CoreSettings": answer({"AsteriskVersion": "22.10.1"}),
            "CoreStatus": answer({"CoreProcessedCalls": "7"}),
            "ShowDialPlan": answer(),
            "ModuleCheck": answer(),
            "PJSIPShowEndpoints": answer({}, endpoint("101"), endpoint("operator")),
            "Getvar": answer({"Value": "/var/spool/asterisk"}),
        }
        self.unloaded: frozenset[str] = frozenset()
        self.offset: timedelta | None = timedelta(0)
        self.stamped = True

    async def ask(self, name: str, **headers: str) -> Answer | None:
        if name == "ModuleCheck" and headers["Module"] in self.unloaded:
            return None
        return self.answers.get(headers.get("Filename", name))

    async def own_event(self) -> tuple[Message, datetime] | None:
        if self.offset is None:
            return None
        now = datetime.now(UTC)
        stamp = {"Timestamp": str((now + self.offset).timestamp())} if self.stamped else {}
        return Message(stamp), now


async def examined(pbx: Pbx, state: LinkState = UP) -> list[Finding]:
    return [finding async for finding in examine_server(SETTINGS, pbx, state, "en")]


async def wrong(pbx: Pbx, state: LinkState = UP) -> dict[str, str]:
    found = await examined(pbx, state)
    return {f.code: f.text("en") for f in found if f.verdict is not Verdict.OK}


async def test_a_pbx_that_is_well() -> None:
    assert await wrong(Pbx()) == {}


def changed(**changes: Any) -> Pbx:
    pbx = Pbx()
    for name, value in changes.items():
        if name in {"offset", "stamped", "unloaded"}:
            setattr(pbx, name, value)
        else:
            pbx.answers[name.replace("_", ".")] = value
    return pbx


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"ListCommands": answer({"A": "x (Priv: call,all)"})}, "rights_missing", "reporting"),
        ({"ListCommands": None}, "rights_missing", "system,call,originate,reporting,user"),
        ({"manager_conf": config(read="system,call")}, "read_missing", "agent,user"),
        ({"CoreSettings": answer({"AsteriskVersion": "16.28.0"})}, "version_other", "18 to 22"),
        ({"CoreSettings": None}, "version_other", "?"),
        ({"ShowDialPlan": None}, "dialplan_missing", "callward dialplan install"),
        ({"unloaded": {"func_curl.so"}}, "module_missing", "module load func_curl.so"),
        ({"cel_conf": None}, "cel_disabled", "cel.conf"),
        ({"cel_conf": config(enable="no", events="ALL", apps="all")}, "cel_disabled", "enable"),
        ({"cel_conf": config(enable="yes", events="HANGUP", apps="dial")}, "cel_events", "queue"),
        ({"offset": timedelta(seconds=5)}, "clock_off", "+5.0"),
        ({"offset": timedelta(seconds=-60)}, "clock_off", "-60.0"),
        ({"offset": None}, "no_user_event", "write = …,user"),
        ({"stamped": False}, "no_timestamps", "timestampevents"),
        ({"PJSIPShowEndpoints": answer({}, endpoint("101"))}, "trunk_missing", "operator"),
        ({"PJSIPShowEndpoints": answer({}, endpoint("operator"))}, "phone_missing", "101"),
        ({"PJSIPShowEndpoints": None}, "trunks_unknown", "by hand"),
    ],
)
async def test_what_is_wrong_is_named_with_what_to_do(
    changes: dict[str, Any], code: str, said: str
) -> None:
    found = await wrong(changed(**changes))
    found.pop("not_asked", None)
    assert set(found) == {code}
    assert said in found[code]


@pytest.mark.parametrize(
    ("module", "english", "russian"),
    [
        ("app_chanspy.so", "whisper or barge in", "подсказывать и вступать"),
        ("res_audiosocket.so", "in the browser, only on a phone", "в браузере"),
        ("chan_audiosocket.so", "in the browser, only on a phone", "только по телефону"),
        ("func_volume.so", "on hold by a button", "на удержание кнопкой"),
    ],
)
async def test_what_only_some_need_is_no_fault(module: str, english: str, russian: str) -> None:
    found = await examined(changed(unloaded={module}))
    [wanting] = [one for one in found if one.verdict is not Verdict.OK]
    assert wanting.verdict is Verdict.NOTE
    assert english in wanting.text("en")
    assert russian in wanting.text("ru")
    for language in ("en", "ru"):
        assert f"asterisk -rx 'module load {module}'" in wanting.text(language)


async def test_what_a_user_without_rights_is_refused_is_not_taken_for_missing() -> None:
    pbx = Pbx()
    pbx.answers = {}
    assert set(await wrong(pbx)) == {"rights_missing", "not_asked"}


async def test_a_refused_filter_is_told_in_the_links_words() -> None:
    refused = LinkState(
        pbx="pbx",
        address="127.0.0.1:5038",
        connected=True,
        since=UP.since,
        notices=(Notice(reason=Reason.FILTER_REFUSED, detail="'no'"),),
    )
    assert "write = system" in (await wrong(Pbx(), refused))["link_notice"]


async def test_where_the_pbx_records_to() -> None:
    assert await recordings_folder(Pbx()) == "/var/spool/asterisk"
    assert await recordings_folder(changed(Getvar=None)) == ""


async def test_whether_there_were_calls() -> None:
    assert await has_made_calls(Pbx())
    assert not await has_made_calls(changed(CoreStatus=answer({"CoreProcessedCalls": "0"})))
    assert await has_made_calls(changed(CoreStatus=None))
