"""The repair loop: candidates go through the gates until one is proven; the best is committed.

Takes a problem and everything that can act on it, and gives a `Fix`, whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from errwatch.errors import BranchKept, OperationError
from errwatch.fix.assess import (
    Answer,
    Ask,
    Assessed,
    Gate,
    Hide,
    Tell,
    assess,
    best_of,
    trials_of,
    why_none,
)
from errwatch.fix.commit_message import commit_message
from errwatch.fix.evidence import caveat_of, status_of
from errwatch.fix.expected import expected_of
from errwatch.fix.lint import LintGate
from errwatch.fix.policy import Policy
from errwatch.fix.regression import RegressionGate
from errwatch.fix.reproduction import ReproductionGate, reproduction_words
from errwatch.fix.workbench import Workbench
from errwatch.interfaces import FixEngine, Problem, Repository, Sandbox
from errwatch.model.conversation import Transcript
from errwatch.model.fix import Candidate, Declined, Fix, FixStatus, GateResult
from errwatch.redact import redact

StaticGate = Callable[[Candidate, Policy], GateResult]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything that a repair works with, whatever the problem."""

    engines: Sequence[FixEngine]
    sandbox: Sandbox
    static_gates: Sequence[StaticGate]
    policy: Policy
    python: str
    """Runs the tests."""
    test: str | None
    """A command, `none`, or None: found by looking."""
    reproduction: str | None
    """A command that fails on the unfixed tree with the issue's exception."""
    dry_run: bool
    """Make no branch and no commit."""
    ask: Ask
    """May veto an engine, a candidate or the commit."""
    tell: Tell
    """Hears of each step."""
    book: Sequence[Transcript] = ()
    """What was said with models; engines add to it."""
    hide: Hide = redact


def repair(
    problem: Problem,
    repository: Repository,
    workshop: Workshop,
    *,
    branch: str,
    created_at: datetime,
) -> Fix:
    """A step that breaks makes the fix `failed`. Raises UsageError for a command line that cannot
    be split, or a reproduction that cannot be started."""
    fix = _nothing_yet(problem, workshop, created_at)
    gates = _gates(problem, repository, workshop)
    answers: list[Answer] = []
    if problem.analysis.quarantine:
        return replace(fix, reason=f"quarantined: {workshop.hide(problem.analysis.quarantine)}")
    try:
        answers.extend(_until_proven(problem, workshop, gates))
        fix = _concluded(fix, answers, workshop)
        best = best_of(answers)
        if best is not None and not workshop.dry_run:
            fix = _landed(fix, best, problem, repository, workshop, branch)
    except OperationError as error:
        trials = trials_of(answers, None)
        reason = workshop.hide(str(error))
        fix = replace(fix, status=FixStatus.FAILED, reason=reason, trials=trials)
    return replace(fix, transcripts=tuple(workshop.book))


def _gates(problem: Problem, repository: Repository, workshop: Workshop) -> list[Gate]:
    """In their order, cheapest first."""
    bench = Workbench(repository, workshop.sandbox, problem.tree.commit)
    files = problem.tree.files()
    expected = expected_of(problem.issue.event, files)
    words = reproduction_words(workshop.reproduction, workshop.sandbox, files)
    return [
        *(partial(_judged, gate, workshop.policy) for gate in workshop.static_gates),
        LintGate(bench, problem.tree),
        RegressionGate(bench, problem.tree, workshop.python, workshop.test, expected),
        ReproductionGate(bench, words, expected, files, workshop.python),
    ]


def _until_proven(problem: Problem, workshop: Workshop, gates: Sequence[Gate]) -> Iterator[Answer]:
    asked = assess(problem, workshop.engines, gates, workshop.ask, workshop.tell, workshop.hide)
    with closing(asked):
        for answer in asked:
            yield answer
            if isinstance(answer, Assessed) and answer.proven:
                return


def _judged(gate: StaticGate, policy: Policy, candidate: Candidate) -> GateResult:
    return gate(candidate, policy)


def _nothing_yet(problem: Problem, workshop: Workshop, created_at: datetime) -> Fix:
    return Fix(
        id="",
        issue=problem.issue.fingerprint,
        status=FixStatus.DECLINED,
        created_at=created_at,
        base=problem.tree.commit,
        sandbox=workshop.sandbox.tier,
        suite=workshop.test,
    )


def _concluded(fix: Fix, answers: Sequence[Answer], workshop: Workshop) -> Fix:
    """With the best candidate, or with the reason why there is none."""
    best = best_of(answers)
    fix = replace(fix, trials=trials_of(answers, best), cost_usd=sum(map(_cost, answers)))
    if best is None or best.evidence is None:
        broke = any(isinstance(one, Declined) and one.broke for one in answers)
        status = FixStatus.FAILED if broke else FixStatus.DECLINED
        return replace(fix, status=status, reason=why_none(answers))
    chosen, reproduction = best.candidate, workshop.reproduction
    return replace(
        fix,
        status=status_of(best.evidence),
        evidence=best.evidence,
        engine=chosen.engine,
        model=chosen.model,
        title=chosen.title,
        rationale=chosen.rationale,
        files=tuple(edit.file for edit in chosen.edits),
        test=chosen.test,
        diff=best.diff,
        reason=caveat_of(best.gates),
        gates=best.gates,
        reproduction=workshop.hide(reproduction) if reproduction and best.proven else None,
    )


def _cost(answer: Answer) -> float:
    """Dollars."""
    return answer.candidate.cost_usd if isinstance(answer, Assessed) else answer.cost_usd


def _landed(
    fix: Fix,
    best: Assessed,
    problem: Problem,
    repository: Repository,
    workshop: Workshop,
    branch: str,
) -> Fix:
    """The edits that went through the gates, and nothing else, on top of the base commit."""
    if not workshop.ask(f"Commit the change to the branch {branch}?"):
        return replace(fix, reason=_joined(fix.reason, "commit not wanted"))
    workshop.tell(f"committing to {branch}")
    assert best.evidence is not None
    message = commit_message(problem.issue, best.candidate, best.evidence, best.gates)
    with repository.worktree(problem.tree.commit) as worktree:
        try:
            commit = worktree.commit(best.candidate.edits, branch, message)
        except BranchKept as kept:
            return replace(fix, branch=branch, reason=_joined(fix.reason, str(kept)))
    return replace(fix, branch=branch, commit=commit)


def _joined(*reasons: str | None) -> str:
    return "; ".join(reason for reason in reasons if reason)
