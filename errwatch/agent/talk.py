"""A conversation with one model, paid from a budget, and kept for the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from errwatch.agent.budget import Budget
from errwatch.interfaces import Model
from errwatch.model.conversation import (
    Answered,
    Block,
    Message,
    Reply,
    Request,
    Stop,
    Text,
    Tool,
    ToolResult,
    Transcript,
    Usage,
)
from errwatch.redact import redact
from errwatch.wire import message_json

MAX_TOKENS = 8_192
"""Of one reply."""


class Talk:
    """`spent` is in dollars."""

    def __init__(
        self,
        model: Model,
        name: str,
        budget: Budget,
        *,
        system: str,
        tools: tuple[Tool, ...],
        first: str,
    ) -> None:
        self._model = model
        self._name = name
        self._budget = budget
        self._system = system
        self._tools = tools
        self._messages = [Message("user", (Text(first),))]
        self._answers: list[Answered] = []
        self.spent = 0.0

    def ask(self) -> Reply:
        """The next turn of the model. Raises ModelError."""
        request = Request(self._name, self._system, self._tools, tuple(self._messages), MAX_TOKENS)
        self._budget.start()
        reply = self._model.reply(request, self._again)
        cost = self._charged(reply.usage)
        self._answers.append(_answer(reply, cost))
        self._messages.append(Message("assistant", _sayable(reply.blocks)))
        return reply

    def answer(self, reply: Reply, results: Sequence[ToolResult], nudge: str) -> None:
        """What the tools said, or where none was used, the nudge; a pause just goes on."""
        if reply.stop is not Stop.PAUSE:
            self._messages.append(Message("user", tuple(results) or (Text(nudge),)))

    def transcript(self) -> Transcript:
        turns = tuple(json.dumps(_redacted(message_json(message))) for message in self._messages)
        return Transcript(self._name, self._system, turns, self.spent, tuple(self._answers))

    def _again(self, used: Usage) -> bool:
        """After an attempt that failed, which costs what it has used."""
        self._charged(used)
        if self._budget.exhausted():
            return False
        self._budget.start()
        return True

    def _charged(self, used: Usage) -> float:
        cost = self._budget.charge(self._name, used)
        self.spent += cost
        return cost


def _sayable(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The API takes back neither a message without a block nor a text without a word."""
    said = (one for one in blocks if not isinstance(one, Text) or one.text.strip())
    return tuple(said) or (Text("(nothing)"),)


def _answer(reply: Reply, cost: float) -> Answered:
    used = reply.usage
    return Answered(
        reply.stop.value, cost, used.input, used.output, used.cache_read, used.cache_write
    )


def _redacted(value: Any) -> Any:
    """JSON without secrets: text by text, for what is quoted would be read differently."""
    match value:
        case str():
            return redact(value)
        case list():
            return [_redacted(each) for each in value]
        case dict():
            return {name: _redacted(each) for name, each in value.items()}
        case _:
            return value
