"""The gate `lint`: no finding of style, security or performance that was not there before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from errwatch.fix.checkers import CHECKERS, Checker, Finding
from errwatch.fix.gates.verdict import verdict
from errwatch.fix.policy import is_test
from errwatch.fix.workbench import Workbench
from errwatch.interfaces import Tree
from errwatch.model.fix import Candidate, Edit, GateResult, GateStatus

NAME = "lint"


class LintGate:
    """Runs the checkers that are there on the changed files, before and after. Tests are judged by
    running them."""

    def __init__(self, bench: Workbench, tree: Tree) -> None:
        self._bench = bench
        self._tree = tree
        self._before: dict[tuple[str, tuple[str, ...]], list[Finding] | None] = {}

    def __call__(self, candidate: Candidate) -> GateResult:
        edits = [edit for edit in candidate.edits if not is_test(edit.file)]
        suited = [(one, files) for one in CHECKERS if (files := _files(one, edits))]
        there = [(one, files) for one, files in suited if self._bench.sandbox.finds(one.program)]
        if not there:
            return GateResult(NAME, GateStatus.SKIPPED, _why_none(suited, edits))
        checked, wrong = [], []
        for checker, files in there:
            new = self._new(checker, files, candidate.edits)
            if new is not None:
                checked.append(checker.program)
                wrong += [_told(checker, one) for one in new]
        if not checked:
            programs = ", ".join(checker.program for checker, _ in there)
            return GateResult(NAME, GateStatus.SKIPPED, f"{programs} could not do its work")
        return verdict(NAME, wrong, f"{', '.join(checked)} finds nothing new")

    def _new(
        self, checker: Checker, files: tuple[str, ...], edits: Sequence[Edit]
    ) -> list[Finding] | None:
        """What it finds more of than before; None where it could not do its work."""
        key = (checker.program, files)
        if key not in self._before:
            there = tuple(edit.file for edit in edits if edit.before is not None)
            old = tuple(file for file in files if file in there)
            self._before[key] = self._found(checker, old, ()) if old else []
        before, after = self._before[key], self._found(checker, files, edits)
        if before is None or after is None:
            return None
        spare = Counter(one.kind for one in before)
        return [one for one in after if not _taken(spare, one)]

    def _found(
        self, checker: Checker, files: Sequence[str], edits: Sequence[Edit]
    ) -> list[Finding] | None:
        done = self._bench.run(checker.command(files, self._tree), edits, report="report").done
        found = checker.read(done)
        return None if found is None else [one for one in map(_relative(files), found) if one]


def _relative(files: Sequence[str]) -> Callable[[Finding], Finding | None]:
    """Worktrees come and go: a file is named as in the repository; None for all others."""

    def named(one: Finding) -> Finding | None:
        file = next((file for file in files if f"/{one.file}".endswith(f"/{file}")), None)
        return None if file is None else replace(one, file=file)

    return named


def _taken(spare: Counter[tuple[str, str]], one: Finding) -> bool:
    spare[one.kind] -= 1
    return spare[one.kind] >= 0


def _files(checker: Checker, edits: Iterable[Edit]) -> tuple[str, ...]:
    return tuple(edit.file for edit in edits if edit.file.endswith(checker.suffixes))


def _told(checker: Checker, one: Finding) -> str:
    return f"{one.file}:{one.line}: {checker.program} {one.rule}: {one.message}"[:300]


def _why_none(suited: Iterable[tuple[Checker, object]], edits: Iterable[Edit]) -> str:
    programs = [checker.program for checker, _ in suited]
    if programs:
        return f"{' and '.join(programs)} not installed"
    kinds = {PurePosixPath(edit.file).suffix or edit.file for edit in edits}
    return f"no checker for {', '.join(sorted(kinds))}" if kinds else "only tests are changed"
