"""Conversations with a model as JSON, in the form of Anthropic's Messages API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from errwatch.errors import ModelError
from errwatch.model.conversation import (
    Block,
    Message,
    Opaque,
    Reply,
    Request,
    Stop,
    Text,
    ToolResult,
    ToolUse,
    Usage,
)

Json = dict[str, Any]

_CACHED = {"type": "ephemeral"}


def written(request: Request) -> Json:
    """All that comes before the last message is cached."""
    return {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "system": [{"type": "text", "text": request.system, "cache_control": _CACHED}],
        "tools": [
            {"name": tool.name, "description": tool.description, "input_schema": dict(tool.schema)}
            for tool in request.tools
        ],
        "messages": [message_json(message) for message in request.messages],
        "cache_control": _CACHED,
    }


def message_json(message: Message) -> Json:
    return {"role": message.role, "content": [block_json(block) for block in message.blocks]}


def block_json(block: Block) -> Json:
    match block:
        case Text(text):
            return {"type": "text", "text": text}
        case ToolUse(id, name, given):
            return {"type": "tool_use", "id": id, "name": name, "input": dict(given)}
        case ToolResult(id, text, failed):
            result: Json = {"type": "tool_result", "tool_use_id": id, "content": text}
            return {**result, "is_error": True} if failed else result
        case Opaque(raw):
            return dict(raw)


def read_reply(message: Mapping[str, Any]) -> Reply:
    """Raises ModelError for one that was cut off, or whose reason to stop is unknown."""
    try:
        stop = Stop(message.get("stop_reason"))
    except ValueError as error:
        what = message.get("stop_reason") or "nothing: the answer was cut off"
        msg = f"it stopped for {what}; try again"
        raise ModelError(msg, passing=True) from error
    details = message.get("stop_details")
    note = details.get("category") if isinstance(details, Mapping) else None
    blocks = tuple(_block(raw) for raw in message.get("content") or ())
    return Reply(stop, blocks, read_usage(message.get("usage") or {}), note)


def _block(raw: Mapping[str, Any]) -> Block:
    match raw:
        case {"type": "text", "text": str(text)}:
            return Text(text)
        case {"type": "tool_use", "id": str(id), "name": str(name), "input": dict(given)}:
            return ToolUse(id, name, given)
        case {"type": "tool_use", "id": str(id), "name": str(name)}:
            return ToolUse(id, name, {})  # each use wants a result, also a broken one
        case _:
            return Opaque({key: value for key, value in raw.items() if value is not None})


def read_usage(raw: Mapping[str, Any]) -> Usage:
    def tokens(name: str) -> int:
        value = raw.get(name)
        return value if isinstance(value, int) else 0

    return Usage(
        tokens("input_tokens"),
        tokens("output_tokens"),
        tokens("cache_read_input_tokens"),
        tokens("cache_creation_input_tokens"),
    )
