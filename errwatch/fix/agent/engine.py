"""The engine `claude`: a model looks, changes and hands in; the gates answer; a few rounds of that.

Models are asked from the cheapest to the strongest, each on a fresh copy of the files, until one
change is proven or the budget is spent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from errwatch.errors import ModelError
from errwatch.fix.agent import NAME
from errwatch.fix.agent.budget import Budget
from errwatch.fix.agent.overlay import Overlay
from errwatch.fix.agent.prompt import problem_text, system_text
from errwatch.fix.agent.tools import TOOLS, Toolbox
from errwatch.fix.policy import Policy
from errwatch.interfaces import Model, Problem
from errwatch.model.conversation import (
    Block,
    Message,
    Reply,
    Request,
    Stop,
    Text,
    ToolResult,
    Usage,
)
from errwatch.model.fix import Answered, Candidate, Declined, Transcript
from errwatch.redact import redact
from errwatch.wire import message_json

ROUNDS = 3
"""Changes that one model may hand in."""

MAX_TOKENS = 8_192
"""Of one reply."""

NUDGES = 2
"""Replies in a row without a tool before an attempt is over."""

Verdict = Callable[[], str]
Record = Callable[[Transcript], None]


@dataclass(frozen=True, slots=True)
class ClaudeEngine:
    """`record` hears of each conversation when it is over, whatever came of it."""

    models: Sequence[str]
    model: Model
    budget: Budget
    policy: Policy
    record: Record
    name: str = NAME

    def propose(self, problem: Problem, verdict: Verdict) -> Iterator[Candidate | Declined]:
        for name in self.models:
            talk = _Talk(self, name, problem)
            try:
                yield from talk.rounds(verdict)
            except ModelError as error:
                yield talk.declined(str(error), broke=True)
                if error.everywhere:
                    return
            finally:
                self.record(talk.transcript())
            if self.budget.exhausted():
                return


class _Talk:
    """One attempt by one model."""

    def __init__(self, engine: ClaudeEngine, model: str, problem: Problem) -> None:
        self._engine = engine
        self._model = model
        self._overlay = Overlay(problem.tree)
        self._tools = Toolbox(self._overlay, engine.policy)
        self._system = system_text()
        self._messages = [Message("user", (Text(problem_text(problem)),))]
        self._answers: list[Answered] = []
        self._charged = self._spent = 0.0
        self._nudged = 0

    def rounds(self, verdict: Verdict) -> Iterator[Candidate | Declined]:
        """Raises ModelError."""
        handed_in = 0
        while handed_in < ROUNDS:
            if why := self._engine.budget.exhausted():
                yield self.declined(why)
                return
            reply = self._ask()
            if why := self._over(reply):
                yield self.declined(why)
                return
            results = [self._tools.use(use) for use in reply.uses]
            if self._tools.gave_up is not None:
                yield self.declined(self._tools.gave_up)
                return
            if self._tools.handed_in is not None:
                handed_in += 1
                yield self._candidate()
                results[-1] = _answered(results[-1], verdict())
            self._go_on(reply, results)

    def transcript(self) -> Transcript:
        turns = tuple(json.dumps(_redacted(message_json(message))) for message in self._messages)
        spent = self._spent + self._charged
        return Transcript(self._model, self._system, turns, spent, tuple(self._answers))

    def declined(self, why: str, *, broke: bool = False) -> Declined:
        return Declined(NAME, why, cost_usd=self._cost(), broke=broke, model=self._model)

    def _ask(self) -> Reply:
        request = Request(self._model, self._system, TOOLS, tuple(self._messages), MAX_TOKENS)
        self._engine.budget.start()
        reply = self._engine.model.reply(request, self._again)
        cost = self._engine.budget.charge(self._model, reply.usage)
        self._charged += cost
        self._answers.append(_answer(reply, cost))
        self._messages.append(Message("assistant", _sayable(reply.blocks)))
        return reply

    def _again(self, used: Usage) -> bool:
        """After an attempt that failed, which costs what it has used."""
        budget = self._engine.budget
        self._charged += budget.charge(self._model, used)
        if budget.exhausted():
            return False
        budget.start()
        return True

    def _over(self, reply: Reply) -> str | None:
        """Why the attempt ends with this reply, if it does."""
        if reply.stop is Stop.REFUSED:
            return f"the model refused to work on it ({reply.note or 'no reason given'})"
        if reply.stop in (Stop.LENGTH, Stop.FULL):
            return "the answer was longer than it may be"
        self._nudged = 0 if reply.uses or reply.stop is Stop.PAUSE else self._nudged + 1
        return "the model used no tool" if self._nudged > NUDGES else None

    def _go_on(self, reply: Reply, results: Sequence[ToolResult]) -> None:
        nudge: tuple[Block, ...] = (Text("Go on with a tool: hand_in, or give_up."),)
        if reply.stop is not Stop.PAUSE:
            self._messages.append(Message("user", tuple(results) or nudge))

    def _candidate(self) -> Candidate:
        said = self._tools.handed_in
        assert said is not None
        self._tools.handed_in = None
        return Candidate(
            NAME,
            self._model,
            said.title,
            said.rationale,
            self._overlay.edits(),
            confidence=said.confidence,
            cost_usd=self._cost(),
            model=self._model,
            test=self._tools.test,
        )

    def _cost(self) -> float:
        """What was not accounted for before."""
        cost, self._charged = self._charged, 0.0
        self._spent += cost
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


def _answered(result: ToolResult, verdict: str) -> ToolResult:
    return ToolResult(result.id, f"It did not stand. {verdict}", failed=True)
