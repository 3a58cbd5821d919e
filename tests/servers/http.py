"""What every local HTTP server here is made of: started and ended by `with`, on a port of its own.

A service says in `reply` what it answers; it sees the request as it came, and keeps to its rules.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Fault:
    """Instead of an answer; `cut` bytes of a right one where it is set."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: bool = False
    """No answer, until whoever asked has left."""

    def spoil(self, answer: Answer) -> Answer | None:
        if self.hang:
            return None
        headers = {**answer.headers, **self.headers}
        if self.cut is None:
            return Answer(self.status, self.body, headers)
        return Answer(answer.status, answer.data[: self.cut], headers)


class HttpServer:
    """A context manager. Its methods may be called from several threads at once."""

    def reply(self, asked: Asked) -> Answer | None:
        """None: nothing, until whoever asked has left."""
        raise NotImplementedError

    def take(self, connection: socket.socket, client: object) -> bool:
        """Whether this connection was served in another way, to its end."""
        return False

    def __enter__(self) -> Self:
        self._http = _Http(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def root(self) -> str:
        """`http://HOST:PORT`."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        given = self.server.service.reply(Asked(self.command, self.path, headers, body))
        self.close_connection = True
        if given is None:
            self.connection.recv(1)
            return
        self.send_response(given.status)
        for name, value in {**_usual(given.data), **given.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(given.data)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Tests say what they have to say themselves."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, service: HttpServer) -> None:
        self.service = service
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        if not self.service.take(request, client_address):
            super().finish_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked did not wait."""


def _usual(data: bytes) -> dict[str, str]:
    kind = "application/json" if data[:1] in (b"{", b"[") else "text/plain"
    return {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close"}
