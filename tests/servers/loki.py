"""A local Loki: the rules of its query API, on a real socket, with faults to order."""

from __future__ import annotations

import base64
import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from tests.servers.logql import parse
from tests.servers.loki_tail import Tails

TAIL = b"GET /loki/api/v1/tail"


@dataclass(frozen=True)
class Fault:
    """Instead of an answer; `cut` bytes of a right one where it is set."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: bool = False
    """No answer, until whoever asked has left."""


@dataclass
class LokiServer:
    """Entries are (ns, labels, line), in any order."""

    entries: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    most: int = 5_000
    longest: int = (30 * 24 + 1) * 3600 * 10**9
    longest_query: int = 131_072
    tells_apart: bool = True
    """Whether it can say which labels are not those of the stream."""
    tenant: str = ""
    tokens: set[str] = field(default_factory=set)
    """What Authorization may be, where it is needed."""
    faults: list[Fault | None] = field(default_factory=list)
    """Of the next answers; None: as it should be."""
    asked: list[dict[str, str]] = field(default_factory=list)
    attached: dict[str, dict[str, str]] = field(default_factory=dict)
    """Line -> structured metadata."""
    tails: Tails = field(default_factory=Tails)

    def __enter__(self) -> LokiServer:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self.path += "?" + self.rfile.read(length).decode()
                self.do_GET()

            def do_GET(self) -> None:
                fault = server.faults.pop(0) if server.faults else None
                status, body = server.answer(self.path, dict(self.headers))
                if fault and fault.hang:
                    self.connection.recv(1)
                    self.close_connection = True
                    return
                if fault and fault.cut is None:
                    status, body = fault.status, fault.body
                data = body.encode()
                data = data[: fault.cut] if fault and fault.cut is not None else data
                self.send_response(status)
                kind = "application/json" if body.startswith("{") else "text/plain"
                headers = {"Content-Type": kind, "Content-Length": str(len(data))}
                for name, value in (headers | (fault.headers if fault else {})).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request: object, client_address: object) -> None:
                """A tail speaks WebSocket from its first byte on."""
                assert isinstance(request, socket.socket)
                if request.recv(len(TAIL), socket.MSG_PEEK) == TAIL:
                    server.tails.serve(request, client_address)
                else:
                    super().finish_request(request, client_address)

        self.tails.open()
        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.tails.shut()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, str]:
        url = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(asked)
        if self.tokens and headers.get("Authorization") not in self.tokens:
            return 401, "unauthorized"
        if self.tenant and not headers.get("X-Scope-OrgID"):
            return 401, "no org id"
        match url.path:
            case "/loki/api/v1/query_range":
                return self._range(asked, headers)
            case "/loki/api/v1/series":
                found = self._found(asked["match[]"], asked, headers)
                sets = {json.dumps(labels, sort_keys=True) for _, labels, _ in found}
                data = [json.loads(labels) for labels in sorted(sets)]
                return 200, json.dumps({"status": "success", "data": data})
        return 404, "404 page not found"

    def _range(self, asked: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        start, end, limit = int(asked["start"]), int(asked["end"]), int(asked.get("limit", 100))
        if end <= start:
            return 400, "end timestamp must not be before or equal to start time"
        if limit > self.most:
            rule = "limit > max_entries_limit_per_query"
            return 400, f"max entries limit per query exceeded, {rule} ({limit} > {self.most})"
        if end - start > self.longest:
            length, most = (end - start) // 10**9, self.longest // 3_600_000_000_000
            rule = f"(query length: {length}s, limit: {most}h0m0s)"
            return 400, f"the query time range exceeds the limit {rule}"
        if len(asked["query"]) > self.longest_query:
            return 400, f"input size too long ({len(asked['query'])} > {self.longest_query})"
        try:
            found = sorted(self._found(asked["query"], asked, headers), key=lambda one: one[0])
        except ValueError as error:
            return 400, str(error)
        if asked.get("direction") != "forward":
            found.reverse()
        apart = (
            self.tells_apart
            and headers.get("X-Loki-Response-Encoding-Flags") == "categorize-labels"
        )
        streams: dict[str, list[list[object]]] = {}
        for ns, labels, line in found[:limit]:
            attached = self.attached.get(line, {})
            key = json.dumps(labels if apart else labels | attached)
            more = [{"structuredMetadata": attached} if attached else {}] if apart else []
            streams.setdefault(key, []).append([str(ns), line, *more])
        result = [{"stream": json.loads(key), "values": all_} for key, all_ in streams.items()]
        data = {"resultType": "streams", "result": result, "stats": {}}
        if apart:
            data["encodingFlags"] = ["categorize-labels"]
        return 200, json.dumps({"status": "success", "data": data})

    def _found(
        self, query: str, asked: dict[str, str], headers: dict[str, str]
    ) -> list[tuple[int, dict[str, str], str]]:
        if self.tenant and headers.get("X-Scope-OrgID") != self.tenant:
            return []
        selector, pipeline = parse(query)
        return [
            (ns, labels, line)
            for ns, labels, line in self.entries
            if int(asked["start"]) <= ns < int(asked["end"])
            and selector(labels, "")
            and pipeline(labels | self.attached.get(line, {}), line)
        ]


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
