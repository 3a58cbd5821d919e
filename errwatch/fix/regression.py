"""The gate `tests`: every test that passed before the change passes after it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from errwatch.fix.outcomes import Outcomes
from errwatch.fix.suite import Suite, Unmeasured, find_suite
from errwatch.fix.workbench import Workbench
from errwatch.interfaces import Tree
from errwatch.model.fix import Candidate, Edit, GateResult, GateStatus

NAME = "tests"


class RegressionGate:
    """Measures the unfixed tree once, so that a test that was red already never counts."""

    def __init__(self, bench: Workbench, tree: Tree, python: str, test: str | None) -> None:
        self._bench = bench
        self._tree = tree
        self._python = python
        self._test = test

    def __call__(self, candidate: Candidate) -> GateResult:
        before = self._before
        if isinstance(before, Unmeasured):
            return GateResult(NAME, GateStatus.SKIPPED, before.reason)
        after = self._measure(candidate.edits)
        if isinstance(after, Unmeasured):
            return GateResult(NAME, GateStatus.FAILED, after.reason)
        return compare(before, after)

    @cached_property
    def _suite(self) -> Suite | Unmeasured:
        return find_suite(self._test, self._tree, self._python, self._has_pytest)

    def _has_pytest(self) -> bool:
        return self._bench.run((self._python, "-c", "import pytest")).done.returncode == 0

    @cached_property
    def _before(self) -> Outcomes | Unmeasured:
        outcomes = self._measure(())
        if isinstance(outcomes, Outcomes) and not outcomes.passed:
            return Unmeasured("no test passes before the change")
        return outcomes

    def _measure(self, edits: Sequence[Edit]) -> Outcomes | Unmeasured:
        suite = self._suite
        if isinstance(suite, Unmeasured):
            return suite
        run = self._bench.run(suite.command, edits, report=suite.reader and "report")
        if not run.intact:
            return Unmeasured("the tests rewrote the files that were changed")
        if run.done.timed_out:
            return Unmeasured("the tests did not end in time")
        return suite.outcomes(run.done) or Unmeasured("the tests left no report that can be read")


def compare(before: Outcomes, after: Outcomes) -> GateResult:
    """The verdict on two runs; a test that is gone counts as one that fails."""
    lost = sorted(before.passed - after.passed)
    if lost:
        named = ", ".join(name[:200] for name in lost[:3]) + (", ..." if len(lost) > 3 else "")
        plural = "s" if len(lost) > 1 else ""
        return GateResult(NAME, GateStatus.FAILED, f"{len(lost)} new failure{plural}: {named}")
    if after.collected < before.collected:
        counts = f"{before.collected} tests before, {after.collected} after"
        return GateResult(NAME, GateStatus.FAILED, f"tests disappeared: {counts}")
    kept = f"{len(before.passed)} of {before.collected} passed before, and all of them still pass"
    return GateResult(NAME, GateStatus.PASSED, kept)
