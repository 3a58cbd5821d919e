"""A model's opinion of an issue: it looks at the code and concludes; what it cites is checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from errwatch.agent.budget import Budget
from errwatch.agent.looking import LOOKS, Looker, Misused
from errwatch.agent.talk import Talk
from errwatch.agent.told import evidence_text
from errwatch.analyze.conclusion import SCHEMA, Conclusion, faults, opinion_of
from errwatch.errors import ModelError
from errwatch.interfaces import Model, Tree
from errwatch.model.analysis import Analysis, Opinion
from errwatch.model.conversation import (
    Stop,
    Tool,
    ToolResult,
    ToolUse,
    Transcript,
)
from errwatch.model.issue import Issue
from errwatch.redact import redact

TRIES = 3
"""Conclusions that one model may hand in."""

CONCLUDE = "conclude"
NUDGE = f"Go on with a tool; hand in by {CONCLUDE}."
TOOLS = (*LOOKS, Tool(CONCLUDE, "Hand in the conclusion. Each place in it is checked.", SCHEMA))

_SYSTEM = Path(__file__).with_name("prompts") / "system.md"


@dataclass(frozen=True, slots=True)
class Analyst:
    """Asks models from the cheapest to the strongest, until what one concludes holds."""

    models: Sequence[str]
    model: Model
    budget: Budget
    hidden: Callable[[str], bool]
    """Which files a model is not shown."""

    def opinion(self, issue: Issue, analysis: Analysis, tree: Tree) -> Opinion | str:
        """The opinion, or why there is none."""
        reason = "no model is named"
        for name in self.models:
            attempt = _Attempt(self, name, issue, analysis, tree)
            try:
                answer = attempt.concluded()
            except ModelError as error:
                return redact(str(error))
            if isinstance(answer, Conclusion):
                return opinion_of(answer, attempt.transcript())
            reason = f"{name}: {answer}"
            if self.budget.exhausted():
                break
        return reason


class _Attempt:
    """One attempt by one model."""

    def __init__(
        self, analyst: Analyst, model: str, issue: Issue, analysis: Analysis, tree: Tree
    ) -> None:
        self._analyst = analyst
        self._budget = analyst.budget
        self._files = _Shown(tree, analyst.hidden)
        self._log = redact(issue.samples[0].text)
        self._look = Looker(tree, analyst.hidden)
        self._talk = Talk(
            analyst.model,
            model,
            analyst.budget,
            system=_SYSTEM.read_text(encoding="utf-8"),
            tools=TOOLS,
            first=evidence_text(issue, analysis),
        )
        self._concluded: Conclusion | None = None
        self._tries = 0

    def concluded(self) -> Conclusion | str:
        """What holds, or why nothing does. Raises ModelError."""
        while self._tries < TRIES:
            if why := self._budget.exhausted():
                return why
            reply = self._talk.ask()
            if reply.stop in (Stop.REFUSED, Stop.LENGTH, Stop.FULL):
                return f"the answer ended by {reply.stop.value}"
            results = [self._use(use) for use in reply.uses]
            if self._concluded is not None:
                return self._concluded
            if not results and reply.stop is not Stop.PAUSE:
                self._tries += 1
            self._talk.answer(reply, results, NUDGE)
        return f"none of its {TRIES} conclusions held"

    def transcript(self) -> Transcript:
        return self._talk.transcript()

    def _use(self, use: ToolUse) -> ToolResult:
        tools = {"view": self._look.view, "search": self._look.search}
        try:
            if use.name == CONCLUDE:
                return self._conclude(use)
            if use.name not in tools:
                return ToolResult(use.id, f"there is no tool {use.name}", failed=True)
            return ToolResult(use.id, tools[use.name](use.input))
        except Misused as error:
            return ToolResult(use.id, str(error), failed=True)

    def _conclude(self, use: ToolUse) -> ToolResult:
        self._tries += 1
        try:
            conclusion = Conclusion.model_validate(use.input)
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        else:
            wrong = list(faults(conclusion, self._files, self._log))
            if not wrong:
                self._concluded = conclusion
                return ToolResult(use.id, "it holds")
        return ToolResult(use.id, "It does not hold:\n" + "\n".join(wrong), failed=True)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The files that a model may see."""

    tree: Tree
    hidden: Callable[[str], bool]

    def files(self) -> frozenset[str]:
        return frozenset(file for file in self.tree.files() if not self.hidden(file))

    def read(self, file: str) -> str | None:
        return self.tree.read(file)
