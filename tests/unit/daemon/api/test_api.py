"""The API's resources: what they say, and the one clear error for everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from yarl import URL

if TYPE_CHECKING:
    from .conftest import Client, House

CUSTOMER = "+442079460101"


async def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    response = await client.get(URL(path, encoded=True), headers=headers)
    body = await response.json(content_type=None)
    assert response.status == status, body
    if status >= 400:
        assert response.content_type == "application/problem+json"
    return body


async def ids(client: Client, query: str = "") -> list[str]:
    return [call["id"] for call in (await get(client, f"/api/v1/calls{query}"))["items"]]


async def test_calls_are_listed_newest_first(client: Client, house: House) -> None:
    assert await ids(client) == [str(call.id) for call in reversed(house.calls)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?running=true", [5]),
        ("?disposition=answered", [4, 3, 2, 1]),
        ("?direction=outbound", []),
        ("?agent=101&limit=2", [5, 4]),
        ("?agent=102", []),
        ("?since=2026-01-02T09:04:00Z", [5, 4]),
        ("?until=2026-01-02T09:02:00%2B00:00", [1]),
        ("?until=2026-01-02T09:02:00+00:00", [1]),
        ("?number=%2B442079460101", [4, 1]),
        ("?number=+442079460101", [4, 1]),
        ("?number=020%207946%200101", [4, 1]),
    ],
)
async def test_filters(client: Client, house: House, query: str, expected: list[int]) -> None:
    assert await ids(client, query) == [str(house.calls[number - 1].id) for number in expected]


async def test_pages_join_without_gap_or_overlap(client: Client, house: House) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = await get(client, f"/api/v1/calls?limit=2{after}")
        seen += [call["id"] for call in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [str(call.id) for call in reversed(house.calls)]


async def test_a_call_tells_its_client_and_recording(client: Client, house: House) -> None:
    call = await get(client, f"/api/v1/calls/{house.calls[0].id}")
    assert call["customer_number"] == CUSTOMER
    assert call["rang"] == ["101"]
    assert call["recordings"][0]["id"] == str(house.recording)
    card = await get(client, f"/api/v1/clients/{call['client_id']}")
    assert [phone["number"] for phone in card["phones"]] == [CUSTOMER]
    assert await ids(client, f"?client={call['client_id']}") == [
        str(house.calls[number].id) for number in (3, 0)
    ]


async def test_clients_by_number_and_in_pages(client: Client) -> None:
    (card,) = (await get(client, "/api/v1/clients?number=02079460102"))["items"]
    full = await get(client, f"/api/v1/clients/{card['id']}")
    assert full["phones"][0]["number"] == "+442079460102"
    assert (await get(client, "/api/v1/clients?number=02079460109"))["items"] == []
    first = await get(client, "/api/v1/clients?limit=2")
    rest = await get(client, f"/api/v1/clients?limit=2&after={first['next']}")
    assert rest["next"] is None
    assert len({card["id"] for card in first["items"] + rest["items"]}) == 3


async def test_the_board_shows_what_runs_and_what_just_ended(client: Client, house: House) -> None:
    board = await get(client, "/api/v1/board")
    assert [call["id"] for call in board["running"]] == [str(house.calls[4].id)]
    assert [call["id"] for call in board["ended"]] == [
        str(call.id) for call in reversed(house.calls[:4])
    ]


async def test_a_recording_has_its_waveform(client: Client, house: House) -> None:
    recording = await get(client, f"/api/v1/recordings/{house.recording}")
    assert recording["customer_peaks"] == [1, 2]
    assert recording["company_peaks"] == [3, 4]
    assert recording["format"] == "flac"


async def test_sound_whole_and_in_parts(client: Client, house: House) -> None:
    path = f"/api/v1/recordings/{house.recording}/audio"
    whole = await client.get(path)
    assert (whole.status, whole.content_type) == (200, "audio/flac")
    assert await whole.read() == house.sound
    part = await client.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status, await part.read()) == (206, house.sound[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(house.sound)}"
    tail = await client.get(path, headers={"Range": "bytes=-10"})
    assert (tail.status, await tail.read()) == (206, house.sound[-10:])
    body = await get(client, path, 416, Range=f"bytes={len(house.sound)}-")
    assert body["code"] == "range_not_satisfiable"


async def test_sound_that_is_not_there_says_why(client: Client, house: House) -> None:
    path = f"/api/v1/recordings/{house.without_sound}/audio"
    assert (await get(client, path, 404))["code"] == "audio_not_ready"
    storage = house.context.settings.recordings.storage.removeprefix("file://")
    from pathlib import Path

    Path(storage, "2026", f"{house.recording}.flac").unlink()
    path = f"/api/v1/recordings/{house.recording}/audio"
    assert (await get(client, path, 404))["code"] == "audio_missing"


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/api/v1/calls?dispositon=missed", "unknown_parameter", "dispositon"),
        ("/api/v1/calls?dispositon=missed", "unknown_parameter", "disposition"),
        ("/api/v1/calls?disposition=misses", "invalid_parameter", "cancelled"),
        ("/api/v1/calls?limit=1&limit=2", "repeated_parameter", "limit"),
        ("/api/v1/calls?limit=0", "invalid_parameter", "1 to 500"),
        ("/api/v1/calls?limit=1_0", "invalid_parameter", "limit = 1_0"),
        ("/api/v1/calls?running=yes", "invalid_parameter", "true or false"),
        ("/api/v1/calls?since=yesterday", "invalid_parameter", "2026-01-31T09:00:00Z"),
        ("/api/v1/calls?since=2026-01-31T09:00:00", "invalid_parameter", "zone"),
        ("/api/v1/calls?since=2026-13-31T09:00:00Z", "invalid_parameter", "zone"),
        ("/api/v1/calls?client=7", "invalid_parameter", "UUID"),
        ("/api/v1/calls?after=7", "invalid_cursor", "next"),
        ("/api/v1/calls?agent=", "invalid_parameter", "1 to 80"),
        ("/api/v1/calls/7", "invalid_parameter", "id = 7"),
        ("/api/v1/clients?after=x", "invalid_cursor", "next"),
        ("/api/v1/board?limit=1", "unknown_parameter", "limit"),
    ],
)
async def test_a_wrong_request_gets_one_clear_error(
    client: Client, path: str, code: str, said: str
) -> None:
    problem = await get(client, path, 400)
    assert problem["code"] == code
    assert problem["type"] == f"urn:callward:problem:{code}"
    assert said in problem["detail"]


async def test_a_wrong_number_is_not_repeated(client: Client) -> None:
    for query in ("number=0044207946010100000", "agent=x&number=7946010x"):
        problem = await get(client, f"/api/v1/calls?{query}", 400)
        assert problem["code"] == "invalid_number"
        assert "79460101" not in problem["detail"].replace("+442079460101", "")
    problem = await get(client, "/api/v1/calls?2079460109=1", 400)
    assert "2079460109" not in problem["detail"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/calls/01941f29-7c00-7aaa-9bbb-0123456789ab", "call_not_found"),
        ("/api/v1/clients/01941f29-7c00-7aaa-9bbb-0123456789ab", "client_not_found"),
        ("/api/v1/recordings/01941f29-7c00-7aaa-9bbb-0123456789ab", "recording_not_found"),
        ("/api/v1/recordings/01941f29-7c00-7aaa-9bbb-0123456789ab/audio", "recording_not_found"),
        ("/api/v2/calls", "not_found"),
    ],
)
async def test_what_is_not_there_is_404(client: Client, path: str, code: str) -> None:
    assert (await get(client, path, 404))["code"] == code


async def test_a_wrong_method_names_those_that_are_allowed(client: Client) -> None:
    response = await client.post("/api/v1/calls")
    assert response.status == 405
    assert "GET" in response.headers["Allow"]
    assert "GET" in (await response.json(content_type=None))["detail"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ru", "ru"),
        ("de, ru;q=0.8, en;q=0.5", "ru"),
        ("en-GB,ru;q=0.5", "en"),
        ("de", "en"),
        ("ru;q=nonsense", "en"),
        ("ru;q=0", "en"),
    ],
)
async def test_errors_speak_the_language_of_the_request(
    client: Client, accepted: str, language: str
) -> None:
    response = await client.get("/nowhere", headers={"Accept-Language": accepted})
    assert response.headers["Content-Language"] == language


async def test_health_is_green_only_when_all_is_well(
    client: Client, house: House, refused: Any
) -> None:
    health = await get(client, "/health")
    assert health["ok"]
    assert health["calls_running"] == 1
    house.links[:] = [refused]
    response = await client.get("/health", headers={"Accept-Language": "ru"})
    assert response.status == 503
    (link,) = (await response.json())["links"]
    assert "manager.conf" in link["notices"][0]
    assert "порт" in link["notices"][0]


async def test_health_and_board_answer_while_the_database_is_stuck(
    client: Client, house: House
) -> None:
    house.context.metrics.flush.failing_since = 1.0
    response = await client.get("/health")
    assert response.status == 503
    assert not (await response.json())["database"]
    assert (await client.get("/api/v1/board")).status == 200


async def test_a_daemon_lives_whatever_is_away(client: Client, house: House, refused: Any) -> None:
    house.links[:] = [refused]
    house.context.metrics.flush.failing_since = 1.0
    assert await get(client, "/health/live") == {"ok": True}


async def test_ready_is_who_can_do_his_work_and_else_it_says_why(
    client: Client, house: House, refused: Any
) -> None:
    async def ready() -> tuple[int, Any]:
        response = await client.get("/health/ready")
        return response.status, await response.json()

    # Nothing is known yet of what runs there.
    assert await ready() == (503, {"ready": False, "reasons": ["pbx"]})
    house.context.metrics.pbx["pbx"].synced = True
    assert await ready() == (200, {"ready": True, "reasons": []})
    house.context.metrics.flush.failing_since = 1.0
    assert await ready() == (503, {"ready": False, "reasons": ["database"]})
    house.links[:] = [refused]
    assert (await ready())[1]["reasons"] == ["database", "pbx"]


async def test_metrics_are_prometheus_text(client: Client, house: House) -> None:
    house.context.metrics.pbx["pbx"].surprises["Newchannel"] = 2
    house.context.metrics.surprises["pbx"] = [{"garbage": 3}, {"garbage": 1}]
    response = await client.get("/metrics")
    text = await response.text()
    assert response.content_type == "text/plain"
    assert 'callward_messages_total{pbx="pbx"} 7.0' in text
    assert 'callward_surprises_total{kind="Newchannel",pbx="pbx"} 2.0' in text
    assert 'callward_surprises_total{kind="garbage",pbx="pbx"} 4.0' in text
    assert "callward_calls_running 1.0" in text
    assert "process_resident_memory_bytes" in text


async def test_a_bug_is_500_and_says_nothing_of_its_cause(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[object]:
        raise RuntimeError("+442079460101")

    monkeypatch.setattr(house.context.board, "running", broken)
    problem = await get(client, "/api/v1/board", 500)
    assert problem["code"] == "internal_error"
    assert "79460" not in str(problem)
