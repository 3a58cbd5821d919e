"""A proposed change, the gates it went through, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from errwatch.model.conversation import Transcript


class Evidence(Enum):
    """What executed gates showed, in rising order; never an opinion."""

    E0 = "E0"
    """It parses and breaks no policy."""
    E1 = "E1"
    """And every test that passed before still passes."""
    E2 = "E2"
    """And a reproduction fails before and passes after."""
    E3 = "E3"
    """And the reproduction goes through the frame of the trace, and a second check holds."""


class GateStatus(Enum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class GateResult:
    name: str
    status: GateStatus
    detail: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The whole text of a file, before and after; `before` is None for a file that is new."""

    file: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposed change by one engine."""

    engine: str
    recipe: str
    title: str
    """One line in the imperative, for the commit and the pull request."""
    rationale: str
    edits: tuple[Edit, ...]
    confidence: float = 0.5
    cost_usd: float = 0.0
    model: str | None = None
    test: str | None = None
    """The new file among the edits that reproduces the error."""


@dataclass(frozen=True, slots=True)
class Declined:
    """An engine's answer that it has no change to propose, and what it looked at."""

    engine: str
    reason: str
    examined: tuple[str, ...] = ()
    cost_usd: float = 0.0
    broke: bool = False
    """It could not look: the same may work later."""
    model: str | None = None

    @property
    def who(self) -> str:
        return self.model or self.engine


class FixStatus(Enum):
    PROVEN = "proven"
    """Evidence E2 or E3."""
    UNPROVEN = "unproven"
    """Evidence E0 or E1: a draft at most."""
    DECLINED = "declined"
    FAILED = "failed"
    """A step broke."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One candidate and what the gates said of it."""

    engine: str
    recipe: str
    status: str
    """`chosen`, `rejected` or `declined`."""
    reason: str
    diff: str
    gates: tuple[GateResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """The chosen candidate with its validation record; or why there is none."""

    id: str
    """`FX-1`, `FX-2`, ...; empty until the state has given one."""
    issue: str
    """The issue's fingerprint."""
    status: FixStatus
    created_at: datetime
    evidence: Evidence | None = None
    engine: str | None = None
    model: str | None = None
    cost_usd: float = 0.0
    title: str | None = None
    rationale: str | None = None
    base: str | None = None
    """The commit that the change applies to."""
    branch: str | None = None
    commit: str | None = None
    """None beside a branch: that holds what is proven as well or better, and was left alone."""
    files: tuple[str, ...] = ()
    test: str | None = None
    """Of these, the new test that reproduces the error."""
    suite: str | None = None
    """How the tests were run, where it was said."""
    diff: str = ""
    reason: str | None = None
    gates: tuple[GateResult, ...] = ()
    trials: tuple[Trial, ...] = ()
    sandbox: str | None = None
    reproduction: str | None = None
    """The command that failed before and passed after."""
    pull_request: str | None = None
    """Its address, once one is open."""
    outcome: str | None = None
    transcripts: tuple[Transcript, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """The fix as it was stored, and as it comes out now."""

    then: Fix
    now: Fix
    notes: tuple[str, ...] = ()
    """What has changed in between, or was done differently."""

    @property
    def gates(self) -> tuple[GateResult, ...]:
        """Those of now; where nothing stood, those of what was tried last."""
        tried = (trial.gates for trial in reversed(self.now.trials) if trial.gates)
        return self.now.gates or next(tried, ())

    @property
    def same_edits(self) -> bool:
        """Whether all the changes that were tried came out alike."""
        return _tried(self.then) == _tried(self.now)

    @property
    def holds(self) -> bool:
        """Whether the gates show as much as they did."""
        return _rank(self.now) >= _rank(self.then)


def _tried(fix: Fix) -> list[str]:
    return [trial.diff for trial in fix.trials if trial.diff]


def _rank(fix: Fix) -> str:
    return fix.evidence.value if fix.evidence else ""
