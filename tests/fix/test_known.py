"""What mended one place is offered at another of the same shape, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errwatch.fix.diff import diff_of
from errwatch.fix.known import KnownEngine, Solved
from errwatch.interfaces import Problem
from errwatch.model.analysis import Analysis
from errwatch.model.event import ExceptionInfo, Frame
from errwatch.model.fix import Candidate, Declined, Edit, Evidence, Fix, FixStatus
from tests.fix.scripted import FINGERPRINT, NOW, event, issue
from tests.fix.trees import MemoryTree

OLD = """\
class Stock:
    def release(self, now):
        for number, held in self._held.items():
            if held < now:
                del self._held[number]
"""
MENDED = OLD.replace("self._held.items()", "list(self._held.items())")
SAME_SHAPE = """\
def forget(cache, limit):
    if limit:
        # the oldest first
        for key, age in cache.ages.items():
            if age > limit:
                del cache.ages[key]
"""


def fix(before: str, after: str, *, status: FixStatus = FixStatus.PROVEN) -> Solved:
    edit = Edit("shop/stock.py", before, after)
    made = Fix(
        *("FX-7", "v1:other", status, NOW, Evidence.E2),
        title="Iterate over a copy",
        rationale="The dictionary changes while it is iterated.",
        files=("shop/stock.py",),
        diff=diff_of([edit]),
    )
    return Solved(made, "RuntimeError")


def asked(text: str, line: int, *solved: Solved, kind: str = "RuntimeError") -> list[object]:
    frame = Frame("/srv/app/jobs.py", line, "forget", code=text.split("\n")[line - 1].strip())
    seen = replace(event(), exceptions=(ExceptionInfo(kind, "changed", (frame,)),), culprit=frame)
    one = replace(issue(), samples=(seen,))
    tree = MemoryTree({"jobs.py": text})
    problem = Problem(one, Analysis(FINGERPRINT, "/r", "0" * 40), tree)
    return list(KnownEngine(lambda: solved).propose(problem, lambda: ""))


def test_a_statement_of_the_same_shape_is_changed_alike() -> None:
    [found] = asked(SAME_SHAPE, 4, fix(OLD, MENDED))
    assert isinstance(found, Candidate)
    [edit] = found.edits
    assert edit.after == SAME_SHAPE.replace("cache.ages.items()", "list(cache.ages.items())")
    assert (found.engine, found.recipe, found.title) == ("known", "FX-7", "Iterate over a copy")
    assert "jobs.py:4 has the same shape as what FX-7 changed" in found.rationale


@pytest.mark.parametrize(
    "line",
    [
        "for key, age in cache.ages.values():",
        "for key in cache.ages.items():",
        "for key, key in cache.ages.items():",
        "for key, age in cache.ages.items(1):",
    ],
)
def test_another_shape_is_declined(line: str) -> None:
    text = SAME_SHAPE.replace("for key, age in cache.ages.items():", line)
    [found] = asked(text, 4, fix(OLD, MENDED))
    assert isinstance(found, Declined)


def test_it_says_what_it_looked_at() -> None:
    text = SAME_SHAPE.replace("for key, age in", "for key in")
    [found] = asked(text, 4, fix(OLD, MENDED))
    assert isinstance(found, Declined)
    assert found.reason == "no verified fix of RuntimeError changes a statement like this one"
    assert found.examined == ("jobs.py:4", "fixes: FX-7")


def test_what_is_not_proven_or_of_another_kind_teaches_nothing() -> None:
    assert asked(SAME_SHAPE, 4) == []
    assert asked(SAME_SHAPE, 4, fix(OLD, MENDED, status=FixStatus.UNPROVEN)) == []
    assert asked(SAME_SHAPE, 4, fix(OLD, MENDED), kind="KeyError") == []
    twice = MENDED.replace("del self._held[number]", "self._held.pop(number)")
    assert asked(SAME_SHAPE, 4, fix(OLD, twice)) == []


@pytest.mark.parametrize("outcome", ["regressed", "reverted", "closed"])
def test_what_did_not_stand_teaches_nothing(outcome: str) -> None:
    solved = fix(OLD, MENDED)
    assert asked(SAME_SHAPE, 4, replace(solved, fix=replace(solved.fix, outcome="verified")))
    assert not asked(SAME_SHAPE, 4, replace(solved, fix=replace(solved.fix, outcome=outcome)))


def test_a_name_that_is_not_there_is_not_brought_in() -> None:
    helped = OLD.replace("self._held.items()", "copied(self._held.items())")
    [found] = asked(SAME_SHAPE, 4, fix(OLD, helped))
    assert isinstance(found, Declined)


@given(st.text(max_size=200), st.text(max_size=200), st.integers(1, 6))
def test_no_text_breaks_it(before: str, after: str, line: int) -> None:
    for answer in asked(SAME_SHAPE, line, fix(OLD, MENDED), fix(before, after)):
        assert isinstance(answer, Candidate | Declined)
