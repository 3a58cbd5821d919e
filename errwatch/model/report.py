"""How things stand, and what became of it: what `errwatch report` says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from errwatch.model.issue import Issue
from errwatch.model.period import Period

UNCLASSIFIED = "unclassified"
"""Stands for a category or a severity where there is none."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one period."""

    issues: int
    """Those with events in it, but for ignored ones."""
    events: int
    new: int
    """Issues first seen in it; in a report on everything, those that were not seen again."""
    regressed: int
    """Issues that came back in it; in a report on everything, those that are back."""
    resolved: int
    per_hour: float | None
    """Events; None where nothing tells how long it was."""


@dataclass(frozen=True, slots=True)
class Point:
    """The events of one hour or day."""

    start: datetime
    by: dict[str, int]
    """Severity -> events, the worst first."""

    @property
    def events(self) -> int:
        return sum(self.by.values())


@dataclass(frozen=True, slots=True)
class Share:
    """What falls to one category, severity, service, ..."""

    name: str
    issues: int
    events: int


@dataclass(frozen=True, slots=True)
class Ranked:
    issue: Issue
    events: int
    """In the period."""
    before: int | None
    """In the one before."""
    trend: tuple[int, ...]
    """Events by `Report.step`."""


@dataclass(frozen=True, slots=True)
class Record:
    """How issues of one category, or one engine or model, did."""

    name: str
    tried: int
    """Issues of which a fix was tried; for an engine or model, those that it worked on."""
    proven: int
    """Issues with a fix that is proven; for an engine or model, by a change of its own."""
    pull_requests: int
    merged: int
    verified: int
    regressed: int
    cost_usd: float
    seconds_to_fix: float | None
    """From the issue's first event to the first proven fix, in the middle of all."""

    @property
    def success(self) -> float | None:
        """Proven of tried; None where nothing was tried."""
        return self.proven / self.tried if self.tried else None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of the fixes that were made in the period."""

    total: Record
    statuses: dict[str, int]
    """Status of a fix -> issues whose newest fix has it."""
    pull_requests: dict[str, int]
    """State -> pull requests."""
    seconds_to_resolve: float | None
    """From an issue's first event until it was resolved, in the middle of all."""
    categories: tuple[Record, ...]
    engines: tuple[Record, ...]
    models: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Two issues that have to do with each other."""

    one: str
    """Its id; what the ties say of windows is said of its own."""
    other: str
    why: tuple[str, ...]
    """The strongest tie first."""
    other_first: bool
    """Whether the other came before, each time or when both began."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do next, about which issue, and why."""

    issue: str
    title: str
    why: str
    command: str


@dataclass(frozen=True, slots=True)
class Shares:
    categories: tuple[Share, ...]
    severities: tuple[Share, ...]
    services: tuple[Share, ...]
    sources: tuple[Share, ...]
    languages: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    service: str | None
    statuses: dict[str, int]
    """Status -> issues in the period, ignored ones among them."""
    figures: Figures
    before: Figures | None
    """The same of the period before; None where there is none."""
    ignored_events: int
    untimed: int
    """Issues left out because no event of theirs has a time."""
    lines_share: float | None
    """Errors among all lines, where a watcher counted them."""
    hourly: tuple[Point, ...]
    """The last 24 hours of the period; empty without times."""
    daily: tuple[Point, ...]
    """Its days, at most 90."""
    step: str
    """`hour` or `day`: what trends go by."""
    top: tuple[Ranked, ...]
    """Open ones first, then most severe, then most frequent."""
    shares: Shares
    resolution: Resolution
    together: tuple[Together, ...]
    unfixed: tuple[str, ...]
    """Ids of issues that are open, fixable, and without a proven fix."""
    advice: tuple[Advice, ...]
