"""The engine `claude`: a model looks, changes and hands in; the gates answer; a few rounds of that.

Models are asked from the cheapest to the strongest, each on a fresh copy of the files, until one
change is proven or the budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from errwatch.agent.budget import Budget
from errwatch.agent.talk import Talk
from errwatch.errors import ModelError
from errwatch.fix.agent import NAME
from errwatch.fix.agent.overlay import Overlay
from errwatch.fix.agent.prompt import problem_text, system_text
from errwatch.fix.agent.tools import TOOLS, Toolbox
from errwatch.fix.policy import Policy
from errwatch.interfaces import Model, Problem
from errwatch.model.conversation import Reply, Stop, ToolResult, Transcript
from errwatch.model.fix import Candidate, Declined

ROUNDS = 3
"""Changes that one model may hand in."""

NUDGE = "Go on with a tool: hand_in, or give_up."
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
            attempt = _Attempt(self, name, problem)
            try:
                yield from attempt.rounds(verdict)
            except ModelError as error:
                yield attempt.declined(str(error), broke=True)
                if error.everywhere:
                    return
            finally:
                self.record(attempt.transcript())
            if self.budget.exhausted():
                return


class _Attempt:
    """One attempt by one model."""

    def __init__(self, engine: ClaudeEngine, model: str, problem: Problem) -> None:
        self._budget = engine.budget
        self._model = model
        self._overlay = Overlay(problem.tree)
        self._tools = Toolbox(self._overlay, engine.policy)
        self._talk = Talk(
            engine.model,
            model,
            engine.budget,
            system=system_text(),
            tools=TOOLS,
            first=problem_text(problem),
        )
        self._accounted = 0.0
        self._nudged = 0

    def rounds(self, verdict: Verdict) -> Iterator[Candidate | Declined]:
        """Raises ModelError."""
        handed_in = 0
        while handed_in < ROUNDS:
            if why := self._budget.exhausted():
                yield self.declined(why)
                return
            reply = self._talk.ask()
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
            self._talk.answer(reply, results, NUDGE)

    def transcript(self) -> Transcript:
        return self._talk.transcript()

    def declined(self, why: str, *, broke: bool = False) -> Declined:
        return Declined(NAME, why, cost_usd=self._cost(), broke=broke, model=self._model)

    def _over(self, reply: Reply) -> str | None:
        """Why the attempt ends with this reply, if it does."""
        if reply.stop is Stop.REFUSED:
            return f"the model refused to work on it ({reply.note or 'no reason given'})"
        if reply.stop in (Stop.LENGTH, Stop.FULL):
            return "the answer was longer than it may be"
        self._nudged = 0 if reply.uses or reply.stop is Stop.PAUSE else self._nudged + 1
        return "the model used no tool" if self._nudged > NUDGES else None

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
        cost, self._accounted = self._talk.spent - self._accounted, self._talk.spent
        return cost


def _answered(result: ToolResult, verdict: str) -> ToolResult:
    return ToolResult(result.id, f"It did not stand. {verdict}", failed=True)
