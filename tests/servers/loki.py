"""A local Loki: the rules of its query API, on a real socket, with faults to order."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.servers.http import Answer, Asked, Fault, HttpServer
from tests.servers.logql import parse
from tests.servers.loki_tail import Tails

TAIL = b"GET /loki/api/v1/tail"


@dataclass
class LokiServer(HttpServer):
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

    def __enter__(self) -> Self:
        self.tails.open()
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.tails.shut()
        super().__exit__(kind, error, trace)

    @property
    def address(self) -> str:
        return self.root

    def take(self, connection: socket.socket, client: object) -> bool:
        """A tail speaks WebSocket from its first byte on."""
        if connection.recv(len(TAIL), socket.MSG_PEEK) != TAIL:
            return False
        self.tails.serve(connection, client)
        return True

    def reply(self, asked: Asked) -> Answer | None:
        fault = self.faults.pop(0) if self.faults else None
        path = f"{asked.path}?{asked.body.decode()}" if asked.method == "POST" else asked.path
        answer = Answer(*self.answer(path, asked.headers))
        return fault.spoil(answer) if fault else answer

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
        url = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(asked)
        if self.tokens and headers.get("authorization") not in self.tokens:
            return 401, "unauthorized"
        if self.tenant and not headers.get("x-scope-orgid"):
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

    def _range(self, asked: dict[str, str], headers: Mapping[str, str]) -> tuple[int, str]:
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
            and headers.get("x-loki-response-encoding-flags") == "categorize-labels"
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
        self, query: str, asked: dict[str, str], headers: Mapping[str, str]
    ) -> list[tuple[int, dict[str, str], str]]:
        if self.tenant and headers.get("x-scope-orgid") != self.tenant:
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
