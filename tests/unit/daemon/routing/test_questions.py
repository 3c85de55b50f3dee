"""``POST /pbx/v1/{question}``: who is answered, when, and what is said where that cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp_pydantic.oas.view import generate_oas
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from daemon.api.pbx import PbxQuestions
from daemon.metrics import Metrics
from daemon.routing.desk import Desk
from daemon.routing.wire import Answer, No, Question
from dialplan.keys import dialplan_secret

if TYPE_CHECKING:
    from .conftest import House

KNOWN = "+442079460101"
COMPANY = "+442079460000"


@dataclass
class Dialplan:
    """Asks as the dialplan does."""

    client: TestClient[web.Request, web.Application]
    metrics: Metrics
    secret: str
    app: web.Application

    async def post(self, question: str = "inbound", **fields: Any) -> ClientResponse:
        form = {
            "secret": self.secret,
            "v": "1",
            "pbx": "pbx",
            "channel": "1767607200.1",
            **({"caller": KNOWN, "called": COMPANY} if question == "inbound" else {}),
            **fields,
        }
        wanted = {name: value for name, value in form.items() if value is not None}
        return await self.client.post(f"/pbx/v1/{question}", data=wanted)

    def counted(self, question: str, kind: str) -> int:
        return self.metrics.routing.answers[question, kind]


Open = Callable[..., Any]


@pytest.fixture
async def open_(house: House) -> AsyncIterator[Open]:
    """Serves a desk, ``house``'s own unless another is given."""
    clients = []

    async def serve(desk: Desk | None = None, **about: float) -> Dialplan:
        metrics = Metrics()
        about = {"answer_seconds": 0.3, **about}
        questions = PbxQuestions(desk or house.desk, house.vault, metrics.routing, **about)
        app = web.Application()
        app.router.add_routes(questions.routes)
        client = TestClient(TestServer(app))
        await client.start_server()
        clients.append(client)
        return Dialplan(client, metrics, dialplan_secret(house.vault, "pbx"), app)

    yield serve
    for client in clients:
        await client.close()


@pytest.fixture
async def dialplan(open_: Open) -> Dialplan:
    served: Dialplan = await open_()
    return served


async def test_an_answer_is_one_line_of_text(dialplan: Dialplan, house: House) -> None:
    _, code = await house.client(KNOWN)
    response = await dialplan.post()
    assert response.status == 200
    assert response.content_type == "text/plain"
    line = await response.text()
    assert line.startswith(f"callward1|client|{code}|")
    assert line.endswith("|say~callward/nobody|end")
    assert "\n" not in line
    assert dialplan.counted("inbound", "client") == 1


async def test_all_six_are_answered(dialplan: Dialplan) -> None:
    for question, fields, kind in (
        ("inbound", {}, "client"),
        ("dial", {"from": "PJSIP/101-0000000a", "dialled": "103"}, "ring"),
        ("client", {"token": "a" * 32}, "no"),
        ("mobile", {"token": "a" * 32}, "no"),
        ("pin", {"session": "a" * 32, "pin": ""}, "bye"),
        ("choose", {"session": "a" * 32, "code": ""}, "bye"),
    ):
        response = await dialplan.post(question, **fields)
        assert (await response.text()).startswith(f"callward1|{kind}")
        assert dialplan.counted(question, kind) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "x"},
        {"secret": ""},
        {"secret": None},
        {"secret": "ключ"},
        {"pbx": "other"},
        {"pbx": None},
    ],
)
async def test_who_does_not_know_the_secret_learns_nothing(
    dialplan: Dialplan, wrong: dict[str, Any]
) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            response = await dialplan.post(**wrong)
            assert response.status == 403
            assert await response.text() == "forbidden"
    assert len(logs) == 1
    assert dialplan.counted("inbound", "forbidden") == 3


async def test_every_pbx_has_a_secret_of_its_own(house: House) -> None:
    secrets = {dialplan_secret(house.vault, name) for name in ("pbx", "other")}
    assert len(secrets) == 2
    assert all(len(secret) == 64 and secret.isalnum() for secret in secrets)


@pytest.mark.parametrize("version", ["2", "", None, "x" * 500])
async def test_another_version_is_refused_and_said_once(
    dialplan: Dialplan, version: str | None
) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            assert (await dialplan.post(v=version)).status == 400
    assert [log["log_level"] for log in logs] == ["warning"]
    assert "x" * 10 not in str(logs)
    assert dialplan.counted("inbound", "version") == 3


