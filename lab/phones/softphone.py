"""The SIP side of a phone, on pjsua2: accounts and calls that report what they saw.

Everything here runs in the one thread of ``lab.phones.host`` (``mainThreadOnly``), callbacks too.
"""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pjsua2 as pj

RATE = 8000
TONE_SECONDS = 600
"""Longer than any call: at the end of a file pjmedia's own thread tells the player so, and the
process crashes if the player goes in that moment (pjsua2 2.15; seen as a segfault in ev_thread)."""
TONE_LEVEL = 0.25
MAX_CALLS = 4
"""What the wheel is compiled for: a process has so many calls at once, and no more."""
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'

Report = Callable[..., None]
"""``report(phone, call, event, **detail)``."""


def write_tone(path: Path, frequency: int) -> None:
    """Write one sine of ``frequency`` (whole Hz), seamless if looped: 8 kHz, 16 bit, mono."""
    step = 2 * math.pi * frequency / RATE
    peak = TONE_LEVEL * 32767
    samples = [round(peak * math.sin(step * n)) for n in range(RATE)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{RATE}h", *samples) * TONE_SECONDS)


def is_complete(sound: Path) -> bool:
    """Whether a recorder has closed its wav: until then the header says 0 samples."""
    try:
        with sound.open("rb") as file:
            return any(file.read(44)[40:])
    except FileNotFoundError:
        return True


def start_endpoint(endpoint: Any, log: Path) -> None:
    """Start the SIP stack: A-law or u-law, no sound card, no threads that call back."""
    endpoint.libCreate()
    config = pj.EpConfig()
    config.uaConfig.maxCalls = MAX_CALLS
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.uaConfig.userAgent = "Callward lab"
    config.logConfig.level = 4
    config.logConfig.consoleLevel = 0
    config.logConfig.msgLogging = 1
    config.logConfig.filename = str(log)
    config.medConfig.clockRate = RATE
    config.medConfig.sndClockRate = RATE
    config.medConfig.noVad = True
    config.medConfig.ecTailLen = 0
    endpoint.libInit(config)
    for codec in endpoint.codecEnum2():
        priority = {"PCMA": 255, "PCMU": 254}.get(codec.codecId.split("/")[0], 0)
        endpoint.codecSetPriority(codec.codecId, priority)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()


def call_parameter(code: int = 0) -> Any:
    """A ``CallOpParam`` for one audio stream and no video."""
    parameter = pj.CallOpParam(True)
    parameter.opt.audioCount = 1
    parameter.opt.videoCount = 0
    if code:
        parameter.statusCode = code
    return parameter


def header(name: str, value: str) -> Any:
    """A SIP header."""
    one = pj.SipHeader()
    one.hName, one.hValue = name, value
    return one


class SoftPhone:
    """One person's phone: its account, its voice and its running calls."""

    def __init__(self, name: str, number: str, account: Account, tone: int, folder: Path) -> None:
        self.name = name
        self.number = number
        self.account = account
        self.folder = folder
        self.calls: dict[int, PhoneCall] = {}
        self.behaviour: dict[str, Any] = {"kind": "ring"}
        self.headers: dict[str, str] = {}
        self.voice = folder / f"{name}.tone.wav"
        write_tone(self.voice, tone)


class PhoneCall(pj.Call):  # type: ignore[misc]
    """One call of one phone: speaks the phone's tone, records what it hears."""

    def __init__(
        self, phone: SoftPhone, key: int, report: Report, call_id: int = pj.PJSUA_INVALID_ID
    ) -> None:
        super().__init__(phone.account, call_id)
        self.phone = phone
        self.key = key
        self.incoming = call_id != pj.PJSUA_INVALID_ID
        self.ended_by_self = False
        self.held = False
        self.over = False
        self._ringing = False
        self._report = report
        self._player: Any = None
        self._recorder: Any = None
        self.audio: Any = None
        phone.calls[key] = self

    @property
    def heard(self) -> Path:
        """The wav of what it hears."""
        return self.phone.folder / f"{self.phone.name}.{self.key}.heard.wav"

    def parameter(self, code: int = 0) -> Any:
        """``call_parameter`` with the headers that this phone puts on everything."""
        parameter = call_parameter(code)
        for name, value in self.phone.headers.items():
            parameter.txOption.headers.append(header(name, value))
        return parameter

    def say(self, event: str, **detail: object) -> None:
        self._report(self.phone.name, self.key, event, **detail)

    def onCallState(self, _parameter: Any) -> None:  # noqa: N802 - pjsua2's name
        info = self.getInfo()
        match info.state:
            case pj.PJSIP_INV_STATE_EARLY if not self.incoming and not self._ringing:
                self._ringing = True
                self.say("ringing", code=info.lastStatusCode)
            case pj.PJSIP_INV_STATE_CONFIRMED:
                self.say("answered", incoming=self.incoming)
            case pj.PJSIP_INV_STATE_DISCONNECTED:
                self.over = True
                self.say(
                    "hung_up",
                    by="self" if self.ended_by_self else "far",
                    code=info.lastStatusCode,
                    reason=info.lastReason,
                )

    def onCallMediaState(self, _parameter: Any) -> None:  # noqa: N802 - pjsua2's name
        # The list lives only as long as the info: pjsua2 hands out pointers into it.
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status in (
                pj.PJSUA_CALL_MEDIA_ACTIVE,
                pj.PJSUA_CALL_MEDIA_REMOTE_HOLD,
            ):
                self._connect(self.getAudioMedia(index))
                return

    def _connect(self, audio: Any) -> None:
        self.audio = audio
        if self._player is None:
            self._player = pj.AudioMediaPlayer()
            self._player.createPlayer(str(self.phone.voice))
            self._recorder = pj.AudioMediaRecorder()
            self._recorder.createRecorder(str(self.heard))
        self._player.startTransmit(audio)
        audio.startTransmit(self._recorder)

    def onDtmfDigit(self, parameter: Any) -> None:  # noqa: N802 - pjsua2's name
        self.say("heard_digit", digit=parameter.digit)

    def onCallTransferStatus(self, parameter: Any) -> None:  # noqa: N802 - pjsua2's name
        self.say("transfer_status", code=parameter.statusCode, final=parameter.finalNotify)
        if parameter.finalNotify:
            parameter.cont = False
            if parameter.statusCode // 100 == 2 and self.isActive():
                self.hangup(call_parameter())

    def release(self) -> None:
        """Drop the audio objects; a recorder's file is complete only then."""
        self.audio = None
        self._player = None
        self._recorder = None
        self.phone.calls.pop(self.key, None)


class Account(pj.Account):  # type: ignore[misc]
    """One SIP address. ``on_invite(call_id, message)`` gets what calls it."""

    def __init__(self, on_invite: Callable[[int, str], None], report: Report, name: str) -> None:
        super().__init__()
        self._on_invite = on_invite
        self._report = report
        self._name = name

    def onIncomingCall(self, parameter: Any) -> None:  # noqa: N802 - pjsua2's name
        self._on_invite(parameter.callId, parameter.rdata.wholeMsg)

    def onRegState(self, parameter: Any) -> None:  # noqa: N802 - pjsua2's name
        active = self.getInfo().regIsActive and parameter.code // 100 == 2
        event = "registered" if active else "unregistered"
        self._report(self._name, 0, event, code=parameter.code)


def account_config(
    *,
    user: str,
    address: str,
    transport: int,
    server: tuple[str, int],
    password: str | None,
    proxy: str | None,
) -> Any:
    """The settings of an account bound to ``address``; it can register if it has a password."""
    config = pj.AccountConfig()
    host, port = server
    config.idUri = f"sip:{user}@{host if password else address}"
    config.sipConfig.transportId = transport
    config.mediaConfig.transportConfig.boundAddress = address
    config.mediaConfig.transportConfig.port = 20000
    config.mediaConfig.transportConfig.portRange = 2000
    config.mediaConfig.lockCodecEnabled = False
    config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
    config.callConfig.prackUse = pj.PJSUA_100REL_NOT_USED
    config.natConfig.contactRewriteUse = 0
    config.natConfig.viaRewriteUse = 0
    config.natConfig.sdpNatRewriteUse = 0
    if proxy:
        config.sipConfig.proxies.append(f"<sip:{proxy}:5060;lr>")
    if password:
        config.regConfig.registrarUri = f"sip:{host}:{port}"
        config.regConfig.registerOnAdd = False
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", user, 0, password))
    return config
