"""The script on the PBX: a caller's curator, or nothing; never an error, never a number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from crm.numbers import normalise
from daemon.routing.snapshot import Callers, dialling_plan, encode
from dialplan import callward_fallback as script

INDEX_KEY, SIGNATURE_KEY = bytes(range(32)), bytes(range(32, 64))
CLIENT = "+442079460101"
STEPS = "20~PJSIP/101;40~PJSIP/102&PJSIP/103"
PLAN = dialling_plan("GB")
SCRIPT = Path(script.__file__)


def snapshot(
    *numbers: str, made_at: float | None = None, key: bytes = SIGNATURE_KEY, **more: Any
) -> bytes:
    callers = Callers()
    for number in numbers:
        callers.add(script.index_of(INDEX_KEY, number), STEPS)
    made = {
        "version": script.VERSION,
        "made_at": round(time.time() if made_at is None else made_at),
        "plan": PLAN,
        "callers": callers.as_json(),
        **more,
    }
    return encode(made, key)


@pytest.fixture
def pbx(tmp_path: Path) -> Path:
    """Asterisk's folder with the keys, and a snapshot that knows one client."""
    keys = {
        "index_key": INDEX_KEY.hex(),
        "signature_key": SIGNATURE_KEY.hex(),
        "snapshot": str(tmp_path / "fallback.json"),
    }
    (tmp_path / script.KEYS_FILE).write_text(json.dumps(keys))
    (tmp_path / "fallback.json").write_bytes(snapshot(CLIENT))
    return tmp_path


def ring(pbx: Path, caller: str, answers: str = "200 result=1\n") -> tuple[str, float]:
    """What the script tells Asterisk, and how long it takes."""
    environment = f"agi_request: x\nagi_callerid: {caller}\nagi_calleridname: {caller}\n\n"
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT)],
        input=environment + answers,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AST_CONFIG_DIR": str(pbx)},
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, time.perf_counter() - began


@pytest.mark.parametrize(
    "caller",
    ["+442079460101", "00442079460101", "02079460101", "2079460101", "442079460101"],
)
def test_a_client_reaches_his_curator_however_the_carrier_writes_him(
    pbx: Path, caller: str
) -> None:
    said, _ = ring(pbx, caller)
    assert said == f'SET VARIABLE "CALLWARD_STEPS" "{STEPS}"\n'


@pytest.mark.parametrize(
    "caller",
    [
        "+442079460102",
        "unknown",
        "anonymous",
        "",
        "101",
        "+",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "9" * 4000,
    ],
)
def test_anybody_else_is_the_groups(pbx: Path, caller: str) -> None:
    assert ring(pbx, caller)[0] == ""


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"nonsense",
        snapshot(CLIENT)[:-2],
        snapshot(CLIENT, key=bytes(32)),
        snapshot(CLIENT, made_at=time.time() - script.OLDEST_SECONDS - 60),
        snapshot(CLIENT, made_at=time.time() + script.AHEAD_SECONDS + 3600),
        script.sign(SIGNATURE_KEY, b"[]") + b"\n[]",
        script.sign(SIGNATURE_KEY, b"{") + b"\n{",
        script.sign(SIGNATURE_KEY, b'{"version": 2}') + b'\n{"version": 2}',
    ],
)
def test_a_snapshot_that_cannot_be_trusted_says_nothing(pbx: Path, content: bytes | None) -> None:
    file = pbx / "fallback.json"
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert ring(pbx, CLIENT)[0] == ""


def test_without_keys_it_says_nothing(pbx: Path) -> None:
    (pbx / script.KEYS_FILE).unlink()
    assert ring(pbx, CLIENT)[0] == ""


def test_it_does_not_wait_for_a_file_that_never_comes(pbx: Path) -> None:
    """Its own limit ends it by SIGALRM: a pipe that nobody writes to."""
    (pbx / "fallback.json").unlink()
    os.mkfifo(pbx / "fallback.json")
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT)],
        input=f"agi_callerid: {CLIENT}\n\n",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AST_CONFIG_DIR": str(pbx)},
        timeout=30,
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_where_the_snapshot_is_asterisk_knows(pbx: Path) -> None:
    keys = json.loads((pbx / script.KEYS_FILE).read_text())
    (pbx / script.KEYS_FILE).write_text(json.dumps({**keys, "snapshot": None}))
    said, _ = ring(pbx, CLIENT, f"200 result=1 ({pbx})\n200 result=1\n")
    asked, told = said.splitlines()
    assert asked == 'GET VARIABLE "CALLWARD_RECORDINGS"'
    assert STEPS in told


