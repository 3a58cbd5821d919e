"""A model's opinion, over HTTP: what it cites holds, or it is no opinion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from errwatch.agent.budget import Budget, Limits, Price
from errwatch.analyze.analyzer import with_opinion
from errwatch.analyze.asked import Analyst
from errwatch.llm.claude import Claude
from errwatch.model.analysis import Analysis, Opinion, Remedy
from tests.analyze.memory import MemoryTree
from tests.fix.scripted import BUGGY, FINGERPRINT, issue
from tests.servers.anthropic import AnthropicServer, Fault, Said, text, use, uses

PLANS = "billing/plans.py"
LINE = "return PRICES[plan.lowr()]"
TREE = MemoryTree({PLANS: BUGGY, ".env": "TOKEN=abcdef\n"})
POINTER = {"file": PLANS, "line": 5, "quote": LINE}
LOGGED = {"file": "", "line": 0, "quote": "'str' object has no attribute 'lowr'"}


def cause(
    *pointers: dict[str, Any], summary: str = "A typing error.", sure: float = 0.9
) -> dict[str, Any]:
    return {"summary": summary, "confidence": sure, "evidence": list(pointers or [POINTER])}


def conclude(*causes: dict[str, Any], **said: Any) -> Said:
    usual: dict[str, Any] = {
        "causes": list(causes or [cause()]),
        "five_whys": ["price_of calls a method that str has not."],
        "remedy": "code",
        "why_no_code": "",
        "reproduction": "Call price_of('PRO').",
        "factors": [],
        "recommendations": ["Call str.lower."],
    }
    return uses(use("conclude", **{**usual, **said}))


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path))


@dataclass
class Desk:
    server: AnthropicServer
    limits: Limits = field(default_factory=Limits)

    def ask(self, *answers: Said | Fault, models: tuple[str, ...] = ("small",)) -> Opinion | str:
        self.server.answers = list(answers)
        price = Price(1.0, 5.0)
        model = Claude("test-key", self.server.url, 10.0, lambda _seconds: None)
        budget = Budget(self.limits, {"small": price, "strong": price}, lambda: 0.0)
        analyst = Analyst(models, model, budget, lambda file: file == ".env")
        return analyst.opinion(issue(), Analysis(FINGERPRINT, "/repo", "0" * 40), TREE)

    def answered(self) -> str:
        """What the model was told last."""
        return json.dumps(self.server.asked[-1]["messages"][-1])


@pytest.fixture
def desk() -> Iterator[Desk]:
    with AnthropicServer() as server:
        yield Desk(server)


def test_concludes_after_a_look(desk: Desk) -> None:
    look = uses(text("I look."), use("view", path=PLANS))
    opinion = desk.ask(look, conclude(cause(LOGGED, sure=0.2), cause(POINTER, LOGGED)))
    assert isinstance(opinion, Opinion)
    assert [one.evidence for one in opinion.causes] == [
        (f"{PLANS}:5", "log: 'str' object has no attribute 'lowr'"),
        ("log: 'str' object has no attribute 'lowr'",),
    ]
    assert opinion.remedy is Remedy.CODE
    assert opinion.transcript.model == "small"
    assert opinion.transcript.cost_usd > 0
    assert len(opinion.transcript.turns) == 4


WRONG = {
    "a file that is not there": ({**POINTER, "file": "billing/x.py"}, "no such text file"),
    "a file that is not shown": ({"file": ".env", "line": 1, "quote": "TOKEN="}, "no such text"),
    "a line past the end": ({**POINTER, "line": 99}, "there is no line 99"),
    "another line": ({**POINTER, "line": 1}, "it reads: PRICES"),
    "words that the log has not": ({**LOGGED, "quote": "out of memory"}, "the log does not say"),
    "next to nothing": ({**POINTER, "quote": "[p"}, "quote the whole line"),
}


@pytest.mark.parametrize("case", WRONG)
def test_hands_back_what_is_not_so(desk: Desk, case: str) -> None:
    pointer, told = WRONG[case]
    answer = desk.ask(conclude(cause(pointer)), conclude(cause(POINTER, pointer)), conclude())
    assert told in desk.answered()
    assert isinstance(answer, Opinion)


BAD_SHAPES: dict[str, dict[str, Any]] = {
    "no cause": {"causes": []},
    "a cause without a pointer": {"causes": [{**cause(), "evidence": []}]},
    "a confidence above 1": {"causes": [cause(sure=7)]},
    "a remedy of its own": {"remedy": "restart it"},
    "no reason against code": {"remedy": "operations"},
    "more than was asked": {"run": "rm -rf /"},
    "a text without end": {"reproduction": "x" * 5_000},
}


@pytest.mark.parametrize("case", BAD_SHAPES)
def test_hands_back_what_has_another_shape(desk: Desk, case: str) -> None:
    assert isinstance(desk.ask(conclude(**BAD_SHAPES[case]), conclude()), Opinion)
    assert "It does not hold" in desk.answered()


def test_asks_the_next_model_where_nothing_holds(desk: Desk) -> None:
    bad = conclude(cause({**POINTER, "line": 99}))
    opinion = desk.ask(bad, bad, text_only(), conclude(), models=("small", "strong"))
    assert isinstance(opinion, Opinion)
    assert opinion.transcript.model == "strong"


def text_only() -> Said:
    return Said([text("It is a typing error.")])


def test_says_why_there_is_no_opinion(desk: Desk) -> None:
    bad = conclude(cause({**POINTER, "line": 99}))
    assert desk.ask(bad, bad, bad) == "small: none of its 3 conclusions held"
    assert desk.ask(Said([], "refusal")) == "small: the answer ended by refusal"
    assert "authentication_error" in str(desk.ask(Fault(401, "authentication_error")))


def test_stops_at_the_budget(desk: Desk) -> None:
    desk.limits = Limits(turns=1)
    answer = desk.ask(uses(use("view", path=PLANS)), conclude())
    assert answer == "small: the budget of 1 turns is spent"
    assert len(desk.server.asked) == 1


def test_can_write_nothing(desk: Desk) -> None:
    desk.ask(uses(use("str_replace", path=PLANS, old="lowr", new="x")), conclude())
    assert "there is no tool str_replace" in desk.answered()


def test_keeps_no_secret(desk: Desk) -> None:
    key = "sk-ant-api03-" + "a1B2" * 24
    opinion = desk.ask(conclude(cause(summary=f"It sent {key}."), factors=[key]))
    assert isinstance(opinion, Opinion)
    assert key not in repr(opinion)


class Silent:
    def opinion(self, *_given: object) -> Opinion | str:
        return "nobody was there"


def test_keeps_the_opinion_while_the_code_is_the_same(desk: Desk) -> None:
    opinion = desk.ask(conclude())
    assert isinstance(opinion, Opinion)
    analysis = Analysis(FINGERPRINT, "/repo", "0" * 40)
    before = replace(analysis, opinion=opinion)
    moved = replace(before, commit="1" * 40)
    assert with_opinion(issue(), analysis, TREE, None, before).opinion == opinion
    assert with_opinion(issue(), analysis, TREE, None, moved).opinion is None
    kept = with_opinion(issue(), analysis, TREE, Silent(), before)
    assert kept.opinion == opinion
    assert kept.notes == ("no opinion of a model: nobody was there",)
    quarantined = replace(analysis, quarantine="forged")
    assert with_opinion(issue(), quarantined, TREE, Silent(), before) == quarantined
