"""From an issue to a commit with a model, over HTTP; and what stops bad answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from errwatch.agent.budget import Budget, Limits, Price
from errwatch.fix.agent.engine import ClaudeEngine
from errwatch.fix.gates import STATIC
from errwatch.fix.policy import Policy
from errwatch.llm.claude import Claude
from errwatch.model.conversation import Transcript
from errwatch.model.fix import Evidence, Fix, FixStatus
from tests.fix.scripted import BRANCH, FIXED, Bench
from tests.repository.scratch import git
from tests.servers.anthropic import AnthropicServer, Fault, Said, text, use, uses

TEST = """\
import unittest

from billing import plans


class PriceTest(unittest.TestCase):
    def test_any_case(self):
        self.assertEqual(plans.price_of("PRO"), 9)
"""
NEW = "tests/test_price_of.py"
LOOK = uses(text("I look at it."), use("view", path="billing/plans.py"))
MEND = uses(use("str_replace", path="billing/plans.py", old="plan.lowr()", new="plan.lower()"))
ADD_TEST = uses(use("create_test", path=NEW, text=TEST))
HAND_IN = uses(use("hand_in", title="Call str.lower", rationale="lowr is a typing error."))
GOOD = [LOOK, ADD_TEST, MEND, HAND_IN]


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path))


@pytest.fixture
def server() -> Iterator[AnthropicServer]:
    with AnthropicServer() as one:
        yield one


@dataclass
class Studio:
    """A project with one bug, and a model that answers as the server says."""

    bench: Bench
    server: AnthropicServer
    limits: Limits = field(default_factory=Limits)
    seconds: float = 0.0
    book: list[Transcript] = field(default_factory=list)

    def repair(self, *answers: Said | Fault, models: tuple[str, ...] = ("small",)) -> Fix:
        self.server.answers = list(answers)
        price = Price(1.0, 5.0)
        engine = ClaudeEngine(
            models=models,
            model=Claude("test-key", self.server.url, 10.0, self._wait),
            budget=Budget(self.limits, {"small": price, "strong": price}, lambda: self.seconds),
            policy=Policy(),
            record=self.book.append,
        )
        return self.bench.repair(engine=engine, gates=STATIC, reproduction=None, book=self.book)

    def _wait(self, seconds: float) -> None:
        self.seconds += seconds

    def answered(self) -> str:
        """What the model was told last."""
        return json.dumps(self.server.asked[-1]["messages"][-1])


@pytest.fixture
def studio(tmp_path: Path, server: AnthropicServer) -> Studio:
    return Studio(Bench(tmp_path / "r"), server)


def test_a_change_with_its_own_test_is_proven_and_committed(studio: Studio) -> None:
    fix = studio.repair(*GOOD)
    assert (fix.status, fix.evidence) == (FixStatus.PROVEN, Evidence.E2)
    assert (fix.engine, fix.model, fix.title) == ("claude", "small", "Call str.lower")
    assert set(fix.files) == {"billing/plans.py", NEW}
    root = studio.bench.root
    assert git(root, "show", f"{BRANCH}:billing/plans.py") == FIXED
    assert git(root, "show", f"{BRANCH}:{NEW}") == TEST
    assert fix.cost_usd > 0


def test_all_that_was_said_is_kept(studio: Studio) -> None:
    fix = studio.repair(*GOOD)
    [kept] = fix.transcripts
    assert kept.model == "small"
    assert kept.cost_usd == pytest.approx(fix.cost_usd)
    roles = [json.loads(turn)["role"] for turn in kept.turns]
    assert roles == ["user", "assistant"] * 4
    assert "str_replace" in kept.turns[5]


def test_a_gate_that_fails_is_told_and_mended(studio: Studio) -> None:
    wrong = uses(use("str_replace", path="billing/plans.py", old="plan.lowr()", new="plan.uper()"))
    again = uses(use("str_replace", path="billing/plans.py", old="plan.uper()", new="plan.lower()"))
    fix = studio.repair(ADD_TEST, wrong, HAND_IN, again, HAND_IN)
    assert fix.status is FixStatus.PROVEN
    told = json.dumps(studio.server.asked[3]["messages"][-1])
    assert "did not stand" in told
    assert "AttributeError" in told


def test_after_three_rounds_a_stronger_model_starts_afresh(studio: Studio) -> None:
    def wrong(old: str, new: str) -> Said:
        return uses(use("str_replace", path="billing/plans.py", old=old, new=new))

    rounds = [ADD_TEST, wrong("lowr", "uper"), HAND_IN, wrong("uper", "tolower"), HAND_IN]
    rounds += [wrong("tolower", "low"), HAND_IN]
    fix = studio.repair(*rounds, *GOOD, models=("small", "strong"))
    assert (fix.status, fix.model) == (FixStatus.PROVEN, "strong")
    assert [one.model for one in fix.transcripts] == ["small", "strong"]
    assert len(studio.server.asked[7]["messages"]) == 1


def test_to_give_up_is_an_answer(studio: Studio) -> None:
    fix = studio.repair(LOOK, uses(use("give_up", reason="The provider changed its answers.")))
    assert fix.status is FixStatus.DECLINED
    assert "The provider changed its answers." in (fix.reason or "")
    assert fix.cost_usd > 0


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Said([text("no")], "refusal", details={"type": "refusal", "category": "cyber"}), "cyber"),
        (Said([use("hand_in", title="half")], "max_tokens"), "longer than it may be"),
        (Said([text("hm")], "model_context_window_exceeded"), "longer than it may be"),
    ],
)
def test_an_answer_that_is_none_is_no_fix(studio: Studio, answer: Said, word: str) -> None:
    fix = studio.repair(answer)
    assert fix.status is FixStatus.DECLINED
    assert word in (fix.reason or "")


def test_a_pause_is_gone_on_with(studio: Studio) -> None:
    fix = studio.repair(Said([text("thinking")], "pause_turn"), *GOOD)
    assert fix.status is FixStatus.PROVEN


def test_words_without_a_tool_are_nudged_and_then_it_is_over(studio: Studio) -> None:
    fix = studio.repair(*[Said([text("Let me think.")])] * 3)
    assert "used no tool" in (fix.reason or "")
    assert "give_up" in studio.answered()


BUDGETS = [
    (Limits(dollars=0.001), "$0.00"),
    (Limits(turns=2), "2 turns"),
    (Limits(tokens=100), "100 tokens"),
    (Limits(seconds=0.5), "0 s"),
]


@pytest.mark.parametrize(("limits", "word"), BUDGETS, ids=str)
def test_no_call_starts_once_a_budget_is_spent(studio: Studio, limits: Limits, word: str) -> None:
    studio.limits = limits
    fix = studio.repair(Fault(529, "overloaded_error"), *[LOOK] * 40, models=("small", "strong"))
    assert fix.status is FixStatus.DECLINED
    assert f"budget of {word}" in (fix.reason or "")
    assert len(studio.server.asked) <= 3


def change(path: str, old: str, new: str) -> Said:
    return uses(use("str_replace", path=path, old=old, new=new))


SILENCED = """\
    try:
        return PRICES[plan.lowr()]
    except Exception:
        return None
