"""A small project with one bug, and engines that say what they are told to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from errwatch.fix.loop import StaticGate, Workshop, repair
from errwatch.fix.policy import Policy
from errwatch.interfaces import FixEngine, Problem, Repository, Sandbox
from errwatch.model.analysis import Analysis
from errwatch.model.conversation import Transcript
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.model.fix import Candidate, Declined, Edit, Fix, GateResult, GateStatus
from errwatch.model.issue import Issue
from errwatch.model.levels import Level
from errwatch.redact import redact
from errwatch.repository.git import open_repository
from errwatch.sandbox.local import best_sandbox
from tests.repository.scratch import make_repository

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
FINGERPRINT = "v1:1a2b3c4d5e"
BRANCH = "auto-fix/internal_error/EW-1a2b3c4d"

BUGGY = """\
PRICES = {"basic": 5, "pro": 9}


def price_of(plan):
    return PRICES[plan.lowr()]


def names():
    return sorted(PRICES)
"""
FIXED = BUGGY.replace("lowr", "lower")

TESTS = """\
import unittest

from billing import plans


class PlansTest(unittest.TestCase):
    def test_names(self):
        self.assertEqual(plans.names(), ["basic", "pro"])

    def test_red_already(self):
        self.fail("never worked")
"""
REPRO = "from billing.plans import price_of\nprice_of('PRO')\n"

FILES = {
    "billing/__init__.py": "",
    "billing/plans.py": BUGGY,
    "tests/test_plans.py": TESTS,
    "repro.py": REPRO,
}
REPRODUCTION = f"{sys.executable} -S repro.py"


def event(kind: str | None = "AttributeError") -> Event:
    message = "'str' object has no attribute 'lowr'"
    return Event(
        source="app.log",
        line=1,
        start=0,
        end=10,
        level=Level.ERROR,
        message=message,
        text=message,
        time=NOW,
        exceptions=(ExceptionInfo(kind, message),) if kind else (),
        culprit=Frame("/srv/app/billing/plans.py", 5, "price_of"),
    )


def issue(kind: str | None = "AttributeError") -> Issue:
    return Issue("EW-1a2b3c4d", FINGERPRINT, 4, NOW, NOW, (event(kind),), {})


def edit(after: str, file: str = "billing/plans.py") -> Edit:
    before = FILES.get(file)
    return Edit(file, before, after)


def candidate(
    *edits: Edit, title: str = "Call str.lower", cost_usd: float = 0.0, model: str | None = None
) -> Candidate:
    why = "`lowr` is no method of str; `lower` is the only near one."
    return Candidate("scripted", "near-miss", title, why, edits, cost_usd=cost_usd, model=model)


@dataclass
class ScriptedEngine:
    """Proposes what it was given, and knows how far it was asked."""

    answers: Iterable[Candidate | Declined]
    name: str = "scripted"
    asked: int = 0

    def propose(
        self, problem: Problem, verdict: Callable[[], str]
    ) -> Iterable[Candidate | Declined]:
        for answer in self.answers:
            self.asked += 1
            yield answer


def no_secrets(candidate: Candidate, policy: Policy) -> GateResult:
    """A static gate with the simplest of policies: a word that no edit may hold."""
    [forbidden] = policy.deny
    found = any(forbidden in one.after for one in candidate.edits)
    status = GateStatus.FAILED if found else GateStatus.PASSED
    return GateResult("words", status, f"looked for {forbidden}")


def python_without_pytest(folder: Path) -> str:
    """This Python with its standard library alone: unittest is what there is, and it is quick."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    return str(python)


@dataclass
class Bench:
    """A repository of the project, and everything that `repair` needs."""

    root: Path
    files: dict[str, str] = field(default_factory=lambda: dict(FILES))
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    vetoed: str = "nothing"

    def __post_init__(self) -> None:
        make_repository(self.root, self.files)
        self.python = python_without_pytest(self.root.parent)
        self.repository: Repository = open_repository(self.root)
        self.sandbox: Sandbox = best_sandbox()

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return self.vetoed not in question

    def repair(
        self,
        *answers: Candidate | Declined,
        reproduction: str | None = REPRODUCTION,
        test: str | None = None,
        dry_run: bool = False,
        kind: str | None = "AttributeError",
        rejected: tuple[str, ...] = (),
        branch: str = BRANCH,
        engine: FixEngine | None = None,
        gates: Sequence[StaticGate] = (no_secrets,),
        book: Sequence[Transcript] = (),
        hide: Callable[[str], str] = redact,
        quarantine: str | None = None,
    ) -> Fix:
        tree = self.repository.tree()
        analysis = Analysis(FINGERPRINT, str(self.root), tree.commit, quarantine=quarantine)
        self.engine = ScriptedEngine(answers)
        workshop = Workshop(
            engines=[engine or self.engine],
            sandbox=self.sandbox,
            static_gates=gates,
            policy=Policy(deny=("eval(",)),
            python=self.python,
            test=test,
            reproduction=reproduction,
            dry_run=dry_run,
            ask=self.ask,
            tell=self.told.append,
            book=book,
            hide=hide,
        )
        problem = Problem(issue(kind), analysis, tree, rejected)
        return repair(problem, self.repository, workshop, branch=branch, created_at=NOW)
