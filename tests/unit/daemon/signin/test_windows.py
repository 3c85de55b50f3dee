"""The exchange of Windows sign-in: whose connection it belongs to, and for how long."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

import pytest
import spnego

from config.settings import WindowsSettings
from daemon.signin.windows import HandshakeError, WindowsSignIn

PASSWORD = "winter-window-9"


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WindowsSignIn:
    for name in ("NTLM_USER_FILE", "LM_COMPAT_LEVEL", "KRB5_KTNAME"):
        monkeypatch.setenv(name, "")
    users = tmp_path / "users"
    users.write_text(f"FORD:carol:{PASSWORD}\n")
    return make(users)


NOW = [0.0]


def make(users: Path | None) -> WindowsSignIn:
    settings = WindowsSettings(enabled=True, hostname="callward.example", ntlm_users=users)
    return WindowsSignIn(settings, lambda: NOW[0])


class Client:
    """A real client's side of it."""

    def __init__(self, protocol: str, password: str = PASSWORD) -> None:
        # Only NTLM inside of Negotiate, as Windows does without a domain.
        options = spnego.NegotiateOptions
        self._context = spnego.client(
            "FORD\\carol", password, hostname="callward.example", service="HTTP",
            protocol=protocol,
            options=options.use_ntlm if protocol == "ntlm" else options.use_negotiate,
        )  # fmt: skip

    def next(self, reply: str | None = None) -> str:
        token = self._context.step(None if reply is None else b64decode(reply))
        assert token is not None
        return b64encode(token).decode()


async def exchange(windows: WindowsSignIn, scheme: str, client: Client) -> str | None:
    connection = object()
    first = await windows.step(connection, scheme, client.next(), through_proxy=False)
    assert first.account is None
    last = await windows.step(connection, scheme, client.next(first.reply), through_proxy=False)
    return last.account


@pytest.mark.parametrize(("scheme", "protocol"), [("NTLM", "ntlm"), ("Negotiate", "negotiate")])
async def test_ntlm_by_itself_and_inside_of_negotiate(
    windows: WindowsSignIn, scheme: str, protocol: str
) -> None:
    assert await exchange(windows, scheme, Client(protocol)) == "FORD\\carol"
    with pytest.raises(HandshakeError) as caught:
        await exchange(windows, scheme, Client(protocol, "wrong"))
    assert caught.value.why == "refused"


@pytest.mark.parametrize("late", [False, True])
async def test_another_connection_or_one_too_late_answers_nothing(
    windows: WindowsSignIn, late: bool
) -> None:
    here, there, client = object(), object(), Client("ntlm")
    first = await windows.step(here, "NTLM", client.next(), through_proxy=False)
    answer = client.next(first.reply)
    NOW[0] += 31 if late else 0
    with pytest.raises(HandshakeError) as caught:
        await windows.step(here if late else there, "NTLM", answer, through_proxy=False)
    assert caught.value.why == "not_begun"


async def test_an_answer_is_good_once(windows: WindowsSignIn) -> None:
    connection, client = object(), Client("ntlm")
    first = await windows.step(connection, "NTLM", client.next(), through_proxy=False)
    answer = client.next(first.reply)
    assert (await windows.step(connection, "NTLM", answer, through_proxy=False)).account
    with pytest.raises(HandshakeError) as caught:
        await windows.step(connection, "NTLM", answer, through_proxy=False)
    assert caught.value.why == "not_begun"


async def test_ntlm_is_refused_through_a_proxy_and_where_it_is_off(
    windows: WindowsSignIn, tmp_path: Path
) -> None:
    for one, through_proxy, why in (
        (windows, True, "ntlm_through_proxy"),
        (make(None), False, "ntlm_off"),
    ):
        for scheme, protocol in (("NTLM", "ntlm"), ("Negotiate", "ntlm")):
            with pytest.raises(HandshakeError) as caught:
                await one.step(
                    object(), scheme, Client(protocol).next(), through_proxy=through_proxy
                )
            assert caught.value.why == why
    assert windows.schemes(through_proxy=True) == ("Negotiate",)
    assert windows.schemes(through_proxy=False) == ("Negotiate", "NTLM")


async def test_too_many_half_exchanges_are_refused(
    windows: WindowsSignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.signin.windows._MOST_EXCHANGES", 2)
    for _ in range(2):
        await windows.step(object(), "NTLM", Client("ntlm").next(), through_proxy=False)
    with pytest.raises(HandshakeError) as caught:
        await windows.step(object(), "NTLM", Client("ntlm").next(), through_proxy=False)
    assert caught.value.why == "busy"
    NOW[0] += 31
    await windows.step(object(), "NTLM", Client("ntlm").next(), through_proxy=False)


@pytest.mark.parametrize("token", ["%%%", "", "AAAA", b64encode(b"x" * 70_000).decode()])
async def test_what_is_no_token(windows: WindowsSignIn, token: str) -> None:
    with pytest.raises(HandshakeError):
        await windows.step(object(), "Negotiate", token, through_proxy=False)
