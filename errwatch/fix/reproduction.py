"""The gate `reproduction`: a command, or the candidate's own test, fails with the issue's exception
before, and not after."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from typing import NamedTuple

from errwatch.errors import UsageError
from errwatch.fix.expected import Expected
from errwatch.fix.packages import packages_of
from errwatch.fix.raised import Raised, last_segment, read_raised, read_tracebacks
from errwatch.fix.suite import one_test
from errwatch.fix.workbench import Workbench, harmed, split_command
from errwatch.interfaces import Sandbox
from errwatch.model.completed import Completed
from errwatch.model.fix import Candidate, Edit, GateResult, GateStatus

NAME = "reproduction"

RUNS = 2
"""Before and after alike: a command that fails now and then proves nothing."""


@dataclass(frozen=True, slots=True)
class NotReproduced:
    reason: str


Roots = tuple[str, ...]
Words = list[str] | None


def reproduction_words(command: str | None, sandbox: Sandbox, files: Collection[str]) -> Words:
    """The words of `--repro`. Raises UsageError where nothing could be started by them.

    A program with a slash in its name is one of the repository, unless the path is absolute.
    """
    if command is None:
        return None
    words = split_command("--repro", command)
    if not words:
        reason = "--repro: an empty command"
        raise UsageError(reason)
    program = words[0]
    own = "/" in program and not program.startswith("/")
    if not (normpath(program) in files if own else sandbox.finds(program)):
        where = " in the repository" if own else ""
        reason = f"--repro: {program}: no such command{where}"
        raise UsageError(reason)
    return words


class _Way(NamedTuple):
    """How the error is raised again."""

    words: tuple[str, ...]
    given: tuple[Edit, ...]
    """What the unfixed tree needs for it: the candidate's own test."""
    roots: Roots


class ReproductionGate:
    """Runs the command, or else the candidate's own test, on the unfixed tree, and once more behind
    each candidate that stands: what only fails the first times does not get through."""

    def __init__(
        self,
        bench: Workbench,
        words: Words,
        expected: Expected | None,
        files: Collection[str],
        python: str,
    ) -> None:
        self._bench = bench
        self._words = words
        self._expected = expected
        self._files = files
        self._python = python
        self._measured: dict[_Way, Raised | NotReproduced] = {}
        self._usual: frozenset[str] = frozenset()
        """What it rewrites without the change, too."""

    def __call__(self, candidate: Candidate) -> GateResult:
        way = self._way(candidate)
        if way is None:
            return GateResult(NAME, GateStatus.SKIPPED, "no reproduction was given")
        before = self._before(way)
        if isinstance(before, NotReproduced):
            return GateResult(NAME, GateStatus.FAILED, before.reason)
        wrong = next((why for _ in range(RUNS) if (why := self._fault(candidate, way))), None)
        if wrong is not None:
            return GateResult(NAME, GateStatus.FAILED, wrong)
        again = self._raised_unfixed(way)
        if isinstance(again, NotReproduced):
            reason = f"the failure does not come back without the change: {again.reason}"
            return GateResult(NAME, GateStatus.FAILED, reason)
        detail = f"raises {before.type} before{self._through(before)}, exits 0 after"
        return GateResult(NAME, GateStatus.PASSED, f"{detail}; {RUNS} runs each, then one before")

    def _way(self, candidate: Candidate) -> _Way | None:
        roots = tuple(sorted({one.root for one in packages_of(candidate.edits, self._files)}))
        if self._words is not None:
            return _Way(tuple(self._words), (), roots)
        given = tuple(edit for edit in candidate.edits if edit.file == candidate.test)
        if candidate.test is None or not given:
            return None
        words = one_test(self._python, candidate.test, has_pytest=self._has_pytest)
        return _Way(words, given, roots)

    @cached_property
    def _has_pytest(self) -> bool:
        return self._bench.has_pytest(self._python)

    def _fault(self, candidate: Candidate, way: _Way) -> str | None:
        """What is wrong with one run on the change."""
        run = self._bench.run(way.words, candidate.edits, roots=way.roots)
        if named := harmed(run.rewritten, candidate.edits, self._usual):
            return f"it rewrote {named}"
        if run.done.returncode:
            return f"after the change it {_ending(run.done)}"
        if self._still_shown(run.done.output):
            return f"after the change it exits with 0, but still shows {self._expected_type}"
        return None

    def _still_shown(self, output: str) -> bool:
        kind = self._expected_type
        return any(last_segment(one.type) == last_segment(kind) for one in read_tracebacks(output))

    @property
    def _expected_type(self) -> str:
        return self._expected.type if self._expected else ""

    def _before(self, way: _Way) -> Raised | NotReproduced:
        """What the command raises on the unfixed tree, each time."""
        if way not in self._measured:
            runs = [self._raised_unfixed(way) for _ in range(RUNS)]
            faults = (run for run in runs if isinstance(run, NotReproduced))
            self._measured[way] = next(faults, runs[0])
        return self._measured[way]

    def _raised_unfixed(self, way: _Way) -> Raised | NotReproduced:
        expected = self._expected
        if expected is None:
            return NotReproduced("the issue names no exception that could be raised again")
        run = self._bench.run(way.words, way.given, roots=way.roots)
        done, self._usual = run.done, self._usual | run.rewritten
        raised = read_raised(done.output) if done.returncode else None
        failed = f"does not reproduce {expected.type}: before the change it "
        if raised is None or not raised.is_a(expected.type):
            return NotReproduced(failed + _ending(done))
        if not expected.is_met_by(raised):
            return NotReproduced(f"{failed}raises it with another message: {raised.message[:200]}")
        if expected.places and not expected.is_passed_by(raised):
            return NotReproduced(f"{failed}does not go through the culprit{self._culprit}")
        return raised

    def _through(self, raised: Raised) -> str:
        passed = self._expected is not None and self._expected.is_passed_by(raised)
        return f" through{self._culprit}" if passed else ""

    @property
    def _culprit(self) -> str:
        culprit = self._expected.culprit if self._expected else None
        if culprit is None:
            return ""
        file = PurePosixPath(culprit.file).name
        return f" {culprit.function} in {file}" if culprit.function else f" {file}"


def _ending(done: Completed) -> str:
    if done.timed_out:
        return "does not end in time"
    raised = read_raised(done.output) if done.returncode else None
    return f"raises {raised.type}" if raised else f"exits with {done.returncode}"