"""
HOSTILE = {
    "a path outside": (use("create_test", path="../tests/test_x.py", text="x"), "plain path"),
    "an absolute path": (use("create_test", path="/tmp/tests/test_x.py", text="x"), "plain path"),
    "a workflow": (use("create_test", path=".github/tests/test_x.py", text="x"), "denies .github"),
    "no test": (use("create_test", path="billing/more.py", text="x"), "not among the tests"),
    "an existing test": (
        use("str_replace", path="tests/test_plans.py", old="never worked", new=""),
        "read-only",
    ),
    "a test again": (use("create_test", path="tests/test_plans.py", text=""), "read-only"),
    "the settings of tests": (use("create_test", path="tests/conftest.py", text=""), "denies"),
    "a file that is not there": (use("view", path="/proc/self/environ"), "no such text file"),
    "a shell": (use("bash", command="env"), "no tool bash"),
    "no text": (use("view", path=7), "a text is needed"),
    "an evil pattern": (use("search", pattern="(a"), "not a pattern"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_tool_that_is_used_wrongly_does_nothing(studio: Studio, name: str) -> None:
    block, word = HOSTILE[name]
    fix = studio.repair(uses(block), uses(use("give_up", reason="enough")))
    assert fix.status is FixStatus.DECLINED
    assert word in studio.answered()
    assert '"is_error": true' in studio.answered()


REJECTED = {
    "symptoms": change("billing/plans.py", "    return PRICES[plan.lowr()]\n", SILENCED),
    "syntax": change("billing/plans.py", "def price_of(plan):", "def price_of(plan:"),
    "diff": change("billing/plans.py", "return PRICES", "# \u202e\n    return PRICES"),
    "secrets": change("billing/plans.py", '"pro": 9', '"pro": 9, "key": "AKIAIOSFODNN7EXAMPLE"'),
    "tests": change("billing/plans.py", "return sorted(PRICES)", "return []"),
}


@pytest.mark.parametrize("gate", REJECTED)
def test_a_hostile_change_is_stopped_by_a_gate(studio: Studio, gate: str) -> None:
    fix = studio.repair(REJECTED[gate], HAND_IN, uses(use("give_up", reason="enough")))
    assert fix.status is FixStatus.DECLINED
    assert f"{gate}: " in (fix.reason or "")
    assert not git(studio.bench.root, "branch", "--list", "auto-fix/*")


def test_a_secret_in_the_words_of_the_model_goes_nowhere(studio: Studio) -> None:
    told = use("hand_in", title="Use AKIAIOSFODNN7EXAMPLE", rationale="It was in the log.")
    fix = studio.repair(MEND, uses(told), uses(use("give_up", reason="enough")))
    assert fix.status is FixStatus.DECLINED
    assert "AKIA" not in json.dumps([fix.reason, fix.transcripts[0].turns])
