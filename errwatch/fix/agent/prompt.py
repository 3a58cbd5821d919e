"""What the model is told. The texts are files beside this one; what a log says is data in them."""

from __future__ import annotations

from pathlib import Path

from errwatch.agent.told import evidence_text, filled
from errwatch.fix.policy import is_test
from errwatch.interfaces import Problem

MAX_TESTS = 40

_FOLDER = Path(__file__).with_name("prompts")


def system_text() -> str:
    return (_FOLDER / "system.md").read_text(encoding="utf-8")


def problem_text(problem: Problem) -> str:
    tests = sorted(file for file in problem.tree.files() if is_test(file))[:MAX_TESTS]
    work = filled(_FOLDER / "problem.md.j2", tests=tests, rejected=problem.rejected)
    return f"{evidence_text(problem.issue, problem.analysis)}\n{work}"
