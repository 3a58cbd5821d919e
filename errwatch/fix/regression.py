"""The gate `tests`: every test that passed before the change passes after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

from errwatch.fix.expected import Expected
from errwatch.fix.outcomes import Outcomes
from errwatch.fix.packages import RESOLVES, Package, packages_of
from errwatch.fix.raised import read_raised
from errwatch.fix.suite import ALONE, Suite, Unmeasured, find_suite
from errwatch.fix.workbench import Workbench, harmed
from errwatch.interfaces import Tree
from errwatch.model.fix import Candidate, Edit, GateResult, GateStatus
from errwatch.redact import redact

NAME = "tests"


Packages = tuple[Package, ...]


class RegressionGate:
    """Measures the unfixed tree once, so that a test that was red already never counts."""

    def __init__(
        self,
        bench: Workbench,
        tree: Tree,
        python: str,
        test: str | None,
        expected: Expected | None,
    ) -> None:
        self._bench = bench
        self._tree = tree
        self._python = python
        self._test = test
        self._expected = expected
        self._measured: dict[Packages, Outcomes | Unmeasured] = {}
        self._usual: frozenset[str] = frozenset()
        """What the tests rewrite without a change, too."""

    def __call__(self, candidate: Candidate) -> GateResult:
        packages = packages_of(candidate.edits, self._tree.files())
        before = self._before(packages)
        if isinstance(before, Unmeasured):
            return GateResult(NAME, GateStatus.SKIPPED, before.reason)
        after = self._measure(candidate.edits, packages)
        if isinstance(after, Unmeasured):
            return GateResult(NAME, GateStatus.FAILED, after.reason)
        telling = self._show_the_issue(before)
        result = compare(before, after, telling)
        if before.passed - after.passed and telling <= after.passed:
            result = self._once_more(candidate, packages, before, after) or result
        return self._noted(result)

    def _once_more(
        self, candidate: Candidate, packages: Packages, before: Outcomes, after: Outcomes
    ) -> GateResult | None:
        """The verdict without the tests that flip, with the change or without it."""
        new = self._measure(candidate.edits, packages)
        old = self._measure((), packages)
        if isinstance(old, Unmeasured) or isinstance(new, Unmeasured):
            return None
        flip = (before.passed ^ old.passed) | (after.passed ^ new.passed)
        self._measured[packages] = steady = replace(before, passed=before.passed - flip)
        result = compare(steady, replace(after, passed=after.passed | new.passed))
        told = f"{result.detail}; flip without the change, or with it: {_named(flip)}"
        return replace(result, detail=told) if flip else result

    @cached_property
    def _suite(self) -> Suite | Unmeasured:
        return find_suite(self._test, self._tree, self._python, self._has_pytest)

    def _noted(self, result: GateResult) -> GateResult:
        note = self._suite.note if isinstance(self._suite, Suite) else ""
        if self._usual:
            rewritten = f"the tests rewrite {_named(self._usual)}, with and without the change"
            note = f"{note}; {rewritten}" if note else rewritten
        return replace(result, detail=f"{result.detail} ({note})") if note else result

    def _has_pytest(self) -> bool:
        return self._bench.has_pytest(self._python)

    def _before(self, packages: Packages) -> Outcomes | Unmeasured:
        """Measured once for all candidates that change the same packages."""
        if packages not in self._measured:
            self._measured[packages] = self._elsewhere(packages) or self._measure((), packages)
        return self._measured[packages]

    def _elsewhere(self, packages: Packages) -> Unmeasured | None:
        """An editable install leads to the user's checkout, which no candidate has changed."""
        if isinstance(self._suite, Unmeasured) or not packages:
            return None
        names = [package.name for package in packages]
        asked = (self._python, "-c", RESOLVES, *names)
        if self._bench.run(asked, roots=_roots(packages)).done.returncode == 0:
            return None
        return Unmeasured(f"in {self._python}, {', '.join(names)} is not that of the worktree")

    def _show_the_issue(self, before: Outcomes) -> frozenset[str]:
        """The tests that fail on the unfixed tree with the issue's exception."""
        read = {name: read_raised(text) for name, text in before.failures.items()}
        return frozenset(
            name
            for name, raised in read.items()
            if raised and self._expected and self._expected.is_met_by(raised)
        )

    def _measure(self, edits: Sequence[Edit], packages: Packages) -> Outcomes | Unmeasured:
        suite = self._suite
        if isinstance(suite, Unmeasured):
            return suite
        report = "report" if suite.reader else None
        run = self._bench.run(suite.command, edits, report=report, roots=_roots(packages))
        if edits and (named := harmed(run.rewritten, edits, self._usual)):
            return Unmeasured(f"the tests rewrote {named}")
        self._usual |= run.rewritten
        if run.done.timed_out:
            return Unmeasured("the tests did not end in time")
        return suite.outcomes(run.done) or Unmeasured("the tests left no report that can be read")


def _roots(packages: Packages) -> list[str]:
    return sorted({package.root for package in packages})


def compare(before: Outcomes, after: Outcomes, telling: frozenset[str] = frozenset()) -> GateResult:
    """The verdict on two runs; a test that is gone counts as one that fails.

    `telling` are those that failed before with the issue's exception: they must not fail any more.
    """
    if telling - after.passed:
        named = _named(telling - after.passed)
        reason = f"failed with the issue's exception before, and still fails: {named}"
        return GateResult(NAME, GateStatus.FAILED, reason)
    lost = before.passed - after.passed
    if lost:
        plural = "s" if len(lost) > 1 else ""
        reason = f"{len(lost)} new failure{plural}: {_named(lost)}"
        return GateResult(NAME, GateStatus.FAILED, reason)
    if after.collected < before.collected:
        counts = f"{before.collected} tests before, {after.collected} after"
        return GateResult(NAME, GateStatus.FAILED, f"tests disappeared: {counts}")
    if not before.passed:
        return GateResult(NAME, GateStatus.SKIPPED, "no test passes before the change")
    return GateResult(NAME, GateStatus.PASSED, _kept(before))


def _kept(before: Outcomes) -> str:
    if before.collected == 1 and ALONE in before.passed:
        return f"{ALONE} exits 0 before and after"
    return f"{len(before.passed)} of {before.collected} passed before, and all of them still pass"


def _named(tests: Collection[str]) -> str:
    first = ", ".join(redact(name)[:200] for name in sorted(tests)[:3])
    return first + (", ..." if len(tests) > 3 else "")
