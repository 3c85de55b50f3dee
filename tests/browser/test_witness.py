"""The witness bites: a number planted in each place of a browser is found there, however short."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from typing import Final

import pytest
from aiohttp import WSMsgType, web
from playwright.sync_api import Browser

from lab.masked.canary import Number

from .wiretap import Wiretap, serving, tapped
from .witness import Witness

NUMBER: Final = "+442079460637"
CANARIES: Final = (Number("customer's number", NUMBER),)
_DIGITS: Final = '["+44 20 79", "46-06", "37"].join("")'
"""What a page makes of it by itself: no script on the wire holds it."""
_PLACES: Final = {
    "answer": "fetch('/body')",
    "answer: a header": "fetch('/header')",
    "answer: packed": "fetch('/packed')",
    "answer: source map": "fetch('/assets/app.js.map')",
    "request: the address": "fetch(`/?q=${encodeURIComponent(number)}`)",
    "request: a header": "fetch('/', {headers: {'X-Of': number}})",
    "request: the body": "fetch('/', {method: 'POST', body: new Blob([number])})",
    "request: in base64": "fetch('/', {method: 'POST', body: btoa(`call ${number} back`)})",
    "request: beacon": "navigator.sendBeacon('/', number)",
    "frame in": "socket('say')",
    "frame in: binary": "socket('bytes')",
    "frame out": "socket(number)",
    "document: for a moment": (
        "document.body.append(number), await soon(), document.body.replaceChildren()"
    ),
    "document: in parts": (
        "document.body.append(...number.match(/../g)), await soon(), "
        "document.body.replaceChildren()"
    ),
    "document: each in a tag": (
        "document.body.append(...[...number].map((one) => Object.assign("
        "document.createElement('b'), {textContent: one}))), await soon()"
    ),
    "document: an attribute": (
        "document.body.title = number, await soon(), document.body.removeAttribute('title')"
    ),
    "document: in a shadow": (
        "document.body.appendChild(document.createElement('p')).attachShadow({mode: 'closed'})"
        ".append(number)"
    ),
    "document: a text that changes": ("said.data = number, await soon(), said.data = 'other'"),
    "field": "Object.assign(document.body.appendChild(document.createElement('input')), "
    "{value: number})",
    "title": "document.title = number, await soon(), document.title = ''",
    "storage: local": "localStorage.setItem('a', number), localStorage.clear()",
    "storage: session": "sessionStorage.setItem('a', number), sessionStorage.clear()",
    "storage: by its name": "localStorage.of = number",
    "storage: of the window": "window.name = number",
    "cookie": "document.cookie = `of=${number}; max-age=1`",
    "cookie: unseen by scripts": "fetch('/cookie')",
    "database": "keep(number)",
    "cache": "(await caches.open('a')).put('/', new Response(number))",
    "history: its state": "history.pushState({number}, ''), history.back()",
    "address": "history.replaceState(null, '', `#${number}`)",
    "message": "postMessage({number}, '*')",
    "message: to other pages": "new BroadcastChannel('a').postMessage(number)",
    "console": "console.debug(number)",
    "console: an error": "setTimeout(() => { throw new Error(number); })",
    "notification": "new Notification('A call', {body: number})",
    "canvas": "document.createElement('canvas').getContext('2d').fillText(number, 0, 0)",
    "clipboard": "navigator.clipboard.writeText(number).catch(() => 0)",
    "blob": "URL.createObjectURL(new Blob([number]))",
    "download": "download('/file')",
    "download: its name": "download(URL.createObjectURL(new Blob(['a'])), `${number}.csv`)",
    "dialog": "setTimeout(() => alert(number))",
}
_SECONDS: Final = 10.0
_EMPTY: Final = """async () => {
  localStorage.clear();
  sessionStorage.clear();
  name = "";
  indexedDB.deleteDatabase("a");
  await caches.delete("a");
}"""
_PAGE: Final = """<!doctype html><title>Page</title><body><p id="said">nobody</p><script>
  const said = document.getElementById("said").firstChild;
  const soon = () => new Promise((done) => setTimeout(done));
  const socket = (wanted) => new Promise((done) => {
    const made = new WebSocket(`ws://${location.host}/socket`);
    made.onopen = () => made.send(wanted);
    made.onmessage = () => { made.close(); done(); };
  });
  const keep = (value) => new Promise((done) => {
    const asked = indexedDB.open("a", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("b");
    asked.onsuccess = () => {
      const put = asked.result.transaction("b", "readwrite").objectStore("b").put(value, 1);
      put.onsuccess = () => { asked.result.close(); done(); };
    };
  });
  const download = (href, name = "") =>
    Object.assign(document.createElement("a"), {href, download: name}).click();
</script>"""


async def _socket(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT and message.data == "bytes":
            await socket.send_bytes(NUMBER.encode("utf-16-le"))
        else:
            await socket.send_str(NUMBER if message.data == "say" else "heard")
    return socket


async def _told(request: web.Request) -> web.Response:
    packed = {"Content-Encoding": "gzip"}
    match request.path:
        case "/body":
            return web.Response(text='{"number": "020 7946 0637"}')
        case "/header":
            return web.Response(headers={"X-Of": NUMBER})
        case "/packed":
            return web.Response(body=gzip.compress(NUMBER.encode()), headers=packed)
        case "/assets/app.js.map":
            return web.json_response({"sourcesContent": [NUMBER]})
        case "/cookie":
            cookie = {"Set-Cookie": f"of={NUMBER}; HttpOnly"}
            return web.Response(headers=cookie)
        case "/file":
            kept = {"Content-Disposition": "attachment; filename=calls.csv"}
            return web.Response(text=f"number\n{NUMBER}\n", headers=kept)
    return web.Response(text=_PAGE, content_type="text/html")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wiretap]:
    app = web.Application()
    app.router.add_get("/socket", _socket)
    app.router.add_route("*", "/{path:.*}", _told)
    with serving(app) as url, tapped(url) as tap:
        yield tap


@pytest.fixture(scope="module")
def one_for_all(browser: Browser, wire: Wiretap) -> Iterator[Witness]:
    context = browser.new_context(permissions=["notifications"])
    made = Witness(context, wire, CANARIES)
    context.new_page().goto(wire.url)
    assert made.leaks == []
    yield made
    context.close()


@pytest.fixture
def witness(one_for_all: Witness) -> Witness:
    """With nothing left of what was planted before."""
    (page,) = one_for_all.pages
    page.evaluate(_EMPTY)
    page.context.clear_cookies()
    page.goto("/".join(page.url.split("/")[:3]))
    return one_for_all


@pytest.mark.parametrize("place", _PLACES)
def test_it_is_found(witness: Witness, place: str) -> None:
    witness.does(f"plants: {place}")
    (page,) = witness.pages
    page.evaluate(f"async () => {{ const number = {_DIGITS}; {_PLACES[place]}; await soon(); }}")
    where = place.partition(":")[0]
    end = time.monotonic() + _SECONDS
    planted = f"customer's number: {where}: plants: {place} ("
    while not any(one.startswith(planted) for one in witness.leaks):
        # Some places are heard of after others: a file is on the wire before it is a download.
        assert time.monotonic() < end, "it was not found"
        page.wait_for_timeout(10)
    assert not [one for one in witness.leaks if "0637" in one]


def test_what_is_typed_is_ones_own_in_fields_and_requests_alone(witness: Witness) -> None:
    (page,) = witness.pages
    page.evaluate("() => document.body.append(document.createElement('input'))")
    witness.does("types")
    with witness.types(NUMBER):
        page.locator("input").fill(NUMBER)
        page.evaluate("() => fetch(`/?q=${document.querySelector('input').value.slice(1)}`)")
        page.locator("input").fill("")
    assert not [one for one in witness.leaks if ": types (" in one]
    own = {one.split(": ")[1] for one in witness.own if ": types (" in one}
    assert own == {"field", "request"}
    witness.does("sees")
    with witness.types(NUMBER):
        page.evaluate(f"() => {{ document.title = {_DIGITS}; }}")
    assert [one for one in witness.leaks if ": sees (" in one]


def test_another_number_that_is_typed_hides_nothing(witness: Witness) -> None:
    (page,) = witness.pages
    witness.does("types another")
    with witness.types("+442079460638"):
        page.evaluate(f"() => fetch(`/?q=${{encodeURIComponent({_DIGITS})}}`)")
    assert [one for one in witness.leaks if ": types another (" in one]