@pytest.mark.parametrize(
    "fields",
    [{"caller": None}, {"caller": "9" * 81}, {"channel": None}, {"token": "abc"}],
)
async def test_a_bad_form_is_refused_by_its_place(
    dialplan: Dialplan, fields: dict[str, Any]
) -> None:
    with capture_logs() as logs:
        response = await dialplan.post(**fields)
    assert response.status == 400
    (log,) = logs
    assert log["question"] == "inbound"
    assert log["field"] in {"caller", "channel", "unknown field"}
    assert "9999999" not in str(logs)
    assert dialplan.counted("inbound", "malformed") == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"nonsense", "application/x-www-form-urlencoded"),
        (b"a=%", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(100)), "application/x-www-form-urlencoded"),
        (b"secret=" + b"x" * 5000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"\xff\xfe=\x00", "application/x-www-form-urlencoded"),
    ],
)
async def test_any_body_gets_a_refusal(dialplan: Dialplan, body: bytes, content_type: str) -> None:
    with capture_logs() as logs:
        response = await dialplan.client.post(
            "/pbx/v1/inbound", data=body, headers={"Content-Type": content_type}
        )
    assert response.status in ({400} if len(body) > 4096 else {400, 403})
    assert not [log for log in logs if log["log_level"] == "error"]


async def test_there_are_six_questions(dialplan: Dialplan) -> None:
    assert (await dialplan.post("nothing")).status == 404
    assert (await dialplan.client.get("/pbx/v1/inbound")).status == 405
    assert not dialplan.metrics.routing.answers


class Broken:
    """A desk that does what a test says."""

    def __init__(self, desk: Desk, does: Callable[[], Any]) -> None:
        self.lines = desk.lines
        self.does = does

    async def answer(self, _pbx: str, _question: Question) -> Answer:
        done = self.does()
        if asyncio.iscoroutine(done):
            await done
        return No("callward/not allowed | by the protocol")


def fails(error: Exception) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("does", "status", "kind"),
    [
        (fails(RuntimeError("nobody expected this")), 500, "failed"),
        (fails(OperationalError("SELECT", {"number": KNOWN}, Exception(KNOWN))), 503, "failed"),
        (lambda: None, 500, "failed"),
        (lambda: asyncio.sleep(30), 503, "late"),
    ],
    ids=["bug", "database", "unsendable", "hung"],
)
async def test_what_cannot_be_answered_is_left_to_the_dialplan(
    house: House, open_: Open, does: Callable[[], Any], status: int, kind: str
) -> None:
    dialplan: Dialplan = await open_(Broken(house.desk, does), answer_seconds=0.1)
    with capture_logs() as logs:
        async with asyncio.timeout(5):
            response = await dialplan.post()
    assert response.status == status
    assert not (await response.text()).startswith("callward1")
    assert dialplan.counted("inbound", kind) == 1
    assert [log["question"] for log in logs] == ["inbound"]
    assert KNOWN[-7:] not in str(logs)


async def test_who_has_keyed_a_pin_waits_longer(house: House, open_: Open) -> None:
    """To compare it is dear, on purpose."""
    does = lambda: asyncio.sleep(0.05)  # noqa: E731
    dialplan: Dialplan = await open_(Broken(house.desk, does), answer_seconds=0.06)
    assert (await dialplan.post()).status == 503
    await dialplan.post("pin", session="s", pin="1")
    assert (dialplan.counted("inbound", "late"), dialplan.counted("pin", "late")) == (1, 0)
    # The question was understood: it is only this desk's answer that cannot be sent.
    assert dialplan.counted("pin", "failed") == 1


@pytest.mark.sqlite
async def test_a_writer_that_holds_the_database_hinders_no_answer(
    dialplan: Dialplan, house: House
) -> None:
    free = asyncio.Event()
    loop = asyncio.get_running_loop()
    writing = asyncio.create_task(
        house.database.write(
            lambda _: asyncio.run_coroutine_threadsafe(free.wait(), loop).result(30)
        )
    )
    assert (await dialplan.post()).status == 200
    free.set()
    await writing


async def test_answers_are_in_the_metrics(dialplan: Dialplan) -> None:
    await dialplan.post()
    await dialplan.post(secret="x")
    body, _ = dialplan.metrics.expose({}, {})
    text = body.decode()
    assert 'callward_routing_answers_total{kind="client",question="inbound"} 1.0' in text
    assert 'callward_routing_answers_total{kind="forbidden",question="inbound"} 1.0' in text
    assert 'callward_routing_seconds_bucket{le="+Inf",question="inbound"} 2.0' in text
    assert 'callward_routing_seconds_count{question="inbound"} 2.0' in text


async def test_people_are_not_told_of_these(dialplan: Dialplan) -> None:
    assert "/pbx" not in str(generate_oas([dialplan.app]))


async def test_another_key_has_another_secret(house: House, open_: Open) -> None:
    dialplan: Dialplan = await open_()
    other = replace(dialplan, secret=dialplan_secret(type(house.vault)(bytes(32)), "pbx"))
    assert (await other.post()).status == 403
