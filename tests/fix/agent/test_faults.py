"""Whatever the API does instead of answering: the fix says so, and the next run can go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.agent.budget import Budget, Limits, Price
from errwatch.errors import ModelError
from errwatch.fix.agent.engine import ClaudeEngine
from errwatch.fix.policy import Policy
from errwatch.interfaces import Problem
from errwatch.model.analysis import Analysis
from errwatch.model.conversation import Reply, Request, Stop, Text, ToolUse, Transcript, Usage
from errwatch.model.fix import FixStatus
from tests.fix.agent.test_engine import GOOD, LOOK, Studio, no_profile, server, studio
from tests.fix.scripted import FINGERPRINT, issue
from tests.fix.trees import MemoryTree
from tests.repository.scratch import git
from tests.servers.anthropic import Fault, Said, text, use, uses

__all__ = ["no_profile", "server", "studio"]

GIVE_UP = uses(use("give_up", reason="enough"))
BROKE: dict[str, tuple[list[Said | Fault], str]] = {
    "400": ([Fault(400, "invalid_request_error")], "invalid_request_error (HTTP 400)"),
    "401": ([Fault(401, "authentication_error")], "check ANTHROPIC_API_KEY"),
    "402": ([Fault(402, "billing_error")], "no credit"),
    "403": ([Fault(403, "permission_error")], "name another with --model"),
    "413": ([Fault(413, "request_too_large")], "too large"),
    "429": ([Fault(429, "rate_limit_error", {"retry-after": "2"})] * 4, "4 times"),
    "429 for long": ([Fault(429, "rate_limit_error", {"retry-after": "900"})], "900 s"),
    "500": ([Fault(500, "api_error")] * 4, "api_error, 4 times"),
    "529": ([Fault(529, "overloaded_error")] * 4, "overloaded_error, 4 times"),
    "overloaded in a stream": ([Fault(kind="overloaded_error", in_stream=True)] * 4, "4 times"),
    "a cut stream": ([Fault(cut=True)] * 4, "cut off, 4 times"),
    "a page of a proxy": ([Fault(502, html="<html>Bad Gateway</html>")] * 4, "4 times"),
    "an unknown end": ([Said([text("...")], "tea_break")], "tea_break"),
}
REFUSED: dict[str, tuple[list[Said | Fault], str]] = {
    "refusal": ([Said([text("no")], "refusal")], "refused"),
    "max_tokens": ([Said([use("hand_in", title="half")], "max_tokens")], "longer than it may be"),
    "pause_turn without end": ([Said([text("hm")], "pause_turn")] * 9, "budget of 6 turns"),
    "a tool that is none": ([uses(use("shell", command="id")), GIVE_UP], "enough"),
    "arguments that are none": (
        [uses({"type": "tool_use", "id": "t", "name": "view", "input": ["a"]}), GIVE_UP],
        "enough",
    ),
    "arguments of another kind": (
        [uses(use("hand_in", title=["a"], rationale={"b": 1}, confidence="very")), GIVE_UP],
        "enough",
    ),
    "an empty text": ([Said([text(" ")]), Said([text("")])] * 2, "used no tool"),
    "no block at all": ([Said([])] * 3, "used no tool"),
}


def leaves_nothing(studio: Studio) -> None:
    root = studio.bench.root
    assert not git(root, "branch", "--list", "auto-fix/*")
    assert git(root, "worktree", "list").count("\n") == 1


@pytest.mark.parametrize("name", BROKE)
def test_what_breaks_is_a_failed_fix_and_the_next_run_goes_on(studio: Studio, name: str) -> None:
    answers, word = BROKE[name]
    fix = studio.repair(LOOK, *answers)
    assert fix.status is FixStatus.FAILED
    assert (fix.reason or "").startswith("small: ")
    assert word in (fix.reason or "")
    assert fix.cost_usd > 0
    [kept] = fix.transcripts
    assert [json.loads(turn)["role"] for turn in kept.turns] == ["user", "assistant", "user"]
    leaves_nothing(studio)
    again = studio.repair(*GOOD)
    assert (again.status, again.reason) == (FixStatus.PROVEN, None)


@pytest.mark.parametrize("name", REFUSED)
def test_an_answer_that_cannot_be_used_is_no_fix_and_the_next_run_goes_on(
    studio: Studio, name: str
) -> None:
    answers, word = REFUSED[name]
    studio.limits = Limits(turns=6)
    fix = studio.repair(LOOK, *answers)
    assert fix.status is FixStatus.DECLINED
    assert word in (fix.reason or "")
    [kept] = fix.transcripts
    assert len(kept.answers) == sum('"assistant"' in turn for turn in kept.turns)
    leaves_nothing(studio)
    studio.limits = Limits()
    again = studio.repair(*GOOD)
    assert (again.status, again.reason) == (FixStatus.PROVEN, None)


@pytest.mark.parametrize("fault", [Fault(401, "authentication_error"), Fault(402, "billing_error")])
def test_what_no_other_model_would_do_is_not_asked_of_it(studio: Studio, fault: Fault) -> None:
    fix = studio.repair(fault, *GOOD, models=("small", "strong"))
    assert fix.status is FixStatus.FAILED
    assert studio.server.calls == 1


def test_who_cannot_be_reached_is_asked_once(studio: Studio) -> None:
    studio.server.__exit__(None, None, None)
    fix = studio.repair(models=("small", "strong"))
    assert fix.status is FixStatus.FAILED
    assert fix.reason == f"small: cannot be reached at {studio.server.url}"
    assert studio.seconds == 0
    studio.server.__enter__()


def test_another_model_is_asked_where_it_may_do(studio: Studio) -> None:
    fix = studio.repair(Fault(403, "permission_error"), *GOOD, models=("small", "strong"))
    assert (fix.status, fix.model) == (FixStatus.PROVEN, "strong")


class Flaky:
    """A model with attempts that fail or not, each of which uses tokens."""

    def __init__(self, attempts: Sequence[tuple[bool, int]]) -> None:
        self._attempts = list(attempts)
        self.costs: list[float] = []

    def reply(self, request: Request, again: Callable[[Usage], bool]) -> Reply:
        while self._attempts:
            works, tokens = self._attempts.pop(0)
            self.costs.append(PRICE.of(Usage(output=tokens)))
            if works:
                look = ToolUse("t", "search", {"pattern": str(len(self.costs))})
                return Reply(Stop.TOOLS, (Text("..."), look), Usage(output=tokens))
            if not again(Usage(output=tokens)):
                break
        msg = "over"
        raise ModelError(msg)


PRICE = Price(1.0, 5.0)
ATTEMPTS = st.lists(st.tuples(st.booleans(), st.integers(0, 400_000)), max_size=40)


def proposals(flaky: Flaky, budget: Budget, book: list[Transcript]) -> Iterator[object]:
    engine = ClaudeEngine(("m", "n"), flaky, budget, Policy(), book.append)
    problem = Problem(issue(), Analysis(FINGERPRINT, "/r", "0" * 40), MemoryTree({"a.py": ""}))
    yield from engine.propose(problem, lambda: "")


@given(ATTEMPTS, st.floats(0.1, 4.0), st.integers(1, 30))
def test_a_budget_is_exceeded_by_the_call_in_flight_at_most(
    attempts: list[tuple[bool, int]], dollars: float, turns: int
) -> None:
    flaky, book = Flaky(attempts), list[Transcript]()
    budget = Budget(Limits(dollars=dollars, turns=turns), {"m": PRICE, "n": PRICE}, lambda: 0.0)
    list(proposals(flaky, budget, book))
    assert len(flaky.costs) <= turns
    assert sum(flaky.costs[:-1]) < dollars or not flaky.costs
    assert budget.dollars == pytest.approx(sum(flaky.costs))
    assert sum(one.cost_usd for one in book) == pytest.approx(sum(flaky.costs))
