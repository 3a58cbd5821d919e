"""A local Anthropic: the rules of its Messages API, on a real socket, with faults to order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.servers.http import Answer, Asked, HttpServer

Json = dict[str, Any]

MOST_BYTES = 32 * 1024 * 1024
BREAKPOINTS = 4


@dataclass(frozen=True)
class Fault:
    """Instead of an answer."""

    status: int = 200
    kind: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    html: str | None = None
    """A body that is no JSON, as proxies send them."""
    cut: bool = False
    """A right answer whose stream ends after its beginning."""
    in_stream: bool = False
    """The error comes inside of a stream, with status 200."""


@dataclass(frozen=True)
class Said:
    """An answer."""

    blocks: Sequence[Json]
    stop: str = "end_turn"
    output_tokens: int = 50
    details: Json | None = None


def text(words: str) -> Json:
    return {"type": "text", "text": words}


def use(name: str, *, id: str = "", **given: object) -> Json:
    return {"type": "tool_use", "id": id or f"toolu_{name}", "name": name, "input": given}


def uses(*blocks: Json, output_tokens: int = 50) -> Said:
    return Said(blocks, "tool_use", output_tokens)


@dataclass
class AnthropicServer(HttpServer):
    """Gives its answers in order. `asked` are the requests that followed the rules."""

    answers: list[Said | Fault] = field(default_factory=list)
    keys: set[str] = field(default_factory=lambda: {"test-key"})
    models: set[str] = field(default_factory=lambda: {"small", "strong"})
    asked: list[Json] = field(default_factory=list)
    calls: int = 0
    cached: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return self.root

    def reply(self, asked: Asked) -> Answer:
        self.calls += 1
        fault = self.refusal(asked.path, asked.headers, asked.body)
        status, headers, data = self.written(
            fault or self.next_answer(json.loads(asked.body)), asked.body
        )
        return Answer(status, data, headers)

    def refusal(self, path: str, headers: Mapping[str, str], body: bytes) -> Fault | None:
        """What the API says to a request that breaks its rules."""
        key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        if key not in self.keys:
            return Fault(401, "authentication_error")
        if path.partition("?")[0] != "/v1/messages":
            return Fault(404, "not_found_error")
        if len(body) > MOST_BYTES:
            return Fault(413, "request_too_large")
        if "anthropic-version" not in headers:
            return Fault(400, "invalid_request_error")
        request = json.loads(body)
        if request.get("model") not in self.models:
            return Fault(404, "not_found_error")
        return None if _is_well_formed(request) else Fault(400, "invalid_request_error")

    def next_answer(self, request: Json) -> Said | Fault:
        self.asked.append(request)
        if not self.answers:
            return Fault(500, "api_error")
        return self.answers.pop(0)

    def written(self, answer: Said | Fault, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        if isinstance(answer, Fault) and not answer.cut and not answer.in_stream:
            return self._error(answer)
        request = json.loads(body)
        said = answer if isinstance(answer, Said) else Said([text("never finished")])
        message = self._message(said, request)
        if not request.get("stream"):
            return 200, {"content-type": "application/json"}, json.dumps(message).encode()
        events = list(_stream(message))
        if isinstance(answer, Fault):
            error = {"type": "error", "error": {"type": answer.kind, "message": "no"}}
            events = events[:2] + ([("error", error)] if answer.in_stream else [])
        data = "".join(f"event: {name}\ndata: {json.dumps(value)}\n\n" for name, value in events)
        return 200, {"content-type": "text/event-stream"}, data.encode()

    def _error(self, fault: Fault) -> tuple[int, dict[str, str], bytes]:
        if fault.html is not None:
            return fault.status, {"content-type": "text/html", **fault.headers}, fault.html.encode()
        error = {"type": fault.kind, "message": "a text that nobody should match on"}
        body = {"type": "error", "error": error, "request_id": "req_1"}
        headers = {"content-type": "application/json", "request-id": "req_1", **fault.headers}
        return fault.status, headers, json.dumps(body).encode()

    def _message(self, said: Said, request: Json) -> Json:
        prefix = json.dumps([request.get("system"), request.get("tools")])
        tokens, rest = len(prefix) // 4, len(json.dumps(request["messages"])) // 4
        known = prefix in self.cached
        self.cached.add(prefix)
        return {
            "id": f"msg_{self.calls}",
            "type": "message",
            "role": "assistant",
            "model": request["model"],
            "content": list(said.blocks),
            "stop_reason": said.stop,
            "stop_sequence": None,
            "stop_details": said.details,
            "usage": {
                "input_tokens": rest,
                "output_tokens": said.output_tokens,
                "cache_read_input_tokens": tokens if known else 0,
                "cache_creation_input_tokens": 0 if known else tokens,
            },
        }


def _is_well_formed(request: Json) -> bool:
    messages = request.get("messages")
    if not isinstance(request.get("max_tokens"), int) or not isinstance(messages, list):
        return False
    if not messages or messages[0]["role"] != "user" or not all(map(_says_something, messages)):
        return False
    if json.dumps(request).count('"cache_control"') > BREAKPOINTS:
        return False
    return all(_follows(before, after) for before, after in pairwise(messages))


def _follows(before: Json, after: Json) -> bool:
    """Each use of a tool is answered in the next message, and first in it."""
    wanted = [block["id"] for block in before["content"] if block["type"] == "tool_use"]
    if before["role"] == "user" or not wanted:
        return all(block["type"] != "tool_result" for block in after["content"])
    answered = after["content"][: len(wanted)]
    return [block.get("tool_use_id") for block in answered] == wanted


def _stream(message: Json) -> Iterator[tuple[str, Json]]:
    begun = {**message, "content": [], "stop_reason": None}
    yield "message_start", {"type": "message_start", "message": begun}
    yield "ping", {"type": "ping"}
    for index, block in enumerate(message["content"]):
        yield from _block_stream(index, block)
    ended = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    ended["stop_details"] = message["stop_details"]
    usage = {"output_tokens": message["usage"]["output_tokens"]}
    yield "message_delta", {"type": "message_delta", "delta": ended, "usage": usage}
    yield "message_stop", {"type": "message_stop"}


def _block_stream(index: int, block: Json) -> Iterator[tuple[str, Json]]:
    place = {"index": index}
    if block["type"] == "text":
        empty, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
    else:
        given = json.dumps(block["input"])
        empty, delta = {**block, "input": {}}, {"type": "input_json_delta", "partial_json": given}
    yield "content_block_start", {"type": "content_block_start", **place, "content_block": empty}
    yield "content_block_delta", {"type": "content_block_delta", **place, "delta": delta}
    yield "content_block_stop", {"type": "content_block_stop", **place}


def _says_something(message: Json) -> bool:
    texts = [block["text"] for block in message["content"] if block["type"] == "text"]
    return bool(message["content"]) and all(each.strip() for each in texts)
