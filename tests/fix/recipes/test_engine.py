from __future__ import annotations

from difflib import unified_diff
from itertools import pairwise

import pytest

from errwatch.fix.recipes import RECIPES, RecipeEngine
from errwatch.model.fix import Candidate, Declined
from tests.fix.trees import answers, declined, problem, proposals, raised

TEXT = "def f(x):\n    return json.dumps(x)\n"
CODE = "return json.dumps(x)"
ERROR = "NameError: name 'json' is not defined"


def test_names_itself_and_its_recipes() -> None:
    (candidate,) = answers(TEXT, CODE, ERROR)
    assert isinstance(candidate, Candidate)
    assert (candidate.engine, candidate.recipe) == (RecipeEngine.name, "missing-import")
    assert candidate.title == "Import json in shop/orders.py"
    assert "shop/orders.py:2" in candidate.rationale
    assert candidate.edits[0].before == TEXT
    assert candidate.cost_usd == 0.0
    assert all(a.id != b.id for a, b in pairwise(RECIPES))


def test_does_not_propose_again_what_did_not_stand() -> None:
    (candidate,) = answers(TEXT, CODE, ERROR)
    assert isinstance(candidate, Candidate)
    after = candidate.edits[0].after
    lines = unified_diff(TEXT.splitlines(True), after.splitlines(True), "a/x", "b/x")
    diff = "diff --git a/x b/x\n" + "".join(lines)
    chain = raised(TEXT, CODE, ERROR)
    first, *others = proposals(problem(TEXT, chain, rejected=("", diff)))
    assert isinstance(first, Declined)
    assert "did not stand before" in first.reason
    assert not any(isinstance(other, Candidate) for other in others)


def test_says_what_it_looked_at_where_it_has_no_recipe() -> None:
    reason = declined(TEXT, CODE, "ZeroDivisionError: division by zero")
    assert reason.startswith("no recipe mends ZeroDivisionError shop/orders.py:2 recipes: missing-")


def test_never_decides_what_a_program_should_do() -> None:
    text = "def f(x):\n    return x.price\n"
    for error in (
        "AttributeError: 'NoneType' object has no attribute 'price'",
        "KeyError: 'price'",
        "IndexError: list index out of range",
        "TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'",
    ):
        assert declined(text, "return x.price", error)


def test_declines_a_trace_from_elsewhere_and_a_test() -> None:
    chain = raised(TEXT, CODE, ERROR, path="/lib/other.py")
    (answer,) = proposals(problem(TEXT, chain))
    assert isinstance(answer, Declined)
    assert answer.reason == "no frame of the trace is in the repository"
    chain = raised(TEXT, CODE, ERROR, path="/app/tests/test_orders.py")
    (answer,) = proposals(problem({"tests/test_orders.py": TEXT}, chain))
    assert isinstance(answer, Declined)
    assert "existing tests are read-only" in answer.reason


@pytest.mark.parametrize(
    "deep",
    [
        "total = " + " + ".join(["x"] * 1500),
        "if x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(990)),
    ],
    ids=["sum", "elif"],
)
def test_a_recipe_declines_code_that_is_too_deeply_nested(deep: str) -> None:
    text = f"x = 1\n{deep}\n\n{TEXT}"
    assert "missing-import: the code is too deeply nested" in declined(text, CODE, ERROR)
