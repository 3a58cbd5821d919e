"""The repair loop: candidates go through the gates until one is proven; the best is committed.

Takes a problem and everything that can act on it, and gives a `Fix`, whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from errwatch.errors import OperationError
from errwatch.fix.assess import (
    Answer,
    Ask,
    Assessed,
    Gate,
    Tell,
    assess,
    best_of,
    trials_of,
    why_none,
)
from errwatch.fix.commit_message import commit_message
from errwatch.fix.evidence import caveat_of, status_of
from errwatch.fix.regression import RegressionGate
from errwatch.fix.reproduction import ReproductionGate
from errwatch.fix.workbench import Workbench
from errwatch.interfaces import FixEngine, Problem, Repository, Sandbox
from errwatch.model.fix import Candidate, Fix, FixStatus, GateResult

Policy = TypeVar("Policy")


def repair(
    problem: Problem,
    *,
    engines: Sequence[FixEngine],
    repository: Repository,
    sandbox: Sandbox,
    static_gates: Sequence[Callable[[Candidate, Policy], GateResult]],
    policy: Policy,
    python: str,
    test: str | None,
    reproduction: str | None,
    branch: str,
    dry_run: bool,
    ask: Ask,
    tell: Tell,
    created_at: datetime,
) -> Fix:
    """`ask` may veto an engine, a candidate or the commit; `tell` hears each step. A step that
    breaks makes the fix `failed`. Raises UsageError for a command line that cannot be split."""
    bench = Workbench(repository, sandbox, problem.tree.commit)
    gates: list[Gate] = [
        *(partial(_judged, gate, policy) for gate in static_gates),
        RegressionGate(bench, problem.tree, python, test),
        ReproductionGate(bench, reproduction, problem.issue.event),
    ]
    fix = _nothing_yet(problem, sandbox, created_at)
    answers: list[Answer] = []
    try:
        for answer in assess(problem, engines, gates, ask, tell):
            answers.append(answer)
            if isinstance(answer, Assessed) and answer.proven:
                break
        fix = _concluded(fix, answers, reproduction)
        best = best_of(answers)
        if best is None or dry_run or not ask(f"Commit the change to the branch {branch}?"):
            return fix
        tell(f"committing to {branch}")
        return _committed(fix, best, problem, repository, branch)
    except OperationError as error:
        trials = fix.trials or trials_of(answers, None)
        return replace(fix, status=FixStatus.FAILED, reason=str(error), trials=trials)


def _judged(
    gate: Callable[[Candidate, Policy], GateResult], policy: Policy, candidate: Candidate
) -> GateResult:
    return gate(candidate, policy)


def _nothing_yet(problem: Problem, sandbox: Sandbox, created_at: datetime) -> Fix:
    return Fix(
        id="",
        issue=problem.issue.fingerprint,
        status=FixStatus.DECLINED,
        created_at=created_at,
        base=problem.tree.commit,
        sandbox=sandbox.tier,
    )


def _concluded(fix: Fix, answers: Sequence[Answer], reproduction: str | None) -> Fix:
    """With the best candidate, or with the reason why there is none."""
    best = best_of(answers)
    spent = sum(one.candidate.cost_usd for one in answers if isinstance(one, Assessed))
    fix = replace(fix, trials=trials_of(answers, best), cost_usd=spent)
    if best is None or best.evidence is None:
        return replace(fix, reason=why_none(answers))
    chosen = best.candidate
    return replace(
        fix,
        status=status_of(best.evidence),
        evidence=best.evidence,
        engine=chosen.engine,
        model=chosen.model,
        title=chosen.title,
        rationale=chosen.rationale,
        files=tuple(edit.file for edit in chosen.edits),
        diff=best.diff,
        reason=caveat_of(best.gates),
        gates=best.gates,
        reproduction=reproduction if best.proven else None,
    )


def _committed(
    fix: Fix, best: Assessed, problem: Problem, repository: Repository, branch: str
) -> Fix:
    """The edits that went through the gates, and nothing else, on top of the base commit."""
    assert best.evidence is not None
    message = commit_message(problem.issue, best.candidate, best.evidence, best.gates)
    with repository.worktree(problem.tree.commit) as worktree:
        commit = worktree.commit(best.candidate.edits, branch, message)
    return replace(fix, branch=branch, commit=commit)
