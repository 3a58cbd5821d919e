"""The code under test is that of the worktree, whatever is installed."""

from __future__ import annotations

import sys
from pathlib import Path

from errwatch.fix.packages import Package, packages_of
from errwatch.model.fix import Edit, GateStatus
from tests.fix.scripted import BUGGY, FILES, FIXED, Bench, candidate

BELOW = "backend/billing/plans.py"
MONOREPO = {f"backend/{name}": text for name, text in FILES.items()}
GOOD = candidate(Edit(BELOW, BUGGY, FIXED))


def test_the_root_is_above_the_outermost_package() -> None:
    files = {"a/b/__init__.py", "a/b/c/__init__.py", "a/b/c/d.py", "script.py", "__init__.py"}
    edits = [Edit(file, None, "") for file in ("a/b/c/d.py", "script.py", "a/x.py", "a/b/c/notes")]
    assert packages_of(edits, files) == (Package("a", "b"),)


def install(bench: Bench, path: str) -> None:
    """The project's Python finds the user's checkout too, as by an editable install."""
    path = path.replace("CHECKOUT", str(bench.root / "backend"))
    Path(bench.python).write_text(f'#!/bin/sh\nPYTHONPATH={path} exec {sys.executable} -S "$@"\n')


def test_the_worktree_comes_before_an_editable_install(tmp_path: Path) -> None:
    """Nothing is changed in the checkout: seen from there, a worse change would pass."""
    bench = Bench(tmp_path / "r", MONOREPO)
    install(bench, '"$PYTHONPATH:CHECKOUT"')
    worse = candidate(Edit(BELOW, BUGGY, FIXED.replace("sorted(PRICES)", "[]")))
    fix = bench.repair(worse, GOOD, reproduction=None, dry_run=True)
    assert "1 new failure: test_plans.PlansTest.test_names" in fix.trials[0].reason
    assert fix.trials[1].gates[2].status is GateStatus.PASSED


def test_without_the_worktrees_code_the_tests_say_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "r", MONOREPO)
    install(bench, '"CHECKOUT:$PYTHONPATH"')
    [trial] = bench.repair(GOOD, reproduction=None, dry_run=True).trials
    assert trial.gates[2].status is GateStatus.SKIPPED
    assert trial.gates[2].detail.endswith("billing is not that of the worktree")
