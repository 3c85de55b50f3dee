"""Who answers the dialplan's questions in these tests, in Callward's place."""

from __future__ import annotations

import itertools
import string
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

Fields = Mapping[str, str]
Answer = Callable[[Fields], str | None]
"""A question's fields to the whole answer; ``None`` lets it hang until the server closes."""

CLI = "+442079460000"
CODE, NAME = "71717", "Ada Byron"
"""The short code and card of every client here."""
TRUNK = "PJSIP/{}@operator"


def line(*fields: str) -> str:
    """An answer as the protocol wants it."""
    return "|".join(("callward1", *fields, "end"))


class Answers:
    """An HTTP server at which the dialplan asks; each test says what it answers.

    What is not told is refused with 404. Use as a context manager.
    """

    def __init__(self, port: int) -> None:
        self.asked: list[tuple[str, Fields]] = []
        """Every question so far, with its fields."""
        self._told: dict[str, Answer] = {}
        self._tokens = itertools.count(1)
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def forget(self) -> None:
        """As new: nothing told, nothing asked."""
        self._told.clear()
        self.asked.clear()

    def tell(self, question: str, answer: Answer | str | None) -> None:
        """What to answer from now on."""
        self._told[question] = answer if callable(answer) else lambda _fields: answer

    def fields(self, question: str) -> list[Fields]:
        """Of every such question so far."""
        return [fields for asked, fields in self.asked if asked == question]

    def token(self) -> str:
        """A new one, as Callward makes them: 32 letters."""
        number = next(self._tokens)
        letters = string.ascii_lowercase
        return "".join(letters[number // 26**place % 26] for place in range(32))

    # What Callward would say

    def client(self, steps: str, *, announce: str = "", last: str = "say~callward/nobody") -> None:
        """Whoever calls is the client, and rings these steps."""
        self.tell("inbound", line("client", CODE, NAME, CLI, announce, steps, last))

    def calls(self, number: str, *, seconds: int = 20, announce: str = "") -> str:
        """Whatever is dialled leads to the client at ``number``; the token that does."""
        token = self.token()
        dial = TRUNK.format(number)
        self.tell("dial", line("call", token, CODE, NAME))
        self.tell("client", line("dial", dial, str(seconds), CLI, CODE, NAME, announce))
        return token

    def mobile(self, number: str, *, seconds: int = 20) -> str:
        """A dial string that rings this mobile."""
        self.tell("mobile", line("dial", TRUNK.format(number), str(seconds), CLI, CODE))
        return f"Local/{self.token()}@callward-mobile/n"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answers = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = self.path.rpartition("/")[2]
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = dict(parse_qsl(body, keep_blank_values=True))
                answers.asked.append((question, fields))
                told = answers._told.get(question)
                answer = None if told is None else told(fields)
                if told is not None and answer is None:
                    answers._closing.wait(30)
                    return
                data = (answer or "").encode()
                self.send_response(404 if told is None else 200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_arguments: object) -> None:
                """No word: what is asked for holds numbers."""

        return Handler