def test_neither_keys_nor_snapshot_hold_a_number(pbx: Path) -> None:
    content = (pbx / "fallback.json").read_bytes()
    assert CLIENT[-7:].encode() not in content
    body: dict[str, Any] = json.loads(content.partition(b"\n")[2])
    (entry,) = body["callers"]
    assert len(entry["indexes"]) == 4


NATIONAL = st.sampled_from(["GB", "RU", "US", "DE", "IT", "KZ", "UA", "FR", "BR", "IL"])


@given(region=NATIONAL, data=st.data())
def test_a_caller_is_read_as_callward_reads_him(region: str, data: st.DataObject) -> None:
    example = phonenumbers.example_number(data.draw(NATIONAL))
    assert example is not None
    written = data.draw(
        st.sampled_from(
            [
                phonenumbers.format_number(example, PhoneNumberFormat.E164),
                phonenumbers.format_out_of_country_calling_number(example, region),
                phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL),
                phonenumbers.national_significant_number(example),
            ]
        )
    )
    meant = normalise(written, region)
    if meant is not None:
        assert meant in script.readings(written, dialling_plan(region))


def test_an_index_is_found_only_where_one_begins() -> None:
    indexes = b"\x01\x02\x03\x04\x05\x06"
    entry = {"steps": STEPS, "indexes": b64encode(indexes).decode()}
    key = next(
        bytes([n, m])
        for n in range(256)
        for m in range(256)
        if script.index_of(bytes([n, m]), CLIENT)[:1] == b"\x02"
    )
    found = script.index_of(key, CLIENT)
    moved = b"\x01" + found + b"\x05\x06"
    assert script.find_steps({"callers": [entry], "plan": PLAN}, key, CLIENT) == ""
    entry["indexes"] = b64encode(moved).decode()
    assert script.find_steps({"callers": [entry], "plan": PLAN}, key, CLIENT) == ""
    entry["indexes"] = b64encode(moved + found).decode()
    assert script.find_steps({"callers": [entry], "plan": PLAN}, key, CLIENT) == STEPS


GROUP = "30~PJSIP/102&PJSIP/103"
NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("away", "known", "unknown"),
    [
        ({}, STEPS, GROUP),
        ({"PJSIP/101": None}, "40~PJSIP/102&PJSIP/103", GROUP),
        ({"PJSIP/102": None}, "20~PJSIP/101;40~PJSIP/103", "30~PJSIP/103"),
        # He comes back at that instant, whether or not Callward is there to say so.
        ({"PJSIP/101": NOW + 1}, "40~PJSIP/102&PJSIP/103", GROUP),
        ({"PJSIP/101": NOW}, STEPS, GROUP),
        # Nobody is left: the dialplan rings its fallback group.
        (dict.fromkeys(("PJSIP/101", "PJSIP/102", "PJSIP/103")), "", ""),
    ],
)
def test_who_is_away_is_left_out(away: dict[str, float | None], known: str, unknown: str) -> None:
    made = json.loads(snapshot(CLIENT, away=away, group=GROUP).partition(b"\n")[2])
    assert script.steps_now(made, INDEX_KEY, CLIENT, NOW) == known
    assert script.steps_now(made, INDEX_KEY, "+442079460999", NOW) == unknown


def test_asterisk_is_told_without_him(pbx: Path) -> None:
    made = snapshot(CLIENT, away={"PJSIP/101": None}, group=GROUP)
    (pbx / "fallback.json").write_bytes(made)
    said, _ = ring(pbx, CLIENT)
    assert "40~PJSIP/102&PJSIP/103" in said
    assert "PJSIP/101" not in said


def test_a_snapshot_of_before_names_nobody_away() -> None:
    made = json.loads(snapshot(CLIENT).partition(b"\n")[2])
    assert script.steps_now(made, INDEX_KEY, CLIENT, NOW) == STEPS
    assert script.steps_now(made, INDEX_KEY, "+442079460999", NOW) == ""
