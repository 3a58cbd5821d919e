"""The gate `reproduction`: a command fails with the issue's exception before, and not after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from errwatch.fix.raised import Raised, last_segment, read_raised
from errwatch.fix.workbench import Workbench, split_command
from errwatch.interfaces import Completed
from errwatch.model.event import Event, Frame
from errwatch.model.fix import Candidate, GateResult, GateStatus

NAME = "reproduction"

RUNS = 2
"""Before and after alike: a command that fails now and then proves nothing."""


@dataclass(frozen=True, slots=True)
class NotReproduced:
    reason: str


class ReproductionGate:
    """Runs the command on the unfixed tree once for all candidates."""

    def __init__(self, bench: Workbench, command: str | None, event: Event) -> None:
        self._bench = bench
        self._words = split_command("--repro", command) if command else None
        self._event = event

    def __call__(self, candidate: Candidate) -> GateResult:
        if self._words is None:
            return GateResult(NAME, GateStatus.SKIPPED, "no reproduction was given")
        before = self._before
        if isinstance(before, NotReproduced):
            return GateResult(NAME, GateStatus.FAILED, before.reason)
        for _ in range(RUNS):
            run = self._bench.run(self._words, candidate.edits)
            if not run.intact:
                reason = "it rewrote the files that were changed"
                return GateResult(NAME, GateStatus.FAILED, reason)
            if run.done.returncode:
                reason = f"after the change it {_ending(run.done)}"
                return GateResult(NAME, GateStatus.FAILED, reason)
        detail = f"raises {before.type} before{self._through(before)}, exits 0 after"
        return GateResult(NAME, GateStatus.PASSED, f"{detail}; {RUNS} runs each")

    @cached_property
    def _before(self) -> Raised | NotReproduced:
        """What the command raises on the unfixed tree, each time."""
        runs = [self._raised_unfixed() for _ in range(RUNS)]
        return next((run for run in runs if isinstance(run, NotReproduced)), runs[0])

    def _raised_unfixed(self) -> Raised | NotReproduced:
        expected = self._event.exception_type
        if self._words is None or expected is None:
            return NotReproduced("the issue names no exception that could be raised again")
        done = self._bench.run(self._words).done
        raised = read_raised(done.output) if done.returncode else None
        if raised is not None and raised.is_a(expected):
            return raised
        ending = _ending(done)
        return NotReproduced(f"does not reproduce {expected}: before the change it {ending}")

    def _through(self, raised: Raised) -> str:
        """Whether the trace of the reproduction passes the issue's culprit."""
        culprit = self._event.culprit
        if culprit is None or not any(_same(culprit, *frame) for frame in raised.frames):
            return ""
        return f" through {culprit.function} in {PurePosixPath(culprit.file).name}"


def _same(culprit: Frame, file: str, function: str) -> bool:
    """The log was written on another machine: only the file's name is the same there."""
    return PurePosixPath(file).name == PurePosixPath(culprit.file).name and last_segment(
        function
    ) == last_segment(culprit.function or "")


def _ending(done: Completed) -> str:
    if done.timed_out:
        return "does not end in time"
    raised = read_raised(done.output) if done.returncode else None
    return f"raises {raised.type}" if raised else f"exits with {done.returncode}"
