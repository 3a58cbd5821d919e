"""All that a report is added up from, as the state holds it: rows, and no events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from errwatch.model.event import title_of
from errwatch.model.fix import FixStatus
from errwatch.model.issue import Status
from errwatch.model.levels import Severity
from errwatch.model.packed import PackedDay
from errwatch.model.pull_request import PullRequestState

AFTER_MERGE = frozenset({"merged", "verified", "regressed", "reverted"})
"""Outcomes of a fix that was merged."""


@dataclass(frozen=True, slots=True)
class Line:
    """One issue."""

    fingerprint: str
    id: str
    status: Status
    count: int
    first_seen: datetime | None
    last_seen: datetime | None
    category: str | None
    severity: Severity | None
    fixable: bool
    sources: tuple[str, ...]
    """That it was seen in; the one of its first event first."""
    language: str | None = None
    exception_type: str | None = None
    message: str = ""
    place: str | None = None
    """The culprit's file and function."""

    @property
    def title(self) -> str:
        return title_of(self.exception_type, self.message)

    @property
    def open(self) -> bool:
        return self.status not in {Status.RESOLVED, Status.IGNORED}


@dataclass(frozen=True, slots=True)
class Move:
    """An issue's status was changed, by a person or by its events."""

    at: datetime
    issue: str
    """Its fingerprint."""
    to: Status


@dataclass(frozen=True, slots=True)
class Try:
    """One fix, as far as it is counted."""

    id: str
    issue: str
    """The issue's fingerprint."""
    status: FixStatus
    created_at: datetime
    engine: str | None = None
    model: str | None = None
    cost_usd: float = 0.0
    pull_request: str | None = None
    """Its address, once one was opened."""
    pull_request_state: PullRequestState | None = None
    """As it was last seen."""
    outcome: str | None = None
    engines: tuple[str, ...] = ()
    """All that proposed something, or declined to."""
    spent: dict[str, float] = field(default_factory=dict)
    """Model -> dollars, of all that were asked."""

    @property
    def merged(self) -> bool:
        return self.pull_request_state is PullRequestState.MERGED or self.outcome in AFTER_MERGE


@dataclass(frozen=True, slots=True)
class Said:
    """What sources said within one time bucket of its arrival, all together."""

    start: int
    lines: int
    events: int


Sums = dict[str, int]
"""Fingerprint of an issue -> events."""


@dataclass(frozen=True, slots=True)
class Ledger:
    lines: tuple[Line, ...] = ()
    daily: dict[str, dict[int, int]] = field(default_factory=dict)
    """Fingerprint -> day since 1970, in UTC -> events."""
    fine: tuple[PackedDay, ...] = ()
    """By the bucket, the days on which the period or the one before begins or ends, and the last
    two of it."""
    moves: tuple[Move, ...] = ()
    """The oldest first."""
    tries: tuple[Try, ...] = ()
    """The newest first."""
    said: tuple[Said, ...] = ()
